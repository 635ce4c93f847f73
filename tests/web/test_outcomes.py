"""What genuine files and fakes were called, from what is published."""

import pytest

from keras_impl.models.published import ErrorRates, Rate
from keras_impl.web.outcomes import of_fakes, of_genuine

BOTH = ErrorRates("a set", 100, 300, None, Rate(0.05, 0.02, 0.09), Rate(0.2, 0.1, 0.3), Rate(0.25), Rate(0.6, 0.5, 0.7))
"""Of 100 genuine ones, 5 are called fake, 40 get no verdict, and 55 are called real; of 300 fakes 180, 60 and 60."""


def values(outcomes):
    shares = (outcomes.called_fake, outcomes.unsure, outcomes.called_real)
    return [None if share is None else pytest.approx(share.value) for share in shares]


def test_where_both_classes_are_measured_all_is_known_of_each():
    assert values(of_fakes(BOTH)) == [0.6, 0.2, 0.2]
    assert values(of_genuine(BOTH)) == [0.05, 0.4, 0.55]


def test_only_what_was_measured_has_an_interval():
    genuine, fakes = of_genuine(BOTH), of_fakes(BOTH)
    assert (genuine.called_fake, fakes.called_fake, fakes.called_real) == (BOTH.fpr, BOTH.tpr, BOTH.fnr)
    assert {share.low for share in (genuine.unsure, genuine.called_real, fakes.unsure)} == {None}


def test_of_a_set_of_one_class_the_share_without_a_verdict_is_its_own():
    fakes = ErrorRates("fakes", 0, 16, None, None, Rate(0.7), Rate(0.2, 0.1, 0.3))
    assert of_genuine(fakes) is None
    assert of_fakes(fakes).unsure == fakes.unsure
    assert values(of_fakes(fakes)) == [0.1, 0.2, 0.7]
    genuine = ErrorRates("genuine", 59, 0, None, Rate(0.1), None, Rate(0.3))
    assert of_fakes(genuine) is None
    assert values(of_genuine(genuine)) == [0.1, 0.3, 0.6]


def test_what_is_not_known_is_none():
    before = ErrorRates("a set", 100, 300, None, Rate(0.05), Rate(0.2), Rate(0.25))
    assert values(of_fakes(before)) == [None, None, 0.2]
    assert values(of_genuine(before)) == [0.05, None, None]


def test_rates_that_contradict_each_other_give_no_shares_beyond_none_and_all():
    odd = ErrorRates("a set", 100, 300, None, Rate(0.9), Rate(0.9), Rate(0.9), Rate(0.9))
    for outcomes in (of_fakes(odd), of_genuine(odd)):
        assert all(0 <= share.value <= 1 for share in (outcomes.called_fake, outcomes.unsure, outcomes.called_real))
