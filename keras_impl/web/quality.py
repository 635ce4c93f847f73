"""How good the detectors are that judge here, in plain words: what their cards say of files not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import is_file
from keras_impl.models.published import CARD_PAGE, LEAST_FILES, ErrorRates, Known, Rate
from keras_impl.prediction.reasons import LearntLanguage
from keras_impl.prediction.render.words import Language, catalogue, sentence, term_in
from keras_impl.prediction.trained import ModelSet
from keras_impl.web.html import fill
from keras_impl.web.outcomes import Outcomes, of_fakes, of_genuine


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
    """Answers and ranking of each detector, set by set, as text with charts."""
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
    missing = [term_in(each.name, language) for each in known.rates if _misses_most(each)]
    return {
        "number": number,
        "has_page": card.page is not None,
        "title": texts[f"quality_{card.part}"].format(title=card.title),
        "has_own_threshold": card.has_own_threshold,
        "learnt": learnt,
        "misses": texts["quality_misses"].format(sets="; ".join(missing)) if missing else "",
        "sets": [{"title": _title(each, language), "classes": _classes(each, language)} for each in known.rates],
        "ranks": [
            {"what": _title(each, language), **_of_hundred(each.auc)} for each in known.rates if each.auc is not None
        ],
        "more": texts["quality_more"].format(least=LEAST_FILES),
    }


def _title(rates: ErrorRates, language: Language) -> str:
    there = "both" if rates.real and rates.fake else "real" if rates.real else "fake"
    name = term_in(rates.name, language)
    return catalogue(language).page[f"quality_set_{there}"].format(title=name, real=rates.real, fake=rates.fake)


def _misses_most(rates: ErrorRates) -> bool:
    """Whether fewer than half of the fakes are found."""
    fakes = of_fakes(rates)
    return fakes is not None and fakes.called_fake is not None and fakes.called_fake.value < 0.5


def _classes(rates: ErrorRates, language: Language) -> list[dict[str, Any]]:
    """Of each class that is there: what is said of it, in a sentence and in parts of 100."""
    texts = catalogue(language).page
    genuine, fakes, told = of_genuine(rates), of_fakes(rates), []
    if genuine is not None:
        told.append(("quality_of_genuine", genuine.called_fake, genuine))
    if fakes is not None and fakes.called_fake is not None:
        told.append(("quality_of_fakes", fakes.called_fake, fakes))
    elif fakes is not None:
        told.append(("quality_of_fakes_missed", fakes.called_real, fakes))
    return [
        {"what": texts[name].format(share=f"{100 * rate.value:.0f}"), "parts": _parts(outcomes, language)}
        for name, rate, outcomes in told
        if rate is not None
    ]


def _parts(outcomes: Outcomes, language: Language) -> list[dict[str, Any]]:
    """The answers from fake to real, each with where its part of 100 begins; what is not known apart is one part."""
    texts = catalogue(language).page
    fake, unsure, real = outcomes.called_fake, outcomes.unsure, outcomes.called_real
    known = [("fake", "called_fake", fake), ("open", "unsure", unsure), ("real", "called_real", real)]
    if fake is None and real is not None:
        known[0] = ("rest", "fake_or_unsure", Rate(1 - real.value))
    if real is None and fake is not None:
        known[2] = ("rest", "real_or_unsure", Rate(1 - fake.value))
    parts, start = [], 0.0
    for kind, name, rate in known:
        if rate is not None:
            parts.append({"kind": kind, "what": texts[f"quality_{name}"], "start": start, **_of_hundred(rate)})
            start += 100 * rate.value
    return parts


def _of_hundred(rate: Rate) -> dict[str, float | None]:
    """Of 100: a value, and the ends of its interval where there is one."""
    low, high = (None if end is None else 100 * end for end in (rate.low, rate.high))
    return {"value": 100 * rate.value, "low": low, "high": high}
