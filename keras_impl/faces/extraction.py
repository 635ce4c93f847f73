"""From labelled videos, images and crops to face rows, one at a time."""

import math
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from keras_impl.errors import MediaError, NoFaceError
from keras_impl.faces.cropping import crop_square
from keras_impl.faces.cues import crop_cues
from keras_impl.faces.face import Face, main_face
from keras_impl.faces.index import CROPS_NAME, LANDMARK_COLUMNS
from keras_impl.media.image import read_image, write_png
from keras_impl.media.records import VideoRecord
from keras_impl.media.still import open_frames
from keras_impl.media.video import Frame, spread

if TYPE_CHECKING:  # it loads TensorFlow, which crops can do without
    from keras_impl.faces.detection import FaceDetector

ATTEMPTS = 5
"""How many places of each stretch of a video are searched for a face before giving up."""


def extract_video(record: VideoRecord, folder: Path, detector: "FaceDetector", frames_per_video: int) -> list[dict]:
    """Find the main face of evenly spread frames of a video, or of an image, and write its crop.

    Where a frame shows no face, up to `ATTEMPTS` other frames of the same stretch of the video
    are tried; the row's ``tries`` tells which attempt found it.

    Parameters
    ----------
    record : VideoRecord
    folder : Path
        The faces folder; crops go to its ``crops``.
    detector : FaceDetector
    frames_per_video : int
        How many faces to look for, at least 1. A video with fewer frames gives each frame once.

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
    rows, decoded = [], 0
    with open_frames(record) as reader:
        wanted = min(frames_per_video, len(reader))
        open_parts = list(range(wanted))
        seen: set[int] = set()
        for attempt in range(ATTEMPTS):
            numbers = spread(len(reader), wanted, attempt)
            part_of = {numbers[part]: part for part in open_parts if numbers[part] not in seen}
            seen.update(part_of)
            for frame in reader.read(part_of):  # one at a time: memory stays flat however many are wanted
                decoded += 1
                (faces,) = detector.detect([frame.image])
                if faces:
                    rows.append(_as_row(record, folder, frame, faces, tries=attempt + 1))
                    open_parts.remove(part_of[frame.number])
            if not open_parts:
                break
    if not decoded:
        raise MediaError("none of its frames can be decoded")
    if not rows:
        tried = "image" if record.is_image else f"{decoded} frames tried"
        raise NoFaceError(f"no face of at least {detector.min_face_size:g} px in the {tried}")
    return rows


def take_crop(record: VideoRecord) -> dict:
    """Describe a crop that the data set brought along; the file itself stays where it is.

    Returns
    -------
    dict
        A row of the face index, whose box is the whole image.

    Raises
    ------
    MediaError
        If the file can't be read or is not an image.
    """
    image = read_image(record.path)
    height, width = image.shape[:2]
    return {
        **_common(record, Frame(0, 0.0, image), image),
        "tries": 1,
        "faces_in_frame": 1,
        "confidence": math.nan,
        **dict(zip(("x", "y", "width", "height"), (0.0, 0.0, width, height), strict=True)),
        **dict.fromkeys(LANDMARK_COLUMNS, math.nan),
        "crop": os.path.abspath(record.path),
    }


def faceless_row(record: VideoRecord, error: MediaError) -> dict:
    """Row of a labelled video of which no face could be had: it is divided and counted all the same."""
    return {
        "sample": f"{record.video}#none",
        "video": record.video,
        "source": record.source,
        "label": record.label,
        "person": record.person,
        "part": record.part,
        "status": "no face" if isinstance(error, NoFaceError) else "unreadable",
    }


def _as_row(record: VideoRecord, folder: Path, frame: Frame, faces: list[Face], tries: int) -> dict:
    """Write the crop of the frame's main face and describe it."""
    face = main_face(faces)
    image = crop_square(frame.image, face.box)
    crop = f"{CROPS_NAME}/{_file_stem(record.video)}_{frame.number}.png"
    write_png(folder / crop, image)
    return {
        **_common(record, frame, image),
        "tries": tries,
        "faces_in_frame": len(faces),
        "confidence": face.confidence,
        **dict(zip(("x", "y", "width", "height"), face.box, strict=True)),
        **dict(zip(LANDMARK_COLUMNS, face.landmarks.ravel().tolist(), strict=True)),
        "crop": crop,
    }


def _common(record: VideoRecord, frame: Frame, crop: np.ndarray) -> dict:
    """The columns that don't depend on how the crop came about."""
    return {
        "sample": f"{record.video}#{frame.number}",
        "video": record.video,
        "source": record.source,
        "label": record.label,
        "original": record.original,
        "person": record.person,
        "donor": record.donor,
        "part": record.part,
        "frame": frame.number,
        "time": frame.time,
        "frame_width": frame.image.shape[1],
        "frame_height": frame.image.shape[0],
        "file_bytes": record.path.stat().st_size,
        **crop_cues(crop),
    }


def _file_stem(video: str) -> str:
    """A file name for a video's name: plain characters only, and still one for each video."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", video).lstrip(".")[:80]
    return plain if plain == video else f"{plain}-{sha256(video.encode()).hexdigest()[:8]}"
