"""How much the figures differ from fold to fold: what drawing once could have reported."""

import numpy as np
import pandas as pd

from keras_impl.evaluation.evaluate import Evaluation
from keras_impl.evaluation.metrics import METRICS, Judged

MEASURED = ("accuracy", "auc")


def measure_folds(evaluation: Evaluation) -> pd.DataFrame:
    """Compute accuracy and AUC in each fold.

    Returns
    -------
    DataFrame
        Columns ``level``, ``approach``, ``fold``, ``accuracy`` and ``auc``, 0 to 1; nan where a
        fold has one class only.
    """
    rows = []
    for (level, approach), cases in evaluation.cases.items():
        for fold, part in cases.groupby("fold"):
            judged = Judged(part["label"].to_numpy(), part["p_fake"].to_numpy(), np.zeros(len(part), int), 1)
            measured = judged.measure(np.ones((1, 1), np.int32))
            rows.append({"level": level, "approach": approach, "fold": fold} | {m: measured[m][0] for m in MEASURED})
    return pd.DataFrame(rows)


def describe_folds(folds: pd.DataFrame) -> pd.DataFrame:
    """Summarise the distribution over folds.

    Parameters
    ----------
    folds : DataFrame
        As `measure_folds` gives it.

    Returns
    -------
    DataFrame
        Columns ``level``, ``approach``, ``metric``, ``folds`` (those in which the metric is
        defined), ``mean``, ``min``, ``max``, ``low`` and ``high`` (2.5th and 97.5th percentile).
    """
    long = folds.melt(["level", "approach", "fold"], list(MEASURED), "metric")
    grouped = long.groupby(["level", "approach", "metric"], sort=False)["value"]
    table = grouped.agg(folds="count", mean="mean", min="min", max="max").assign(
        low=grouped.quantile(0.025), high=grouped.quantile(0.975)
    )
    table = table.reset_index()
    return table.assign(metric=table["metric"].map({key: METRICS[key].name for key in MEASURED}))
