"""Model cards: what each approach's ``model.json`` says of its making, and of what it judges."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from keras_impl.core.storage import LARGEST_CARD, read_json
from keras_impl.errors import ScoresError
from keras_impl.media.listing import is_file
from keras_impl.media.names import printable
from keras_impl.modalities import MODALITIES
from keras_impl.samples.modality import Modality

CARD_NAME = "model.json"

FOLDS_NAME = "folds"
"""Folder of an approach's models of further folds, where they are kept."""

CAUTION_NAME = "caution.txt"
"""Beside approaches whose figures and verdicts must not be taken at their word: why not."""

Cards = Mapping[str, Mapping[str, Any]]
"""Approach to the content of its card."""


def fold_folder(folder: Path, fold: int) -> Path:
    """Where a fold's model is kept in an approach's result folder: that of the first one is the approach's."""
    return folder / FOLDS_NAME / str(fold) if fold else folder


def read_cards(results: Path, approaches: Iterable[str]) -> Cards:
    """Read the cards of approaches; of those that have none, nothing.

    Raises
    ------
    DataError
        If one can't be read.
    """
    paths = {name: results / name / CARD_NAME for name in approaches}
    cards = {
        name: read_json(path, "train that approach again", LARGEST_CARD)
        for name, path in paths.items()
        if path.is_file()
    }
    return {name: card if isinstance(card, dict) else {} for name, card in cards.items()}


def read_caution(results: Path) -> str:
    """What a results folder says must not be made of it, in one printable line; empty if nothing."""
    path = results / CAUTION_NAME
    text = path.read_text(encoding="utf-8", errors="replace") if is_file(path) else ""
    return printable(" ".join(text.split()))


def modality_of_cards(results: Path, cards: Cards) -> Modality:
    """What approaches judge: faces, unless their cards say otherwise.

    Raises
    ------
    ScoresError
        If they don't agree, or judge what nobody here knows of.
    """
    default = next(iter(MODALITIES))
    names = {str(card.get("modality", default)): approach for approach, card in cards.items()}
    if len(names) > 1:
        (one, first), (other, second), *_ = names.items()
        raise ScoresError(f"in {results}, {first} judges {one} and {second} {other}: keep them in folders of their own")
    name = next(iter(names), default)
    found = next((modality for modality in MODALITIES.values() if modality.name == name), None)
    if found is None:
        raise ScoresError(f"{results} is of an unknown modality ({name}): it has to be {' or '.join(MODALITIES)}")
    return found


def data_of(card: Mapping[str, Any], modality: Modality) -> tuple[str, str]:
    """The name of the data set that an approach was trained on, and its layout; empty where its card doesn't say."""
    extraction: object = card.get("made_from")
    if modality.extraction_key is not None and isinstance(extraction, dict):
        extraction = extraction.get(modality.extraction_key)
    told = extraction if isinstance(extraction, dict) else {}
    return str(told.get("data", "")), str(told.get("layout", ""))


def protocol_of(card: Mapping[str, Any]) -> str | None:
    """The protocol that an approach was validated under, where its card says."""
    split = card.get("split")
    return split.get("protocol") if isinstance(split, dict) else None
