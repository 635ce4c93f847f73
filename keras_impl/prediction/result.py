"""What a prediction consists of: plain values, so that the command, the report, the page and programs share them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from keras_impl.core.numbers import expit
from keras_impl.errors import Status
from keras_impl.faces.cropping import Square
from keras_impl.faces.face import Box
from keras_impl.media.facts import FileFacts
from keras_impl.media.formats import ModalityName
from keras_impl.prediction.reasons import DemoModel, Message, NotJudged, Problem, Reason, Verdict
from keras_impl.prediction.render.words import catalogue, sentence, verdict_in


@dataclass(frozen=True)
class ApproachScore:
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

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval as P(fake), 0 to 1; None for a single face or segment."""
        return None if self.low is None or self.high is None else (probability(self.low), probability(self.high))


@dataclass(frozen=True)
class FoundFace:
    """One face in one frame.

    Attributes
    ----------
    frame : int
        Number in display order, from 0.
    time : float
        Seconds from the first frame.
    box : Box
        In pixels of the frame.
    certainty : float
        How sure the detector is: from 0, which just passes, to 1.
    logits : dict of str to float
        Calibrated logit of P(fake), by approach.
    crop : ndarray of uint8, shape (224, 224, 3)
        RGB: the face with its surroundings, to look at.
    window : Square
        What ResNet50 sees of it, in pixels of the crop.
    heat : ndarray of float32, shape (places, places), or None
        Shares of the places of that window in the logit of the approach that can tell: positive speaks for fake.
    embedding : ndarray of float32, shape (128,), or None
        FaceNet's, of length 1; None where it wasn't asked, as there is plainly one person, or can't be had.
    quality : ndarray of float, shape (len(keras_impl.faces.quality.MEASURES),)
    """

    frame: int
    time: float
    box: Box
    certainty: float
    logits: Mapping[str, float]
    crop: np.ndarray
    window: Square
    heat: np.ndarray | None
    embedding: np.ndarray | None
    quality: np.ndarray


@dataclass(frozen=True)
class Person:
    """One person in a file: faces that are close in place and in FaceNet's space.

    Attributes
    ----------
    number : int
        From 1, in the order of appearance.
    faces : tuple of FoundFace
        In the order of time, one per frame at most.
    scores : dict of str to ApproachScore
        By approach, the decisive one first.
    is_supported : bool
        Whether there are enough faces for a score that counts.
    """

    number: int
    faces: tuple[FoundFace, ...]
    scores: Mapping[str, ApproachScore]
    is_supported: bool

    @property
    def score(self) -> ApproachScore:
        """What the decisive approach says."""
        return next(iter(self.scores.values()))


@dataclass(frozen=True)
class Snapshot:
    """A frame that was looked at, small.

    Attributes
    ----------
    number : int
    time : float
        Seconds from the first frame.
    width, height : int
        Of the frame itself, pixels.
    jpeg : bytes
        The frame, smaller.
    """

    number: int
    time: float
    width: int
    height: int
    jpeg: bytes


@dataclass(frozen=True)
class ImagePrediction:
    """What came of looking at a file that could be judged.

    Attributes
    ----------
    verdict : {"likely real", "likely fake", "can't tell"}
    reasons : tuple of Reason
        First what the verdict rests on, then what else has to be known.
    people : tuple of Person
    decisive : int or None
        Number of the person whose score is taken: the highest of those well supported.
    frames_read : int
        Frames looked at.
    duration : float
        Seconds from the first frame to the last one looked at; 0 of a still image.
    snapshots : tuple of Snapshot
        The frames looked at, in the order of time.
    explained : str or None
        The approach that the faces' heat maps are of; None without any.
    """

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    people: tuple[Person, ...] = ()
    decisive: int | None = None
    frames_read: int = 0
    duration: float = 0.0
    snapshots: tuple[Snapshot, ...] = ()
    explained: str | None = None

    @property
    def person(self) -> Person | None:
        """The person whose score is taken."""
        return next((person for person in self.people if person.number == self.decisive), None)

    @property
    def score(self) -> ApproachScore | None:
        """What the decisive approach says of that person."""
        return self.person.score if self.person else None

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
        return _part_as_dict(self.verdict, self.score, "") | {
            "frames_read": self.frames_read,
            "faces_used": self.faces_used,
            "decisive_person": self.decisive,
            "people": [_person_as_dict(person) for person in self.people],
        }


@dataclass(frozen=True)
class _UnjudgedPart:
    """What could not be judged.

    Attributes
    ----------
    reason : NotJudged
        Why.
    """

    reason: NotJudged

    @property
    def verdict(self) -> None:
        """There is none."""

    @property
    def score(self) -> None:
        """There is no score."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why there is no verdict."""
        return (self.reason,)

    @property
    def problem(self) -> str:
        """Why there is no verdict, as a sentence that stands alone."""
        return sentence(self.reason.problem)

    @property
    def status(self) -> Status:
        """The same in a word or two: "no face", "silent", "unreadable", ..."""
        return self.reason.problem.status


@dataclass(frozen=True)
class UnjudgedImage(_UnjudgedPart):
    """An image that could not be judged.

    Attributes
    ----------
    reason : NotJudged
        Why.
    frames_read, duration, snapshots
        As of `ImagePrediction`, where frames could be searched.
    """

    frames_read: int = 0
    duration: float = 0.0
    snapshots: tuple[Snapshot, ...] = ()

    @property
    def person(self) -> None:
        """There is nobody."""

    @property
    def people(self) -> tuple[Person, ...]:
        """There is nobody."""
        return ()

    @property
    def faces_used(self) -> int:
        """None were."""
        return 0

    def as_dict(self) -> dict[str, Any]:
        """All of it, for JSON."""
        nothing: dict[str, Any] = {"faces_used": 0, "decisive_person": None, "people": []}
        return _part_as_dict(None, None, self.problem) | {"frames_read": self.frames_read} | nothing


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
        Shares of the places of this picture in the logit of the approach that can tell: positive speaks for fake.
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
    """What came of listening to a file that could be judged.

    Attributes
    ----------
    verdict : {"likely real", "likely fake", "can't tell"}
    reasons : tuple of Reason
        First what the verdict rests on, then what else has to be known.
    segments : tuple of SoundSegment
        In the order of time.
    scores : dict of str to ApproachScore
        By approach, the decisive one first.
    duration : float
        Seconds of all of the sound.
    explained : str or None
        The approach that the segments' heat maps are of; None without any.
    """

    verdict: Verdict
    scores: Mapping[str, ApproachScore]
    reasons: tuple[Reason, ...] = ()
    segments: tuple[SoundSegment, ...] = ()
    duration: float = 0.0
    explained: str | None = None

    @property
    def score(self) -> ApproachScore:
        """What the decisive approach says."""
        return next(iter(self.scores.values()))

    def as_dict(self) -> dict[str, Any]:
        """All of it but the pictures, for JSON."""
        return _part_as_dict(self.verdict, self.score, "") | {
            "status": None,
            "duration": round(self.duration, 2),
            "views": _scores_as_dict(self.scores),
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
class UnjudgedSound(_UnjudgedPart):
    """Sound that could not be judged.

    Attributes
    ----------
    reason : NotJudged
        Why.
    """

    @property
    def segments(self) -> tuple[SoundSegment, ...]:
        """There are none."""
        return ()

    @property
    def scores(self) -> Mapping[str, ApproachScore]:
        """There are none."""
        return {}

    def as_dict(self) -> dict[str, Any]:
        """All of it, for JSON."""
        nothing: dict[str, Any] = {"status": self.status, "duration": 0.0, "views": {}, "segments": []}
        return _part_as_dict(None, None, self.problem) | nothing


@dataclass(frozen=True)
class _File:
    """What judged and unjudged files have in common.

    Attributes
    ----------
    name : str
        The file's path as it was given, with characters that would disturb a terminal made visible.
    image : ImagePrediction, UnjudgedImage or None
        None of a recording, and without a model of the image.
    sound : SoundPrediction, UnjudgedSound or None
        None of a picture, and without a model of sound.
    notes : tuple of Reason
        What has to be known beside the reasons of the parts.
    facts : FileFacts or None
        Which file it is; None if it can't be read.
    """

    name: str
    image: ImagePrediction | UnjudgedImage | None = None
    sound: SoundPrediction | UnjudgedSound | None = None
    notes: tuple[Reason, ...] = ()
    facts: FileFacts | None = None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What the verdict rests on, and what else has to be known: of the image, of the sound, of all."""
        return (*(reason for part in (self.image, self.sound) if part for reason in part.reasons), *self.notes)

    def _as_dict(
        self,
        verdict: Verdict | None,
        rests_on: ModalityName | None,
        score: ApproachScore | None,
        problems: Sequence[Problem],
        in_words: str,
        answer: Sequence[Reason] = (),
        stamp: str = "",
    ) -> dict[str, Any]:
        return {
            "file": self.name,
            "facts": asdict(self.facts) if self.facts else None,
            "stamp": stamp or None,
            "in_words": in_words,
            "answer": [{"part": reason.part} | _message_as_dict(reason) for reason in answer],
            "verdict": verdict,
            "rests_on": rests_on,
            **_score_as_dict(score),
            "problem": " ".join(map(sentence, problems)) or None,
            "problems": [_message_as_dict(problem) for problem in problems],
            "reasons": [{"part": reason.part} | _message_as_dict(reason) for reason in self.reasons],
            "image": self.image.as_dict() if self.image else None,
            "sound": self.sound.as_dict() if self.sound else None,
        }


@dataclass(frozen=True, kw_only=True)
class JudgedFile(_File):
    """What came of a file that could be judged.

    Attributes
    ----------
    name, image, sound, notes, facts
        As of all files.
    verdict : {"likely real", "likely fake", "can't tell"}
    rests_on : {"image", "sound"}
        The part that the verdict is taken from.
    answer : tuple of Reason
        The verdict in plain words: what it says, and how often such an answer is wrong.
    """

    verdict: Verdict
    rests_on: ModalityName
    answer: tuple[Reason, ...] = ()

    @property
    def in_words(self) -> str:
        """The verdict in plain words, as sentences."""
        return " ".join((f"{verdict_in(self.verdict).capitalize()}.", *map(sentence, self.answer)))

    @property
    def stamp(self) -> str:
        """What every copy of the verdict must bear; empty unless models of the demo gave it."""
        return catalogue("en").labels["stamp"] if any(isinstance(each, DemoModel) for each in self.answer) else ""

    @property
    def problem(self) -> str:
        """There is none: empty."""
        return ""

    @property
    def score(self) -> ApproachScore | None:
        """What the decisive approach says of the part that the verdict is taken from; None without a score."""
        part = self.image if self.rests_on == "image" else self.sound
        return part.score if part else None

    @property
    def p_fake(self) -> float | None:
        """P(fake) of that part, 0 to 1; None without a score."""
        return self.score.p_fake if self.score else None

    def as_dict(self) -> dict[str, Any]:
        """All of it but the pictures, for JSON."""
        return self._as_dict(self.verdict, self.rests_on, self.score, (), self.in_words, self.answer, self.stamp)


@dataclass(frozen=True, kw_only=True)
class UnjudgedFile(_File):
    """What came of a file that could not be judged.

    Attributes
    ----------
    name, image, sound, notes, facts
        As of all files.
    problems : tuple of Problem
        Why: one at least.
    """

    problems: tuple[Problem, ...]

    @property
    def in_words(self) -> str:
        """Why there is no verdict."""
        return self.problem

    @property
    def stamp(self) -> str:
        """There is no verdict that would have to bear anything: empty."""
        return ""

    @property
    def problem(self) -> str:
        """Why it could not be judged, as a sentence, or several, that stand alone."""
        return " ".join(map(sentence, self.problems))

    @property
    def verdict(self) -> None:
        """There is none."""

    @property
    def rests_on(self) -> None:
        """There is no verdict to rest on anything."""

    @property
    def score(self) -> None:
        """There is no score."""

    @property
    def p_fake(self) -> None:
        """There is no score."""

    def as_dict(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return self._as_dict(None, None, None, self.problems, self.in_words)


Prediction = JudgedFile | UnjudgedFile
"""What came of one file."""


def probability(logit: float) -> float:
    """A logit as a probability."""
    return expit(logit)


def _part_as_dict(verdict: Verdict | None, score: ApproachScore | None, problem: str) -> dict[str, Any]:
    return {"verdict": verdict, **_score_as_dict(score), "problem": problem or None}


def _score_as_dict(score: ApproachScore | None) -> dict[str, Any]:
    if score is None:
        return dict.fromkeys(("p_fake", "interval", "threshold"))
    interval = None if score.interval is None else list(score.interval)
    return {"p_fake": score.p_fake, "interval": interval, "threshold": probability(score.threshold)}


def _message_as_dict(message: Message) -> dict[str, Any]:
    """A reason or a problem; a problem that a reason names is a sentence in it, with its own code beside it."""
    values: dict[str, Any] = {}
    for name, value in message.values.items():
        if isinstance(value, Problem):
            values |= {name: sentence(value), "cause": value.code} | value.values
        else:
            values[name] = value
    return {"code": message.code, "text": sentence(message), "values": values}


def _scores_as_dict(scores: Mapping[str, ApproachScore]) -> dict[str, Any]:
    return {name: _score_as_dict(score) for name, score in scores.items()}


def _logits_as_dict(logits: Mapping[str, float]) -> dict[str, float]:
    return {name: probability(logit) for name, logit in logits.items()}


def _person_as_dict(person: Person) -> dict[str, Any]:
    return {
        "number": person.number,
        "is_supported": person.is_supported,
        "views": _scores_as_dict(person.scores),
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
