"""P(fake) of image and sound over time, and the spectrogram, one below the other on one axis.

Places across are shares of the width, so that the drawing fits any screen and its letters stay as large as the text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from keras_impl.prediction.render.html import fill
from keras_impl.prediction.render.people import shown_as
from keras_impl.prediction.render.pictures import data_address, jpeg
from keras_impl.prediction.render.words import Language, catalogue
from keras_impl.prediction.result import (
    ImagePrediction,
    Person,
    SoundPrediction,
    UnjudgedImage,
    probability,
)

HEIGHT, LOW = 150, 100
"""Of the panel of the image, and of those of sound: CSS pixels."""

EDGE = 8
"""Pixels above P(fake) = 1 and below 0."""

TICKS = 5

SPECTROGRAM_QUALITY = 75
"""JPEG's, of 100."""


@dataclass(frozen=True)
class Panel:
    """One of the drawings above each other.

    Attributes
    ----------
    title, told : str
        What is written above it, and what who can't see it hears.
    height : int
        CSS pixels.
    marks : sequence of dict
        Words of its scale: ``y`` and ``text``.
    grid : sequence of float
        Heights of lines across.
    threshold : float or None
        Height of its line.
    searched : sequence of str
        Where frames were searched.
    lines, bars, pictures : sequence of dict
        Of people, of segments, and their spectrograms.
    """

    title: str
    told: str
    height: int
    marks: Sequence[dict[str, Any]]
    grid: Sequence[float] = ()
    threshold: float | None = None
    searched: Sequence[str] = ()
    lines: Sequence[dict[str, Any]] = ()
    bars: Sequence[dict[str, Any]] = ()
    pictures: Sequence[dict[str, str]] = ()


def length_of(image: ImagePrediction | UnjudgedImage | None, sound: SoundPrediction | None) -> float:
    """Seconds of the common axis: image and sound each count from their own beginning."""
    return max(image.duration if image else 0.0, sound.duration if sound else 0.0) or 1.0


def draw_timeline(
    image: ImagePrediction | UnjudgedImage | None, sound: SoundPrediction | None, language: Language = "en"
) -> Markup:
    """What was found over time, as HTML; empty of a picture.

    Parameters
    ----------
    image : ImagePrediction, UnjudgedImage or None
        Each person has a line, that of the decisive one strong; frames that were searched have a tick.
    sound : SoundPrediction or None
        Each segment is a bar; what was not listened to is hatched.
    language : {"en", "ko"}
    """
    length, in_seconds = length_of(image, sound), catalogue(language).labels["seconds"]
    panels = []
    if image and len(image.snapshots) > 1:
        panels.append(_image_panel(image, length, language))
    if sound:
        panels += [_sound_panel(sound, length, language), _spectrogram(sound, length, language)]
    if not panels:
        return Markup()
    shares = [step / (TICKS - 1) for step in range(TICKS)]
    return fill(
        "timeline.html",
        panels=panels,
        ticks=[{"x": _across(share, 1), "time": in_seconds.format(time=length * share)} for share in shares],
        length=length,
    )


def _image_panel(image: ImagePrediction | UnjudgedImage, length: float, language: Language) -> Panel:
    words = catalogue(language).look
    shown = image.shown if isinstance(image, ImagePrediction) else None
    places = {shot.number: place for place, shot in enumerate(image.snapshots)}
    ordered = sorted(image.people, key=lambda person: person is not shown)  # thin lines over the strong one
    lines = [_line(person, person is shown, places, length, language) for person in ordered]
    values = [probability(face.logits[shown.score.approach]) for face in shown.faces] if shown else []
    at = probability(shown.score.threshold) if shown else None
    title, told = words["image_axis_no_face"], words["timeline_no_face"].format(count=len(image.snapshots))
    if at is not None:
        title = words["image_axis"].format(threshold=at)
        told = words["timeline_image"].format(count=len(values), lowest=min(values), highest=max(values), threshold=at)
    searched = [_across(shot.time, length) for shot in image.snapshots]
    return Panel(title, told, searched=searched, lines=lines, **_scale(HEIGHT, at))


def _line(
    person: Person, is_strong: bool, places: Mapping[int, int], length: float, language: Language
) -> dict[str, Any]:
    """A person's points, and pieces of line between those in successive frames; ``places`` by a frame's number."""
    words, points = catalogue(language).look, []
    for face in person.faces:
        p = probability(face.logits[person.score.approach])
        told = words["point"].format(person=person.number, time=face.time, p=p)
        points.append({"x": _across(face.time, length), "y": _down(p, HEIGHT), "told": told})
    pieces = [
        pair
        for pair, (one, other) in zip(pairwise(points), pairwise(person.faces), strict=True)
        if places[other.frame] == places[one.frame] + 1
    ]
    return shown_as(person) | {"is_strong": is_strong, "points": points, "pieces": pieces}


def _sound_panel(sound: SoundPrediction, length: float, language: Language) -> Panel:
    words, approach = catalogue(language).look, sound.score.approach
    values = [probability(segment.logits[approach]) for segment in sound.segments]
    at = probability(sound.score.threshold)
    bars = [
        {
            "x": _across(segment.start, length),
            "end": _across(segment.start + segment.seconds, length),
            "y": _down(p, LOW),
            "told": words["segment_point"].format(start=segment.start, end=segment.start + segment.seconds, p=p),
        }
        for segment, p in zip(sound.segments, values, strict=True)
    ]
    told = words["timeline_sound"].format(count=len(values), lowest=min(values), highest=max(values), threshold=at)
    return Panel(words["sound_axis"].format(threshold=at), told, bars=bars, **_scale(LOW, at))


def _spectrogram(sound: SoundPrediction, length: float, language: Language) -> Panel:
    words = catalogue(language).look
    pictures = [
        {
            "x": _across(segment.start, length),
            "width": _across(segment.seconds, length),
            "address": data_address(jpeg(segment.spectrogram, SPECTROGRAM_QUALITY), "image/jpeg"),
        }
        for segment in sound.segments
    ]
    told = words["spectrogram_told"].format(count=len(pictures))
    marks = [{"y": 12, "text": words["highest_band"]}, {"y": LOW - 4, "text": words["lowest_band"]}]
    return Panel(words["spectrogram"], told, LOW, marks, pictures=pictures)


def _scale(height: int, at: float | None) -> dict[str, Any]:
    """The axis of P(fake), and its threshold."""
    shares = (0.0, 0.5, 1.0)
    return {
        "height": height,
        "marks": [{"y": _down(share, height) + 4, "text": f"{share:.1f}"} for share in shares],
        "grid": [_down(share, height) for share in shares],
        "threshold": None if at is None else _down(at, height),
    }


def _across(time: float, length: float) -> str:
    return f"{100 * min(time / length, 1):.2f}%"


def _down(p: float, height: int) -> float:
    return round(EDGE + (height - 2 * EDGE) * (1 - p), 1)
