"""Faces to videos, and what becomes of those without a score."""

import numpy as np
import pytest

from keras_impl.evaluation.cases import is_right, make_cases
from tests.evaluation.tables import score_table


def test_a_videos_score_is_the_mean_logit_of_its_scored_faces_within_a_fold():
    table = score_table(
        [1, 1, 1, 1, 0], [0.5, 0.9, np.nan, 0.2, 0.1], video=["a", "a", "a", "a", "b"], fold=[0, 0, 0, 1, 0]
    )
    cases = make_cases(table, "video")
    assert cases[["fold", "video", "label"]].to_numpy().tolist() == [[0, "a", 1], [0, "b", 0], [1, "a", 1]]
    assert cases["p_fake"].tolist() == pytest.approx([0.75, 0.1, 0.2])  # odds of 1 and 9: their geometric mean is 3


def test_certain_faces_do_not_make_a_video_undefined():
    cases = make_cases(score_table([1, 1], [0.0, 1.0], video="a", source="a"), "video")
    assert cases["p_fake"].tolist() == pytest.approx([0.5])


def test_missing_samples_are_left_out_or_count_half():
    table = score_table([1, 0, 0], [0.9, np.nan, np.nan], video=["a", "b", "a"])
    assert len(make_cases(table, "face")) == 1
    assert make_cases(table, "face", "half")["p_fake"].tolist() == [0.9, 0.5, 0.5]
    assert make_cases(table, "video")["video"].tolist() == ["a"]
    assert make_cases(table, "video", "half")["p_fake"].tolist() == pytest.approx([0.9, 0.5])


def test_what_a_split_kept_whole_stays_with_the_cases():
    table = score_table([1, 1, 0], [0.5] * 3, video=["a", "a", "b"], system=["x", "x", "y"])
    assert make_cases(table, "video")["system"].tolist() == ["x", "y"]
    assert make_cases(table, "face")["system"].tolist() == ["x", "x", "y"]


def test_one_half_is_called_fake():
    assert is_right(score_table([0, 1, 0, 1], [0.5, 0.5, 0.49, 0.49])).tolist() == [False, True, True, False]
