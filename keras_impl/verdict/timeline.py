"""P(fake) over time, as a drawing that a page holds in itself and that a screen reader can tell."""

from collections.abc import Callable
from html import escape

from keras_impl.verdict.prediction import Person, Prediction, probability
from keras_impl.verdict.words import LABELS, Language

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 34
TICKS = 5


def draw_timeline(prediction: Prediction, language: Language = "en") -> str:
    """An SVG of P(fake) in each frame that was looked at; the decisive person's line is the strong one.

    Parameters
    ----------
    prediction : Prediction
        With at least one person.
    language : {"en", "ko"}
    """
    words = LABELS[language]
    longest = prediction.duration or 1.0

    def x(time: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * time / longest

    def y(p: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - p)

    told = escape(_told(prediction, language))
    parts = [f'<svg class="timeline" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}">']
    for p in (step / (TICKS - 1) for step in range(TICKS)):
        parts += [
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(p):.1f}" y2="{y(p):.1f}"/>',
            f'<text x="{LEFT - 6}" y="{y(p) + 4:.1f}" text-anchor="end">{p:.2f}</text>',
            f'<text x="{x(longest * p):.1f}" y="{HEIGHT - 14}" text-anchor="middle">{longest * p:.1f} s</text>',
        ]
    person = prediction.person or prediction.people[0]
    at = y(probability(person.view.threshold))
    parts.append(f'<line class="threshold" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{at - 5:.1f}" text-anchor="end">{escape(words["threshold"])}</text>')
    for each in prediction.people:
        if each is not person:
            parts.append(_line(each, "weak", x, y))
    parts.append(_line(person, "strong", x, y))
    return "".join([*parts, "</svg>"])


def _line(person: Person, kind: str, x: Callable[[float], float], y: Callable[[float], float]) -> str:
    places = [(x(face.time), y(probability(face.logits[person.view.approach])), face) for face in person.faces]
    points = " ".join(f"{across:.1f},{down:.1f}" for across, down, _ in places)
    dots = "".join(
        f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{4 if kind == "strong" else 2.5}"><title>{face.time:.1f} s: '
        f"{probability(face.logits[person.view.approach]):.2f}</title></circle>"
        for across, down, face in places
    )
    return f'<g class="{kind}"><polyline points="{points}"/>{dots}</g>'


def _told(prediction: Prediction, language: Language) -> str:
    person = prediction.person or prediction.people[0]
    values = [probability(face.logits[person.view.approach]) for face in person.faces]
    return LABELS[language]["timeline_told"].format(
        count=len(values), lowest=min(values), highest=max(values), threshold=probability(person.view.threshold)
    )
