"""Step 1: a data set to face crops and an index of them."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console
from keras_impl.datasets import LAYOUTS, find_layout, notes_on, read_data
from keras_impl.errors import DataError

KNOWN = [name for name, layout in LAYOUTS.items() if "image" in layout.MODALITIES]


def main(
    data: Annotated[Path, typer.Option(help="A data set: a folder, or a CSV file.")] = Path("data/videos"),
    layout: Annotated[
        str | None, typer.Option(help=f"How it is laid out; recognised by default. One of {', '.join(KNOWN)}.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the crops and their index go.")] = Path("data/faces"),
    frames_per_video: Annotated[int, typer.Option(min=1, help="Faces to take from each video.")] = 1,
    min_face_size: Annotated[
        float | None, typer.Option(min=12, help="Smallest face to look for, in pixels; not in crops. [default: 40]")
    ] = None,
    redo_problems: Annotated[bool, typer.Option("--redo-problems", help="Try again what gave no face before.")] = False,
    time_limit: Annotated[float, typer.Option(min=1, help="Seconds that reading one video may take.")] = 600,
    jobs: Annotated[int | None, console.jobs_option()] = None,
    backend: Annotated[Literal["loky", "dask"], console.backend_option()] = "loky",
    scheduler: Annotated[str | None, console.scheduler_option()] = None,
    log: Annotated[Path | None, typer.Option(help="Append a line of JSON per video to this file.")] = None,
) -> None:
    """Crop the main face of evenly spread frames of each video, or take crops as they are.

    What is finished is kept: started again, an interrupted run goes on where it was, and only new or
    changed videos are worked on.
    """
    layout = find_layout(data, layout)
    records, problems = read_data(data, layout)  # first, so that a wrong folder is answered at once
    console.say(f"Reading {data} in the layout {layout}: {len(records)} labelled videos and images")
    for note in notes_on(data, layout, records):
        console.say(note)

    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.core.versions import versions
    from keras_impl.faces.config import MIN_FACE_SIZE, FaceConfig
    from keras_impl.faces.dataset import FaceExtraction
    from keras_impl.faces.extract import Options
    from keras_impl.faces.modality import FACES
    from keras_impl.samples import index

    workers = Workers(jobs or cpu_count(), backend, scheduler, patience=2 * time_limit, apart=True)
    is_ready_made = all(record.is_crop for record in records)
    if is_ready_made and min_face_size is not None:
        raise DataError("--min-face-size is for whole pictures, and all these are crops: leave it out")
    config = FaceConfig(min_face_size=None if is_ready_made else min_face_size or MIN_FACE_SIZE)
    options = Options(frames_per_video, config)
    with FaceExtraction(records, out, options, redo_problems) as extraction:
        todo = len(extraction.todo)
        if todo < len(records):
            console.say(f"{len(records) - todo} of them are finished already")
        console.follow_extraction(extraction.run(workers, time_limit), todo, "faces", log)
        totals = extraction.compile(problems)
        stand_ins = extraction.stand_ins
        gaps = [outcome.rows[0]["frames_missing"] for _, outcome in extraction.outcomes() if outcome.rows]
        retried = sum(row["tries"] > 1 for _, outcome in extraction.outcomes() for row in outcome.rows)
    console.report_problems(totals.problems, out / index.PROBLEMS_NAME)
    if not totals.samples:
        raise DataError(f"no face was extracted from {data}: {out / index.PROBLEMS_NAME} says why for each video")

    index.write_settings(
        out,
        FACES,
        config,
        layout=layout,
        frames_per_video=frames_per_video,
        versions=versions("mtcnn", "openvino", "av", "opencv-python-headless"),
    )
    if retried:
        console.say(f"{retried} faces were found only in another frame than the one first looked at (column tries)")
    if any(gaps):
        console.say(
            f"{sum(gaps)} wanted frames of {sum(map(bool, gaps))} videos can't be decoded (column frames_missing)"
        )
    if stand_ins:
        console.say(
            f"In {stand_ins} of {totals.samples} crops no landmarks were found: those of the other crops stand in "
            "(found_by is median)"
        )
    console.say(
        f"Wrote {out / index.INDEX_NAME}: {totals.samples} faces of {totals.videos} videos "
        f"({totals.videos - totals.fakes} real, {totals.fakes} fake)"
    )


if __name__ == "__main__":
    console.run(main, "extract_faces")
