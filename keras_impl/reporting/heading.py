"""What stands above a report: its title, and of what data, when and by which version it was made."""

from datetime import date

from keras_impl.core.versions import __version__
from keras_impl.models.card import Cards, data_of
from keras_impl.reporting.markdown import escape
from keras_impl.samples.modality import Modality


def data_sets_of(cards: Cards, modality: Modality) -> list[tuple[str, str]]:
    """Name and layout of the data sets that cards name, each once."""
    return sorted({data_of(card, modality) for card in cards.values()} - {("", "")})


def title_of(cards: Cards, modality: Modality, default: str) -> str:
    """A title that names the data set, if there is one that all cards name."""
    names = {name for name, _ in data_sets_of(cards, modality)}
    return f"{default}: {names.pop()}" if len(names) == 1 and "" not in names else default


def line_below(cards: Cards, modality: Modality) -> str:
    """Data set, day and version, in a line of Markdown."""
    told = [
        f"{escape(name)} (layout {escape(layout)})" if name else f"one in the layout {escape(layout)}"
        for name, layout in data_sets_of(cards, modality)
    ]
    today = date.today()
    day = f"{today.day} {today:%B %Y}"
    return f"Data set: {', '.join(told) or 'not known'}. Compared on {day} by keras\\_impl {__version__}."
