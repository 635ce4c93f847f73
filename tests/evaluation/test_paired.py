"""Paired tests against exact cases, and Holm's correction."""

import numpy as np
import pytest
from scipy import stats

from keras_impl.evaluation.paired import MANY_GROUPS, holm, mcnemar_p_value, permutation_p_value


@pytest.mark.parametrize(("only_one", "only_other"), [(5, 1), (9, 2), (1, 0), (6, 6)])
def test_one_case_a_group_is_mcnemars_exact_test(only_one, only_other):
    gains = np.array([0] * 20 + [1] * only_one + [-1] * only_other)
    expected = stats.binomtest(only_one, only_one + only_other).pvalue
    assert permutation_p_value(gains, np.arange(len(gains))) == pytest.approx(expected)
    assert mcnemar_p_value(gains) == pytest.approx(expected)


def test_groups_move_as_one():
    """Ten cases of one person are one coin: either way the difference is as large."""
    gains = np.ones(10, int)
    assert permutation_p_value(gains, np.zeros(10, int)) == 1
    assert mcnemar_p_value(gains) == pytest.approx(2 / 2**10)
    assert permutation_p_value(gains, np.repeat([0, 1, 2], [5, 3, 2])) == pytest.approx(2 / 2**3)


def test_no_difference_is_no_evidence():
    assert permutation_p_value(np.zeros(5, int), np.arange(5)) == 1
    assert mcnemar_p_value(np.zeros(5, int)) == 1


def test_many_groups_agree_with_the_exact_test():
    for first in (MANY_GROUPS // 2 + 20, MANY_GROUPS // 2 + 45):
        gains = np.repeat([1, -1], [first, MANY_GROUPS - first])
        found = permutation_p_value(gains, np.arange(MANY_GROUPS))
        assert found == pytest.approx(mcnemar_p_value(gains), rel=0.2)


def test_chance_differences_are_called_so_as_often_as_promised():
    generator, groups = np.random.default_rng(1), np.repeat(np.arange(40), 3)
    found = 0
    for _ in range(60):
        right = np.repeat(generator.random((2, 40)) < 0.7, 3, axis=1).astype(int)
        found += permutation_p_value(right[0] - right[1], groups) < 0.05
    assert found <= 7


def test_holm_of_an_exact_case():
    # Sorted .01, .03, .04 times 3, 2, 1: .03, .06, .04, and the last may not be below the one before.
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.02, None, 0.5]) == [pytest.approx(0.04), None, pytest.approx(0.5)]
    assert holm([0.9, 0.8]) == [1, 1]
    assert holm([]) == []
