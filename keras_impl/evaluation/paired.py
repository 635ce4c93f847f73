"""Whether two approaches differ, from their judgements of the same cases."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

PERMUTATIONS = 9999

MANY_GROUPS = 500
"""From so many groups with a difference on, the permutations' sums are normally distributed for
all purposes, and their variance is known without drawing any."""


def permutation_p_value(gains: np.ndarray, groups: np.ndarray, seed: int = 0) -> float:
    """Two-sided p-value of the paired permutation test over groups, on decisions.

    How often a difference in accuracy at least as large comes about if, in each group, a coin
    decides which approach is which. Drawn by lot; exact where 9999 permutations or fewer are all there are;
    with one case a group it is then McNemar's exact test.

    Parameters
    ----------
    gains : ndarray of int, shape (n,)
        Of each case: 1 if only the first approach is right, -1 if only the second, else 0.
    groups : ndarray of int, shape (n,)
        Number of each case's group; these are what is swapped.
    seed : int, default 0
    """
    sums = np.bincount(groups, gains)
    sums = sums[sums != 0]  # groups on which both are equally right say nothing either way
    if not len(sums):
        return 1.0
    if len(sums) >= MANY_GROUPS:
        return float(2 * stats.norm.sf(abs(sums.sum()) / np.linalg.norm(sums)))
    test = stats.permutation_test(
        (np.append(sums, 0.0),),  # scipy wants at least two values
        np.sum,
        permutation_type="samples",
        n_resamples=PERMUTATIONS,
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return min(1.0, float(test.pvalue))


def mcnemar_p_value(gains: np.ndarray) -> float:
    """Two-sided p-value of McNemar's test (1947) on decisions, exact at any size.

    Takes cases to be independent, which those of one person are not.

    Parameters
    ----------
    gains : ndarray of int, shape (n,)
        As in `permutation_p_value`.
    """
    first, second = int((gains > 0).sum()), int((gains < 0).sum())
    return float(stats.binomtest(first, first + second).pvalue) if first + second else 1.0


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust p-values of several tests so that one false alarm among all stays as rare as said.

    Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6 (2). Tests that could not be made (None) don't count.
    """
    made = sorted((value, place) for place, value in enumerate(p_values) if value is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for done, (value, place) in enumerate(made):
        largest = max(largest, min(1.0, value * (len(made) - done)))
        adjusted[place] = largest
    return adjusted
