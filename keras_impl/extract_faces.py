"""Step 1: a data set to face crops and an index of them."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli
from keras_impl.errors import DataError, MediaError
from keras_impl.media.layouts import LAYOUTS, find_layout, read_data


def main(
    data: Annotated[Path, typer.Option(help="A data set: a folder, or a CSV file.")] = Path("data/videos"),
    layout: Annotated[
        str | None, typer.Option(help=f"How it is laid out; recognised by default. One of {', '.join(LAYOUTS)}.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the crops and their index go.")] = Path("data/faces"),
    frames_per_video: Annotated[int, typer.Option(min=1, help="Faces to take from each video.")] = 1,
    min_face_size: Annotated[float, typer.Option(min=12, help="Smallest face to look for, in pixels.")] = 40,
) -> None:
    """Crop the main face of evenly spread frames of each video, or take crops as they are."""
    layout = find_layout(data, layout)
    records, problems = read_data(data, layout)  # first, so that a wrong folder is answered at once
    cli.say(f"Reading {data} in the layout {layout}: {len(records)} labelled videos and images")

    from keras_impl.faces import cropping, index
    from keras_impl.faces.extraction import extract_video, faceless_row, take_crop
    from keras_impl.media.records import Problem
    from keras_impl.storage import write_json
    from keras_impl.versions import versions

    detector = None
    if not all(record.is_crop for record in records):
        from keras_impl.faces.detection import FaceDetector  # loads TensorFlow: seconds that crops needn't wait

        detector = FaceDetector(min_face_size)
    rows, faceless = [], []
    for record in cli.track(records, "Extracting faces", total=len(records)):
        try:
            if record.is_crop:
                rows.append(take_crop(record))
            else:
                rows += extract_video(record, out, detector, frames_per_video)
        except MediaError as error:
            problems.append(Problem(record.video, str(error)))
            faceless.append(faceless_row(record, error))
    index.write_faceless(out, faceless)
    index.write_problems(out, problems)
    cli.report_problems(problems, out / index.PROBLEMS_NAME)
    if not rows:
        raise DataError(f"no face was extracted from {data}: {out / index.PROBLEMS_NAME} says why for each video")

    faces = index.write_index(out, rows)
    settings = {
        "layout": layout,
        "frames_per_video": frames_per_video,
        "min_face_size": min_face_size,
        "crop_margin": cropping.MARGIN,
        "crop_size": cropping.SIZE,
        "versions": versions("mtcnn", "tensorflow", "av", "opencv-python-headless"),
    }
    write_json(out / index.SETTINGS_NAME, settings)
    videos = faces.drop_duplicates("video")
    retried = int((faces["tries"] > 1).sum())
    if retried:
        cli.say(f"{retried} faces were found only in another frame than the one first looked at (column tries)")
    fakes = int(videos["label"].sum())
    cli.say(
        f"Wrote {out / index.INDEX_NAME}: {len(faces)} faces of {len(videos)} videos "
        f"({len(videos) - fakes} real, {fakes} fake)"
    )


if __name__ == "__main__":
    cli.run(main, "extract_faces")
