"""How approaches cope with degradations: figures under each condition, and what it costs against undegraded faces.

All conditions show the same videos, so that a difference is taken within each resample of people.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from keras_impl.evaluation.bootstrap import Estimate, Groups, draw_weights, estimate, find_groups
from keras_impl.evaluation.metrics import Judged
from keras_impl.samples.modality import Modality

FIGURES = ("auc", "eer", "tpr", "fpr", "fnr", "unsure")
"""Area under the ROC curve, equal error rate; shares of fakes and of real videos whose verdict is that they are fake,
and of fakes that they are real; and the share of all that has no verdict."""

CALLED, UNSURE = "_called", "_unsure"
"""Endings of columns: whether an approach's verdict is that a video is fake, and whether it has none."""


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
    videos: pd.DataFrame, thresholds: Mapping[str, float], modality: Modality, seed: int = 0
) -> Robustness:
    """Measure approaches on whole videos under all conditions.

    Parameters
    ----------
    videos : DataFrame
        A row per video and condition, all conditions with the same videos: ``video``, ``source``, ``person``,
        ``label``, ``degradation``, ``strength``, and for each approach its logit of P(fake) in a column of its name,
        and whether its verdict is "fake" or none, in columns with the endings `CALLED` and `UNSURE`. The first
        condition is what the others are held against. With a column ``fold``, each fold was scored by models of its
        own: AUC and equal error rate, which scores of one model make, are means over folds.
    thresholds : dict of str to float
        By approach: the logit above which it says fake.
    modality : Modality
    seed : int, optional
        Of the resampling.
    """
    names = list(thresholds)
    videos = videos.assign(person=videos["person"].fillna(""))
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
        (name, condition): _Measured(table, name, groups) for name in names for condition, table in tables.items()
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


class _Measured:
    """The videos of a condition as an approach judges them."""

    def __init__(self, videos: pd.DataFrame, approach: str, groups: Groups) -> None:
        labels = videos["label"].to_numpy()
        logits, called, unsure = (videos[f"{approach}{end}"].to_numpy(float) for end in ("", CALLED, UNSURE))
        missed = 1 - np.maximum(called, unsure)
        told = (labels, called), (labels, missed), (np.ones_like(labels), unsure)
        self._verdicts = [Judged(*each, groups.codes, groups.count) for each in told]
        folds = videos["fold"].to_numpy() if "fold" in videos else np.zeros(len(videos), int)
        self._ranked = [
            Judged(labels[rows], expit(logits[rows]), groups.codes[rows], groups.count)
            for rows in (folds == fold for fold in np.unique(folds))
        ]

    def rates(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """`FIGURES` for each row of weights of the groups."""
        called, missed, unsure = (part.rates(weights) for part in self._verdicts)
        ranked = [part.rates(weights) for part in self._ranked]
        return {
            "auc": np.mean([each["auc"] for each in ranked], axis=0),
            "eer": np.mean([each["eer"] for each in ranked], axis=0),
            "tpr": called["tpr"],
            "fpr": called["fpr"],
            "fnr": missed["tpr"],
            "unsure": unsure["tpr"],
        }


def robustness_table(robustness: Robustness) -> pd.DataFrame:
    """All figures, a row each.

    Returns
    -------
    DataFrame
        Columns ``approach``, ``threshold`` (a logit), ``real`` and ``fake`` (videos), ``degradation``, ``strength``,
        ``figure``, ``value``, ``low``, ``high``, and, against undegraded faces, ``change``, ``change_low``,
        ``change_high``.
    """
    rows = []
    for each in robustness.standings:
        condition = {"approach": each.approach, "threshold": robustness.thresholds[each.approach]}
        condition |= {"real": robustness.real, "fake": robustness.fake}
        condition |= {"degradation": each.degradation, "strength": each.strength}
        for figure in FIGURES:
            value, change = each.figures[figure], each.changes[figure]
            told = {"figure": figure, "value": value.value, "low": value.low, "high": value.high}
            changed = {"change": change.value, "change_low": change.low, "change_high": change.high}
            rows.append(condition | told | changed)
    return pd.DataFrame(rows)
