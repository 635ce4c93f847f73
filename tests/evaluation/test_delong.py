"""DeLong's test against its definition, pair by pair, and against chance."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from keras_impl.evaluation.delong import delong_p_value, placements


def by_definition(labels, one, other):
    """DeLong et al. 1988, equations 4 to 6, with every pair of a fake and a real compared."""
    areas, of_fakes, of_reals = [], [], []
    for scores in (one, other):
        fakes, reals = scores[labels == 1], scores[labels == 0]
        wins = (fakes[:, None] > reals) + 0.5 * (fakes[:, None] == reals)
        areas.append(wins.mean())
        of_fakes.append(wins.mean(axis=1))
        of_reals.append(wins.mean(axis=0))
    covariance = np.cov(of_fakes) / len(of_fakes[0]) + np.cov(of_reals) / len(of_reals[0])
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    return 2 * stats.norm.sf(abs(areas[0] - areas[1]) / np.sqrt(variance))


@pytest.mark.parametrize("decimals", [1, 6])
def test_the_fast_version_is_the_definition(decimals):
    generator = np.random.default_rng(decimals)
    labels = generator.integers(0, 2, 80)
    one, other = (generator.normal(labels * shift, 1).round(decimals) for shift in (1.2, 0.6))
    assert delong_p_value(labels, one, other) == pytest.approx(by_definition(labels, one, other))
    for place in placements(labels, one):
        assert place.mean() == pytest.approx(roc_auc_score(labels, one))


def test_a_case_worked_by_hand():
    labels = np.array([0, 0, 1, 1])
    one, other = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.1, 0.3, 0.2, 0.4])
    # AUCs 1 and 3/4. Gains of the fakes are 1/2 and 0, of the reals 0 and 1/2: both have variance 1/8,
    # each is halved, so that the difference has variance 1/8 and z = (1/4) / sqrt(1/8).
    assert delong_p_value(labels, one, other) == pytest.approx(2 * stats.norm.sf(0.25 / np.sqrt(1 / 8)))


def test_what_can_not_be_tested():
    labels = np.array([0, 0, 1, 1])
    assert delong_p_value(labels, labels * 1.0, labels * 1.0) == 1
    assert delong_p_value(labels, labels * 1.0, 1.0 - labels) is None
    assert delong_p_value(np.array([0, 1, 1]), np.zeros(3), np.ones(3)) is None


def test_chance_differences_are_called_so_as_often_as_promised():
    generator, labels = np.random.default_rng(0), np.repeat([0, 1], 60)
    p_values = [delong_p_value(labels, *generator.normal(labels, 1.5, (2, len(labels)))) for _ in range(300)]
    assert 0.02 <= np.mean(np.array(p_values) < 0.05) <= 0.085
