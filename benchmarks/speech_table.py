"""The speech clips' own table as one that `extract_sound` reads.

``python benchmarks/speech_table.py FOLDER`` writes ``recordings.csv`` beside the ``clips.csv`` of FOLDER, whose
columns it renames: repositories are corpora, families of synthesisers are systems, and what shares a
sentence, real or made, is a group.
"""

import argparse
from pathlib import Path

import pandas as pd


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with clips.csv and clips/")
    folder = parser.parse_args().folder
    clips = pd.read_csv(folder / "clips.csv", dtype=str, keep_default_na=False)
    table = pd.DataFrame(
        {
            "path": "clips/" + clips["id"] + ".flac",
            "label": clips["label"],
            "speaker": clips["speaker"],
            "system": clips["family"].where(clips["label"] == "fake", ""),
            "corpus": clips["repo"],
            "group": clips["pair_id"],
        }
    )
    table.to_csv(folder / "recordings.csv", index=False)
    print(f"Wrote {folder / 'recordings.csv'}: {len(table)} clips")


if __name__ == "__main__":
    main()
