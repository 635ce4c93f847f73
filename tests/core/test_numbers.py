"""The same as SciPy's."""

import numpy as np
import pytest
from scipy import special, stats

from keras_impl.core.numbers import expit, logit, student_t


@pytest.mark.parametrize("coverage", [0.5, 0.95, 0.999])
def test_students_t_is_that_of_scipy(coverage):
    for degrees in (*range(1, 20), 99, 1000):
        assert student_t(coverage, degrees) == pytest.approx(stats.t.ppf((1 + coverage) / 2, degrees), rel=1e-12)


def test_logits_and_probabilities_are_those_of_scipy():
    logits = np.array([-800, -30, -1.5, 0, 1e-9, 2, 30, 800])
    assert [expit(each) for each in logits] == pytest.approx(special.expit(logits), rel=1e-14, abs=0)
    p = np.array([[1e-6, 0.3], [0.5, 1 - 1e-6]])
    assert logit(p) == pytest.approx(special.logit(p), rel=1e-12)
