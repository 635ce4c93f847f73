"""How approaches cope with degradations: figures under each condition, and what it costs against undegraded faces.

All conditions show the same videos, so that a difference is taken within each resample of people.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from keras_impl.evaluation.bootstrap import Estimate, draw_weights, estimate, find_groups
from keras_impl.evaluation.metrics import Judged
from keras_impl.samples.modality import Modality

FIGURES = ("auc", "eer", "tpr", "fpr")
"""Area under the ROC curve, equal error rate; true- and false-positive rate at the approach's own threshold."""


@dataclass(frozen=True)
class Standing:
    """How an approach does under a condition.

    Attributes
    ----------
    approach, degradation : str
    strength : float
    figures : dict of str to Estimate
        By `FIGURES`.
    changes : dict of str to Estimate
        The same figures, less those of undegraded faces.
    """

    approach: str
    degradation: str
    strength: float
    figures: Mapping[str, Estimate]
    changes: Mapping[str, Estimate]


@dataclass(frozen=True)
class Robustness:
    """All of a set of faces.

    Attributes
    ----------
    standings : tuple of Standing
        By approach, then in the order of the conditions, undegraded faces first.
    group_kind : str
        What was redrawn, such as "people".
    group_count : int
    real, fake : int
        Videos of each class.
    thresholds : dict of str to float
        By approach: the logit above which it says fake.
    """

    standings: tuple[Standing, ...]
    group_kind: str
    group_count: int
    real: int
    fake: int
    thresholds: Mapping[str, float]


def measure_robustness(
    scores: pd.DataFrame, thresholds: Mapping[str, float], modality: Modality, seed: int = 0
) -> Robustness:
    """Measure approaches on whole videos under all conditions.

    Parameters
    ----------
    scores : DataFrame
        A row per sample and condition: ``sample``, ``video``, ``source``, ``person``, ``label``, ``degradation``,
        ``strength``, and a logit of P(fake) in a column for each approach. The first condition is what the others are
        held against; a video's logit is the mean of its samples'.
    thresholds : dict of str to float
        By approach: the logit above which it says fake.
    modality : Modality
    seed : int, optional
        Of the resampling.
    """
    names = list(thresholds)
    scores = scores.assign(person=scores["person"].fillna(""))
    keys = ["degradation", "strength", "video"]
    told = {name: "first" for name in ("source", "person", "label")} | dict.fromkeys(names, "mean")
    videos = scores.groupby(keys, sort=False).agg(told).reset_index()
    conditions = list(videos[["degradation", "strength"]].drop_duplicates().itertuples(index=False, name=None))
    tables = {
        condition: videos[(videos["degradation"] == condition[0]) & (videos["strength"] == condition[1])].sort_values(
            "video", ignore_index=True
        )
        for condition in conditions
    }
    first = tables[conditions[0]]
    groups, labels = find_groups(first, modality), first["label"].to_numpy()
    judged = {
        (name, condition): Judged(labels, expit(table[name].to_numpy() - thresholds[name]), groups.codes, groups.count)
        for name in names
        for condition, table in tables.items()
    }
    values = {key: one.rates(np.ones((1, groups.count), np.int32)) for key, one in judged.items()}
    collected: dict[tuple[str, tuple[str, float]], list[dict[str, np.ndarray]]] = defaultdict(list)
    for weights in draw_weights(groups.count, len(first), seed):
        for key, one in judged.items():
            collected[key].append(one.rates(weights))
    draws = {
        key: {figure: np.concatenate([part[figure] for part in parts]) for figure in FIGURES}
        for key, parts in collected.items()
    }
    standings = []
    for name in names:
        clean = (name, conditions[0])
        for condition in conditions:
            key = (name, condition)
            figures = {each: estimate(values[key][each][0], draws[key][each]) for each in FIGURES}
            changes = {
                each: estimate(values[key][each][0] - values[clean][each][0], draws[key][each] - draws[clean][each])
                for each in FIGURES
            }
            standings.append(Standing(name, condition[0], condition[1], figures, changes))
    fake = int(labels.sum())
    return Robustness(tuple(standings), groups.kind, groups.count, len(labels) - fake, fake, dict(thresholds))


def robustness_table(robustness: Robustness) -> pd.DataFrame:
    """All figures, a row each.

    Returns
    -------
    DataFrame
        Columns ``approach``, ``threshold`` (a logit), ``degradation``, ``strength``, ``figure``, ``value``, ``low``,
        ``high``, and, against undegraded faces, ``change``, ``change_low``, ``change_high``.
    """
    rows = []
    for each in robustness.standings:
        condition = {"approach": each.approach, "threshold": robustness.thresholds[each.approach]}
        condition |= {"degradation": each.degradation, "strength": each.strength}
        for figure in FIGURES:
            value, change = each.figures[figure], each.changes[figure]
            told = {"figure": figure, "value": value.value, "low": value.low, "high": value.high}
            changed = {"change": change.value, "change_low": change.low, "change_high": change.high}
            rows.append(condition | told | changed)
    return pd.DataFrame(rows)
