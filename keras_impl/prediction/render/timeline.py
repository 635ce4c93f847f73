"""P(fake) over time, as a drawing that a page holds in itself and that a screen reader can tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from keras_impl.prediction.render.html import fill
from keras_impl.prediction.render.words import Language, catalogue
from keras_impl.prediction.result import ImagePrediction, Person, SoundPrediction, probability

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 24, 12, 34
ABOVE, BELOW = 5, 14
"""How far the threshold's name stands from its line: on the side where the score's line doesn't end."""

TICKS = 5


@dataclass(frozen=True)
class Line:
    """What is drawn as one line.

    Attributes
    ----------
    points : sequence of (float, float)
        Seconds, and the logit of P(fake) then; in the order of time.
    is_strong : bool
        Whether the score is taken from it.
    """

    points: Sequence[tuple[float, float]]
    is_strong: bool = True


def draw_image_timeline(image: ImagePrediction, shown: Person, language: Language = "en") -> Markup:
    """An SVG of P(fake) in each frame that was looked at; the decisive person's line is the strong one.

    Parameters
    ----------
    image : ImagePrediction
    shown : Person
        The decisive one of its people.
    language : {"en", "ko"}
    """
    lines = [_line_of(person, is_strong=False) for person in image.people if person is not shown]
    lines.append(_line_of(shown, is_strong=True))
    return _draw(lines, shown.score.threshold, image.duration, "timeline_image", language)


def draw_sound_timeline(sound: SoundPrediction, language: Language = "en") -> Markup:
    """An SVG of P(fake) in each segment that was listened to, at its middle.

    Parameters
    ----------
    sound : SoundPrediction
    language : {"en", "ko"}
    """
    approach = sound.score.approach
    line = Line([(segment.middle, segment.logits[approach]) for segment in sound.segments])
    return _draw([line], sound.score.threshold, sound.duration, "timeline_sound", language)


def _line_of(person: Person, is_strong: bool) -> Line:
    return Line([(face.time, face.logits[person.score.approach]) for face in person.faces], is_strong)


def _draw(lines: Sequence[Line], threshold: float, seconds: float, told: str, language: Language) -> Markup:
    """Draw lines, the strong one last, and tell it for those who can't see it."""
    words = catalogue(language).labels
    longest = seconds or 1.0

    def x(time: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * time / longest, 1)

    def y(p: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - p), 1)

    def placed(line: Line) -> dict[str, Any]:
        points = [
            {"x": x(time), "y": y(probability(logit)), "told": words["point"].format(time=time, p=probability(logit))}
            for time, logit in line.points
        ]
        kind, radius = ("strong", 4) if line.is_strong else ("weak", 2.5)
        return {"kind": kind, "radius": radius, "points": points}

    values = [probability(logit) for _, logit in lines[-1].points]
    at = probability(threshold)
    shares = [step / (TICKS - 1) for step in range(TICKS)]
    return fill(
        "timeline.svg",
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        told=words[told].format(count=len(values), lowest=min(values), highest=max(values), threshold=at),
        ticks=[
            {
                "x": x(longest * share),
                "y": y(share),
                "p": f"{share:.2f}",
                "time": words["seconds"].format(time=longest * share),
            }
            for share in shares
        ],
        threshold=y(at),
        label=y(at) + (BELOW if values[-1] >= at else -ABOVE),
        threshold_title=words["threshold"],
        lines=[placed(line) for line in lines],
    )
