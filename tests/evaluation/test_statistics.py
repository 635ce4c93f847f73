"""Figures checked against exact cases, scipy, and what intervals promise."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from keras_impl.evaluation.statistics import accuracy_interval, compare_pair, summarise


def make_scores(labels, p_fake, sources=None):
    labels, p_fake = np.asarray(labels), np.asarray(p_fake, float)
    sources = np.arange(len(labels)).astype(str) if sources is None else np.asarray(sources).astype(str)
    status = np.where(np.isnan(p_fake), "crop unreadable", "ok")
    return pd.DataFrame({"source": sources, "label": labels, "p_fake": p_fake, "status": status})


def test_an_exact_case():
    summary = summarise("a", make_scores([0, 0, 0, 1, 1], [0.1, 0.5, 0.2, 0.4, 0.8]))
    assert (summary.real, summary.fake, summary.sources, summary.unscored) == (3, 2, 5, 0)
    assert summary.accuracy == pytest.approx(3 / 5)  # P(fake) = 0.5 is called fake
    assert summary.balanced_accuracy == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert summary.auc == pytest.approx(5 / 6)
    assert summary.log_loss == pytest.approx(-np.log([0.9, 0.5, 0.8, 0.4, 0.8]).mean())


def test_certain_and_wrong_is_finite():
    assert summarise("a", make_scores([0, 1], [1.0, 0.0])).log_loss == pytest.approx(-np.log(1e-7))


def test_one_class_leaves_undefined_what_is_undefined():
    summary = summarise("a", make_scores([1, 1, 1], [0.9, 0.2, 0.6]))
    assert summary.balanced_accuracy is None
    assert summary.auc is None
    assert summary.accuracy == pytest.approx(2 / 3)


def test_unscored_samples_are_counted_and_left_out():
    summary = summarise("a", make_scores([0, 1, 1], [0.1, 0.9, np.nan]))
    assert (summary.real, summary.fake, summary.unscored, summary.accuracy) == (1, 1, 1, 1.0)


def test_all_right_has_an_exact_interval_and_not_a_point():
    summary = summarise("a", make_scores([0, 1] * 10, [0.1, 0.9] * 10))
    assert summary.accuracy_low == pytest.approx(0.025 ** (1 / 20))  # Clopper and Pearson, 20 of 20
    assert summary.accuracy_high == 1


def test_intervals_cover_as_often_as_they_promise():
    """Sources of 1 to 5 samples that are right or wrong together, accuracy 0.7: about 95 %."""
    generator, covered = np.random.default_rng(0), 0
    for _ in range(300):
        counts = generator.integers(1, 6, 60)
        right = pd.DataFrame({"sum": counts * (generator.random(60) < 0.7), "count": counts})
        low, high = accuracy_interval(right)
        covered += low <= 0.7 <= high
    assert 0.90 <= covered / 300 <= 0.98


def test_samples_of_one_source_do_not_narrow_the_interval():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 2, 50)
    p_fake = np.where(generator.random(50) < 0.7, labels, 1 - labels)
    once = summarise("a", make_scores(labels, p_fake))
    copies = summarise("a", make_scores(np.repeat(labels, 9), np.repeat(p_fake, 9), np.repeat(np.arange(50), 9)))
    assert copies.accuracy_high - copies.accuracy_low == pytest.approx(once.accuracy_high - once.accuracy_low, rel=0.05)


def pair(right_one, right_other):
    """Scores of two approaches that are right where told, on fakes of one source each."""

    def side(right):
        return make_scores(np.ones(len(right)), np.where(right, 0.9, 0.1))

    return {"one": side(right_one), "other": side(right_other)}


@pytest.mark.parametrize(("only_one", "only_other"), [(5, 1), (9, 2), (1, 0), (6, 6)])
def test_one_sample_a_source_is_mcnemars_exact_test(only_one, only_other):
    right_one = np.array([True] * 20 + [True] * only_one + [False] * only_other)
    right_other = np.array([True] * 20 + [False] * only_one + [True] * only_other)
    difference = compare_pair(pair(right_one, right_other), "one", "other")
    expected = stats.binomtest(only_one, only_one + only_other).pvalue
    assert difference.p_value == pytest.approx(expected)
    assert difference.accuracy == pytest.approx((only_one - only_other) / len(right_one))


def test_the_more_accurate_comes_first_and_signs_follow():
    difference = compare_pair(pair([0, 0, 1, 1], [1, 1, 1, 0]), "one", "other")
    assert (difference.first, difference.second) == ("other", "one")
    assert difference.accuracy == pytest.approx(0.25)
    assert difference.interval[0] <= 0.25 <= difference.interval[1]


def test_equal_approaches_differ_by_nothing():
    difference = compare_pair(pair([1, 0, 1], [1, 0, 1]), "one", "other")
    assert (difference.accuracy, difference.interval, difference.p_value) == (0, None, 1)


def test_chance_differences_are_called_so_as_often_as_promised():
    """Two equally good approaches: p < 0.05 in at most about one comparison in twenty."""
    generator, found = np.random.default_rng(1), 0
    for _ in range(100):
        scores = pair(generator.random(60) < 0.7, generator.random(60) < 0.7)
        found += compare_pair(scores, "one", "other").p_value < 0.05
    assert found <= 11
