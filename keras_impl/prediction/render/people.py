"""How people are told apart in drawings and films: each has a colour and a marker, the same everywhere."""

from collections.abc import Sequence
from typing import Any

from keras_impl.prediction.render.words import Language, catalogue
from keras_impl.prediction.result import ImagePrediction, Person

COLOURS = ((138, 92, 214), (138, 128, 0), (217, 86, 140), (156, 90, 60))
"""RGB, as `look.css` has them too. People who see few colours can tell them apart, their contrast to white and to
black is 3 or more, and none is that of fake or of real."""

MARKERS = (
    "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",  # circle
    "M-4-4h8v8h-8z",  # square
    "M0-5.5 5.5 4.5h-11z",  # triangle
    "M0-6 6 0 0 6-6 0z",  # diamond
    "M-2-5.5h4v3.5h3.5v4h-3.5v3.5h-4v-3.5h-3.5v-4h3.5z",  # cross
)
"""Outlines around the origin, as SVG's paths; one more than there are colours, so that 20 people differ."""


def colour_of(person: Person) -> tuple[int, int, int]:
    """A person's colour, RGB."""
    return COLOURS[_place(person) % len(COLOURS)]


def shown_as(person: Person) -> dict[str, Any]:
    """A person's number, the style sheet's class of its colour, and the outline of its marker."""
    place = _place(person)
    return {"number": person.number, "kind": f"person-{place % len(COLOURS)}", "marker": MARKERS[place % len(MARKERS)]}


def legend(image: ImagePrediction, language: Language) -> Sequence[dict[str, Any]]:
    """All people with what becomes of their score, to be shown where colours are."""
    return [shown_as(person) | {"told": role_of(person, image, language)} for person in image.people]


def role_of(person: Person, image: ImagePrediction, language: Language) -> str:
    """Who it is, and whether their score decides, counts, or doesn't."""
    role = "decides" if person.number == image.decisive else "counts" if person.is_supported else "ignored"
    return catalogue(language).look[role].format(person=person.number)


def _place(person: Person) -> int:
    return person.number - 1
