"""Pictures of an explanation: faces with heat, frames with boxes."""

import base64
from collections.abc import Sequence

import cv2
import numpy as np

from keras_impl.faces.face import Box
from keras_impl.prediction.render.people import colour_of
from keras_impl.prediction.result import FoundFace, Person, Snapshot, SoundSegment, probability

FAKE_COLOUR, REAL_COLOUR = (213, 94, 0), (0, 114, 178)
"""RGB of what speaks for fake and for real; the two can be told apart by people who see few colours."""

STRONGEST = 0.65
"""Opacity of the heat where it is strongest."""

QUALITY = 88
"""JPEG's, of 100."""

TOP = 99
"""Percentile of all places' shares, in absolute value, that has the strongest colour."""


def heat_scale(of_all: Sequence[FoundFace] | Sequence[SoundSegment]) -> float:
    """The share that is drawn in the strongest colour, one for all of a file, so that they compare."""
    shares = [np.abs(each.heat).ravel() for each in of_all if each.heat is not None]
    return float(np.percentile(np.concatenate(shares), TOP)) if shares else 0.0


def draw_heat(face: FoundFace, heat: np.ndarray, scale: float) -> np.ndarray:
    """The crop with what speaks for fake in vermilion and what speaks for real in blue: uint8 (224, 224, 3), RGB.

    The thin frame is the border of what ResNet50 sees.

    Parameters
    ----------
    face : FoundFace
    heat : ndarray of float32, shape (places, places)
        Its own.
    scale : float
        The share that is drawn in the strongest colour.
    """
    left, top, side = (round(value) for value in face.window)
    shares = np.zeros(face.crop.shape[:2], np.float32)
    inside = slice(top, top + side), slice(left, left + side)
    shares[inside] = cv2.resize(heat, (side, side), interpolation=cv2.INTER_CUBIC)
    drawn = colour(face.crop, shares, scale)
    cv2.rectangle(drawn, (left, top), (left + side - 1, top + side - 1), (255, 255, 255), 1)
    return drawn


def colour(picture: np.ndarray, heat: np.ndarray, scale: float) -> np.ndarray:
    """A picture with what speaks for fake in vermilion and what speaks for real in blue.

    Parameters
    ----------
    picture : ndarray of uint8, shape (h, w, 3)
        RGB.
    heat : ndarray of float32, shape (h, w)
    scale : float
        The share that is drawn in the strongest colour.
    """
    opacity = STRONGEST * np.clip(np.abs(heat) / max(scale, 1e-12), 0, 1)[..., None]
    towards = np.where(heat[..., None] > 0, np.array(FAKE_COLOUR, np.float32), np.array(REAL_COLOUR, np.float32))
    return (picture * (1 - opacity) + towards * opacity).round().astype(np.uint8)


def draw_boxes(image: np.ndarray, boxes: Sequence[tuple[Person, Box, float]]) -> None:
    """Draw boxes into a frame, in place: in the colours of the people, with their numbers.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3)
        RGB.
    boxes : sequence of (person, box, logit)
        Box in pixels of the image; the logit of the face in it, or near it in time.
    """
    thickness = max(1, round(image.shape[0] / 240))
    size = max(0.4, image.shape[0] / 900)
    for person, (x, y, width, height), logit in boxes:
        start, end = (round(x), round(y)), (round(x + width), round(y + height))
        cv2.rectangle(image, start, end, (0, 0, 0), 3 * thickness)
        cv2.rectangle(image, start, end, colour_of(person), 2 * thickness)
        text = f"{person.number}: P(fake) {probability(logit):.2f}"
        (_, tall), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, thickness)
        place = (max(0, start[0]), max(tall + below, start[1] - below))
        cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (0, 0, 0), 3 * thickness, cv2.LINE_AA)
        cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), thickness, cv2.LINE_AA)


def draw_snapshot(shot: Snapshot, people: Sequence[Person]) -> bytes:
    """A frame that was looked at, with boxes, as JPEG."""
    decoded = cv2.imdecode(np.frombuffer(shot.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None  # it was encoded here
    image = cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)
    scale = image.shape[1] / shot.width
    faces = [(person, face) for person in people for face in person.faces if face.frame == shot.number]
    boxes = [
        (person, Box(*(scale * side for side in face.box)), face.logits[person.score.approach])
        for person, face in faces
    ]
    draw_boxes(image, boxes)
    return jpeg(image)


def jpeg(image: np.ndarray, quality: int = QUALITY) -> bytes:
    """An RGB or grey image as JPEG."""
    if image.ndim == 3:
        image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    encoded, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert encoded
    return content.tobytes()


def data_address(content: bytes, kind: str) -> str:
    """A file's content as an address that a page can hold in itself."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
