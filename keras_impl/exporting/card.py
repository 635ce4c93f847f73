"""What lies beside an exported detector: all that has to be known to use it, as JSON and for people."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from keras_impl.core.configs import as_json
from keras_impl.core.storage import write_json, write_text
from keras_impl.core.versions import __version__
from keras_impl.exporting.formats import FORMATS, FormatName
from keras_impl.exporting.interface import OUTPUT, interface_of
from keras_impl.exporting.preparing import averaged_of, steps_of
from keras_impl.models import shipped
from keras_impl.models.trained import TrainedModel
from keras_impl.prediction.decision import real_limit
from keras_impl.prediction.result import probability
from keras_impl.reporting.markdown import bullets, escape
from keras_impl.reporting.model_card import plainly

CARD_VERSION = 1
"""Of the JSON; raised when the meaning of its content changes."""

TEMPLATES = Path(__file__).with_name("templates")

DECIMALS = 4
"""Of logits and probabilities."""

SHIPPED_LICENCE = (
    "MIT, as this package's, as far as its authors can give one. The weights were learnt from data that have terms of "
    "their own, which the package's model card names: read them before any commercial use."
)

OTHER_LICENCE = "Ask whoever trained it. The data that it has learnt from may have terms of their own, too."


def card_of(
    trained: TrainedModel,
    name: FormatName,
    half: bool,
    files: Mapping[str, str],
    agreement: Mapping[str, float],
    caution: str,
) -> dict[str, Any]:
    """The card as JSON.

    Parameters
    ----------
    trained : TrainedModel
    name : str
        A format of `FORMATS`.
    half : bool
    files : dict of str to str
        Names of the exported files to their SHA-256.
    agreement : dict of str to float
        On how many inputs it was compared with what it was made of, the largest difference of their logits, and the
        largest that is allowed.
    caution : str
        What must not be made of it; empty if nothing.
    """
    interface = interface_of(trained.network)
    is_shipped = shipped.FOLDER in trained.path.parents
    return {
        "card_version": CARD_VERSION,
        "caution": caution or None,
        "files": dict(files),
        "format": name,
        "precision": {"weights": "float16" if half else "float32", "computes_in": "float32"},
        "made_of": {
            "title": trained.title,
            "model": trained.path.name,
            "sha256": trained.sha256,
            "by": f"keras_impl {__version__}",
        },
        "input": {
            "name": interface.name,
            "dtype": interface.dtype,
            "shape": [None, *interface.shape],
            "range": [int(end) for end in (np.iinfo(interface.dtype).min, np.iinfo(interface.dtype).max)],
            "prepared": list(steps_of(trained.sample)),
            "sample": as_json(trained.sample),
        },
        "output": {"name": OUTPUT, "dtype": "float32", "shape": [None, 1], "p_fake": "1 / (1 + exp(-logit))"},
        "verdict": _verdict_of(trained),
        "error_rates": [asdict(each) for each in trained.known.rates],
        "learnt_from": trained.known.data,
        "language": trained.known.language,
        "agreement": dict(agreement),
        "licence": SHIPPED_LICENCE if is_shipped else OTHER_LICENCE,
    }


def write_card(path: Path, trained: TrainedModel, card: Mapping[str, Any]) -> None:
    """Write a card beside the exported file at ``path``: with ``.json`` and with ``.md`` after its name."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    form, nouns = FORMATS[card["format"]], trained.modality.nouns
    text = environment.get_template("card.md").render(
        card=card,
        form=form,
        title=escape(card["made_of"]["title"]),
        caution=escape(card["caution"] or ""),
        inputs=_shape_of(card["input"]),
        steps=bullets(card["input"]["prepared"]),
        nouns=nouns,
        learnt_from=escape(card["learnt_from"] or ""),
        rates=bullets([plainly(each, nouns) for each in trained.known.rates]),
        allowed_p=card["agreement"]["tolerance"] / 4,  # the logistic function rises by a quarter at most
    )
    write_text(path.with_name(f"{path.name}.md"), text)
    write_json(path.with_name(f"{path.name}.json"), card)


def card_paths(path: Path) -> tuple[Path, Path]:
    """Where `write_card` writes to."""
    return path.with_name(f"{path.name}.md"), path.with_name(f"{path.name}.json")


def _verdict_of(trained: TrainedModel) -> dict[str, Any]:
    """Where this package's verdicts begin."""
    points = trained.points
    fake = points.threshold()
    real = real_limit(points, fake)
    return {
        "of": f"mean logit of {averaged_of(trained.sample)}",
        "fake_above": _both(fake),
        "real_up_to": _both(real),
        "no_verdict_outside_of_logits": [_finite(end) for end in points.calibrated_range],
        "no_verdict_outside_of_quality": {
            name: [_finite(end) for end in ends] for name, ends in points.quality.items()
        },
        "false_positive_rate": points.max_fpr,
        "tuned_on": {"real": len(points.real), "fake": len(points.fake)},
    }


def _both(logit: float) -> dict[str, float]:
    return {"logit": round(logit, DECIMALS), "p_fake": round(probability(logit), DECIMALS)}


def _finite(value: float) -> float | None:
    return round(value, DECIMALS) if math.isfinite(value) else None


def _shape_of(side: Mapping[str, Any]) -> str:
    shape = ", ".join("n" if length is None else str(length) for length in side["shape"])
    low, high = side["range"]
    return f"`{side['name']}`, {side['dtype']}, ({shape}), {low} to {high}"
