"""Step 1 for sound: a data set to segments of speech, an index, features of each, and a split."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console
from keras_impl.datasets import layouts_for, open_data


def main(
    data: Annotated[Path, typer.Option(help="A data set: a folder, or a CSV file.")] = Path("data/recordings"),
    layout: Annotated[str | None, console.layout_option(layouts_for("sound"))] = None,
    out: Annotated[Path, typer.Option(help="Where segments, features and split go.")] = Path("data/sound"),
    segments_per_file: Annotated[int, typer.Option(min=1, help="Segments of 4 s to take from each file.")] = 4,
    redo_problems: Annotated[bool, typer.Option("--redo-problems", help="Try again what gave nothing before.")] = False,
    time_limit: Annotated[float, typer.Option(min=1, help="Seconds that reading one file may take.")] = 600,
    jobs: Annotated[int | None, console.jobs_option()] = None,
    backend: Annotated[Literal["loky", "dask"], console.backend_option()] = "loky",
    scheduler: Annotated[str | None, console.scheduler_option()] = None,
    log: Annotated[Path | None, typer.Option(help="Append a line of JSON per file to this file.")] = None,
    seed: Annotated[int, console.seed_option("Seed of the split.")] = 0,
) -> None:
    """Cut segments of speech out of recordings and videos, describe them, and divide them.

    What is finished is kept: started again, an interrupted run goes on where it was, and only new or
    changed files are worked on.
    """
    found = open_data(data, layout, "sound")
    console.say(f"Reading {data} in the layout {found.layout}: {len(found.records)} labelled recordings and videos")
    for note in found.notes:
        console.say(note)

    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.samples.index import INDEX_NAME
    from keras_impl.speech.dataset import FILES_PER_TASK, extract_speech
    from keras_impl.speech.extract import Options
    from keras_impl.speech.modality import SPEECH
    from keras_impl.splits.division import divide_anew

    workers = Workers(jobs or cpu_count(), backend, scheduler, patience=2 * FILES_PER_TASK * time_limit, apart=True)
    totals = extract_speech(found, out, Options(segments_per_file), workers, redo_problems, time_limit, log, console)
    console.say(f"Wrote {out / INDEX_NAME}: {totals.described(SPEECH)}")
    divide_anew(out, SPEECH, seed, console)


if __name__ == "__main__":
    console.run(main, "extract_sound")
