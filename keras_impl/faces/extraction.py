"""From labelled videos to face rows and crops, one video at a time."""

import re
from hashlib import sha256
from pathlib import Path

from keras_impl.errors import MediaError
from keras_impl.faces.cropping import crop_square
from keras_impl.faces.detection import FaceDetector
from keras_impl.faces.face import Face, main_face
from keras_impl.faces.index import CROPS_NAME, LANDMARK_COLUMNS
from keras_impl.media.image import write_png
from keras_impl.media.records import VideoRecord
from keras_impl.media.video import Frame, VideoReader, spread

ATTEMPTS = 5
"""How many places of each stretch of a video are searched for a face before giving up."""


def extract_video(record: VideoRecord, folder: Path, detector: FaceDetector, frames_per_video: int) -> list[dict]:
    """Find the main face of evenly spread frames and write its crop.

    Where a frame shows no face, up to `ATTEMPTS` other frames of the same stretch of the video
    are tried; the row's ``tries`` tells how many it took.

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
    MediaError
        If the video can't be read or none of the frames tried shows a face.
    """
    rows, decoded = [], 0
    with VideoReader(record.path) as reader:
        wanted = min(frames_per_video, len(reader))
        open_parts = list(range(wanted))
        seen: set[int] = set()
        for attempt in range(ATTEMPTS):
            numbers = spread(len(reader), wanted, attempt)
            part_of = {numbers[part]: part for part in open_parts if numbers[part] not in seen}
            seen.update(part_of)
            frames = list(reader.read(part_of))
            decoded += len(frames)
            found = detector.detect([frame.image for frame in frames])
            for frame, faces in zip(frames, found, strict=True):
                if faces:
                    rows.append(_as_row(record, folder, frame, faces, tries=attempt + 1))
                    open_parts.remove(part_of[frame.number])
            if not open_parts:
                break
    if not decoded:
        raise MediaError("none of its frames can be decoded")
    if not rows:
        raise MediaError(f"no face of at least {detector.min_face_size:g} px in the {decoded} frames tried")
    return rows


def _as_row(record: VideoRecord, folder: Path, frame: Frame, faces: list[Face], tries: int) -> dict:
    """Write the crop of the frame's main face and describe it."""
    face = main_face(faces)
    crop = f"{CROPS_NAME}/{_file_stem(record.video)}_{frame.number}.png"
    write_png(folder / crop, crop_square(frame.image, face.box))
    return {
        "sample": f"{record.video}#{frame.number}",
        "video": record.video,
        "source": record.source,
        "label": record.label,
        "original": record.original,
        "frame": frame.number,
        "time": frame.time,
        "tries": tries,
        "faces_in_frame": len(faces),
        "confidence": face.confidence,
        **dict(zip(("x", "y", "width", "height"), face.box, strict=True)),
        **dict(zip(LANDMARK_COLUMNS, face.landmarks.ravel().tolist(), strict=True)),
        "crop": crop,
    }


def _file_stem(video: str) -> str:
    """A file name for a video's name: plain characters only, and still one for each video."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", video).lstrip(".")[:80]
    return plain if plain == video else f"{plain}-{sha256(video.encode()).hexdigest()[:8]}"
