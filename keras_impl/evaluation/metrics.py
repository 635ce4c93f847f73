"""The metrics, computed for many weightings of the same cases at once.

A bootstrap gives each group of cases (a person, say) a whole number as weight. All cases are
sorted once; what a weighting then needs is running sums, so that thousands of resamples of a
hundred thousand cases take seconds.
"""

from dataclasses import dataclass

import numpy as np

from keras_impl.evaluation.cases import CLIP, THRESHOLD


@dataclass(frozen=True)
class Metric:
    """How a metric is called and read.

    Attributes
    ----------
    name : str
    higher_is_better : bool
    reading : str
        What it says, in plain words.
    """

    name: str
    higher_is_better: bool
    reading: str


BINS = 10
"""Of the expected calibration error and the reliability diagram: equal widths of P(fake)."""

METRICS = {
    "accuracy": Metric(
        "accuracy",
        True,
        "share on the right side of P(fake) = 0.5; guessing gives 0.5 if both classes are equally many",
    ),
    "balanced_accuracy": Metric(
        "balanced accuracy", True, "mean of the accuracy on real and on fake ones; guessing gives 0.5"
    ),
    "auc": Metric("AUC", True, "how often a fake gets a higher P(fake) than a real one; guessing gives 0.5"),
    "average_precision": Metric(
        "average precision",
        True,
        "how many of those called fake are fake, averaged over all thresholds; guessing gives the share of fakes",
    ),
    "eer": Metric(
        "equal error rate",
        False,
        "share of errors at the threshold where as large a share of the real as of the fake is misjudged",
    ),
    "log_loss": Metric("log loss", False, "punishes confident errors; always saying 0.5 gives 0.693"),
    "brier": Metric("Brier score", False, "mean squared error of P(fake); always saying 0.5 gives 0.25"),
    "ece": Metric(
        "calibration error",
        False,
        f"how far P(fake) is from the share that is fake, on average over {BINS} equally wide bins of P(fake); "
        "chance alone adds to it, in resamples more than in the figure itself",
    ),
}

ROC_GRID = np.linspace(0, 1, 101)
"""False-positive rates at which ROC curves of resamples are compared."""


@dataclass(frozen=True)
class Counts:
    """How many fakes and reals have at least a certain P(fake), for each weighting.

    Attributes
    ----------
    fakes, reals : ndarray, shape (r, t + 1)
        For r weightings, along the t distinct values of P(fake) in falling order; starts with 0.
    """

    fakes: np.ndarray
    reals: np.ndarray

    @property
    def tpr(self) -> np.ndarray:
        """True positive rates, shape (r, t + 1); nan where there is no fake."""
        return self.fakes / self.fakes[:, -1:]

    @property
    def fpr(self) -> np.ndarray:
        """False positive rates, shape (r, t + 1); nan where there is no real one."""
        return self.reals / self.reals[:, -1:]


class Judged:
    """Cases with their judgements, sorted and summed up once.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        1 = fake.
    p_fake : ndarray of float, shape (n,)
        0 to 1.
    groups : ndarray of int, shape (n,)
        Number of each case's group, 0 to ``group_count`` - 1.
    group_count : int
    """

    def __init__(self, labels: np.ndarray, p_fake: np.ndarray, groups: np.ndarray, group_count: int):
        order = np.argsort(-p_fake, kind="stable")
        falling = p_fake[order]
        self._groups = groups[order]
        self._fake = labels[order] == 1
        self._ends = np.flatnonzero(np.append(np.diff(falling) != 0, True))  # last case of each distinct P(fake)
        self._called_fake = int((falling[self._ends] >= THRESHOLD).sum())
        clipped = np.clip(p_fake, CLIP, 1 - CLIP)
        losses = -np.log(np.where(labels == 1, clipped, 1 - clipped))
        columns = [np.ones(len(labels)), losses, (p_fake - labels) ** 2]
        columns += list((p_fake - labels) * (bin_numbers(p_fake) == np.arange(BINS)[:, None]))
        self._sums = np.stack([np.bincount(groups, column, group_count) for column in columns])

    def count(self, weights: np.ndarray) -> Counts:
        """Count fakes and reals at each threshold.

        Parameters
        ----------
        weights : ndarray of int32, shape (r, group_count)
        """
        each = np.take(weights, self._groups, axis=1)
        fakes, reals = (np.zeros((len(weights), len(self._ends) + 1)) for _ in range(2))
        for counts, counted in ((fakes, self._fake), (reals, ~self._fake)):
            summed = np.cumsum(each * counted, axis=1, dtype=np.int32)
            counts[:, 1:] = summed if len(self._ends) == len(self._groups) else summed[:, self._ends]
        return Counts(fakes, reals)

    def rates(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Compute ``auc``, ``eer``, and ``tpr`` and ``fpr`` at `THRESHOLD`.

        Parameters
        ----------
        weights : ndarray of int32, shape (r, group_count)

        Returns
        -------
        dict of str to ndarray, shape (r,)
            nan where one is not defined, because a class has no weight.
        """
        counts = self.count(weights)
        with np.errstate(invalid="ignore", divide="ignore"):
            fpr, tpr = counts.fpr, counts.tpr
            return {
                "auc": area(fpr, tpr),
                "eer": equal_error_rate(fpr, tpr),
                "tpr": tpr[:, self._called_fake],
                "fpr": fpr[:, self._called_fake],
            }

    def measure(self, weights: np.ndarray) -> dict[str, np.ndarray]:
        """Compute all of `METRICS`, and the ROC curve at `ROC_GRID` as ``roc``.

        Parameters
        ----------
        weights : ndarray of int32, shape (r, group_count)

        Returns
        -------
        dict of str to ndarray, shape (r,) or, of ``roc``, (r, len(ROC_GRID))
            nan where a metric is not defined, because one class has no weight.
        """
        counts = self.count(weights)
        with np.errstate(invalid="ignore", divide="ignore"):
            # Not "@": on so thin matrices its threads do little but wait for each other.
            sums = np.einsum("rg,kg->rk", weights, self._sums)
            losses, squares = sums[:, 1] / sums[:, 0], sums[:, 2] / sums[:, 0]
            fpr, tpr = counts.fpr, counts.tpr
            place = self._called_fake
            right = counts.fakes[:, place] + counts.reals[:, -1] - counts.reals[:, place]
            return {
                "accuracy": right / sums[:, 0],
                "balanced_accuracy": (tpr[:, place] + 1 - fpr[:, place]) / 2,
                "auc": area(fpr, tpr),
                "average_precision": average_precision(counts),
                "eer": equal_error_rate(fpr, tpr),
                "log_loss": losses,
                "brier": squares,
                "ece": np.abs(sums[:, 3:]).sum(axis=1) / sums[:, 0],
                "roc": np.stack([np.interp(ROC_GRID, *curve) for curve in zip(fpr, tpr, strict=True)]),
            }


def bin_numbers(p_fake: np.ndarray) -> np.ndarray:
    """Number of the bin, 0 to BINS - 1, of each P(fake); the last bin includes 1."""
    return np.minimum((p_fake * BINS).astype(int), BINS - 1)


def area(fpr: np.ndarray, tpr: np.ndarray) -> np.ndarray:
    """Area under ROC curves by the trapezoidal rule, which counts ties as half; shape (r,)."""
    return np.einsum("ij,ij->i", np.diff(fpr, axis=1), tpr[:, 1:] + tpr[:, :-1]) / 2


def average_precision(counts: Counts) -> np.ndarray:
    """Mean precision over the fakes, without interpolation; shape (r,), nan if a class is missing."""
    called = counts.fakes[:, 1:] + counts.reals[:, 1:]
    precision = np.divide(counts.fakes[:, 1:], called, out=np.zeros_like(called), where=called > 0)
    both = (counts.fakes[:, -1] > 0) & (counts.reals[:, -1] > 0)
    mean = np.einsum("ij,ij->i", np.diff(counts.fakes, axis=1), precision) / counts.fakes[:, -1]
    return np.where(both, mean, np.nan)


def equal_error_rate(fpr: np.ndarray, tpr: np.ndarray) -> np.ndarray:
    """Where ROC curves, points joined by straight lines, cross FPR = 1 - TPR; shape (r,)."""
    excess = fpr + tpr - 1  # FPR less the false-negative rate: rises from -1 to 1
    after = np.maximum((excess < 0).sum(axis=1), 1)
    rows = np.arange(len(after))
    low, high = excess[rows, after - 1], excess[rows, after]
    share = -low / (high - low)
    return fpr[rows, after - 1] + share * (fpr[rows, after] - fpr[rows, after - 1])
