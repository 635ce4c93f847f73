"""Crops that come ready-made: their landmarks are found, however tightly they were cut; the files stay as they are."""

from pathlib import Path

import numpy as np
import pytest

from keras_impl.core.parallel import Workers
from keras_impl.datasets.record import MediaRecord
from keras_impl.errors import DataError
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import Framing, Square, cut_square, square_of
from keras_impl.faces.dataset import FaceExtraction
from keras_impl.faces.extract import Options
from keras_impl.faces.modality import FACES, LANDMARK_COLUMNS, MISSING_COLUMNS
from keras_impl.faces.ready_made import crop_detector, find_landmarks, take_crops
from keras_impl.media.image import write_png
from keras_impl.samples.index import read_index
from tests.refusals import refused

FRAMING = Framing()


@pytest.fixture(scope="module")
def searcher():
    return crop_detector(FaceConfig())


@pytest.fixture(scope="module")
def found(portrait, detector):
    """The portrait's face, as a video's detector finds it."""
    return detector.detect([portrait])[0][0]


def cut(portrait, found, share, size=224, moved=(0, 0)):
    """A crop in which eyes and mouth are a share of its side apart; and where the landmarks are in it."""
    square = square_of(found.landmarks, share)
    left, top, side = round(square.left) + moved[0], round(square.top) + moved[1], round(square.side)
    return cut_square(portrait, Square(left, top, side), size), (found.landmarks - (left, top)) * size / side


@pytest.mark.parametrize("share", [0.25, 0.35, 0.45, 0.53])
@pytest.mark.parametrize("size", [64, 224, 500])
def test_landmarks_are_found_in_loose_and_tight_crops_of_any_size(portrait, found, searcher, share, size):
    crop, expected = cut(portrait, found, share, size)
    face = find_landmarks(crop, searcher)
    assert np.abs(face.landmarks - expected).max() < 0.1 * share * size  # a tenth of the distance from eyes to mouth


def test_a_crop_that_is_not_square_is_searched_too(portrait, found, searcher):
    crop, expected = cut(portrait, found, 0.3)
    face = find_landmarks(crop[:, 40:-40], searcher)
    assert np.abs(face.landmarks - expected + (40, 0)).max() < 8


def test_a_row_says_where_the_landmarks_are_and_how_much_is_missing(portrait, found, searcher, tmp_path, monkeypatch):
    crop, expected = cut(portrait, found, 0.5, moved=(0, 15))
    write_png(tmp_path / "pool/faces/a.png", crop)
    monkeypatch.chdir(tmp_path / "pool")
    record = MediaRecord("a.mp4", Path("faces/a.png"), 1, original="b.mp4", is_crop=True)
    (row,) = take_crops(record, searcher, FRAMING)
    assert (row["sample"], row["source"], row["tries"], row["found_by"]) == ("a.mp4#0", "b.mp4", 1, "crop")
    assert row["crop"] == str(tmp_path / "pool/faces/a.png")
    assert (row["frame_width"], row["crop_left"], row["crop_top"], row["crop_scale"]) == (224, 0, 0, 1)
    assert np.array([row[name] for name in LANDMARK_COLUMNS]) == pytest.approx(expected.ravel(), abs=12)
    assert 0 <= row["missing_resnet"] < row["missing_facenet"] < 0.5


def test_an_unreadable_crop_is_a_problem(searcher, tmp_path):
    (tmp_path / "a.jpg").touch()
    with refused("not_an_image", "not an image"):
        take_crops(MediaRecord("a.mp4", tmp_path / "a.jpg", 1, is_crop=True), searcher, FRAMING)


def extract(crops, folder, out):
    """Extract ready-made crops by name; return the extraction's stand-ins and the index."""
    for name, crop in crops.items():
        write_png(folder / f"{name}.png", crop)
    records = [MediaRecord(f"{name}.png", folder / f"{name}.png", 0, is_crop=True) for name in crops]
    with FaceExtraction(records, out, Options(config=FaceConfig(min_face_size=None))) as extraction:
        list(extraction.run(Workers(1)))
        extraction.compile([])
    return extraction.stand_ins, read_index(out, FACES)


def test_the_median_of_all_others_stands_in_where_none_are_found(portrait, found, tmp_path):
    """At the size of each crop; and when more come, that of all of them."""
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    crops = {f"face{number}": cut(portrait, found, share)[0] for number, share in enumerate((0.4, 0.43, 0.46))}
    stand_ins, index = extract(crops | {"none": noise}, tmp_path / "data", tmp_path / "out")
    assert stand_ins == 1
    assert index["found_by"].tolist() == ["crop", "crop", "crop", "median"]
    landmarks = landmarks_of(index)
    assert landmarks[3] * 224 / 300 == pytest.approx(np.median(landmarks[:3], axis=0), abs=0.01)
    assert np.isnan(index["confidence"].iloc[3])
    assert index[list(MISSING_COLUMNS)].notna().all(axis=None)
    assert index["sharpness"].iloc[3] > index["sharpness"].iloc[0]  # of what would be seen of it
    assert read_crop(Path(index["crop"].iloc[3]), landmarks[3], FRAMING).pixels.shape == (300, 300, 3)
    more = {f"more{number}": cut(portrait, found, 0.3)[0] for number in range(4)}
    _, again = extract(crops | {"none": noise} | more, tmp_path / "data", tmp_path / "out")
    (stood_in,) = landmarks_of(again[again["found_by"] == "median"])
    assert not np.allclose(stood_in, landmarks[3], atol=5)


def test_a_set_without_any_face_is_refused(tmp_path):
    crops = {"a": np.full((90, 90, 3), 90, np.uint8), "b": np.full((90, 90, 3), 120, np.uint8)}
    with pytest.raises(DataError, match="no face was found in any of 2 crops"):
        extract(crops, tmp_path / "data", tmp_path / "out")
