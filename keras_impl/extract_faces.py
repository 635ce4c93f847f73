"""Step 1: a data set to face crops and an index of them."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console
from keras_impl.datasets import layouts_for, open_data
from keras_impl.errors import DataError


def main(
    data: Annotated[Path, typer.Option(help="A data set: a folder, or a CSV file.")] = Path("data/videos"),
    layout: Annotated[str | None, console.layout_option(layouts_for("image"))] = None,
    out: Annotated[Path, typer.Option(help="Where the crops and their index go.")] = Path("data/faces"),
    frames_per_video: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Faces to take from each video. [default: 8 of up to 250 videos, 4 up to 500, 2 up to 1000, else 1]",
            show_default=False,
        ),
    ] = None,
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
    found = open_data(data, layout, "image")  # first, so that a wrong folder is answered at once
    console.say(f"Reading {data} in the layout {found.layout}: {len(found.records)} labelled videos and images")
    for note in found.notes:
        console.say(note)
    if min_face_size is not None and all(record.is_crop for record in found.records):
        raise DataError("--min-face-size is for whole pictures, and all these are crops: leave it out")

    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.faces.config import MIN_FACE_SIZE, FaceConfig
    from keras_impl.faces.dataset import extract_faces
    from keras_impl.faces.extract import Options
    from keras_impl.faces.frames import default_frames
    from keras_impl.faces.modality import FACES
    from keras_impl.samples.index import INDEX_NAME

    workers = Workers(jobs or cpu_count(), backend, scheduler, patience=2 * time_limit, apart=True)
    frames = frames_per_video or default_frames(found.records)
    if frames_per_video is None and frames > 1:
        console.say(f"Taking {frames} faces from each video, as there are few (--frames-per-video)")
    options = Options(frames, FaceConfig(min_face_size=min_face_size or MIN_FACE_SIZE))
    totals = extract_faces(found, out, options, workers, redo_problems, time_limit, log, console)
    console.say(f"Wrote {out / INDEX_NAME}: {totals.described(FACES)}")


if __name__ == "__main__":
    console.run(main, "extract_faces")
