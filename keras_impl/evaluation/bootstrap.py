"""Bootstrap over people: what other people's videos would have given.

Samples of one person, and of one source (a video and the fakes made from it), are not
independent: an approach that misjudges one of them tends to misjudge the others. Whole people are
therefore what is redrawn (Efron 1979; Field and Welsh 2007 on clustered data), or whole sources
where it is not known who is in each of the videos. Of sound it is the systems or corpora that a
split kept whole, if it did, since those are what is new to an approach. All that a group holds, in
all folds, moves together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from keras_impl.samples.modality import Modality

RESAMPLES = 2000
LEVEL = 0.95

FEW_GROUPS = 20
"""With fewer groups than these, percentile intervals tend to be too narrow; the report says so."""

CELLS = 100_000
"""Cases times resamples that are worked on at once: as many as keep numpy busy and still fit the
processor's cache; sixteen times as many take five times as long."""

DEFINED = 0.95
"""Share of the resamples in which a metric has to be defined for an interval to be given."""


@dataclass(frozen=True)
class Estimate:
    """A figure and its 95 % interval.

    Attributes
    ----------
    value : float or None
        None where the figure is not defined.
    low, high : float or None
        None where resampling can't tell, because it shows no spread.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Groups:
    """What is redrawn.

    Attributes
    ----------
    kind : str
        What they are called, such as "people" or "sources".
    codes : ndarray of int
        Number of the group of each case that it was found for.
    count : int
    """

    kind: str
    codes: np.ndarray
    count: int


def find_groups(cases: pd.DataFrame, modality: Modality) -> Groups:
    """Group cases by the first of the modality's columns that is known of all of them, at the latest by source."""
    kinds = modality.report.resampled
    column = next(name for name in kinds if name in cases and (cases[name] != "").all())
    codes, names = pd.factorize(cases[column], sort=True)
    return Groups(kinds[column], codes, len(names))


def draw_weights(group_count: int, case_count: int, seed: int = 0) -> Iterator[np.ndarray]:
    """Yield how often each group is drawn in each of `RESAMPLES` resamples.

    Parameters
    ----------
    group_count : int
    case_count : int
        Of the largest table to be weighted; decides on how many resamples are given at once, not
        on what is in them.
    seed : int, default 0

    Yields
    ------
    ndarray of int32, shape (r, group_count)
        Rows sum to ``group_count``.
    """
    generator = np.random.default_rng(seed)
    at_once = max(1, CELLS // case_count)
    for start in range(0, RESAMPLES, at_once):
        rows = min(at_once, RESAMPLES - start)
        drawn = generator.integers(group_count, size=(rows, group_count))
        yield np.stack([np.bincount(row, minlength=group_count) for row in drawn]).astype(np.int32)


def estimate(value: float, draws: np.ndarray) -> Estimate:
    """Give a figure its interval: the percentiles of its draws.

    Parameters
    ----------
    value : float
        nan if undefined.
    draws : ndarray, shape (RESAMPLES,)
        The figure in each resample, nan where undefined.
    """
    if np.isnan(value):
        return Estimate(None)
    defined = draws[~np.isnan(draws)]
    if len(defined) < DEFINED * len(draws) or np.ptp(defined) < 1e-9:
        return Estimate(float(value))
    low, high = np.quantile(defined, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Estimate(float(value), float(low), float(high))


def estimate_accuracy(value: float, draws: np.ndarray, group_count: int) -> Estimate:
    """Give an accuracy its interval, also where resampling shows no spread.

    Where every case is right, or every one wrong, it is Clopper and Pearson's exact interval for
    as many independent cases as there are groups.
    """
    if value not in (0, 1):
        return estimate(value, draws)
    interval = stats.binomtest(round(value * group_count), group_count).proportion_ci(LEVEL, method="exact")
    return Estimate(float(value), float(interval.low), float(interval.high))
