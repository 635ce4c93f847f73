"""P(fake) over time, as a drawing that a page holds in itself and that a screen reader can tell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from keras_impl.prediction.render.words import LABELS, Language
from keras_impl.prediction.result import ImagePrediction, Person, SoundPrediction, probability

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 24, 12, 34
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


def draw_image_timeline(image: ImagePrediction, language: Language = "en") -> str:
    """An SVG of P(fake) in each frame that was looked at; the decisive person's line is the strong one.

    Parameters
    ----------
    image : ImagePrediction
        With at least one person.
    language : {"en", "ko"}
    """
    shown = image.shown
    lines = [_line_of(person, is_strong=False) for person in image.people if person is not shown]
    lines.append(_line_of(shown, is_strong=True))
    return _draw(lines, shown.view.threshold, image.duration, "timeline_told", language)


def draw_sound_timeline(sound: SoundPrediction, language: Language = "en") -> str:
    """An SVG of P(fake) in each segment that was listened to, at its middle.

    Parameters
    ----------
    sound : SoundPrediction
        That was judged.
    language : {"en", "ko"}
    """
    approach = sound.view.approach
    line = Line([(segment.middle, segment.logits[approach]) for segment in sound.segments])
    return _draw([line], sound.view.threshold, sound.duration, "timeline_sound_told", language)


def _line_of(person: Person, is_strong: bool) -> Line:
    return Line([(face.time, face.logits[person.view.approach]) for face in person.faces], is_strong)


def _draw(lines: Sequence[Line], threshold: float, seconds: float, told: str, language: Language) -> str:
    """Draw lines, the strong one last, and tell it for those who can't see it."""
    words = LABELS[language]
    longest = seconds or 1.0

    def x(time: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * time / longest

    def y(p: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - p)

    values = [probability(logit) for _, logit in lines[-1].points]
    label = escape(
        words[told].format(count=len(values), lowest=min(values), highest=max(values), threshold=probability(threshold))
    )
    parts = [f'<svg class="timeline" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">']
    for p in (step / (TICKS - 1) for step in range(TICKS)):
        parts += [
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(p):.1f}" y2="{y(p):.1f}"/>',
            f'<text x="{LEFT - 6}" y="{y(p) + 4:.1f}" text-anchor="end">{p:.2f}</text>',
            f'<text x="{x(longest * p):.1f}" y="{HEIGHT - 14}" text-anchor="middle">{longest * p:.1f} s</text>',
        ]
    at = y(probability(threshold))
    parts.append(f'<line class="threshold" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{at - 5:.1f}" text-anchor="end">{escape(words["threshold"])}</text>')
    return "".join([*parts, *(_drawn(line, x, y) for line in lines), "</svg>"])


def _drawn(line: Line, x: Callable[[float], float], y: Callable[[float], float]) -> str:
    kind, radius = ("strong", 4) if line.is_strong else ("weak", 2.5)
    places = [(x(time), y(probability(logit)), time, probability(logit)) for time, logit in line.points]
    points = " ".join(f"{across:.1f},{down:.1f}" for across, down, _, _ in places)
    dots = "".join(
        f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{radius}"><title>{time:.1f} s: {p:.2f}</title></circle>'
        for across, down, time, p in places
    )
    return f'<g class="{kind}"><polyline points="{points}"/>{dots}</g>'
