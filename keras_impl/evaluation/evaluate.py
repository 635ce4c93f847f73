"""All figures of all approaches, in one pass over the resamples."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd

from keras_impl.evaluation.bootstrap import (
    LEVEL,
    Estimate,
    Groups,
    draw_weights,
    estimate,
    estimate_accuracy,
    find_groups,
)
from keras_impl.evaluation.cases import LEVELS, Level, Missing, is_right, make_cases
from keras_impl.evaluation.delong import delong_p_value
from keras_impl.evaluation.enough import LEAST_PER_CLASS
from keras_impl.evaluation.metrics import METRICS, Judged
from keras_impl.evaluation.paired import holm, mcnemar_p_value, permutation_p_value
from keras_impl.samples.modality import Modality

Measured = dict[str, np.ndarray]
"""What `Judged.measure` gives."""


@dataclass(frozen=True)
class Summary:
    """How well one approach did at one level.

    Attributes
    ----------
    approach : str
    level : {"video", "face"}
    real, fake : int
        Cases of each class; with several folds a video counts in each that validates it.
    figures : dict of str to Estimate
        By the keys of `METRICS`.
    roc : tuple of ndarray, shape (len(ROC_GRID),), or None
        Lower and upper bounds of the ROC curve; None where a class is missing or resampling shows
        no spread.
    """

    approach: str
    level: Level
    real: int
    fake: int
    figures: Mapping[str, Estimate]
    roc: tuple[np.ndarray, np.ndarray] | None


@dataclass(frozen=True)
class Pair:
    """How the decisions and the P(fake) of two approaches on the same videos differ.

    Attributes
    ----------
    first, second : str
        The first is at least as accurate.
    accuracy, auc : Estimate
        Differences, first less second.
    p_groups : float or None
        Permutation test on accuracy that swaps whole groups; the one to go by.
    p_mcnemar, p_delong : float or None
        McNemar's test on decisions and DeLong's on AUC, both for independent videos; None where
        they can't be made, as when a video is validated more than once.
    adjusted : dict of str to float or None
        The three p-values by name, after Holm's correction for the number of pairs.
    """

    first: str
    second: str
    accuracy: Estimate
    auc: Estimate
    p_groups: float | None
    p_mcnemar: float | None
    p_delong: float | None
    adjusted: Mapping[str, float | None]


TESTS = ("p_groups", "p_mcnemar", "p_delong")


@dataclass(frozen=True)
class Evaluation:
    """Everything that the score files say.

    Attributes
    ----------
    summaries : tuple of Summary
        By level, then the most accurate on videos first.
    pairs : tuple of Pair
        All pairs of approaches, on videos; the two leaders first.
    cases : dict of (level, approach) to DataFrame
        As `keras_impl.evaluation.cases.make_cases` gives them.
    group_kind : str
        What was redrawn, such as "people" or "sources".
    group_count : int
    groups_per_class : (int, int)
        How many of them have real videos, and how many fake ones.
    videos : int
        Distinct ones that were scored.
    folds : int
    missing : {"leave-out", "half"}
    modality : Modality
    """

    summaries: tuple[Summary, ...]
    pairs: tuple[Pair, ...]
    cases: Mapping[tuple[Level, str], pd.DataFrame]
    group_kind: str
    group_count: int
    groups_per_class: tuple[int, int]
    videos: int
    folds: int
    missing: Missing
    modality: Modality

    def at(self, level: Level) -> list[Summary]:
        """Summaries of one level, the approach that is most accurate on videos first."""
        return [summary for summary in self.summaries if summary.level == level]

    @property
    def approaches(self) -> list[str]:
        """Names, the most accurate on videos first."""
        return [summary.approach for summary in self.at("video")]

    @property
    def has_both_classes(self) -> bool:
        """Whether there are real and fake videos, without which most metrics are undefined."""
        return min(self.summaries[0].real, self.summaries[0].fake) > 0

    @property
    def has_one_face_a_video(self) -> bool:
        """Whether the face level says the same as the video level."""
        name = self.approaches[0]
        return len(self.cases["face", name]) == len(self.cases["video", name])

    @property
    def is_too_little(self) -> bool:
        """Whether there are too few people or sources of a class to compare anything."""
        return min(self.groups_per_class) < LEAST_PER_CLASS


def evaluate(
    approaches: Mapping[str, pd.DataFrame], modality: Modality, missing: Missing = "leave-out", seed: int = 0
) -> Evaluation:
    """Compute all metrics, their intervals and all paired comparisons.

    All approaches and both levels are measured on the same resamples, so that differences can be
    taken within each.

    Parameters
    ----------
    approaches : mapping of str to DataFrame
        As `keras_impl.evaluation.scores.read_approaches` gives them.
    modality : Modality
        What the approaches judge; decides on what is redrawn, and what it is called.
    missing : {"leave-out", "half"}, default "leave-out"
    seed : int, default 0
        Of the resampling.
    """
    cases = {(level, name): make_cases(approaches[name], level, missing) for level, name in product(LEVELS, approaches)}
    groups = {level: find_groups(cases[level, next(iter(approaches))], modality) for level in LEVELS}
    main = groups["video"]
    # Where each video has one face, both levels are the same and are measured once.
    measured = LEVELS if len(groups["face"].codes) > len(main.codes) else ("video",)
    judged = {
        (level, name): Judged(table["label"].to_numpy(), table["p_fake"].to_numpy(), groups[level].codes, main.count)
        for (level, name), table in cases.items()
        if level in measured
    }
    collected = defaultdict(list)
    for weights in draw_weights(main.count, max(map(len, cases.values())), seed):
        for key, one in judged.items():
            collected[key].append(one.measure(weights))
    draws = {key: _join(parts) for key, parts in collected.items()}
    values = {key: _join([one.measure(np.ones((1, main.count), np.int32))]) for key, one in judged.items()}

    summaries = []
    for level, name in cases:
        key = (level if level in measured else "video"), name
        summaries.append(_summarise(level, name, cases[key], values[key], draws[key], main.count))
    accuracies = {s.approach: s.figures["accuracy"].value or 0.0 for s in summaries if s.level == "video"}
    order = sorted(accuracies, key=lambda name: (-accuracies[name], name))
    return Evaluation(
        summaries=tuple(sorted(summaries, key=lambda s: (LEVELS.index(s.level), order.index(s.approach)))),
        pairs=_compare_pairs(order, cases, values, draws, main, seed),
        cases=cases,
        group_kind=main.kind,
        group_count=main.count,
        groups_per_class=_per_class(cases["video", order[0]]["label"].to_numpy(), main.codes),
        videos=cases["video", order[0]]["video"].nunique(),
        folds=cases["video", order[0]]["fold"].nunique(),
        missing=missing,
        modality=modality,
    )


def _per_class(labels: np.ndarray, groups: np.ndarray) -> tuple[int, int]:
    real, fake = (len(np.unique(groups[labels == label])) for label in (0, 1))
    return real, fake


def _join(parts: list[Measured]) -> Measured:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _summarise(
    level: Level, name: str, cases: pd.DataFrame, values: Measured, draws: Measured, group_count: int
) -> Summary:
    figures = {key: estimate(values[key][0], draws[key]) for key in METRICS}
    figures["accuracy"] = estimate_accuracy(values["accuracy"][0], draws["accuracy"], group_count)
    roc = None
    if figures["auc"].low is not None:
        low, high = np.nanquantile(draws["roc"], ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
        roc = low, high
    fake = int(cases["label"].sum())
    return Summary(name, level, len(cases) - fake, fake, figures, roc)


def _compare_pairs(
    order: list[str],
    cases: Mapping[tuple[Level, str], pd.DataFrame],
    values: Mapping[tuple[Level, str], Measured],
    draws: Mapping[tuple[Level, str], Measured],
    groups: Groups,
    seed: int,
) -> tuple[Pair, ...]:
    pairs = list(combinations(order, 2))
    p_values: dict[str, list[float | None]] = {test: [] for test in TESTS}
    for first, second in pairs:
        one, other = cases["video", first], cases["video", second]
        gains = is_right(one).astype(int) - is_right(other).astype(int)
        labels, alone = one["label"].to_numpy(), one["video"].is_unique
        p_values["p_groups"].append(permutation_p_value(gains, groups.codes, seed))
        p_values["p_mcnemar"].append(mcnemar_p_value(gains) if alone else None)
        p_values["p_delong"].append(
            delong_p_value(labels, one["p_fake"].to_numpy(), other["p_fake"].to_numpy()) if alone else None
        )
    adjusted = {test: holm(p_values[test]) for test in TESTS}

    def difference(metric: str, first: str, second: str) -> Estimate:
        (value,) = values["video", first][metric] - values["video", second][metric]
        return estimate(value, draws["video", first][metric] - draws["video", second][metric])

    return tuple(
        Pair(
            first,
            second,
            difference("accuracy", first, second),
            difference("auc", first, second),
            **{test: p_values[test][place] for test in TESTS},
            adjusted={test: adjusted[test][place] for test in TESTS},
        )
        for place, (first, second) in enumerate(pairs)
    )
