"""What a prediction consists of: plain values, so that the command, the report, the page and programs share them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from scipy.special import expit

from keras_impl.faces.cropping import Square
from keras_impl.media.formats import ModalityName

Verdict = Literal["likely real", "likely fake", "can't tell"]


@dataclass(frozen=True)
class Reason:
    """Why, or what else has to be known: a sentence of `keras_impl.prediction.render.words`.

    Attributes
    ----------
    code : str
        Which sentence.
    values : dict of str to float, int or str
        What it names.
    part : {"image", "sound"} or None
        What of the file it is about; None if about all of it.
    """

    code: str
    values: Mapping[str, float | int | str] = field(default_factory=dict)
    part: ModalityName | None = None


@dataclass(frozen=True)
class View:
    """What one approach says of one person, or of the sound.

    Attributes
    ----------
    approach : str
        Its folder's name: resnet, svm, svm_rbf or fusion.
    logit : float
        Mean over the person's faces, or the segments of sound, of the calibrated logit of P(fake).
    low, high : float or None
        95 % interval of that mean over frames or segments, by Student's t; None for a single one. It covers how
        much those of this file differ, and nothing else: not whether the approach knows this kind of fake.
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
    certainty : float
        How sure the detector is: from 0, which just passes, to 1.
    logits : dict of str to float
        Calibrated logit of P(fake), by approach.
    crop : ndarray of uint8, shape (224, 224, 3)
        RGB: the face with its surroundings, to look at.
    window : Square
        What ResNet50 sees of it, in pixels of the crop.
    heat : ndarray of float32, shape (places, places), or None
        Shares of the places of that window in ResNet50's logit (`keras_impl.models.resnet.heat_maps`):
        positive speaks for fake. None without a ResNet50.
    embedding : ndarray of float32, shape (128,)
        FaceNet's, of length 1.
    """

    frame: int
    time: float
    box: tuple[float, float, float, float]
    certainty: float
    logits: Mapping[str, float]
    crop: np.ndarray
    window: Square
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
class ImagePrediction:
    """What came of looking at a file.

    Attributes
    ----------
    verdict : {"likely real", "likely fake", "can't tell"} or None
        None if the image could not be judged.
    problem : str
        Why it could not be judged; empty if it was.
    reasons : tuple of Reason
        First what the verdict rests on, then what else has to be known.
    people : tuple of Person
    decisive : int or None
        Number of the person whose score is taken: the highest of those well supported.
    frames_read : int
        Frames looked at.
    duration : float
        Seconds from the first frame to the last one looked at; 0 of a still image.
    frame_size : (width, height)
        Pixels; (0, 0) if nothing could be read.
    snapshots : tuple of Snapshot
        The frames looked at.
    """

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
        """The person whose score is taken."""
        return next((person for person in self.people if person.number == self.decisive), None)

    @property
    def view(self) -> View | None:
        """What the decisive approach says of that person."""
        return self.person.view if self.person else None

    @property
    def shown(self) -> Person | None:
        """The person to show: that one, else the first of those seen too seldom to count."""
        return self.person or next(iter(self.people), None)

    @property
    def faces_used(self) -> int:
        """Faces that the score is the mean of."""
        return len(self.person.faces) if self.person else 0

    def as_dict(self) -> dict[str, Any]:
        """All of it but the pictures, for JSON."""
        return _part_as_dict(self) | {
            "frames_read": self.frames_read,
            "faces_used": self.faces_used,
            "decisive_person": self.decisive,
            "people": [_person_as_dict(person) for person in self.people],
        }


@dataclass(frozen=True)
class SoundSegment:
    """A stretch of sound that was judged.

    Attributes
    ----------
    start : float
        Seconds from the beginning of the sound.
    seconds : float
        How long it is.
    logits : dict of str to float
        Calibrated logit of P(fake), by approach.
    spectrogram : ndarray of uint8, shape (128, n)
        Grey; a row is a mel band, the highest first, a column 10 ms.
    heat : ndarray of float32, shape (32, n), or None
        Shares of the places of this picture in ResNet50's logit (`keras_impl.models.resnet.heat_maps`):
        positive speaks for fake. None without a ResNet50.
    """

    start: float
    seconds: float
    logits: Mapping[str, float]
    spectrogram: np.ndarray
    heat: np.ndarray | None

    @property
    def middle(self) -> float:
        """Seconds from the beginning of the sound."""
        return self.start + self.seconds / 2


@dataclass(frozen=True)
class SoundPrediction:
    """What came of listening to a file.

    Attributes
    ----------
    verdict : {"likely real", "likely fake", "can't tell"} or None
        None if the sound could not be judged.
    problem : str
        Why it could not be judged; empty if it was.
    status : str
        The same in a word or two: "no sound track", "silent", "too short", "no speech" or "unreadable"; empty if it
        was judged.
    reasons : tuple of Reason
        First what the verdict rests on, then what else has to be known.
    segments : tuple of SoundSegment
        In the order of time.
    views : dict of str to View
        By approach, the decisive one first.
    duration : float
        Seconds of all of the sound.
    """

    verdict: Verdict | None = None
    problem: str = ""
    status: str = ""
    reasons: tuple[Reason, ...] = ()
    segments: tuple[SoundSegment, ...] = ()
    views: Mapping[str, View] = field(default_factory=dict)
    duration: float = 0.0

    @property
    def view(self) -> View | None:
        """What the decisive approach says."""
        return next(iter(self.views.values()), None)

    def as_dict(self) -> dict[str, Any]:
        """All of it but the pictures, for JSON."""
        return _part_as_dict(self) | {
            "status": self.status or None,
            "duration": round(self.duration, 2),
            "views": _views_as_dict(self.views),
            "segments": [
                {
                    "start": round(segment.start, 3),
                    "seconds": round(segment.seconds, 3),
                    "p_fake": _logits_as_dict(segment.logits),
                }
                for segment in self.segments
            ],
        }


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
    image : ImagePrediction or None
        None of a recording, and without a model of the image.
    sound : SoundPrediction or None
        None of a picture, and without a model of sound.
    rests_on : {"image", "sound"} or None
        The part that the verdict is taken from; None if the file could not be judged.
    notes : tuple of Reason
        What has to be known beside the reasons of the parts.
    """

    name: str
    verdict: Verdict | None = None
    problem: str = ""
    image: ImagePrediction | None = None
    sound: SoundPrediction | None = None
    rests_on: ModalityName | None = None
    notes: tuple[Reason, ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What the verdict rests on, and what else has to be known: of the image, of the sound, of all."""
        return (*(reason for part in (self.image, self.sound) if part for reason in part.reasons), *self.notes)

    @property
    def deciding(self) -> ImagePrediction | SoundPrediction | None:
        """The part that the verdict is taken from."""
        return {"image": self.image, "sound": self.sound, None: None}[self.rests_on]

    @property
    def view(self) -> View | None:
        """What the decisive approach says of the part that the verdict is taken from; None without a score."""
        return self.deciding.view if self.deciding else None

    @property
    def p_fake(self) -> float | None:
        """P(fake) of that part, 0 to 1; None without a score."""
        return self.view.p_fake if self.view else None

    def as_dict(self) -> dict[str, Any]:
        """All of it but the pictures, for JSON."""
        from keras_impl.prediction.render.words import sentence

        return {
            "file": self.name,
            "verdict": self.verdict,
            "rests_on": self.rests_on,
            **_score_as_dict(self.view),
            "problem": self.problem or None,
            "reasons": [
                {"part": reason.part, "code": reason.code, "text": sentence(reason), "values": dict(reason.values)}
                for reason in self.reasons
            ],
            "image": self.image.as_dict() if self.image else None,
            "sound": self.sound.as_dict() if self.sound else None,
        }


def probability(logit: float) -> float:
    """A logit as a probability."""
    return float(expit(logit))


def _part_as_dict(part: ImagePrediction | SoundPrediction) -> dict[str, Any]:
    return {"verdict": part.verdict, **_score_as_dict(part.view), "problem": part.problem or None}


def _score_as_dict(view: View | None) -> dict[str, Any]:
    if view is None:
        return dict.fromkeys(("p_fake", "interval", "threshold"))
    interval = None if view.low is None else [probability(view.low), probability(view.high)]
    return {"p_fake": view.p_fake, "interval": interval, "threshold": probability(view.threshold)}


def _views_as_dict(views: Mapping[str, View]) -> dict[str, Any]:
    return {name: _score_as_dict(view) for name, view in views.items()}


def _logits_as_dict(logits: Mapping[str, float]) -> dict[str, float]:
    return {name: probability(logit) for name, logit in logits.items()}


def _person_as_dict(person: Person) -> dict[str, Any]:
    return {
        "number": person.number,
        "is_supported": person.is_supported,
        "views": _views_as_dict(person.views),
        "faces": [
            {
                "frame": face.frame,
                "time": round(face.time, 3),
                "box": [round(side, 1) for side in face.box],
                "p_fake": _logits_as_dict(face.logits),
            }
            for face in person.faces
        ],
    }
