"""Splits: sources stay whole, classes are equal, and nothing is silent."""

import json

import pandas as pd
import pytest

from keras_impl.errors import DataError
from keras_impl.splits import Split, assert_source_disjoint, hold_out_sources, split_by_source


def make_videos(reals, fakes_each):
    rows = []
    for real in range(reals):
        rows.append((f"r{real}", f"r{real}", 0))
        rows += [(f"f{real}_{fake}", f"r{real}", 1) for fake in range(fakes_each)]
    return pd.DataFrame(rows, columns=["video", "source", "label"])


def count(split, videos):
    parts = split.part_of(videos["video"])
    return {part: videos["label"][parts == part].value_counts().to_dict() for part in ("train", "validation")}


@pytest.mark.parametrize("seed", range(5))
def test_sources_stay_whole_and_classes_are_drawn_equal(seed):
    videos = make_videos(50, 4)
    split = split_by_source(videos, seed)
    assert count(split, videos) == {"train": {0: 40, 1: 40}, "validation": {0: 10, 1: 10}}
    assert split.notes == ()
    parts = split.part_of(videos["video"])
    sides = videos[parts != "unused"].groupby("source")["video"].agg(lambda names: set(names.map(split.parts)))
    assert all(len(side) == 1 for side in sides)


def test_the_original_projects_sizes_come_out():
    """77 real and 323 fake videos of unknown originals: about 8 : 2, then equal classes."""
    videos = pd.DataFrame({"video": [f"v{n}" for n in range(400)], "label": [0] * 77 + [1] * 323})
    split = split_by_source(videos.assign(source=videos["video"]))
    assert count(split, videos)["train"] in ({0: 61, 1: 61}, {0: 62, 1: 62})


def test_same_seed_same_split_other_seed_another():
    videos = make_videos(20, 2)
    assert split_by_source(videos, 3) == split_by_source(videos.sample(frac=1, random_state=0), 3)
    assert split_by_source(videos, 3).content_hash != split_by_source(videos, 4).content_hash


def test_a_source_on_both_sides_is_caught():
    videos = make_videos(2, 1)
    split = Split("source", 0, {"r0": "train", "f0_0": "validation", "r1": "train", "f1_0": "train"})
    with pytest.raises(AssertionError, match="r0 is on both sides"):
        assert_source_disjoint(split, videos)


def test_one_class_is_an_error():
    with pytest.raises(DataError, match="all 3 videos with a face are real"):
        split_by_source(make_videos(3, 0))


def test_a_single_real_video_goes_to_training_and_that_is_said():
    videos = pd.DataFrame(
        {"video": ["r", "a", "b", "c"], "source": ["r", "x", "y", "z"], "label": [0, 1, 1, 1]},
    )
    split = split_by_source(videos)
    assert split.parts["r"] == "train"
    assert count(split, videos) == {"train": {0: 1, 1: 1}, "validation": {1: 1}}
    assert split.notes == ("validation has only fake videos: there are too few videos to divide",)
    pair = make_videos(1, 1)
    assert split_by_source(pair).notes == ("validation is empty: there are too few videos to divide",)


def test_held_out_rows_are_whole_sources():
    rows = make_videos(10, 3)
    held_out = hold_out_sources(rows, seed=1)
    assert held_out.groupby(rows["source"]).nunique().max() == 1
    assert 0.15 < held_out.mean() < 0.25
    assert not hold_out_sources(make_videos(1, 1), seed=1).any()


def test_round_trip_and_tampering(tmp_path):
    split = split_by_source(make_videos(10, 1))
    split.save(tmp_path / "split.json")
    assert Split.load(tmp_path / "split.json") == split
    content = json.loads((tmp_path / "split.json").read_text())
    video = next(name for name, part in content["parts"].items() if part == "train")
    content["parts"][video] = "validation"
    (tmp_path / "split.json").write_text(json.dumps(content))
    with pytest.raises(DataError, match="not an intact split"):
        Split.load(tmp_path / "split.json")
    (tmp_path / "split.json").write_text("[1]")
    with pytest.raises(DataError, match="not an intact split"):
        Split.load(tmp_path / "split.json")
    with pytest.raises(DataError, match="missing"):
        Split.load(tmp_path / "nowhere.json")


def test_a_video_that_the_split_does_not_know_is_an_error():
    with pytest.raises(DataError, match="doesn't know stranger"):
        split_by_source(make_videos(3, 1)).part_of(pd.Series(["stranger"]))
