"""The picture of how training went."""

from pathlib import Path

import pandas as pd

from keras_impl.reporting.figures import APPROACH_COLOURS, WIDTH, legend_outside, new_figure, save


def draw_learning_curves(path: Path, history: pd.DataFrame) -> None:
    """Draw loss and AUC on the tuning part by epoch, a thin line a fold.

    Parameters
    ----------
    path : Path
    history : DataFrame
        Columns ``fold``, ``epoch`` (0 is the head alone), ``loss``, ``held_out_loss``, ``held_out_auc``.
    """
    figure, (above, below) = new_figure(WIDTH, rows=2, sharex=True)
    for fold, epochs in history.groupby("fold"):
        for axes, column, name, colour in (
            (above, "loss", "faces learnt from", APPROACH_COLOURS[1]),
            (above, "held_out_loss", "tuning part", APPROACH_COLOURS[0]),
            (below, "held_out_auc", "tuning part", APPROACH_COLOURS[0]),
        ):
            label = name if fold == history["fold"].iloc[0] else None
            axes.plot(epochs["epoch"], epochs[column], marker=".", color=colour, label=label)
    above.set(ylabel="Loss")
    legend_outside(figure, above)
    below.set(xlabel="Epoch (0: the head alone)", ylabel="AUC")
    save(figure, path)
