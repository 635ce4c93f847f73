"""Whether something can be seen or heard as well as what a score was calibrated on.

What is measured is up to the modality; here is what all have in common: what is usual, and what lies outside of it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

QualityRanges = Mapping[str, tuple[float, float]]
"""Lowest and highest value by measure."""


def typical(measured: Iterable[np.ndarray], measures: Sequence[str]) -> dict[str, float]:
    """The median of several samples' measures, at least one, by name."""
    return dict(zip(measures, np.median(np.array(list(measured)), axis=0).tolist(), strict=True))


def ranges_of(
    measured: np.ndarray, share: float, measures: Sequence[str], better: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Between which values all but a share of samples lie.

    Parameters
    ----------
    measured : ndarray of float, shape (n, len(measures))
        At least one sample.
    share : float
        How many may lie outside, 0 to 1, half of them at each end.
    measures : sequence of str
    better : dict of str to float
        Measures that may be as good as they like, with the end that they may go to: infinity, or minus infinity.
    """
    lowest, highest = np.quantile(measured, [share / 2, 1 - share / 2], axis=0).round(4)
    ends = {name: (float(low), float(high)) for name, low, high in zip(measures, lowest, highest, strict=True)}
    for name, end in better.items():
        ends[name] = (ends[name][0], end) if end > 0 else (end, ends[name][1])
    return ends


def outside(quality: Mapping[str, float], ranges: QualityRanges) -> str | None:
    """The first measure whose value lies outside its range; None if all lie within, or no ranges are known."""
    return next((name for name in quality if name in ranges and not _within(quality[name], ranges[name])), None)


def _within(value: float, ends: tuple[float, float]) -> bool:
    return ends[0] <= value <= ends[1] or math.isnan(value)
