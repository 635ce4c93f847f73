"""What a prediction consists of: plain values, so that the command, the report, the page and programs share them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Verdict = Literal["likely real", "likely fake", "can't tell"]


@dataclass(frozen=True)
class Reason:
    """Why, or what else has to be known: a sentence of `keras_impl.verdict.words`.

    Attributes
    ----------
    code : str
        Which sentence.
    values : dict of str to float, int or str
        What it names.
    """

    code: str
    values: Mapping[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """What one approach says of one person.

    Attributes
    ----------
    approach : str
        Its folder's name: resnet, svm, svm_rbf or fusion.
    logit : float
        Mean over the person's faces of the calibrated logit of P(fake).
    low, high : float or None
        95 % interval of that mean over frames, by Student's t; None for a single face. It covers how much the
        frames of this file differ, and nothing else: not whether the approach knows this kind of fake.
    threshold : float
        The logit above which it says fake, fixed in training.
    """

    approach: str
    logit: float
    low: float | None
    high: float | None
    threshold: float

    @property
    def p_fake(self) -> float:
        """P(fake), 0 to 1, of the mean logit."""
        return probability(self.logit)


@dataclass(frozen=True)
class FoundFace:
    """One face in one frame.

    Attributes
    ----------
    frame : int
        Number in display order, from 0.
    time : float
        Seconds from the first frame.
    box : (x, y, width, height)
        Pixels of the frame.
    logits : dict of str to float
        Calibrated logit of P(fake), by approach.
    crop : ndarray of uint8, shape (224, 224, 3)
        RGB: what the networks looked at; ResNet50 at its middle 160 pixels.
    heat : ndarray of float32, shape (40, 40), or None
        Shares of the places of those 160 pixels in ResNet50's logit (`keras_impl.approaches.resnet_maps`):
        positive speaks for fake. None without a ResNet50.
    embedding : ndarray of float32, shape (128,)
        FaceNet's, of length 1.
    """

    frame: int
    time: float
    box: tuple[float, float, float, float]
    logits: Mapping[str, float]
    crop: np.ndarray
    heat: np.ndarray | None
    embedding: np.ndarray


@dataclass(frozen=True)
class Person:
    """One person in a file: faces that are close in place and in FaceNet's space.

    Attributes
    ----------
    number : int
        From 1, in the order of appearance.
    faces : tuple of FoundFace
        In the order of time, one per frame at most.
    views : dict of str to View
        By approach, the decisive one first.
    is_supported : bool
        Whether there are enough faces for a score that counts.
    """

    number: int
    faces: tuple[FoundFace, ...]
    views: Mapping[str, View]
    is_supported: bool

    @property
    def view(self) -> View:
        """What the decisive approach says."""
        return next(iter(self.views.values()))


@dataclass(frozen=True)
class Snapshot:
    """A frame that was looked at, small.

    Attributes
    ----------
    number : int
    time : float
        Seconds from the first frame.
    jpeg : bytes
    """

    number: int
    time: float
    jpeg: bytes


@dataclass(frozen=True)
class Prediction:
    """What came of one file.

    Attributes
    ----------
    name : str
        The file's path as it was given, with characters that would disturb a terminal made visible.
    verdict : {"likely real", "likely fake", "can't tell"} or None
        None if the file could not be judged.
    problem : str
        Why it could not be judged; empty if it was.
    reasons : tuple of Reason
        First what the verdict rests on, then what else has to be known.
    people : tuple of Person
    decisive : int or None
        Number of the person whose score the file takes: the highest of those well supported.
    frames_read : int
        Frames looked at.
    duration : float
        Seconds from the first frame to the last one looked at; 0 of an image.
    frame_size : (width, height)
        Pixels; (0, 0) if nothing could be read.
    snapshots : tuple of Snapshot
        The frames looked at.
    """

    name: str
    verdict: Verdict | None = None
    problem: str = ""
    reasons: tuple[Reason, ...] = ()
    people: tuple[Person, ...] = ()
    decisive: int | None = None
    frames_read: int = 0
    duration: float = 0.0
    frame_size: tuple[int, int] = (0, 0)
    snapshots: tuple[Snapshot, ...] = ()

    @property
    def person(self) -> Person | None:
        """The person whose score the file takes."""
        return next((person for person in self.people if person.number == self.decisive), None)

    @property
    def view(self) -> View | None:
        """What the decisive approach says of that person."""
        return self.person.view if self.person else None

    @property
    def p_fake(self) -> float | None:
        """P(fake) of the file, 0 to 1; None without a score."""
        return self.view.p_fake if self.view else None

    @property
    def faces_used(self) -> int:
        """Faces that the score is the mean of."""
        return len(self.person.faces) if self.person else 0

    def as_dict(self) -> dict[str, Any]:
        """All of it but the pictures, for JSON."""
        from keras_impl.verdict.words import sentence

        return {
            "file": self.name,
            "verdict": self.verdict,
            "p_fake": self.p_fake,
            "interval": _interval(self.view) if self.view else None,
            "threshold": probability(self.view.threshold) if self.view else None,
            "problem": self.problem or None,
            "reasons": [
                {"code": reason.code, "text": sentence(reason), "values": dict(reason.values)}
                for reason in self.reasons
            ],
            "frames_read": self.frames_read,
            "faces_used": self.faces_used,
            "decisive_person": self.decisive,
            "people": [_person_as_dict(person) for person in self.people],
        }


def probability(logit: float) -> float:
    """A logit as a probability."""
    return float(1 / (1 + np.exp(-np.float64(logit))))


def _interval(view: View) -> list[float] | None:
    return None if view.low is None else [probability(view.low), probability(view.high)]


def _person_as_dict(person: Person) -> dict[str, Any]:
    return {
        "number": person.number,
        "is_supported": person.is_supported,
        "views": {
            name: {"p_fake": view.p_fake, "interval": _interval(view), "threshold": probability(view.threshold)}
            for name, view in person.views.items()
        },
        "faces": [
            {
                "frame": face.frame,
                "time": round(face.time, 3),
                "box": [round(side, 1) for side in face.box],
                "p_fake": {name: probability(logit) for name, logit in face.logits.items()},
            }
            for face in person.faces
        ],
    }
