"""The templates of predictions, and words as HTML: whatever comes from outside is escaped."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from keras_impl.prediction.reasons import Message, Verbatim
from keras_impl.prediction.render.words import Language, catalogue, caution_in, sentence

RANGE = re.compile("(?<=[0-9])\N{EN DASH}(?=[0-9])")
"""Between the ends of an interval."""


def _unbroken(value: Any) -> Any:
    """What a template shows, with intervals that stay on one line; HTML stays HTML."""
    return (
        type(value)(RANGE.sub("\N{WORD JOINER}\N{EN DASH}\N{WORD JOINER}", value)) if isinstance(value, str) else value
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_unbroken,
    )


def fill(template: str, **values: Any) -> Markup:
    """A template as HTML, with values that are escaped unless they are HTML already."""
    return Markup(_environment().get_template(template).render(**values))


def told(message: Message, language: Language) -> Markup:
    """A reason or a problem as HTML, in which what is there in English only is marked as such."""
    return Markup(sentence(message, language, escape, lambda text: foreign(text, language)))


def told_caution(caution: str, language: Language) -> Markup:
    """What must not be made of the models, as HTML; nothing if there is no caution."""
    if not caution:
        return Markup()
    known = caution_in(caution, language)
    text = foreign(known, language) if isinstance(known, Verbatim) else known
    return fill("caution.html", caution=text, words=catalogue(language).labels)


def foreign(text: str, language: Language) -> Markup:
    """What is there in English only, marked as such in a page of another language."""
    return fill("foreign.html", text=text, language=language)
