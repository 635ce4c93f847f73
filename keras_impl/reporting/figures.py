"""The comparison's pictures.

They are narrow and their letters large, because a phone shows them at the width of its screen;
what belongs together is stacked rather than put side by side. Approaches and classes are told
apart by colours that the colour-blind can tell apart too (Okabe and Ito 2008).
"""

from itertools import cycle
from pathlib import Path
from typing import Literal

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from sklearn.metrics import confusion_matrix, roc_curve

from keras_impl.core.storage import atomic_path
from keras_impl.evaluation.bootstrap import Estimate
from keras_impl.evaluation.cases import THRESHOLD
from keras_impl.evaluation.evaluate import Evaluation
from keras_impl.evaluation.metrics import BINS, ROC_GRID, bin_numbers
from keras_impl.reporting.text import number, short

matplotlib.use("Agg")  # draw to files only, on machines without a screen too

APPROACH_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#000000", "#56B4E9")
MARKERS = ("o", "s", "^", "D", "v", "P")
LABELS = ("real", "fake")
LABEL_COLOURS = ("#56B4E9", "#D55E00")

WIDTH = 5.0
"""Inches, of all pictures."""


def draw_roc(path: Path, evaluation: Evaluation) -> None:
    """Draw the approaches' ROC curves, with the band in which 95 % of the resamples' curves lie."""
    figure, axes = new_figure(WIDTH + 0.25 * len(evaluation.approaches))
    styles = styles_of(evaluation.approaches)
    for summary in evaluation.at("video"):
        colour, _ = styles[summary.approach]
        cases = evaluation.cases["video", summary.approach]
        fpr, tpr, _ = roc_curve(cases["label"], cases["p_fake"])
        name = f"{short(summary.approach)} (AUC {number(summary.figures['auc'].value)})"
        axes.plot(fpr, tpr, color=colour, label=name)
        if summary.roc:
            axes.fill_between(ROC_GRID, *summary.roc, color=colour, alpha=0.18, linewidth=0)
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey", label="guessing (AUC 0.500)")
    axes.set(
        xlabel="False-positive rate (real called fake)", ylabel="True-positive rate (fake called fake)", aspect="equal"
    )
    legend_outside(figure, axes)
    save(figure, path)


def draw_histograms(path: Path, evaluation: Evaluation) -> None:
    """Draw how P(fake) is distributed among real and among fake videos, an approach below the other."""
    names = evaluation.approaches
    figure, panels = new_figure(1.3 + 2.0 * len(names), rows=len(names), sharex=True)
    for axes, name in zip(np.ravel(panels), names, strict=True):
        cases = evaluation.cases["video", name]
        for label in (0, 1):
            chosen = cases["p_fake"][cases["label"] == label]
            if len(chosen):
                weights = np.full(len(chosen), 100 / len(chosen))
                style = {"color": LABEL_COLOURS[label], "alpha": 0.6, "label": LABELS[label]}
                axes.hist(chosen, bins=20, range=(0, 1), weights=weights, **style)
        axes.axvline(THRESHOLD, color="black", linestyle=":", linewidth=1)
        axes.set(title=short(name), ylabel="% of class")
    legend_outside(figure, np.ravel(panels)[0])
    np.ravel(panels)[-1].set(xlabel="P(fake)", xlim=(0, 1))
    save(figure, path)


def draw_reliability(path: Path, evaluation: Evaluation) -> None:
    """Draw the share of fakes in each bin of P(fake), and how many videos each bin holds."""
    figure, (axes, below) = new_figure(WIDTH + 2.0, rows=2, sharex=True, height_ratios=(4, 1.2))
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey", label="P(fake) as it should be")
    styles = styles_of(evaluation.approaches)
    for name in evaluation.approaches:
        colour, marker = styles[name]
        cases = evaluation.cases["video", name]
        numbers = bin_numbers(cases["p_fake"].to_numpy())
        bins = cases.groupby(numbers).agg(mean=("p_fake", "mean"), share=("label", "mean"), count=("label", "size"))
        axes.plot(bins["mean"], bins["share"], color=colour, marker=marker, label=short(name))
        counts = bins["count"].reindex(range(BINS), fill_value=0)
        below.stairs(counts, np.linspace(0, 1, BINS + 1), color=colour, linewidth=1.5)
    axes.set(ylabel="Share that is fake", xlim=(0, 1), ylim=(-0.03, 1.03))
    legend_outside(figure, axes)
    below.set(xlabel="P(fake)", ylabel=evaluation.modality.nouns.files.capitalize(), ylim=(0, None))
    below.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    save(figure, path)


def draw_confusion(path: Path, evaluation: Evaluation) -> None:
    """Draw the approaches' confusion matrices, two in a row, in colours of one scale."""
    names = evaluation.approaches
    rows, columns = -(-len(names) // 2), min(2, len(names))
    figure, panels = new_figure(2.7 * rows, WIDTH if columns == 2 else WIDTH * 0.6, rows=rows, columns=columns)
    panels = list(np.ravel(panels))
    matrices = {}
    for name in names:
        cases = evaluation.cases["video", name]
        called = (cases["p_fake"] >= THRESHOLD).astype(int)
        matrices[name] = confusion_matrix(cases["label"], called, labels=[0, 1])
    most = max(int(matrix.max()) for matrix in matrices.values())
    for axes, (name, matrix) in zip(panels, matrices.items(), strict=False):
        axes.imshow(matrix, cmap="Blues", vmin=0, vmax=most)
        for (row, column), count in np.ndenumerate(matrix):
            axes.text(column, row, f"{count}", ha="center", va="center", color="white" if count > most / 2 else "black")
        axes.set(title=short(name), xlabel="called", ylabel="is")
        axes.set_xticks((0, 1), LABELS)
        axes.set_yticks((0, 1), LABELS)
    for axes in panels[len(names) :]:
        axes.remove()
    save(figure, path)


def draw_folds(path: Path, folds: pd.DataFrame, order: list[str]) -> None:
    """Draw each fold's accuracy and AUC on videos as a dot, with the quartiles as a box.

    Parameters
    ----------
    path : Path
    folds : DataFrame
        As `keras_impl.evaluation.folds.measure_folds` gives it.
    order : list of str
        Of the approaches.
    """
    folds = folds[folds["level"] == "video"]
    figure, panels = new_figure(1.2 + 1.1 * len(order) * 2, rows=2, sharex=True)
    for axes, (metric, title) in zip(panels, (("accuracy", "accuracy"), ("auc", "AUC")), strict=True):
        values = [folds[metric][folds["approach"] == name].dropna() for name in order]
        boxes = {"orientation": "horizontal", "widths": 0.55, "showfliers": False, "medianprops": {"color": "black"}}
        axes.boxplot(values, tick_labels=[short(name) for name in order], **boxes)
        spread = np.random.default_rng(0)  # so that equal folds don't hide each other
        for place, (name, points) in enumerate(zip(order, values, strict=True), start=1):
            heights = place + spread.uniform(-0.2, 0.2, len(points))
            colour, _ = styles_of(order)[name]
            axes.plot(points, heights, ".", color=colour, alpha=0.6, markersize=11, markeredgewidth=0, zorder=3)
        axes.axvline(0.5, color="grey", linestyle=":")
        axes.invert_yaxis()
        axes.set(title=title)
    panels[-1].set(xlabel="in one fold (dotted: guessing)")
    save(figure, path)


def draw_protocols(path: Path, protocols: dict[str, dict[str, dict[str, Estimate]]]) -> None:
    """Draw accuracy and AUC by protocol, with their intervals.

    Parameters
    ----------
    path : Path
    protocols : dict of protocol to dict of approach to dict of metric to Estimate
    """
    approaches = sorted({name for found in protocols.values() for name in found})
    figure, panels = new_figure(1.4 + 2 * (0.35 + 0.3 * len(approaches)) * len(protocols), rows=2, sharex=True)
    for axes, (metric, title) in zip(panels, (("accuracy", "accuracy"), ("auc", "AUC")), strict=True):
        for row, (name, (colour, marker)) in enumerate(styles_of(approaches).items()):
            found = {
                place: by_name[name][metric] for place, by_name in enumerate(protocols.values()) if name in by_name
            }
            found = {place: one for place, one in found.items() if one.value is not None}
            heights = [place + (row - (len(approaches) - 1) / 2) * 0.6 / len(approaches) for place in found]
            for height, one in zip(heights, found.values(), strict=True):
                if one.low is not None:
                    axes.plot([one.low, one.high], [height, height], color=colour, linewidth=2.5, alpha=0.6)
            values = [one.value for one in found.values()]
            axes.plot(values, heights, marker, color=colour, label=short(name))
        axes.axvline(0.5, color="grey", linestyle=":")
        axes.set_yticks(range(len(protocols)), [short(name) for name in protocols])
        axes.set_ylim(len(protocols) - 0.5, -0.5)
        axes.set(title=title)
    panels[-1].set(xlabel="dotted: guessing; bars: 95 % intervals")
    legend_outside(figure, panels[0])
    save(figure, path)


def styles_of(approaches: list[str]) -> dict[str, tuple[str, str]]:
    """Give each approach its colour and marker, the same in all pictures."""
    styles = zip(cycle(APPROACH_COLOURS), cycle(MARKERS), strict=False)
    return dict(zip(sorted(approaches), styles, strict=False))


def new_figure(height: float, width: float = WIDTH, rows: int = 1, columns: int = 1, **kwargs):
    """Make a figure and its axes, in inches; ``kwargs`` are those of `Figure.subplots`."""
    with matplotlib.rc_context({"font.size": 12, "axes.titlesize": 12}):
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.subplots(rows, columns, **kwargs)


def legend_outside(
    figure: Figure,
    axes: Axes,
    columns: int = 2,
    loc: Literal["outside lower center", "outside upper center"] = "outside lower center",
) -> None:
    """Put the legend of some axes at an edge of the picture, where it hides nothing."""
    handles, names = axes.get_legend_handles_labels()
    # without the padding to the edge, for which the layout leaves no room
    figure.legend(handles, names, loc=loc, ncols=columns, fontsize=10, frameon=False, borderaxespad=0)


def save(figure: Figure, path: Path) -> None:
    """Write a picture atomically, twice as fine as a screen, without a date in it."""
    with matplotlib.rc_context({"font.size": 12}), atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=150)
