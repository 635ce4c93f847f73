"""How many people it takes."""

import numpy as np
import pytest

from keras_impl.evaluation.enough import LEAST_PER_CLASS, SUPPOSED_AUC, needed_per_class, standard_error


def test_the_standard_error_is_that_of_many_draws():
    generator = np.random.default_rng(0)
    gap = np.sqrt(2) * 0.8416  # of two normal distributions, for an AUC of 0.8
    real, fake = generator.normal(0, 1, (3000, 1, 20)), generator.normal(gap, 1, (3000, 30, 1))
    aucs = (fake > real).mean(axis=(1, 2))
    assert standard_error(0.8, 20, 30) == pytest.approx(aucs.std(), rel=0.1)


def test_the_least_number_is_the_first_that_tells_a_good_detector_from_guessing():
    reach = [SUPPOSED_AUC - 1.96 * standard_error(SUPPOSED_AUC, n, n) for n in (LEAST_PER_CLASS - 1, LEAST_PER_CLASS)]
    assert reach[0] < 0.5 < reach[1]


def test_narrower_intervals_need_more():
    assert (needed_per_class(0.1), needed_per_class(0.05)) == (39, 151)
