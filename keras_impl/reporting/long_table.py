"""``comparison.csv``: one row per figure, for whoever wants to compute on."""

import pandas as pd

from keras_impl.evaluation.evaluate import TESTS, Evaluation
from keras_impl.evaluation.folds import describe_folds
from keras_impl.evaluation.metrics import METRICS
from keras_impl.reporting.text import TEST_NAMES

CSV_NAME = "comparison.csv"


def long_table(evaluation: Evaluation, folds: pd.DataFrame | None) -> pd.DataFrame:
    """Lay out all figures.

    Parameters
    ----------
    evaluation : Evaluation
    folds : DataFrame or None
        As `keras_impl.evaluation.folds.measure_folds` gives it, if there is more than one.

    Returns
    -------
    DataFrame
        Columns ``approach`` (of a difference, both), ``level`` (as the subject calls it), ``metric``,
        ``value``, ``low`` and ``high`` (95 % interval; empty where there is none), ``interval`` (what
        it comes from) and ``missing`` (what became of samples without a score).
    """
    levels = evaluation.modality.levels
    basis = f"bootstrap over {evaluation.group_count} {evaluation.group_kind}"
    rows = []
    for summary in evaluation.summaries:
        level = levels[summary.level]
        for key, metric in METRICS.items():
            one = summary.figures[key]
            rows.append((summary.approach, level, metric.name, one.value, one.low, one.high, basis))
        counts = {"real": summary.real, "fake": summary.fake}
        rows += [(summary.approach, level, name, count, None, None, "") for name, count in counts.items()]
    for pair in evaluation.pairs:
        names = f"{pair.first} - {pair.second}"
        for name, one in (("accuracy", pair.accuracy), ("AUC", pair.auc)):
            rows.append((names, levels["video"], name, one.value, one.low, one.high, basis))
        for test in TESTS:
            name = TEST_NAMES[test].format(kind=evaluation.group_kind)
            rows.append((names, levels["video"], f"p, {name}", getattr(pair, test), None, None, ""))
            rows.append((names, levels["video"], f"p, {name}, Holm", pair.adjusted[test], None, None, ""))
    columns = ["approach", "level", "metric", "value", "low", "high", "interval"]
    if folds is not None:
        for _, row in describe_folds(folds).iterrows():
            for statistic in ("mean", "min", "max"):
                bounds = (row["low"], row["high"]) if statistic == "mean" else (None, None)
                name = f"{row['metric']}, {statistic} over folds"
                basis = f"percentiles of {row['folds']} folds" if statistic == "mean" else ""
                rows.append((row["approach"], levels[row["level"]], name, row[statistic], *bounds, basis))
    return pd.DataFrame(rows, columns=columns).assign(missing=evaluation.missing)
