"""What the speech clips tell of other languages, and of several segments instead of one.

``python benchmarks/speech_details.py SPEECH SOUND RESULTS`` takes the folder with ``clips.csv``, the sound folder that
was made of it, and results in which each clip is in the validation part of one fold, and prints Markdown: AUC by
language, and AUC where the scores of 1, 2, 4 or 8 clips are averaged. The clips last at most 4 s, one segment; several
of one speaker, by one system, from one repository, stand for the segments of a longer file.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from keras_impl.evaluation.scores import read_scores
from keras_impl.models.calibration import logits_of
from keras_impl.reporting.markdown import table
from keras_impl.samples.index import load_samples
from keras_impl.speech.modality import SPEECH

LANGUAGES = {
    "AISHELL": "Mandarin",
    "AISHELL3": "Mandarin",
    "CSMSC": "Mandarin",
    "JSUT": "Japanese",
    "multilingual/TEDx": "several",
}
"""By corpus; all others are English, as far as their names tell."""

COUNTS = (1, 2, 4, 8)

DRAWS = 1000
"""Bootstrap resamples of speakers."""


def main() -> None:
    """Print both tables for each approach."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("speech", type=Path, help="folder with clips.csv")
    parser.add_argument("sound", type=Path, help="folder that extract_sound wrote")
    parser.add_argument("results", type=Path, help="results folder")
    arguments = parser.parse_args()
    clips = pd.read_csv(arguments.speech / "clips.csv", dtype=str, keep_default_na=False)
    languages = dict(zip(clips["id"], clips["corpus"].map(LANGUAGES).fillna("English"), strict=True))
    index = load_samples(arguments.sound, SPEECH).set_index("sample")
    by_language, by_count = [], []
    for approach in ("resnet", "svm_rbf"):
        scores = read_scores(arguments.results / approach / "scores.csv")
        scores = scores[(scores["split"] == "validation") & scores["p_fake"].notna()].set_index("sample")
        told = index.loc[scores.index]
        cases = pd.DataFrame(
            {
                "label": scores["label"],
                "logit": logits_of(scores["p_fake"].to_numpy())[:, 0],
                "speaker": told["person"].fillna(told["source"]),
                "language": [languages[Path(video).stem] for video in told["video"]],
                "voice": told[["corpus", "system", "person"]].fillna("").agg("|".join, axis=1),
            }
        )
        for language, part in cases.groupby("language"):
            by_language.append((approach, language, *counts(part), auc(part)))
        for count in COUNTS:
            joined = join(cases, count)
            by_count.append((approach, str(count), *counts(joined), auc(joined), auc(join(cases, 1, at_least=count))))
    print("# Speech clips, by language and by number of segments\n")
    print(table(("approach", "language", "real", "fake", "AUC"), by_language))
    print("\nIn brackets: 95 % intervals, bootstrap over speakers; none where fewer than five speak.\n")
    headings = ("approach", "clips averaged", "real", "fake", "AUC", "AUC of single clips of the same voices")
    print(table(headings, by_count))
    print(
        "\nClips of one speaker, by one system, from one repository, averaged in twos, fours and eights, stand for the "
        "segments of a longer file: no clip of this set is longer than one segment. The last column is for comparison: "
        "with more clips to a voice, fewer voices are left."
    )


def counts(cases: pd.DataFrame) -> tuple[str, str]:
    """Of real ones and of fakes."""
    return str(int((cases["label"] == 0).sum())), str(int((cases["label"] == 1).sum()))


def join(cases: pd.DataFrame, count: int, at_least: int | None = None) -> pd.DataFrame:
    """Mean logits of so many clips of a voice, of voices that have as many, or ``at_least`` so many."""
    rows = []
    for _, part in cases.groupby("voice"):
        if len(part) < (at_least or count):
            continue
        for start in range(0, len(part) - count + 1, count):
            some = part.iloc[start : start + count]
            rows.append(some.iloc[0].to_dict() | {"logit": some["logit"].mean()})
    return pd.DataFrame(rows, columns=cases.columns)


def auc(cases: pd.DataFrame) -> str:
    """The AUC with its interval."""
    if cases["label"].nunique() < 2:
        return "undef."
    value = roc_auc_score(cases["label"], cases["logit"])
    names, codes = np.unique(cases["speaker"].to_numpy(str), return_inverse=True)
    if len(names) < 5:
        return f"{value:.3f}"
    generator, drawn = np.random.default_rng(0), []
    for _ in range(DRAWS):
        weights = np.bincount(generator.integers(len(names), size=len(names)), minlength=len(names))[codes]
        if len(set(cases["label"][weights > 0])) == 2:
            drawn.append(roc_auc_score(cases["label"], cases["logit"], sample_weight=weights))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{value:.3f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    main()
