"""How good the detectors are that judge here, in plain words: what their cards say of files that they had not met."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import is_file
from keras_impl.models.published import CARD_PAGE, ErrorRates, Known, Rate
from keras_impl.prediction.reasons import LearntLanguage
from keras_impl.prediction.render.words import Language, catalogue, sentence, term_in
from keras_impl.prediction.trained import ModelSet
from keras_impl.web.html import fill


@dataclass(frozen=True)
class Card:
    """What is known of a detector.

    Attributes
    ----------
    part : {"image", "sound"}
        What it judges.
    title : str
        What it is called.
    known : Known
        What is published of it: nothing if nobody has measured it.
    page : Path or None
        Its card at length, Markdown; None if there is none.
    has_own_threshold : bool
        Whether verdicts are those that the rates were measured of.
    """

    part: ModalityName
    title: str
    known: Known
    page: Path | None = None
    has_own_threshold: bool = True


def cards_of(models: ModelSet, has_own_threshold: bool) -> tuple[Card, ...]:
    """The cards of the detectors that decide."""
    cards = []
    for part in models.parts:
        decisive = part.decisive
        path = decisive.path.with_name(CARD_PAGE)
        page = path if is_file(path) else None
        cards.append(Card(part.modality.name, decisive.title, decisive.known, page, has_own_threshold))
    return tuple(cards)


def tell_quality(cards: Sequence[Card], has_comparison: bool, language: Language) -> Markup:
    """Mistakes and ranking of each detector, set by set, as text with charts."""
    words = catalogue(language)
    return fill(
        "quality.html",
        words=words.page,
        limits=words.labels["limits"],
        cards=[_told(number, card, language) for number, card in enumerate(cards)],
        has_comparison=has_comparison,
    )


def _told(number: int, card: Card, language: Language) -> dict[str, Any]:
    texts = catalogue(language).page
    known = card.known
    learnt = sentence(LearntLanguage(language=known.language), language) if known.language else ""
    return {
        "number": number,
        "has_page": card.page is not None,
        "title": texts[f"quality_{card.part}"].format(title=card.title),
        "has_own_threshold": card.has_own_threshold,
        "learnt": learnt,
        "sets": [{"title": _title(each, language), "bars": _mistakes(each, language)} for each in known.rates],
        "ranks": [_bar(_title(each, language), "rank", each.auc) for each in known.rates if each.auc is not None],
    }


def _title(rates: ErrorRates, language: Language) -> str:
    there = "both" if rates.real and rates.fake else "real" if rates.real else "fake"
    name = term_in(rates.name, language)
    return catalogue(language).page[f"quality_set_{there}"].format(title=name, real=rates.real, fake=rates.fake)


def _mistakes(rates: ErrorRates, language: Language) -> list[dict[str, Any]]:
    texts = catalogue(language).page
    shares = (("fake", "called_fake", rates.fpr), ("real", "called_real", rates.fnr), ("open", "unsure", rates.unsure))
    return [_bar(texts[f"quality_{name}"], kind, rate) for kind, name, rate in shares if rate is not None]


def _bar(what: str, kind: str, rate: Rate) -> dict[str, Any]:
    """Of 100: a value, and the ends of its interval where there is one."""
    low, high = (None if end is None else 100 * end for end in (rate.low, rate.high))
    return {"what": what, "kind": kind, "value": 100 * rate.value, "low": low, "high": high}
