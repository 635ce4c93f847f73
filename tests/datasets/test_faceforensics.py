"""FaceForensics++: who is who in its names, compressions, and the official split."""

import json

import pytest

from keras_impl.datasets import read_data
from keras_impl.errors import DataError
from tests.datasets import by_name, reasons, touch

YOUTUBE = "original_sequences/youtube"
ACTORS = "original_sequences/actors"
DEEPFAKES = "manipulated_sequences/Deepfakes"
ACTORS_FAKES = "manipulated_sequences/DeepFakeDetection"


def write_splits(folder, **splits):
    folder.mkdir(exist_ok=True)
    for name, pairs in splits.items():
        (folder / f"{name}.json").write_text(json.dumps(pairs))


def test_a_fake_knows_target_and_donor_even_where_these_are_absent(tmp_path):
    touch(tmp_path, f"{YOUTUBE}/c23/videos/515.mp4", f"{DEEPFAKES}/c23/videos/519_515.mp4")
    records, problems = read_data(tmp_path)
    fake = by_name(records)[f"{DEEPFAKES}/c23/videos/519_515.mp4"]
    assert problems == []
    assert [record.label for record in records] == [1, 0]
    assert fake.original == f"{YOUTUBE}/c23/videos/519.mp4"
    assert fake.donor == f"{YOUTUBE}/c23/videos/515.mp4"
    assert fake.source != by_name(records)[fake.donor].source


def test_a_recording_is_one_source_in_all_compressions(tmp_path):
    for compression in ("raw", "c23", "c40"):
        touch(tmp_path, f"{YOUTUBE}/{compression}/videos/519.mp4", f"{DEEPFAKES}/{compression}/videos/519_515.mp4")
    touch(tmp_path, "manipulated_sequences/Face2Face/c40/videos/519_634.mp4")
    records, _ = read_data(tmp_path)
    assert len(records) == 7
    assert len({record.source for record in records}) == 1
    assert by_name(records)[f"{DEEPFAKES}/c40/videos/519_515.mp4"].original == f"{YOUTUBE}/c40/videos/519.mp4"


def test_actors_are_people(tmp_path):
    real, fake = f"{ACTORS}/raw/videos/01__exit_room.mp4", f"{ACTORS_FAKES}/raw/videos/01_02__exit_room__YVGY8LOK.mp4"
    touch(tmp_path, real, fake, f"{ACTORS}/raw/videos/01__talking.mp4")
    records = by_name(read_data(tmp_path)[0])
    assert records[fake].original == real
    assert records[fake].source == records[real].source
    assert (records[fake].person, records[fake].donor, records[real].person) == ("01", "02", "01")
    assert len({record.source for record in records.values()}) == 2


def test_names_that_say_nothing_are_problems_and_masks_are_not_read(tmp_path):
    touch(tmp_path, f"{DEEPFAKES}/c23/videos/519.mp4", f"{DEEPFAKES}/masks/videos/519_515.mp4")
    records, problems = read_data(tmp_path)
    assert records == []
    assert "target_donor" in reasons(problems)[f"{DEEPFAKES}/c23/videos/519.mp4"]
    assert len(problems) == 1


@pytest.mark.parametrize("folder", [".", "splits"])
def test_the_official_split_validates_on_its_test_part(tmp_path, folder):
    names = ["000", "001", "002", "003", "004", "005", "006"]
    touch(tmp_path, *(f"{YOUTUBE}/c23/videos/{name}.mp4" for name in names), f"{DEEPFAKES}/c23/videos/004_000.mp4")
    write_splits(tmp_path / folder, train=[["000", "001"]], val=[["002", "003"]], test=[["004", "005"]])
    records = read_data(tmp_path)[0]
    assert [record.part for record in records] == ["validation", *["train"] * 4, *["validation"] * 2, None]
    (tmp_path / folder / "test.json").unlink()
    records = read_data(tmp_path)[0]
    assert [record.part for record in records] == [None, *["train"] * 2, *["validation"] * 2, None, None, None]


@pytest.mark.parametrize(
    ("splits", "words"),
    [
        ({"train": {"000": "001"}}, "not a list of pairs"),
        ({"train": [["000"]]}, "not a list of pairs"),
        ({"train": [[0, 1]]}, "not a list of pairs"),
        ({"train": [["000", "001"]], "test": [["001", "002"]]}, "lists 001, as another part"),
    ],
)
def test_a_split_that_contradicts_itself_is_an_error(tmp_path, splits, words):
    touch(tmp_path, f"{YOUTUBE}/c23/videos/000.mp4")
    write_splits(tmp_path, **splits)
    with pytest.raises(DataError, match=words):
        read_data(tmp_path)
