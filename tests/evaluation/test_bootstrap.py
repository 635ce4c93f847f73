"""The bootstrap: what is redrawn, and that intervals keep what they promise."""

import numpy as np
import pytest

from keras_impl.evaluation.bootstrap import RESAMPLES, draw_weights, estimate, estimate_accuracy, find_groups
from keras_impl.evaluation.metrics import Judged
from keras_impl.faces.modality import FACES
from keras_impl.speech.modality import SPEECH
from tests.evaluation.tables import score_table


def test_people_are_redrawn_only_if_all_are_known():
    table = score_table([0, 1, 1], [0.5] * 3, source=["a", "a", "b"], person=["x", "y", "x"])
    groups = find_groups(table, FACES)
    assert (groups.kind, groups.codes.tolist(), groups.count) == ("people", [0, 1, 0], 2)
    groups = find_groups(table.assign(person=["x", "", "x"]), FACES)
    assert (groups.kind, groups.codes.tolist(), groups.count) == ("sources", [0, 0, 1], 2)


@pytest.mark.parametrize(
    ("columns", "kind", "codes"),
    [
        ({}, "sources", [0, 0, 1]),
        ({"person": ["x", "y", "x"]}, "speakers", [0, 1, 0]),
        ({"person": ["x", "y", "x"], "system": ["a", "b", "c"]}, "systems and speakers", [0, 1, 2]),
        ({"person": ["x", "y", "x"], "corpus": ["a", "b", "b"]}, "corpora", [0, 1, 1]),
        ({"person": ["x", "y", "x"], "system": ["a", "", "c"]}, "speakers", [0, 1, 0]),
    ],
)
def test_of_sound_what_the_split_kept_whole_is_redrawn_if_it_is_known_throughout(columns, kind, codes):
    table = score_table([0, 1, 1], [0.5] * 3, source=["a", "a", "b"], **columns)
    groups = find_groups(table, SPEECH)
    assert (groups.kind, groups.codes.tolist(), groups.count) == (kind, codes, len(set(codes)))


def test_resamples_have_the_size_of_the_sample_and_do_not_depend_on_the_table():
    one, other = (np.concatenate(list(draw_weights(7, cases))) for cases in (10, 90_000))
    assert one.shape == (RESAMPLES, 7)
    assert (one.sum(axis=1) == 7).all()
    assert (one == other).all()
    assert one.mean(axis=0) == pytest.approx(np.ones(7), abs=0.1)


def test_percentiles_and_what_has_none():
    found = estimate(0.5, np.arange(1001) / 1000)
    assert (found.low, found.high) == pytest.approx((0.025, 0.975))
    assert estimate(float("nan"), np.arange(10.0)).value is None
    assert estimate(1.0, np.ones(10)).low is None
    assert estimate(0.5, np.array([np.nan] * 2 + [0.1, 0.9] * 4)).low is None  # undefined too often


@pytest.mark.parametrize(("value", "low", "high"), [(1, 0.025 ** (1 / 20), 1), (0, 0, 1 - 0.025 ** (1 / 20))])
def test_all_right_and_all_wrong_have_exact_intervals_and_not_a_point(value, low, high):
    found = estimate_accuracy(value, np.full(50, float(value)), 20)  # Clopper and Pearson, 20 of 20
    assert (found.low, found.high) == pytest.approx((low, high))


def test_intervals_cover_as_often_as_they_promise():
    """People with 1 to 5 videos that are judged alike; true accuracy 0.7, true AUC by a large sample."""
    generator, runs, people = np.random.default_rng(0), 100, 60

    def draw(count):
        groups = np.repeat(np.arange(count), generator.integers(1, 6, count))
        labels = generator.integers(0, 2, len(groups))
        logits = (2 * labels - 1) * 0.74 + generator.normal(size=count)[groups] + generator.normal(size=len(groups))
        return Judged(labels, 1 / (1 + np.exp(-logits)), groups, count)

    large = 20_000
    truth = draw(large).measure(np.ones((1, large), np.int32))
    covered = {"accuracy": 0, "auc": 0}
    for _ in range(runs):
        judged = draw(people)
        value = judged.measure(np.ones((1, people), np.int32))
        draws = judged.measure(next(draw_weights(people, 400)))
        for metric in covered:
            found = estimate(value[metric][0], draws[metric])
            covered[metric] += found.low <= truth[metric][0] <= found.high
    assert all(0.88 <= count / runs <= 0.99 for count in covered.values()), covered
