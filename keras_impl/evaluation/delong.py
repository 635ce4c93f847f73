"""DeLong's test: whether two AUCs on the same cases differ by more than chance."""

import numpy as np
from scipy import stats


def placements(labels: np.ndarray, p_fake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place each fake among the reals and each real among the fakes.

    By midranks, in O(n log n): Sun and Xu 2014, "Fast Implementation of DeLong's Algorithm for
    Comparing the Areas Under Correlated Receiver Operating Characteristic Curves", IEEE Signal
    Processing Letters 21 (11).

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        1 = fake; m of them.
    p_fake : ndarray of float, shape (n,)

    Returns
    -------
    ndarray of float, shape (m,)
        Share of the reals below each fake, ties as half. Its mean is the AUC.
    ndarray of float, shape (n - m,)
        Share of the fakes above each real, ties as half. Its mean is the AUC too.
    """
    fake = labels == 1
    ranks = stats.rankdata(p_fake)
    below = (ranks[fake] - stats.rankdata(p_fake[fake])) / (~fake).sum()
    above = 1 - (ranks[~fake] - stats.rankdata(p_fake[~fake])) / fake.sum()
    return below, above


def delong_p_value(labels: np.ndarray, one: np.ndarray, other: np.ndarray) -> float | None:
    """Two-sided p-value for equal AUCs: DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44 (3).

    Takes cases to be independent, which those of one person are not.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        1 = fake.
    one, other : ndarray of float, shape (n,)
        P(fake) of both approaches.

    Returns
    -------
    float or None
        None where a class has fewer than two cases, or the AUCs differ without any variance.
    """
    if min((labels == 1).sum(), (labels == 0).sum()) < 2:
        return None
    fakes, reals = zip(*(placements(labels, p_fake) for p_fake in (one, other)), strict=True)
    # Of the difference, rather than of each: no covariances to add, and none lost by rounding.
    gains = fakes[0] - fakes[1], reals[0] - reals[1]
    difference = gains[0].mean()
    variance = sum(gain.var(ddof=1) / len(gain) for gain in gains)
    if variance < 1e-18:
        return None if abs(difference) > 1e-9 else 1.0
    return float(2 * stats.norm.sf(abs(difference) / np.sqrt(variance)))
