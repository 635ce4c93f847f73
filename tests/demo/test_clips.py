"""The demo's clips: what is promised of them holds."""

import json

import cv2
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from keras_impl.datasets import open_data, read_data
from keras_impl.demo.clips import FRAMES
from keras_impl.demo.forgery import face_mask, self_blended, swapped
from keras_impl.media.video import VideoReader

pytestmark = pytest.mark.slow


def test_each_photo_gives_a_real_clip_and_two_marked_fakes(clips):
    records, problems = read_data(clips)
    assert problems == []
    assert open_data(clips, None, "image").is_made_up
    reals = [record for record in records if record.label == 0]
    fakes = [record for record in records if record.label == 1]
    assert len(reals) == 116  # of 118 photos: in two MTCNN finds no face
    assert len(fakes) == 2 * len(reals)
    assert all("madeup" in record.video for record in fakes)
    assert not any("madeup" in record.video for record in reals)
    assert {record.original for record in fakes} == {record.video for record in reals}
    assert json.loads((clips / "metadata.json").read_text())["madonna_00_real.mp4"]["label"] == "REAL"


def test_compression_and_blur_do_not_give_fakes_away(clips):
    """A classifier on file size and blur alone is at chance: AUC at most 0.6 on unseen sources."""
    records, _ = read_data(clips)
    features = []
    for record in records:
        with VideoReader(record.path) as reader:
            assert len(reader) == FRAMES
            (frame,) = reader.read([FRAMES // 2])
        sharpness = cv2.Laplacian(cv2.cvtColor(frame.image, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var()
        features.append((np.log(record.path.stat().st_size), np.log(sharpness)))
    labels = [record.label for record in records]
    guess = cross_val_predict(
        make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced")),
        np.array(features),
        labels,
        groups=[record.source for record in records],
        cv=GroupKFold(5),
        method="predict_proba",
    )
    assert roc_auc_score(labels, guess[:, 1]) < 0.6


@pytest.fixture
def face():
    """Noise with landmarks of a face of 40 px between the eyes."""
    image = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    return image, np.array([[80.0, 80], [120, 80], [100, 105], [85, 125], [115, 125]])


def test_forgeries_change_the_face_and_nothing_else(face):
    image, landmarks = face
    donor = np.random.default_rng(1).integers(0, 256, image.shape, dtype=np.uint8)
    for forged in (
        self_blended(image, landmarks, np.random.default_rng(2)),
        swapped(image, landmarks, donor, landmarks + 5, np.random.default_rng(2)),
    ):
        changed = np.abs(forged.astype(int) - image).max(axis=2)
        assert forged.dtype == np.uint8
        assert changed[90:120, 90:110].mean() > 20
        assert not changed[:20].any()
        assert not changed[:, :20].any()


def test_mask_covers_eyes_and_mouth(face):
    image, landmarks = face
    mask = face_mask(image.shape, landmarks, np.random.default_rng(0))
    assert mask.min() == 0
    assert mask.max() <= 1
    assert all(mask[int(y), int(x)] > 0.5 for x, y in landmarks)


def test_same_seed_same_clips(photos, detector, tmp_path):
    from keras_impl.demo.clips import find_portraits, make_clips

    portraits, problems = find_portraits(photos, detector)
    assert [problem.reason for problem in problems] == ["MTCNN finds no face"] * 2
    few = portraits[:1] + portraits[-1:]
    for folder in ("one", "two"):
        list(make_clips(few, tmp_path / folder, seed=3))
    for path in (tmp_path / "one").glob("*.mp4"):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
