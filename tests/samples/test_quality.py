"""Ranges leave out what they should, and the first measure outside of its own is named."""

import math

import numpy as np
import pytest

from keras_impl.samples.quality import outside, ranges_of, typical

MEASURES = ("noise", "size", "echo")


def test_half_of_the_share_is_left_out_at_each_end_but_where_it_is_better():
    values = np.tile(np.arange(1000.0)[:, None], (1, 3))
    ranges = ranges_of(values, 0.1, MEASURES, {"size": math.inf, "echo": -math.inf})
    assert ranges["noise"] == pytest.approx((50, 949), abs=1)
    assert ranges["size"] == (ranges["noise"][0], math.inf)
    assert ranges["echo"] == (-math.inf, ranges["noise"][1])


def test_the_first_measure_outside_is_named_and_the_median_counts():
    ranges = {"noise": (1.0, 2.0), "echo": (5.0, 9.0)}
    quality = typical([np.array([noise, 0, echo], float) for noise, echo in ((1, 1), (1.5, 1), (50, 6))], MEASURES)
    assert quality["noise"] == 1.5
    assert outside(quality, ranges) == "echo"
    assert outside(quality | {"echo": 5.0}, ranges) is None
    assert outside(quality | {"noise": 3.0}, ranges) == "noise"
    assert outside(quality, {}) is None
