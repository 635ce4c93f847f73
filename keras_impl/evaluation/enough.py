"""How many people or sources it takes to say anything: by the standard error that an AUC has.

Hanley & McNeil 1982, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
Radiology 143.
"""

import math

SUPPOSED_AUC = 0.8
"""Of a detector that is worth something."""

LEAST_PER_CLASS = 5
"""Below that even such a detector can't be told from guessing: 1.96 standard errors of its AUC reach down to 0.5."""

REACH = 0.1
"""How far to both sides an interval should reach at most."""


def standard_error(auc: float, real: int, fake: int) -> float:
    """Standard error of an AUC, 0 to 1, on so many independent real and fake cases, at least 1 each."""
    both_above, both_below = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = (fake - 1) * (both_above - auc**2) + (real - 1) * (both_below - auc**2)
    return math.sqrt((auc * (1 - auc) + spread) / (real * fake))


def needed_per_class(reach: float = REACH, auc: float = SUPPOSED_AUC) -> int:
    """How many independent cases of each class make the 95 % interval of an AUC reach no further to both sides."""
    count = 1
    while 1.96 * standard_error(auc, count, count) > reach:
        count += 1
    return count
