"""A detector made ready to be passed on, and its card (Mitchell et al. 2019, arXiv 1810.03993).

Everything on the card was measured of the very file that is passed on, or stands in the card that training wrote.
"""

import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import binomtest

from keras_impl.core.storage import atomic_path, check_writable, write_json, write_text
from keras_impl.degradations import DEGRADATIONS
from keras_impl.errors import DataError
from keras_impl.evaluation.bootstrap import LEVEL, Estimate
from keras_impl.evaluation.robustness import FIGURES
from keras_impl.evaluation.scores import SCORES_NAME, read_scores
from keras_impl.faces.config import FaceConfig
from keras_impl.media.names import printable
from keras_impl.models.approach import APPROACHES
from keras_impl.models.calibration import OPERATING_NAME
from keras_impl.models.card import CARD_NAME
from keras_impl.models.published import (
    CARD_PAGE,
    LANGUAGES,
    LEAST_FILES,
    STRANGERS,
    ErrorRates,
    Known,
    Rate,
    write_known,
    write_learnt,
)
from keras_impl.models.trained import TrainedModel, object_of, read_trained
from keras_impl.reporting.markdown import bullets, escape, table
from keras_impl.reporting.robustness import HEADINGS, PEOPLE, estimate_in, is_of, read_robustness, reading
from keras_impl.reporting.text import with_interval
from keras_impl.samples.degradations import CLEAN, Condition, Degradation, shown
from keras_impl.samples.modality import Nouns
from keras_impl.speech.config import SoundConfig

TEMPLATES = Path(__file__).with_name("templates")

RECIPE = ("sample", "network", "training", "backbone_weights", "backbone_weights_sha256")
"""What cards of models by the same recipe agree on."""

VALIDATION = "validation"
"""The set of stress that shows people whom training has not met."""

QUALITIES = {
    "snr": "signal-to-noise ratio, estimated (dB)",
    "reverberation": "reverberation, estimated (s in which sound decays by 60 dB where it decays fastest)",
    "bandwidth": "bandwidth (Hz)",
    "sharpness": "sharpness (deviation of the smoothed window's Laplacian)",
    "noise": "noise (grey levels)",
    "contrast": "contrast (deviation of grey levels)",
    "size": "window's width in the file (pixels, the network's own at most)",
}

CHANGES = {
    ("degradations", "share"): "degraded (H.264, JPEG, size, blur, noise; some in two ways)",
    ("mixing", "share"): "mixed, where both show one picture",
    ("hiding", "share"): "with a part of the face hidden",
    ("floors",): "each with the other's background noise",
    ("channels", "room"): "in a room",
    ("channels", "noise"): "with noise, or other people talking",
    ("channels", "clipping"): "clipped",
    ("channels", "band"): "in a narrower band",
    ("channels", "resampling"): "resampled",
    ("channels", "codec"): "through a codec (MP3, AAC, Opus, AMR, G.711, G.722, SBC)",
}
"""Where a recipe's augmentation says what share of pairs is changed so."""


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


def publish(
    model: Path, out: Path, figures: Path | None = None, language: str | None = None, data: str | None = None
) -> Published:
    """Copy a detector without what names single files, with its error rates and its card.

    Parameters
    ----------
    model : Path
        An approach's folder in a results folder, beside which the step stress has measured it.
    out : Path
        The folder of the approach's name in it is written.
    figures : Path, optional
        Another results folder, with models of the same recipe that were each kept from a part of the data, which stress
        has measured instead: of a model that has learnt from everything.
    language : str, optional
        In which one people spoke in almost all that a detector of sound has learnt from; one of
        `keras_impl.models.published.LANGUAGES`.
    data : str, optional
        What it has learnt from, in a few words, such as the name of the data set: verdicts say so.

    Raises
    ------
    DataError
        If it is no intact detector, has not been measured, or ``figures`` has models of another recipe.
    """
    approach = APPROACHES.get(model.name)
    if approach is None or approach.needs:
        raise DataError(f"{model} is not the folder of an approach that judges alone: name one, such as results/resnet")
    trained = read_trained(model, approach.name, approach.model_file, approach.config)
    if language is not None and language not in LANGUAGES:
        raise DataError(f"there are no words for the language {printable(language)}: known are {', '.join(LANGUAGES)}")
    strangers = STRANGERS[trained.modality.name]
    measured_of = _same_recipe(figures / approach.name, trained) if figures else trained
    tables = _measured(figures or model.parent, measured_of)
    measured = [_rates_of(strangers if name == VALIDATION else name, table) for name, table in tables.items()]
    rates = [each for each in measured if each.name == strangers or max(each.real, each.fake) >= LEAST_FILES]
    folder = out / approach.name
    check_writable(folder)
    for name in (approach.model_file, OPERATING_NAME):
        with atomic_path(folder / name) as temporary:
            shutil.copyfile(model / name, temporary)
    scores = read_scores(model / SCORES_NAME)
    learnt = scores[(scores["fold"] == 0) & (scores["split"] == "train")]
    write_learnt(folder, {*learnt["video"], *learnt["source"]})
    write_known(folder, trained.sha256, Known(tuple(rates), language, data))
    write_text(folder / CARD_PAGE, _card_of(trained, tables, measured, rates))
    write_json(folder / CARD_NAME, trained.card)  # last: before, the folder counts as unfinished
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6
    return Published(folder, size, tuple(each.name for each in rates))


def _same_recipe(folder: Path, trained: TrainedModel) -> TrainedModel:
    """The model of a folder, if it was made as another was."""
    other = read_trained(folder, trained.approach, trained.path.name, APPROACHES[trained.approach].config)
    differing = [name for name in RECIPE if other.card.get(name) != trained.card.get(name)]
    if differing:
        raise DataError(
            f"the model in {folder} was made otherwise than {trained.path.parent} ({', '.join(differing)}): what was "
            "measured of it says nothing of this one"
        )
    return other


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
    counted = (("fpr", real), ("fnr", fake), ("unsure", real + fake), ("tpr", fake))
    fpr, fnr, unsure, tpr = (_rate(told[figure], videos) for figure, videos in counted)
    assert unsure is not None
    return ErrorRates(name, real, fake, auc, fpr, fnr, unsure, tpr)


def _rate(estimate: Estimate, videos: int) -> Rate | None:
    """A share of so many videos; where resampling shows no spread, none or all of them, with the exact interval."""
    if estimate.value is None or estimate.low is not None:
        return None if estimate.value is None else Rate(estimate.value, estimate.low, estimate.high)
    exact = binomtest(round(estimate.value * videos), videos).proportion_ci(LEVEL)
    return Rate(estimate.value, float(exact.low), float(exact.high))


def _figures_under(figures: pd.DataFrame, condition: Condition, start: str = "") -> dict[str, Estimate]:
    """Estimates by figure, or, with "change" to start with, of their differences to undegraded faces."""
    # strengths are rounded in the file
    rows = figures[(figures["degradation"] == condition.name) & np.isclose(figures["strength"], condition.strength)]
    columns = [start or "value", *(f"{start}_{end}" if start else end for end in ("low", "high"))]
    estimates = rows[columns].set_axis(["value", "low", "high"], axis=1)
    return {name: estimate_in(row) for name, (_, row) in zip(rows["figure"], estimates.iterrows(), strict=True)}


def _card_of(
    trained: TrainedModel,
    tables: Mapping[str, pd.DataFrame],
    measured: Sequence[ErrorRates],
    rates: Sequence[ErrorRates],
) -> str:
    card = trained.card
    fit = next(iter(card.get("fits") or [{}]))
    recipe, modality = object_of(card, "training"), trained.modality
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    strangers, nouns = STRANGERS[modality.name], modality.nouns
    return environment.get_template(f"model_card_{modality.name}.md").render(
        title=escape(trained.title),
        plainly=bullets([plainly(each, nouns) for each in rates]),
        facts=table(("what", "which"), _facts(trained, fit), numbers=False),
        learnt_from=fit.get("learnt_from"),
        held_out=fit.get("held_out"),
        layout=escape(trained.extraction.get("layout")),
        protocol=escape(object_of(card, "split").get("protocol")),
        start=escape(card.get("backbone_weights")),
        epochs=recipe.get("epochs"),
        best_epoch=fit.get("best_epoch"),
        seed=card.get("seed"),
        changes=_changes(object_of(recipe, "augmentation")),
        sets=table(
            ("set", *HEADINGS),
            [_row(strangers if name == VALIDATION else name, figures) for name, figures in tables.items()],
        ),
        reading=reading(nouns, f"{PEOPLE[nouns.person]}, or sources"),
        counts="; ".join(f"{escape(each.name)}: {each.real} genuine, {each.fake} fake" for each in measured),
        strangers=strangers,
        degradations=table(
            (nouns.samples, *HEADINGS, "AUC less undegraded"),
            _degraded(tables[VALIDATION], DEGRADATIONS[modality.name]),
        ),
        thresholds=bullets(_thresholds(trained, fit)),
        qualities=_qualities(trained),
        **_seen_by(trained.sample),
    )


def _seen_by(sample: FaceConfig | SoundConfig) -> dict[str, Any]:
    """How large, or long, what the network takes is."""
    if isinstance(sample, FaceConfig):
        return {"size": sample.framing.resnet.size}
    return {"seconds": f"{sample.segment_seconds:g}", "least": f"{sample.least_seconds:g}"}


def plainly(rates: ErrorRates, nouns: Nouns) -> str:
    """Error rates of a set in a sentence, Markdown."""
    parts = []
    if rates.fpr:
        parts.append(f"of 100 genuine ones, **{_of_hundred(rates.fpr)}** are called fake")
    if rates.fnr:
        parts.append(f"of 100 fakes, **{_of_hundred(rates.fnr)}** are called real")
    parts.append(f"{_of_hundred(rates.unsure)} of 100 get no verdict")
    return f"{escape(rates.name)} ({rates.real} genuine, {rates.fake} fake {nouns.files}): {'; '.join(parts)}."


def _of_hundred(rate: Rate) -> str:
    bounds = "" if rate.low is None or rate.high is None else f" ({100 * rate.low:.0f} to {100 * rate.high:.0f})"
    return f"{100 * rate.value:.0f}{bounds}"


def _facts(trained: TrainedModel, fit: Mapping[str, Any]) -> list[tuple[str, str]]:
    size, half = trained.path.stat().st_size / 1e6, object_of(fit, "half_precision")
    packages = ", ".join(f"{name} {version}" for name, version in object_of(trained.card, "versions").items())
    facts = [
        ("kind", escape(trained.title)),
        ("judges", _judged(trained.sample)),
        ("file", f"`{trained.path.name}`, {size:.1f} MB"),
        ("SHA-256", f"`{trained.sha256}`"),
        ("made with", escape(packages)),
    ]
    if half:
        apart = f"logits of {half['samples']} tuning samples differ by {half['largest_difference']:.2g} at most"
        facts.append(("kernels in half against full precision", apart))
    return facts


def _judged(sample: FaceConfig | SoundConfig) -> str:
    if isinstance(sample, FaceConfig):
        size = sample.framing.resnet.size
        return f"windows of {size} x {size} pixels around faces found by {escape(sample.detector)}"
    speech = f"speech found by {escape(sample.voice.detector)}"
    return f"segments of up to {sample.segment_seconds:g} s at {sample.sample_rate} Hz, with {speech}"


def _changes(augmentation: Mapping[str, Any]) -> str:
    told = []
    for (*path, name), words in CHANGES.items():
        share = reduce(object_of, path, augmentation).get(name)
        if share:
            told.append(f"{share:.0%} {words}")
    return ", ".join(told)


def _row(title: str, figures: pd.DataFrame, condition: Condition = CLEAN) -> tuple[str, ...]:
    told = _figures_under(figures, condition)
    return (escape(title), *(with_interval(told[figure]) for figure in FIGURES))


def _degraded(figures: pd.DataFrame, degradations: Sequence[Degradation]) -> list[tuple[str, ...]]:
    rows = [(*_row("undegraded", figures), "")]
    for degradation in degradations:
        for strength in degradation.strengths:
            condition = Condition(degradation.name, strength)
            change = with_interval(_figures_under(figures, condition, "change")["auc"])
            rows.append((*_row(f"{degradation.title} {shown(strength)}", figures, condition), change))
    return rows


def _thresholds(trained: TrainedModel, fit: Mapping[str, Any]) -> list[str]:
    points, also = trained.points, object_of(fit, "calibration").get("degraded_too")
    together = "clean and degraded together" if also else "undegraded"
    nouns, is_twice = (
        trained.modality.nouns,
        (also and fit.get("turns")) or object_of(fit, "calibration").get("thresholds_too"),
    )
    count, ways = len(points.real) // 2 if is_twice else len(points.real), ", clean and degraded," if is_twice else ""
    lines = [f"P(fake) is calibrated on tuning {nouns.samples}, {together} (Platt 1999)."]
    if points.max_fpr is not None:
        lines.append(
            f"*Likely fake* begins above P(fake) = {expit(points.threshold()):.3f}, which {points.max_fpr:.0%} of the "
            f"{count} genuine tuning {nouns.files}{ways} exceed at most."
        )
    equal = expit(points.equal_error)
    lines.append(
        f"On tuning {nouns.files} both errors are equal at P(fake) = {equal:.3f}, {points.error:.1%} each. *Likely "
        "real* ends below it, where the odds are 2 to 3; between both there is no telling."
    )
    return lines


def _qualities(trained: TrainedModel) -> str:
    rows = [
        (QUALITIES[name], *("any" if math.isinf(end) else shown(end) for end in (low, high)))
        for name, (low, high) in trained.points.quality.items()
        if name in QUALITIES
    ]
    return table(("quality", "from", "to"), rows) if rows else ""
