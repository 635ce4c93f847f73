"""The page itself: one document, with the texts of all languages for its script."""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from keras_impl.prediction.inputs import endings_of
from keras_impl.prediction.reasons import Verbatim, Verdict
from keras_impl.prediction.render.page import KINDS
from keras_impl.prediction.render.words import LANGUAGES, Language, catalogue, caution_in, verdict_in
from keras_impl.web.desk import KEEP_SECONDS, MOST_KEPT
from keras_impl.web.examples import CLIP_KINDS, Example
from keras_impl.web.html import fill
from keras_impl.web.quality import Card, tell_quality


@dataclass(frozen=True)
class Limits:
    """What is taken.

    Attributes
    ----------
    megabytes : float
        Size of a file, 10^6 bytes.
    seconds : float
        Duration of a video or a recording.
    time_limit : float
        Seconds that judging a file may take.
    """

    megabytes: float
    seconds: float
    time_limit: float


@dataclass(frozen=True)
class Site:
    """What is shown.

    Attributes
    ----------
    comparison : Path
        Where the comparison report is, if there is one.
    examples : tuple of Example
    model : str
        What gives the verdicts.
    caution : str
        What must not be made of them; empty if nothing.
    suffixes : frozenset of str
        Endings of the files that can be judged.
    cards : tuple of Card
        What is known of the detectors.
    """

    comparison: Path
    examples: tuple[Example, ...]
    model: str
    caution: str
    suffixes: frozenset[str]
    cards: tuple[Card, ...] = ()


def render_page(language: Language, limits: Limits, site: Site) -> str:
    """The page, in one language at first."""
    figures = _Figures(
        megabytes=f"{limits.megabytes:g}",
        most_seconds=f"{limits.seconds:g}",
        model=site.model,
        endings=endings_of(site.suffixes),
        keep_minutes=f"{KEEP_SECONDS / 60:.0f}",
        most_kept=f"{MOST_KEPT}",
    )
    texts: dict[Language, dict[str, str]] = {}
    for each in LANGUAGES:
        words, caution = catalogue(each), caution_in(site.caution, each)
        texts[each] = {name: text.format_map(figures) for name, text in words.page.items()}
        texts[each] |= {"caution": words.labels["caution"], "caution_text": caution, "p_fake": words.labels["p_fake"]}
        texts[each] |= {"stamp": words.labels["stamp"]}
        texts[each] |= {KINDS[verdict]: verdict_in(verdict, each) for verdict in get_args(Verdict)}
    has_comparison = site.comparison.is_file()
    return fill(
        "page.html",
        language=language,
        words=texts[language],
        data={"texts": texts, "megabytes": limits.megabytes},
        examples=site.examples,
        lacks_clips=not any(example.kind in CLIP_KINDS.values() for example in site.examples),
        accepted=",".join(sorted(site.suffixes)),
        caution=site.caution,
        is_known=not isinstance(caution_in(site.caution, language), Verbatim),
        quality={each: tell_quality(site.cards, has_comparison, each) for each in LANGUAGES},
    )


class _Figures(dict[str, str]):
    """Leaves what the script fills in later as it is."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"
