"""What validation scores say, with how much of it could be chance.

Samples of one source (a video and the fakes made from it) are not independent, so whole sources
are what is resampled in intervals and swapped in tests.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.metrics import balanced_accuracy_score, log_loss, roc_auc_score

from keras_impl.evaluation.scores import OK

THRESHOLD = 0.5
"""P(fake) from which on a sample is called fake; fixed before any score was seen."""

RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class Summary:
    """How well one approach did.

    Attributes
    ----------
    approach : str
    real, fake, sources, unscored : int
        Scored samples of each class, the sources they come from, and samples without a score.
    accuracy, accuracy_low, accuracy_high : float
        Share of samples on the right side of `THRESHOLD`, with the bounds of its 95 % interval.
    balanced_accuracy, auc : float or None
        Mean of the two classes' accuracies, and area under the ROC curve; None if one class is
        missing, for which neither is defined.
    log_loss : float
        Mean of -log P(true label), natural logarithm, P clipped to [1e-7, 1 - 1e-7].
    """

    approach: str
    real: int
    fake: int
    sources: int
    unscored: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    balanced_accuracy: float | None
    auc: float | None
    log_loss: float


@dataclass(frozen=True)
class Difference:
    """How two approaches' accuracies differ on the same samples.

    Attributes
    ----------
    first, second : str
        The approaches; the first is at least as accurate.
    accuracy : float
        The first's accuracy minus the second's.
    interval : (float, float) or None
        Its 95 % interval by bootstrap over sources; None where all sources show the same
        difference, for which resampling can't tell one.
    p_value : float
        Of the paired permutation test: how often a difference at least as large comes about if,
        source by source, the two approaches' names are drawn by lot (all draws where they are few,
        else 9,999). With one sample per source this is McNemar's test, exact where draws are few.
    """

    first: str
    second: str
    accuracy: float
    interval: tuple[float, float] | None
    p_value: float


def summarise(approach: str, scores: pd.DataFrame, seed: int = 0) -> Summary:
    """Compute an approach's figures from its validation scores.

    Parameters
    ----------
    approach : str
    scores : DataFrame
        Columns ``source``, ``label``, ``p_fake`` and ``status``; at least one row has status ok.
    seed : int, default 0
        Of the resampling.
    """
    scored = scores[scores["status"] == OK]
    labels, p_fake = scored["label"].to_numpy(), scored["p_fake"].to_numpy()
    both = len(np.unique(labels)) == 2
    right = _right(scored)
    low, high = accuracy_interval(right, seed)
    return Summary(
        approach=approach,
        real=int((labels == 0).sum()),
        fake=int((labels == 1).sum()),
        sources=len(right),
        unscored=len(scores) - len(scored),
        accuracy=right["sum"].sum() / right["count"].sum(),
        accuracy_low=low,
        accuracy_high=high,
        balanced_accuracy=balanced_accuracy_score(labels, p_fake >= THRESHOLD) if both else None,
        auc=roc_auc_score(labels, p_fake) if both else None,
        log_loss=log_loss(labels, np.clip(p_fake, 1e-7, 1 - 1e-7), labels=[0, 1]),
    )


def accuracy_interval(right: pd.DataFrame, seed: int = 0) -> tuple[float, float]:
    """95 % interval of an accuracy by bootstrap over sources (Efron 1979, percentiles).

    Where every source is wholly right, or every one wholly wrong, resampling shows no spread; the
    interval is then Clopper and Pearson's exact one for that many sources.

    Parameters
    ----------
    right : DataFrame
        One row per source: ``sum``, samples judged rightly, and ``count``, samples.
    seed : int, default 0
    """
    sums, counts = right["sum"].to_numpy(float), right["count"].to_numpy(float)
    if sums.sum() in (0, counts.sum()):
        successes = len(sums) if sums.sum() else 0
        interval = stats.binomtest(successes, len(sums)).proportion_ci(LEVEL, method="exact")
        return float(interval.low), float(interval.high)
    return _ratio_interval(sums, counts, seed)


def compare_pair(scores: dict[str, pd.DataFrame], one: str, other: str, seed: int = 0) -> Difference:
    """Compare two approaches' accuracies on the samples that both scored.

    Parameters
    ----------
    scores : dict of str to DataFrame
        As `keras_impl.evaluation.scores.read_approaches` gives them.
    one, other : str
        Names in ``scores``.
    seed : int, default 0
    """
    right = {name: _right(scores[name][scores[name]["status"] == OK]) for name in (one, other)}
    first, second = sorted((one, other), key=lambda name: -right[name]["sum"].sum())
    gains = (right[first]["sum"] - right[second]["sum"]).to_numpy(float)
    counts = right[first]["count"].to_numpy(float)
    if not gains.any():
        return Difference(first, second, 0.0, None, 1.0)
    # Sources on which both are equally right say nothing either way, in the test as in McNemar's;
    # one of them is kept, because scipy wants at least two values.
    test = stats.permutation_test(
        (np.append(gains[gains != 0], 0.0),),
        np.sum,
        permutation_type="samples",
        n_resamples=9999,
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    varies = len(set(gains / counts)) > 1
    interval = _ratio_interval(gains, counts, seed) if varies else None
    return Difference(first, second, gains.sum() / counts.sum(), interval, min(1.0, float(test.pvalue)))


def _right(scored: pd.DataFrame) -> pd.DataFrame:
    """Per source: how many samples are judged rightly (sum) of how many (count)."""
    right = (scored["p_fake"] >= THRESHOLD) == (scored["label"] == 1)
    return right.groupby(scored["source"]).agg(["sum", "count"])


def _ratio_interval(numerators: np.ndarray, denominators: np.ndarray, seed: int) -> tuple[float, float]:
    """Percentile interval of sum(numerators) / sum(denominators) when sources are redrawn."""
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(len(numerators), np.full(len(numerators), 1 / len(numerators)), RESAMPLES)
    ratios = (drawn @ numerators) / (drawn @ denominators)
    low, high = np.quantile(ratios, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)
