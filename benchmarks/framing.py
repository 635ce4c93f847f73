"""Whether faces of several origins are framed alike, in what each network really sees.

``python benchmarks/framing.py FACES...`` takes folders that `extract_faces` wrote. Of each it looks for landmarks
anew in FaceNet's window, the wider one (with repeated border, as in tight crops), and prints how far eyes and mouth
are apart in each network's window, as a share of its side. ``--alone`` looks for them in each window by itself:
ResNet50's is so tight that the detector misses many faces there, and is off in others. It draws a sheet of ten
windows a folder with their landmarks into ``--sheets``: look at it, and don't commit it.

``--video`` names videos to measure on how much landmarks vary: between neighbouring frames, and between the whole
frame and a tight crop of it. From these two come the amounts by which training jitters windows.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from keras_impl import console
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import (
    WINDOWS,
    Crop,
    Framing,
    Square,
    Window,
    cut_square,
    cut_window,
    eye_to_mouth,
    square_of,
)
from keras_impl.faces.face import FaceDetector, main_face
from keras_impl.faces.modality import FACES, MISSING_COLUMNS
from keras_impl.faces.mtcnn import MTCNN
from keras_impl.faces.ready_made import crop_detector, find_landmarks
from keras_impl.media.image import write_png
from keras_impl.media.video import VideoReader
from keras_impl.samples.index import read_index, read_settings

MOST_FACES = 400
"""Of a folder, drawn at random."""

SHOWN = 10
STRETCHES = 8
"""Places of a video at which two neighbouring frames are compared."""

TIGHT = 0.447
"""Eye-to-mouth share of the tight crops: the median of a public set of DFDC faces."""

PERCENTILES = (5, 50, 95)


def windows_of(folder: Path) -> tuple[list[Crop], Framing, np.ndarray]:
    """Crops of a folder, their framing, and how much of their windows is missing on average."""
    index = read_index(folder, FACES)
    _, config = read_settings(folder, FACES)
    chosen = index.sample(min(len(index), MOST_FACES), random_state=0)
    pairs = zip(chosen["crop"], landmarks_of(chosen), strict=True)
    crops = [read_crop(folder / crop, landmarks, config.framing) for crop, landmarks in pairs]
    return crops, config.framing, chosen[list(MISSING_COLUMNS)].to_numpy().mean(axis=0)


def share_in(crop: Crop, window: Window, searched: Window, detector: FaceDetector) -> float:
    """Distance from eyes to mouth as a share of a window's side, by landmarks found in another; nan if none are."""
    face = find_landmarks(cut_window(crop, searched), detector)
    if face is None:
        return np.nan
    pixels = max(1, round(square_of(crop.landmarks, searched.share).side))  # as many become the window's size
    distance = eye_to_mouth(face.landmarks)[1] * pixels / searched.size
    return distance / max(1, round(square_of(crop.landmarks, window.share).side))


def draw_sheet(path: Path, crops: Sequence[Crop], framing: Framing) -> None:
    """Draw windows of both networks, a row each, with the landmarks that they were cut by."""
    rows = []
    for name in WINDOWS:
        window, views = getattr(framing, name), []
        for crop in crops[:SHOWN]:
            view = cut_window(crop, window).copy()
            left, top, side = square_of(crop.landmarks, window.share)
            for x, y in (crop.landmarks - (left, top)) * window.size / side:
                cv2.circle(view, (round(x), round(y)), 3, (0, 255, 0), 1, cv2.LINE_AA)
            views.append(view)
        rows.append(np.concatenate(views, axis=1))
    write_png(path, np.concatenate(rows))


def neighbours(video: Path, detector: FaceDetector) -> tuple[list[tuple[float, ...]], list[tuple[float, ...]]]:
    """How the main face's scale (log) and place (in eye-to-mouth distances) differ from one frame to the next.

    And from the whole frame to a tight crop of it.
    """
    searcher, by_frame, by_crop = crop_detector(FaceConfig()), [], []
    with VideoReader(video) as reader:
        starts = np.unique(np.linspace(0, len(reader) - 2, STRETCHES).astype(int))
        images = {frame.number: frame.image for frame in reader.read({int(s) + k for s in starts for k in (0, 1)})}
    found = {number: detector.detect([image])[0] for number, image in images.items()}
    landmarks = {number: main_face(faces).landmarks for number, faces in found.items() if faces}
    for start in map(int, starts):
        if start in landmarks and start + 1 in landmarks:
            change = differ(landmarks[start], landmarks[start + 1])
            if max(map(abs, change)) < 1:  # else it is another face
                by_frame.append(change)
    for number, points in landmarks.items():
        left, top, side = square_of(points, TIGHT)
        origin, side = np.round([left, top]), round(side)
        again = find_landmarks(cut_square(images[number], Square(*origin, side), 224), searcher)
        if again is not None:
            by_crop.append(differ(points, again.landmarks * side / 224 + origin))
    return by_frame, by_crop


def differ(one: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """Logarithm of the ratio of sizes, and shifts right and down in eye-to-mouth distances."""
    (middle, distance), (other_middle, other_distance) = eye_to_mouth(one), eye_to_mouth(other)
    return float(np.log(other_distance / distance)), *((other_middle - middle) / distance).tolist()


def main(
    folders: Annotated[list[Path], typer.Argument(help="Folders that extract_faces wrote.")],
    sheets: Annotated[Path | None, typer.Option(help="Draw a sheet of windows for each folder into this one.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Look for landmarks in each window by itself.")] = False,
    video: Annotated[list[Path] | None, typer.Option(help="Measure how much landmarks vary in these.")] = None,
) -> None:
    """Print how faces are framed."""
    searcher, rows, medians = crop_detector(FaceConfig()), [], {name: [] for name in WINDOWS}
    for number, folder in enumerate(folders):
        crops, framing, missing = windows_of(folder)
        for name, share in zip(WINDOWS, missing, strict=True):
            window = getattr(framing, name)
            searched = window if alone else framing.facenet
            found = np.array([share_in(crop, window, searched, searcher) for crop in crops])
            low, median, high = np.nanpercentile(found, PERCENTILES)
            medians[name].append(median)
            figures = f"{low:.3f}", f"{median:.3f}", f"{high:.3f}"
            again = f"{np.isfinite(found).sum()}/{len(found)}"
            rows.append([folder.parent.name, name, f"{window.share:g}", *figures, again, f"{share:.1%}"])
        if sheets is not None:
            draw_sheet(sheets / f"{number}_{folder.parent.name}.png", crops, framing)
    console.table(("set", "window", "cut", "5 %", "median", "95 %", "found", "missing"), rows)
    for name, each in medians.items():
        console.say(f"{name}: the medians lie within {max(each) / min(each) - 1:.1%} of each other")
    if video:
        detector, by_frame, by_crop = MTCNN(40), [], []
        for path in video:
            frames, tight = neighbours(path, detector)
            by_frame, by_crop = by_frame + frames, by_crop + tight
        for label, changes in (("neighbouring frames", by_frame), ("frame and tight crop", by_crop)):
            ends = np.percentile(np.abs(changes), 95, axis=0)
            place = max(ends[1:])
            console.say(
                f"{label}: of {len(changes)} pairs, 95 % differ by at most {ends[0]:.3f} in the logarithm of scale, "
                f"and {place:.3f} of the eye-to-mouth distance in place ({place * Framing().resnet.share:.3f} of "
                "ResNet50's window)"
            )


if __name__ == "__main__":
    typer.run(main)
