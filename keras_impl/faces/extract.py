"""From one labelled video, image or crop to rows of the face index."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from keras_impl.datasets.record import MediaRecord
from keras_impl.errors import MediaError, NoFaceError
from keras_impl.faces.chunks import chunks
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.crop_files import CROPS_NAME
from keras_impl.faces.cropping import WINDOWS, Framing, Placed, cut_crop, cut_window, missing_share
from keras_impl.faces.cues import picture_cues
from keras_impl.faces.face import Face, FaceDetector, main_face
from keras_impl.faces.modality import LANDMARK_COLUMNS, MISSING_COLUMNS
from keras_impl.media.image import write_png
from keras_impl.media.names import file_stem
from keras_impl.media.still import StillReader, open_frames
from keras_impl.media.video import Frame, VideoReader
from keras_impl.samples.index import told_by_data

FOUND_BY = "detection"

ATTEMPTS = 5
"""How many places of each stretch of a video are searched for a face before giving up."""


@dataclass(frozen=True)
class Options:
    """What is looked for.

    Attributes
    ----------
    frames_per_video : int
        How many faces to look for in a video, at least 1. A video with fewer frames gives each
        frame once.
    config : FaceConfig
        How faces become samples.
    """

    frames_per_video: int = 1
    config: FaceConfig = field(default_factory=FaceConfig)


def extract_video(
    record: MediaRecord,
    folder: Path,
    detector: FaceDetector,
    options: Options,
    threads: int = 0,
    seconds: float = math.inf,
) -> list[dict]:
    """Find the main face of evenly spread frames of a video, or of an image, and write its crop.

    Where a frame shows no face, up to `ATTEMPTS` other frames of the same stretch of the video
    are tried; the row's ``tries`` tells which attempt found it.

    Parameters
    ----------
    record : MediaRecord
    folder : Path
        The faces folder; crops go to its ``crops``.
    detector : FaceDetector
    options : Options
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
            tried = _search(reader, record, folder, detector, options, rows)
            missing = len(reader.missing)
        if not tried:
            raise MediaError("none of its frames can be decoded", code="no_frames")
        if not rows:
            where = "image" if record.is_image else f"{tried} frames tried"
            smallest = detector.min_face_size
            reason = f"no face of at least {smallest:g} px in the {where}"
            raise NoFaceError(reason, code="no_face", smallest=round(smallest), frames=tried)
    except MediaError:
        for row in rows:  # of a video that fails half way, nothing stays
            (folder / row["crop"]).unlink(missing_ok=True)
        raise
    return sorted((row | {"frames_missing": missing} for row in rows), key=lambda row: row["frame"])


def _search(
    reader: VideoReader | StillReader,
    record: MediaRecord,
    folder: Path,
    detector: FaceDetector,
    options: Options,
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
        for frames in chunks(reader.read(part_of)):
            decoded += len(frames)
            for frame, faces in zip(frames, detector.detect([frame.image for frame in frames]), strict=True):
                if faces:
                    how = {"tries": attempt + 1, "found_by": FOUND_BY, "video_frames": length}
                    rows.append(_as_row(record, folder, frame, faces, options.config.framing) | how)
                    open_parts.remove(part_of[frame.number])
        if not open_parts:
            break
    return decoded


def _as_row(record: MediaRecord, folder: Path, frame: Frame, faces: list[Face], framing: Framing) -> dict:
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


def frame_columns(record: MediaRecord, frame: Frame) -> dict:
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


def open_record(record: MediaRecord, threads: int = 0, seconds: float = float("inf")) -> VideoReader | StillReader:
    """Open a labelled video, which may be a folder of numbered pictures; arguments as of `open_frames`."""
    return StillReader(record.frames, seconds) if record.frames else open_frames(record.path, threads, seconds)
