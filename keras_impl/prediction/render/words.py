"""What a prediction says, in English and in Korean: the sentences that the command, reports and the page share.

They are in ``locales``, a catalogue a language. A sentence may name the fields of its reason, and ``{interval}``
where that has one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from keras_impl.prediction.reasons import Caution, Message, OfHundred, Problem, Scored, Verbatim, Verdict
from keras_impl.prediction.trained import Models

Language = Literal["en", "ko"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

LOCALES = Path(__file__).with_name("locales")

Sentences = Mapping[str, str | Mapping[str, str]]
"""Sentences by the name of what they tell; where there are several, by its variant."""


@dataclass(frozen=True)
class Catalogue:
    """All words of one language.

    Attributes
    ----------
    verdicts : dict of str to str
        By verdict, and of "not judged".
    reasons, problems : dict of str to str, or to dict of str to str
        Sentences by the name of the reason or problem, and by variant where there are several.
    terms : dict of str to str
        Of values that a sentence names.
    cautions : dict of str to str
        Those that this project itself gives its models, by what made them.
    labels : dict of str to str
        Headings and other fixed words of reports.
    look : dict of str to str
        Words of the viewer.
    page : dict of str to str
        Texts of the web page.
    """

    verdicts: Mapping[str, str]
    reasons: Sentences
    problems: Sentences
    terms: Mapping[str, str]
    cautions: Mapping[str, str]
    labels: Mapping[str, str]
    look: Mapping[str, str]
    page: Mapping[str, str]


@cache
def catalogue(language: Language) -> Catalogue:
    """The words of a language."""
    return Catalogue(**json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8")))


def learnt_from(models: Models, language: Language = "en", foreign: Callable[[str], str] = str) -> str:
    """What the model that decides has learnt from, as a sentence; ``foreign`` as of `sentence`."""
    words, known = catalogue(language), models.decisive.known
    if known.data:
        return words.labels["learnt_data"].format(data=foreign(Verbatim(known.data)))
    return words.labels["learnt_layout"].format(layout=term_in(models.trained_on()["layout"], language))


def verdict_in(verdict: Verdict | None, language: Language = "en") -> str:
    """A verdict in words; None is "not judged"."""
    return catalogue(language).verdicts[verdict or "not judged"]


def sentence(
    message: Message,
    language: Language = "en",
    own: Callable[[str], str] = str,
    foreign: Callable[[str], str] = str,
) -> str:
    """A reason or a problem in words.

    Parameters
    ----------
    message : Message
    language : {"en", "ko"}
    own, foreign : callable, optional
        What makes, of a sentence of the catalogue and of what a library says word for word, something to write: such
        as HTML. By default both stay plain text, which may hold anything that a results folder's caution says.
    """
    words = catalogue(language)
    known = (words.problems if isinstance(message, Problem) else words.reasons)[message.name]
    text = known if isinstance(known, str) else known[message.variant]
    values: dict[str, Any] = {}
    for name, value in message.values.items():
        if isinstance(value, Problem):
            value = sentence(value, language, own, foreign)
        elif name in message.terms():
            value = term_in(value, language)
        elif isinstance(message, Caution):
            value = caution_in(value, language)
        values[name] = foreign(value) if isinstance(value, Verbatim) else value
    if isinstance(message, Scored | OfHundred):
        label = words.labels["interval" if isinstance(message, Scored) else "interval_of_hundred"]
        values["interval"] = label.format(**message.values) if message.low != message.high else ""
    return own(text).format(**values)


def term_in(term: str, language: Language) -> str:
    """A verdict, or another term that the program uses, in words; what is none stays as it is."""
    words = catalogue(language)
    return words.verdicts.get(term) or words.terms.get(term) or Verbatim(term)


def caution_in(caution: str, language: Language) -> str:
    """A caution in words, if this project itself gave it; any other stays as it is, word for word."""
    known = {text: name for name, text in catalogue("en").cautions.items()}
    return catalogue(language).cautions[known[caution]] if caution in known else Verbatim(caution)


def interval_in(interval: tuple[float, float] | None) -> str:
    """An interval of P(fake), two decimals; a dash without one."""
    return "\N{EN DASH}" if interval is None else f"{interval[0]:.2f}\N{EN DASH}{interval[1]:.2f}"
