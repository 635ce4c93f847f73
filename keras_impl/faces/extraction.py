"""From one labelled video, image or crop to rows of the face index."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from keras_impl.errors import MediaError, NoFaceError
from keras_impl.faces.chunks import chunks
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.cues import picture_cues
from keras_impl.faces.detection import FaceDetector
from keras_impl.faces.face import Face, main_face
from keras_impl.faces.framing import WINDOWS, Framing, Placed, cut_crop, cut_window, missing_share
from keras_impl.faces.index import CROPS_NAME, LANDMARK_COLUMNS, MISSING_COLUMNS
from keras_impl.index import told_by_data
from keras_impl.media.image import write_png
from keras_impl.media.names import file_stem
from keras_impl.media.records import VideoRecord
from keras_impl.media.still import StillReader, open_record
from keras_impl.media.video import Frame, VideoReader

Box = tuple[float, float, float, float]

ATTEMPTS = 5
"""How many places of each stretch of a video are searched for a face before giving up."""


@dataclass(frozen=True)
class Options:
    """What is looked for, and which short cuts are taken.

    Attributes
    ----------
    frames_per_video : int
        How many faces to look for in a video, at least 1. A video with fewer frames gives each
        frame once.
    config : FaceConfig
        How faces become samples.
    detect_every : int
        Search every so many of the wanted frames, and follow the face through those in between.
    reuse_boxes : bool
        Look for a fake's face where it is in its original.
    """

    frames_per_video: int = 1
    config: FaceConfig = field(default_factory=FaceConfig)
    detect_every: int = 1
    reuse_boxes: bool = False


def extract_video(
    record: VideoRecord,
    folder: Path,
    detector: FaceDetector,
    options: Options,
    of_original: Sequence[dict] = (),
    threads: int = 0,
    seconds: float = math.inf,
) -> list[dict]:
    """Find the main face of evenly spread frames of a video, or of an image, and write its crop.

    Where a frame shows no face, up to `ATTEMPTS` other frames of the same stretch of the video
    are tried; the row's ``tries`` tells which attempt found it.

    Parameters
    ----------
    record : VideoRecord
    folder : Path
        The faces folder; crops go to its ``crops``.
    detector : FaceDetector
    options : Options
    of_original : sequence of dict
        Rows of the video that this one was made from, to look for the face there first; it
        is ignored if that video has another length or size.
    threads : int, default 0
        Processor threads that decode; 0 leaves it to the decoder.
    seconds : float, optional
        How long reading the video may take.

    Returns
    -------
    list of dict
        One row of the face index per face found, at least one.

    Raises
    ------
    NoFaceError
        If none of the frames tried shows a face.
    MediaError
        If the video can't be read.
    """
    rows: list[dict] = []
    try:
        with open_record(record, threads, seconds) as reader:
            tried = _search(reader, record, folder, detector, options, of_original, rows)
            missing = len(reader.missing)
        if not tried:
            raise MediaError("none of its frames can be decoded")
        if not rows:
            where = "image" if record.is_image else f"{tried} frames tried"
            raise NoFaceError(f"no face of at least {detector.min_face_size:g} px in the {where}")
    except MediaError:
        for row in rows:  # of a video that fails half way, nothing stays
            (folder / row["crop"]).unlink(missing_ok=True)
        raise
    return sorted((row | {"frames_missing": missing} for row in rows), key=lambda row: row["frame"])


def _search(
    reader: VideoReader | StillReader,
    record: VideoRecord,
    folder: Path,
    detector: FaceDetector,
    options: Options,
    of_original: Sequence[dict],
    rows: list[dict],
) -> int:
    """Add a row per face found to ``rows``; return how many frames could be decoded."""
    length = len(reader)
    wanted = min(options.frames_per_video, length)
    open_parts = list(range(wanted))
    seen: set[int] = set()
    decoded = 0
    for attempt in range(ATTEMPTS):
        numbers = reader.spread(wanted, attempt)
        part_of = {numbers[part]: part for part in open_parts if numbers[part] not in seen}
        seen.update(part_of)
        for frames in chunks(reader.read(part_of), options.detect_every):
            decoded += len(frames)
            expected = {row["frame"]: row for row in of_original if _same_framing(row, frames[0], length)}
            for frame, (faces, found_by) in zip(frames, _find(frames, detector, options, expected), strict=True):
                if faces:
                    how = {"tries": attempt + 1, "found_by": found_by, "video_frames": length}
                    rows.append(_as_row(record, folder, frame, faces, options.config.framing) | how)
                    open_parts.remove(part_of[frame.number])
        if not open_parts:
            break
    return decoded


def _find(
    frames: list[Frame], detector: FaceDetector, options: Options, expected: dict[int, dict]
) -> list[tuple[list[Face], str]]:
    """Faces of each frame and how they were found: in the cheapest way that works for it."""
    found: dict[int, tuple[list[Face], str]] = {}

    def follow(boxes: dict[int, Box], found_by: str) -> None:
        """Look where a face is expected, by place in the chunk."""
        places = list(boxes)
        for place, face in zip(
            places, detector.follow([frames[place].image for place in places], list(boxes.values())), strict=True
        ):
            if face is not None:
                found[place] = [face], found_by

    def search(places: Iterable[int]) -> None:
        missing = [place for place in places if place not in found]
        for place, faces in zip(missing, detector.detect([frames[place].image for place in missing]), strict=True):
            found[place] = faces, "detection"

    in_original = {place: expected[frame.number] for place, frame in enumerate(frames) if frame.number in expected}
    follow({place: _box_of(row) for place, row in in_original.items()}, "original")
    anchors = sorted({*range(0, len(frames), options.detect_every), len(frames) - 1})
    search(anchors)
    follow(_between(frames, {place: found[place][0] for place in anchors}), "tracking")
    search(range(len(frames)))
    return [found[place] for place in range(len(frames))]


def _between(frames: list[Frame], anchors: dict[int, list[Face]]) -> dict[int, Box]:
    """Where the main face should be in the frames between two that show one, if it moves evenly."""
    boxes = {}
    for (before, earlier), (after, later) in pairwise(anchors.items()):
        if earlier and later:
            numbers = [frames[before].number, frames[after].number]
            ends = np.array([main_face(earlier).box, main_face(later).box])
            for place in range(before + 1, after):
                at = frames[place].number
                boxes[place] = tuple(np.interp(at, numbers, side) for side in ends.T)
    return boxes


def _same_framing(row: dict, frame: Frame, video_frames: int) -> bool:
    """Whether a row's video has as many frames of the same size, so that its boxes should fit."""
    shape = (row["frame_height"], row["frame_width"])
    return row["video_frames"] == video_frames and shape == frame.image.shape[:2]


def _box_of(row: dict) -> Box:
    return row["x"], row["y"], row["width"], row["height"]


def _as_row(record: VideoRecord, folder: Path, frame: Frame, faces: list[Face], framing: Framing) -> dict:
    """Write the crop of the frame's main face and describe it."""
    face = main_face(faces)
    placed = cut_crop(frame.image, face.landmarks, framing)
    crop = f"{CROPS_NAME}/{file_stem(record.video)}_{frame.number}.png"
    write_png(folder / crop, placed.crop.pixels)
    return {
        **frame_columns(record, frame),
        "faces_in_frame": len(faces),
        **face_columns(face),
        **crop_columns(placed, framing),
        "crop": crop,
    }


def frame_columns(record: VideoRecord, frame: Frame) -> dict:
    """The index's columns about the file and the frame."""
    return {
        **told_by_data(record),
        "donor": record.donor,
        "sample": f"{record.video}#{frame.number}",
        "frame": frame.number,
        "time": frame.time,
        "frame_width": frame.image.shape[1],
        "frame_height": frame.image.shape[0],
        "file_bytes": sum(path.stat().st_size for path in record.frames or [record.path]),
    }


def face_columns(face: Face) -> dict:
    """The index's columns about a face in the frame."""
    return {
        "confidence": face.confidence,
        **dict(zip(("x", "y", "width", "height"), face.box, strict=True)),
        **dict(zip(LANDMARK_COLUMNS, face.landmarks.ravel().tolist(), strict=True)),
    }


def crop_columns(placed: Placed, framing: Framing) -> dict:
    """The index's columns about a crop, and what networks see of it."""
    crop = placed.crop
    missing = (missing_share(crop, getattr(framing, window)) for window in WINDOWS)
    return {
        "crop_left": placed.left,
        "crop_top": placed.top,
        "crop_scale": placed.scale,
        **dict(zip(MISSING_COLUMNS, missing, strict=True)),
        **picture_cues(cut_window(crop, framing.facenet)),
    }
