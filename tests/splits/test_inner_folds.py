"""Folds inside the training part."""

import numpy as np

from keras_impl.splits.inner_folds import grouped_folds

LABELS = np.tile([0, 1, 1], 20)
GROUPS = np.repeat([f"person {number}" for number in range(10)], 6)


def test_groups_stay_whole_and_both_sides_have_both_classes():
    folds = grouped_folds(LABELS, GROUPS, 5)
    assert len(folds) == 5
    for fitted, scored in folds:
        assert not set(GROUPS[fitted]) & set(GROUPS[scored])
        assert set(LABELS[fitted]) == set(LABELS[scored]) == {0, 1}
    assert sorted(np.concatenate([scored for _, scored in folds])) == list(range(60))


def test_there_are_no_more_folds_than_groups_of_a_class():
    labels = (GROUPS == "person 0") | (GROUPS == "person 1")
    assert len(grouped_folds(labels.astype(int), GROUPS, 5)) == 2


def test_one_group_of_a_class_allows_none():
    assert grouped_folds((GROUPS == "person 0").astype(int), GROUPS, 5) == []
