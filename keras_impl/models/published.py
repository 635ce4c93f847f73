"""What a model has beside it that is passed on: how often it errs, and what it has learnt from, without a name.

A verdict tells the error rates. What was learnt from is kept as hashes, enough to notice that a figure would be
measured on videos which the model knows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from keras_impl.core.storage import LARGEST_CARD, atomic_path, read_json, write_json
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName
from keras_impl.media.listing import is_file
from keras_impl.media.names import printable

RATES_NAME, LEARNT_NAME, CARD_PAGE = "error_rates.json", "learnt.npy", "card.md"

STRANGERS: Mapping[ModalityName, str] = {
    "image": "people it had not met, of the data set that it was trained on",
    "sound": "recordings of repositories it had not met",
}
"""Name of the set that is the validation part, which is held out as the package's own detectors are measured."""

LANGUAGES = ("English",)
"""Those that a catalogue has a word for."""

LEAST_FILES = 15
"""Of a class; error rates of smaller sets are not quoted, only in the card's tables."""

ADVICE = "take the model's folder again from where it came from"


@dataclass(frozen=True)
class Rate:
    """A share of videos, 0 to 1, and its 95 % interval, where there is one."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ErrorRates:
    """How often a model's verdict was wrong on a set of videos that it had not met.

    Attributes
    ----------
    name : str
        Of the set.
    real, fake : int
        Videos of each class.
    auc : Rate or None
        Not a share, but the area under the ROC curve; None as for the others where a class is missing.
    fpr, fnr : Rate or None
        Real ones that were called fake, fakes that were called real.
    unsure : Rate
        Those of both that got no verdict.
    tpr : Rate or None
        Fakes that were called fake; None where there are none, and in files of before that don't say.
    """

    name: str
    real: int
    fake: int
    auc: Rate | None
    fpr: Rate | None
    fnr: Rate | None
    unsure: Rate
    tpr: Rate | None = None


@dataclass(frozen=True)
class Known:
    """What is published of a model.

    Attributes
    ----------
    rates : tuple of ErrorRates
        How often it was wrong, set by set.
    language : str or None
        In which one people spoke in almost all that it has learnt from; one of `LANGUAGES`.
    data : str or None
        What it has learnt from, in a few words; they can be printed.
    """

    rates: tuple[ErrorRates, ...] = ()
    language: str | None = None
    data: str | None = None


def write_known(folder: Path, model_sha256: str, known: Known) -> None:
    """Write what is published of a model beside it."""
    sets = [asdict(each) for each in known.rates]
    content = {"model_sha256": model_sha256, "data": known.data, "sets": sets, "language": known.language}
    write_json(folder / RATES_NAME, content)


def read_known(folder: Path, model_sha256: str) -> Known:
    """Read what is published of a model; nothing if nothing is.

    Raises
    ------
    DataError
        If they are damaged, or those of another model.
    """
    path = folder / RATES_NAME
    if not is_file(path):
        return Known()
    content = read_json(path, ADVICE, LARGEST_CARD)
    try:
        of, rates = content["model_sha256"], tuple(_rates_in(each) for each in content["sets"])
        language, data = content.get("language"), content.get("data")
        if language is not None and language not in LANGUAGES:
            raise ValueError(f"{language} is not a known language")
        if data is not None and not isinstance(data, str):
            raise ValueError("what was learnt from is no text")
    except (KeyError, OverflowError, TypeError, ValueError):
        raise DataError(f"{path} doesn't hold error rates: {ADVICE}") from None
    if of != model_sha256:
        raise DataError(f"{path} has the error rates of another model: {ADVICE}")
    return Known(rates, language, None if data is None else printable(data))


def hash_names(names: Iterable[str]) -> np.ndarray:
    """Names as numbers that don't tell them: uint64, sorted, each once."""
    return np.unique(_hashes(names))


def write_learnt(folder: Path, names: Iterable[str]) -> None:
    """Write the hashes of the videos and sources that a model has learnt from."""
    with atomic_path(folder / LEARNT_NAME) as temporary, temporary.open("wb") as stream:
        np.save(stream, hash_names(names), allow_pickle=False)


def read_learnt(folder: Path) -> np.ndarray | None:
    """Read these hashes, uint64 (n,), None if there are none.

    Raises
    ------
    DataError
        If they are damaged.
    """
    path = folder / LEARNT_NAME
    if not is_file(path):
        return None
    try:
        hashes = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        hashes = np.empty(0)
    if hashes.dtype != np.uint64 or hashes.ndim != 1:
        raise DataError(f"{path} doesn't hold hashes: {ADVICE}")
    return hashes


def are_learnt(names: Iterable[str], learnt: np.ndarray) -> np.ndarray:
    """Which of some names are among those that were learnt from: bool (n,)."""
    return np.isin(_hashes(names), learnt)


def _hashes(names: Iterable[str]) -> np.ndarray:
    return np.array([int.from_bytes(sha256(name.encode()).digest()[:8], "big") for name in names], np.uint64)


def _rates_in(content: dict[str, Any]) -> ErrorRates:
    real, fake = int(content["real"]), int(content["fake"])
    auc, fpr, fnr, unsure = (_rate_in(content[name]) for name in ("auc", "fpr", "fnr", "unsure"))
    tpr = _rate_in(content.get("tpr"))
    if unsure is None or min(real, fake) < 0:
        raise ValueError("a set without a rate of no verdict, or of less than no videos")
    return ErrorRates(printable(str(content["name"])), real, fake, auc, fpr, fnr, unsure, tpr)


def _rate_in(content: dict[str, Any] | None) -> Rate | None:
    if content is None:
        return None
    value, low, high = (content[name] for name in ("value", "low", "high"))
    told = [float(each) for each in (value, low, high) if each is not None]
    if not all(0 <= each <= 1 for each in told):
        raise ValueError("a rate must be 0 to 1")
    return Rate(float(value), None if low is None else float(low), None if high is None else float(high))
