"""The comparison's pictures."""

from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, RocCurveDisplay

from keras_impl.evaluation.scores import OK
from keras_impl.evaluation.statistics import THRESHOLD
from keras_impl.storage import atomic_path

matplotlib.use("Agg")  # draw to files only, on machines without a screen too

ROC_NAME = "roc.png"
CONFUSION_NAME = "confusion.png"


def draw_roc(path: Path, approaches: dict[str, pd.DataFrame]) -> bool:
    """Draw the approaches' ROC curves into one picture; False if a class is missing."""
    scored = {name: scores[scores["status"] == OK] for name, scores in approaches.items()}
    if any(scores["label"].nunique() < 2 for scores in scored.values()):
        return False
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    for name, scores in scored.items():
        RocCurveDisplay.from_predictions(scores["label"], scores["p_fake"], name=name, ax=axes)
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey", label="guessing (AUC = 0.50)")
    axes.set(
        xlabel="Real faces called fake (false alarms)",
        ylabel="Fakes called fake",
        title="Fakes found against false alarms, over all thresholds",
    )
    axes.legend(loc="lower right")
    _save(figure, path)
    return True


def draw_confusion(path: Path, approaches: dict[str, pd.DataFrame]) -> None:
    """Draw the approaches' confusion matrices side by side."""
    figure = Figure(figsize=(3.6 * len(approaches), 3.6), layout="constrained")
    for axes, (name, scores) in zip(np.ravel(figure.subplots(1, len(approaches))), approaches.items(), strict=True):
        scored = scores[scores["status"] == OK]
        ConfusionMatrixDisplay.from_predictions(
            scored["label"],
            (scored["p_fake"] >= THRESHOLD).astype(int),
            labels=[0, 1],
            display_labels=["real", "fake"],
            cmap="Blues",
            colorbar=False,
            ax=axes,
        )
        axes.set(title=name, xlabel="called", ylabel="is")
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=120)
