"""Short clips made from photos: real ones, and fakes that are marked as made up.

Real and fake clips differ in the picture alone: camera motion, light and compression are drawn
for each clip from the same ranges, whatever its label.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np

from keras_impl.core.storage import atomic_path, write_json, write_text
from keras_impl.datasets import MADE_UP_NAME
from keras_impl.datasets.dfdc import METADATA_NAME
from keras_impl.datasets.record import Problem
from keras_impl.demo.forgery import self_blended, swapped
from keras_impl.faces.face import FaceDetector, main_face
from keras_impl.media.image import read_image

SIDE = 256
"""Side of the clips' frames in pixels."""

VIEW = 2.2
"""Side of a clip's view of its photo, in lengths of the face's longer side."""

FRAMES, FRAMES_PER_SECOND = 12, 12
COMPRESSION = (20, 29)
"""Range of the H.264 quality setting (CRF): hardly visible to clearly visible."""


@dataclass(frozen=True)
class Portrait:
    """The part of a photo that becomes a clip: name, person, square image, landmarks in it."""

    name: str
    person: str
    image: np.ndarray
    landmarks: np.ndarray


def find_portraits(photos: Path, detector: FaceDetector) -> tuple[list[Portrait], list[Problem]]:
    """Cut the main face with its surroundings out of each ``<part>/<person>/*.jpg``."""
    portraits, problems = [], []
    for folder in sorted({path.parent.name for path in photos.glob("*/*/*.jpg")}):
        for number, path in enumerate(sorted(photos.glob(f"*/{folder}/*.jpg"))):
            name = f"{folder}_{number:02d}"
            image = read_image(path)
            (faces,) = detector.detect([image])
            if not faces:
                problems.append(Problem(f"{path.parent.parent.name}/{folder}/{path.name}", "MTCNN finds no face"))
                continue
            face = main_face(faces)
            x, y, width, height = face.box
            side = int(min(max(width, height) * VIEW, *image.shape[:2]))
            left = int(np.clip(x + width / 2 - side / 2, 0, image.shape[1] - side))
            top = int(np.clip(y + height / 2 - side / 2, 0, image.shape[0] - side))
            view = cv2.resize(image[top : top + side, left : left + side], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
            portraits.append(Portrait(name, folder, view, (face.landmarks - (left, top)) * SIDE / side))
    return portraits, problems


def make_clips(portraits: list[Portrait], folder: Path, seed: int = 0) -> Iterator[str]:
    """Write a real clip and two made-up fakes per portrait, then ``metadata.json``, to ``folder``, which says so first.

    Yields
    ------
    str
        The name of each clip once it is written.
    """
    write_text(folder / MADE_UP_NAME, "The fakes in this folder are made up: what learns from them is not for use.\n")
    metadata = {}
    for number, portrait in enumerate(portraits):
        generator = np.random.default_rng((seed, number))
        others = [other for other in portraits if other.person != portrait.person]
        donor = others[generator.integers(len(others))]
        image, landmarks = portrait.image, portrait.landmarks
        stills = {
            "real": image,
            "madeup_selfblended": self_blended(image, landmarks, generator),
            "madeup_swapped": swapped(image, landmarks, donor.image, donor.landmarks, generator),
        }
        original = f"{portrait.name}_real.mp4"
        for kind, still in stills.items():
            name = f"{portrait.name}_{kind}.mp4"
            write_clip(folder / name, _film(still, generator), int(generator.integers(*COMPRESSION)))
            metadata[name] = {"label": "REAL", "original": None}
            if kind != "real":
                metadata[name] = {"label": "FAKE", "original": original}
            yield name
    write_json(folder / METADATA_NAME, metadata)


def write_clip(path: Path, frames: Iterable[np.ndarray], compression: int) -> None:
    """Encode RGB frames of SIDE x SIDE pixels as H.264 in MP4, atomically."""
    with atomic_path(path) as temporary, av.open(str(temporary), "w") as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options={"crf": str(compression)})
        stream.width, stream.height, stream.pix_fmt = SIDE, SIDE, "yuv420p"
        for image in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())


def _film(still: np.ndarray, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Frames of a still under a slow small camera motion and a slow change of light."""
    start, drift = generator.uniform(-3, 3, 2), generator.uniform(-4, 4, 2)
    turn, zoom, light = generator.uniform(-2, 2), generator.uniform(1.0, 1.06), generator.uniform(0.9, 1.1)
    for moment in np.linspace(0, 1, FRAMES):
        matrix = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), turn * moment, 1.02 + (zoom - 1) * moment)
        matrix[:, 2] += start + drift * moment
        frame = cv2.warpAffine(still, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        yield cv2.convertScaleAbs(frame, alpha=1 + (light - 1) * moment)
