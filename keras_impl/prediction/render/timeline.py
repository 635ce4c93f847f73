"""P(fake) of image and sound over time, and the spectrogram, one below the other on one axis.

Places across are shares of the width, so that the drawing fits any screen and its letters stay as large as the text.
"""

from collections.abc import Sequence
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

ABOVE, BELOW = 5, 14
"""How far the threshold's name stands from its line: on the side where the score's line doesn't end."""

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
    threshold : dict or None
        ``y``, and ``name`` at ``name_y``.
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
    threshold: dict[str, Any] | None = None
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
    lines = []
    for person in sorted(image.people, key=lambda person: person is not shown):  # thin lines over the strong one
        points = [(face.time, probability(face.logits[person.score.approach])) for face in person.faces]
        lines.append(_line(person, person is shown, points, length, language))
    values = [probability(face.logits[shown.score.approach]) for face in shown.faces] if shown else []
    at = probability(shown.score.threshold) if shown else None
    told = words["timeline_no_face"].format(count=len(image.snapshots))
    if at is not None:
        told = words["timeline_image"].format(count=len(values), lowest=min(values), highest=max(values), threshold=at)
    searched = [_across(shot.time, length) for shot in image.snapshots]
    return Panel(
        words["image_axis"], told, HEIGHT, searched=searched, lines=lines, **_scale(HEIGHT, at, values, language)
    )


def _line(
    person: Person, is_strong: bool, points: Sequence[tuple[float, float]], length: float, language: Language
) -> dict[str, Any]:
    told = catalogue(language).look["point"]
    placed = [
        {"x": _across(time, length), "y": _down(p, HEIGHT), "told": told.format(person=person.number, time=time, p=p)}
        for time, p in points
    ]
    return shown_as(person) | {"is_strong": is_strong, "points": placed, "pieces": list(pairwise(placed))}


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
    return Panel(words["sound_axis"], told, LOW, bars=bars, **_scale(LOW, at, values, language))


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


def _scale(height: int, at: float | None, values: Sequence[float], language: Language) -> dict[str, Any]:
    """The axis of P(fake), and its threshold."""
    shares = (0.0, 0.5, 1.0)
    drawn: dict[str, Any] = {
        "marks": [{"y": _down(share, height) + 4, "text": f"{share:.1f}"} for share in shares],
        "grid": [_down(share, height) for share in shares],
    }
    if at is None:
        return drawn
    y = _down(at, height)
    name = catalogue(language).look["threshold"].format(threshold=at)
    return drawn | {"threshold": {"y": y, "name_y": y + (BELOW if values[-1] >= at else -ABOVE), "name": name}}


def _across(time: float, length: float) -> str:
    return f"{100 * min(time / length, 1):.2f}%"


def _down(p: float, height: int) -> float:
    return round(EDGE + (height - 2 * EDGE) * (1 - p), 1)
