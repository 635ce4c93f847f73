"""Functions that a verdict needs of statistics, without SciPy, which takes a quarter of a second to import."""

import math

import numpy as np


def expit(logit: float) -> float:
    """A logit as a probability.

    Examples
    --------
    >>> expit(0.0)
    0.5
    """
    odds = math.exp(-abs(logit))
    return 1 / (1 + odds) if logit >= 0 else odds / (1 + odds)


def logit(p: np.ndarray) -> np.ndarray:
    """Probabilities above 0 and below 1 as logits."""
    return np.log(p) - np.log1p(-p)


def student_t(coverage: float, degrees: int) -> float:
    """How far on either side of 0 so large a share of Student's t distribution lies.

    Parameters
    ----------
    coverage : float
        Above 0 and below 1.
    degrees : int
        Of freedom, at least 1.

    Examples
    --------
    >>> round(student_t(0.95, 15), 4)
    2.1314
    """
    low, high = 0.0, math.pi / 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _share_within(middle, degrees) < coverage else (low, middle)
    return math.sqrt(degrees) * math.tan(middle)


def _share_within(angle: float, degrees: int) -> float:
    """The share within the tangent of an angle, times the root of the degrees of freedom, of 0.

    A sum, as of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.
    """
    cosine, is_odd = math.cos(angle), degrees % 2
    term = cosine if is_odd else 1.0
    total = term if degrees > 1 else 0.0
    for number in range(2 + is_odd, degrees - 1, 2):
        term *= cosine**2 * (number - 1) / number
        total += term
    share = math.sin(angle) * total
    return 2 / math.pi * (angle + share) if is_odd else share
