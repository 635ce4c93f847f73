"""A detector made ready to be passed on, and its card (Mitchell et al. 2019, arXiv 1810.03993).

Everything on the card was measured of the very file that is passed on, or stands in the card that training wrote.
"""

import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import binomtest

from keras_impl.core.storage import atomic_path, check_writable, write_json, write_text
from keras_impl.errors import DataError
from keras_impl.evaluation.bootstrap import LEVEL, Estimate
from keras_impl.evaluation.robustness import FIGURES
from keras_impl.evaluation.scores import SCORES_NAME, read_scores
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.degradations import CLEAN, DEGRADATIONS, Condition
from keras_impl.models.approach import APPROACHES
from keras_impl.models.calibration import OPERATING_NAME
from keras_impl.models.card import CARD_NAME
from keras_impl.models.published import STRANGERS, ErrorRates, Rate, write_error_rates, write_learnt
from keras_impl.models.trained import TrainedModel, object_of, read_trained
from keras_impl.reporting.markdown import bullets, escape, table
from keras_impl.reporting.robustness import HEADINGS, READING, estimate_in, is_of, read_robustness
from keras_impl.reporting.text import with_interval

TEMPLATE = Path(__file__).with_name("templates") / "model_card.md"

VALIDATION = "validation"
"""The set of stress that shows people whom training has not met."""

LEAST_VIDEOS = 15
"""Of a class; verdicts don't quote smaller sets, which are in the card's tables only."""

QUALITIES = {
    "sharpness": "sharpness (deviation of the smoothed window's Laplacian)",
    "noise": "noise (grey levels)",
    "contrast": "contrast (deviation of grey levels)",
    "size": "window's width in the file (pixels, the network's own at most)",
}

CHANGES = {
    "degradations": "degraded (H.264, JPEG, size, blur, noise; some in two ways)",
    "mixing": "mixed, where both show one picture",
    "hiding": "with a part of the face hidden",
}


@dataclass(frozen=True)
class Published:
    """What was written.

    Attributes
    ----------
    folder : Path
        Of the approach.
    megabytes : float
        10^6 bytes.
    sets : tuple of str
        What there are error rates of.
    """

    folder: Path
    megabytes: float
    sets: tuple[str, ...]


def publish(model: Path, out: Path, card: Path | None = None) -> Published:
    """Copy a detector of faces without what names single videos, with its error rates; write its card.

    Parameters
    ----------
    model : Path
        An approach's folder in a results folder, beside which the step stress has measured it.
    out : Path
        The folder of the approach's name in it is written.
    card : Path, optional
        Where the Markdown goes.

    Raises
    ------
    DataError
        If it is no intact detector of faces, or has not been measured.
    """
    approach = APPROACHES.get(model.name)
    if approach is None or approach.needs:
        raise DataError(f"{model} is not the folder of an approach that judges alone: name one, such as results/resnet")
    trained = read_trained(model, approach.name, approach.model_file, approach.config)
    if not isinstance(trained.sample, FaceConfig):
        raise DataError(f"{model} judges {trained.modality.name}: only detectors of faces can be published")
    tables = _measured(model.parent, trained)
    measured = [_rates_of(name, figures) for name, figures in tables.items()]
    rates = [each for each in measured if each.name == STRANGERS or max(each.real, each.fake) >= LEAST_VIDEOS]
    folder = out / approach.name
    check_writable(folder)
    for name in (approach.model_file, OPERATING_NAME):
        with atomic_path(folder / name) as temporary:
            shutil.copyfile(model / name, temporary)
    scores = read_scores(model / SCORES_NAME)
    learnt = scores[(scores["fold"] == 0) & (scores["split"] == "train")]
    write_learnt(folder, {*learnt["video"], *learnt["source"]})
    write_error_rates(folder, trained.sha256, rates)
    write_json(folder / CARD_NAME, trained.card)  # last: before, the folder counts as unfinished
    if card:
        write_text(card, _card_of(trained, trained.sample, tables, measured, rates))
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6
    return Published(folder, size, tuple(each.name for each in rates))


def _measured(results: Path, trained: TrainedModel) -> dict[str, pd.DataFrame]:
    """What stress has measured of this very model, unseen people first."""
    name = trained.approach
    found = {each: figures[figures["approach"] == name] for each, figures in read_robustness(results).items()}
    tables = {each: figures for each, figures in found.items() if len(figures) and is_of(figures, {name: trained.card})}
    if VALIDATION not in tables:
        raise DataError(
            f"{results / name} has not been measured since it was trained: run python -m keras_impl.stress --model "
            f"{results / name} first"
        )
    return {VALIDATION: tables.pop(VALIDATION), **tables}


def _rates_of(name: str, figures: pd.DataFrame) -> ErrorRates:
    told = _figures_under(figures, CLEAN)
    real, fake = (int(figures[each].iloc[0]) for each in ("real", "fake"))
    auc = None if told["auc"].value is None else Rate(told["auc"].value, told["auc"].low, told["auc"].high)
    fpr, fnr, unsure = (
        _rate(told[figure], videos) for figure, videos in (("fpr", real), ("fnr", fake), ("unsure", real + fake))
    )
    assert unsure is not None
    return ErrorRates(_title_of(name), real, fake, auc, fpr, fnr, unsure)


def _rate(estimate: Estimate, videos: int) -> Rate | None:
    """A share of so many videos; where resampling shows no spread, none or all of them, with the exact interval."""
    if estimate.value is None or estimate.low is not None:
        return None if estimate.value is None else Rate(estimate.value, estimate.low, estimate.high)
    exact = binomtest(round(estimate.value * videos), videos).proportion_ci(LEVEL)
    return Rate(estimate.value, float(exact.low), float(exact.high))


def _title_of(name: str) -> str:
    return STRANGERS if name == VALIDATION else name


def _figures_under(figures: pd.DataFrame, condition: Condition, start: str = "") -> dict[str, Estimate]:
    """Estimates by figure, or, with "change" to start with, of their differences to undegraded faces."""
    # strengths are rounded in the file
    rows = figures[(figures["degradation"] == condition.name) & np.isclose(figures["strength"], condition.strength)]
    columns = [start or "value", *(f"{start}_{end}" if start else end for end in ("low", "high"))]
    estimates = rows[columns].set_axis(["value", "low", "high"], axis=1)
    return {name: estimate_in(row) for name, (_, row) in zip(rows["figure"], estimates.iterrows(), strict=True)}


def _card_of(
    trained: TrainedModel,
    sample: FaceConfig,
    tables: Mapping[str, pd.DataFrame],
    measured: Sequence[ErrorRates],
    rates: Sequence[ErrorRates],
) -> str:
    card = trained.card
    fit = next(iter(card.get("fits") or [{}]))
    recipe, made_from = object_of(card, "training"), object_of(card, "made_from")
    template = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True).from_string(
        TEMPLATE.read_text(encoding="utf-8")
    )
    return template.render(
        title=escape(trained.title),
        plainly=bullets([_plainly(each) for each in rates]),
        facts=table(("what", "which"), _facts(trained, sample, fit), numbers=False),
        learnt_from=fit.get("learnt_from"),
        held_out=fit.get("held_out"),
        layout=escape(object_of(made_from, "faces").get("layout")),
        protocol=escape(object_of(card, "split").get("protocol")),
        start=escape(card.get("backbone_weights")),
        epochs=recipe.get("epochs"),
        best_epoch=fit.get("best_epoch"),
        seed=card.get("seed"),
        changes=_changes(object_of(recipe, "augmentation")),
        sets=table(("set", *HEADINGS), [_row(_title_of(name), figures) for name, figures in tables.items()]),
        reading=READING.format(kind="people, or sources"),
        counts="; ".join(f"{escape(each.name)}: {each.real} genuine, {each.fake} fake" for each in measured),
        strangers=STRANGERS,
        degradations=table(("faces", *HEADINGS, "AUC less undegraded"), _degraded(tables[VALIDATION])),
        thresholds=bullets(_thresholds(trained, fit)),
        qualities=_qualities(trained),
        size=sample.framing.resnet.size,
    )


def _plainly(rates: ErrorRates) -> str:
    parts = []
    if rates.fpr:
        parts.append(f"of 100 genuine ones, **{_of_hundred(rates.fpr)}** are called fake")
    if rates.fnr:
        parts.append(f"of 100 fakes, **{_of_hundred(rates.fnr)}** are called real")
    parts.append(f"{_of_hundred(rates.unsure)} of 100 get no verdict")
    return f"{escape(rates.name)} ({rates.real} genuine, {rates.fake} fake videos): {'; '.join(parts)}."


def _of_hundred(rate: Rate) -> str:
    bounds = "" if rate.low is None or rate.high is None else f" ({100 * rate.low:.0f} to {100 * rate.high:.0f})"
    return f"{100 * rate.value:.0f}{bounds}"


def _facts(trained: TrainedModel, sample: FaceConfig, fit: Mapping[str, Any]) -> list[tuple[str, str]]:
    size, half = trained.path.stat().st_size / 1e6, object_of(fit, "half_precision")
    packages = ", ".join(f"{name} {version}" for name, version in object_of(trained.card, "versions").items())
    window = sample.framing.resnet.size
    facts = [
        ("kind", escape(trained.title)),
        ("looks at", f"windows of {window} x {window} pixels around faces found by {escape(sample.detector)}"),
        ("file", f"`{trained.path.name}`, {size:.1f} MB"),
        ("SHA-256", f"`{trained.sha256}`"),
        ("made with", escape(packages)),
    ]
    if half:
        apart = f"logits of {half['samples']} tuning faces differ by {half['largest_difference']:.2g} at most"
        facts.append(("kernels in half against full precision", apart))
    return facts


def _changes(augmentation: Mapping[str, Any]) -> str:
    shares = {name: object_of(augmentation, name).get("share") for name in CHANGES}
    return ", ".join(f"{share:.0%} {CHANGES[name]}" for name, share in shares.items() if share)


def _row(title: str, figures: pd.DataFrame, condition: Condition = CLEAN) -> tuple[str, ...]:
    told = _figures_under(figures, condition)
    return (escape(title), *(with_interval(told[figure]) for figure in FIGURES))


def _degraded(figures: pd.DataFrame) -> list[tuple[str, ...]]:
    rows = [(*_row("undegraded", figures), "")]
    for degradation in DEGRADATIONS:
        for strength in degradation.strengths:
            condition = Condition(degradation.name, strength)
            change = with_interval(_figures_under(figures, condition, "change")["auc"])
            rows.append((*_row(f"{degradation.title} {strength:.3g}", figures, condition), change))
    return rows


def _thresholds(trained: TrainedModel, fit: Mapping[str, Any]) -> list[str]:
    points, also = trained.points, object_of(fit, "calibration").get("degraded_too")
    together = "clean and degraded together" if also else "undegraded"
    lines = [f"P(fake) is calibrated on tuning faces, {together} (Platt 1999)."]
    if points.max_fpr is not None:
        lines.append(
            f"*Likely fake* begins above P(fake) = {expit(points.threshold()):.3f}, which {points.max_fpr:.0%} of the "
            f"{len(points.real)} genuine tuning videos exceed at most."
        )
    equal = expit(points.equal_error)
    lines.append(
        f"On tuning videos both errors are equal at P(fake) = {equal:.3f}, {points.error:.1%} each. *Likely real* ends "
        "below it, where the odds are 2 to 3; between both there is no telling."
    )
    return lines


def _qualities(trained: TrainedModel) -> str:
    rows = [
        (QUALITIES[name], f"{low:.3g}", "any" if math.isinf(high) else f"{high:.3g}")
        for name, (low, high) in trained.points.quality.items()
        if name in QUALITIES
    ]
    return table(("quality", "from", "to"), rows) if rows else ""
