"""The same face in a video, in a loose crop and in a tight one: networks see the same, and scores hardly differ."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from keras_impl.core.tensorflow import keras
from keras_impl.datasets.record import MediaRecord
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.crop_files import landmarks_of, read_crop
from keras_impl.faces.cropping import WINDOWS, Crop, Framing, Square, cut_crop, cut_square, cut_window, square_of
from keras_impl.faces.face import main_face
from keras_impl.faces.mtcnn import MTCNN
from keras_impl.faces.ready_made import crop_detector, take_crops
from keras_impl.media.image import write_png
from keras_impl.media.video import VideoReader
from keras_impl.models.fusion import logits_of
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet.feeding import Faces
from keras_impl.models.resnet.recipe import FaceAugmentation
from keras_impl.models.svm import fit_svm
from tests.models.resnet.noise import NETWORK

pytestmark = pytest.mark.slow

FRAMING = Framing()

CROPS = {"loose": 0.25, "tight": 0.447}
"""Eye-to-mouth share of the ready-made crops; public sets of faces are as tight as the second."""


def film(videos, numbers_of):
    """Of each video, two frames and the main face's landmarks in each."""
    detector, found = MTCNN(40), []
    for path in videos:
        with VideoReader(path) as reader:
            for numbers in numbers_of(len(reader)):
                images = [frame.image for frame in reader.read(numbers)]
                faces = detector.detect(images)
                if all(faces):
                    pairs = zip(images, faces, strict=True)
                    found.append([(image, main_face(each).landmarks) for image, each in pairs])
    return found


@pytest.fixture(scope="module")
def filmed(clips):
    """Photos that hardly move; frames as far apart as neighbours that a verdict on ten seconds looks at."""
    found = film(sorted(clips.glob("*_real.mp4"))[::9][:12], lambda _: [(2, 9)])
    assert len(found) >= 9
    return found


@pytest.fixture(scope="module")
def twins(filmed, tmp_path_factory):
    return make_twins(filmed, tmp_path_factory.mktemp("twins"))


def make_twins(filmed, folder):
    """For each pair of frames, by name: the crop, and where in the first frame its pixels begin."""
    searcher, made = crop_detector(FaceConfig()), []
    for number, ((image, landmarks), (after, landmarks_after)) in enumerate(filmed):
        of_clip = {
            "video": (cut_crop(image, landmarks, FRAMING).crop, cut_crop(image, landmarks, FRAMING)[1:3]),
            "next frame": (cut_crop(after, landmarks_after, FRAMING).crop, None),
        }
        for name, share in CROPS.items():
            left, top, side = (round(value) for value in square_of(landmarks, share))
            path = folder / f"{number}_{name}.png"
            write_png(path, cut_square(image, Square(left, top, side), side))
            (row,) = take_crops(MediaRecord(path.name, path, 0, is_crop=True), searcher, FRAMING)
            if row["found_by"] != "crop":
                continue
            (points,) = landmarks_of(pd.DataFrame([row]))
            crop = read_crop(path, points, FRAMING)
            begins = points - crop.landmarks  # where the crop that is kept begins in the file
            of_clip[name] = crop, begins[0] + (left, top)
        if len(of_clip) == 4:
            made.append(of_clip)
    assert len(made) >= 0.9 * len(filmed)
    return made


def place_of(crop: Crop, begins, share):
    """The window in pixels of the frame: its edges."""
    left, top, side = square_of(crop.landmarks, share)
    return np.array([left + begins[0], top + begins[1], left + begins[0] + side, top + begins[1] + side])


def overlap(one, other):
    """Intersection over union of two boxes given by their edges."""
    spans = np.clip(np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]), 0, None)
    areas = [np.prod(box[2:] - box[:2]) for box in (one, other)]
    return np.prod(spans) / (sum(areas) - np.prod(spans))


@pytest.mark.parametrize("window", WINDOWS)
def test_windows_of_twins_are_nine_tenths_the_same(twins, window):
    share = getattr(FRAMING, window).share
    for name in CROPS:
        overlaps = [overlap(place_of(*of_clip["video"], share), place_of(*of_clip[name], share)) for of_clip in twins]
        assert np.median(overlaps) >= 0.93, name
        assert np.mean(np.array(overlaps) >= 0.9) >= 0.8, (name, np.round(overlaps, 2))


@pytest.fixture(scope="module")
def score(clips, embedder):
    """Logits of a ResNet50, whose head alone is fitted to jittered windows, and of an SVM, of crops."""
    detector, crops, labels = MTCNN(40), [], []
    for path in sorted(clips.glob("*.mp4"))[1::5][:48]:
        with VideoReader(path) as reader:
            (frame,) = reader.read([2])
        (faces,) = detector.detect([frame.image])
        if faces:
            crops.append(cut_crop(frame.image, main_face(faces).landmarks, FRAMING).crop)
            labels.append("real" not in path.stem)
    labels, generator = np.array(labels).astype(int), np.random.default_rng(0)
    keras.utils.set_random_seed(0)
    faces = Faces(
        [crop.pixels for crop in crops],
        labels,
        labels.astype(str),
        np.array([crop.landmarks for crop in crops]),
        FRAMING.resnet,
        FaceAugmentation(),
    )
    rows = np.tile(np.arange(len(labels)), 8)
    windows = faces.take_pairs(rows.reshape(-1, 2), generator.integers(0, 10**6, (len(rows) // 2, 2)))[0]
    windows = windows.reshape(-1, *faces.form)
    backbone = resnet.load_backbone("none", NETWORK)
    resnet.adapt_batch_statistics(backbone, windows[:48], NETWORK)
    model = resnet.build_model(backbone, NETWORK)
    features = keras.Model(model.input, model.get_layer("features").output).predict(windows, verbose=0)
    scaler = StandardScaler().fit(features)
    head = LogisticRegression(C=1e-3, max_iter=1000).fit(scaler.transform(features), labels[rows])
    model.get_layer("standardised").set_weights([scaler.mean_, scaler.scale_**2])
    model.get_layer("margin").set_weights([head.coef_.T, head.intercept_])
    embeddings = embedder.embed([cut_window(crop, FRAMING.facenet) for crop in crops])
    svm = fit_svm(embeddings, labels, np.arange(len(labels)).astype(str)).model

    def of_crops(crops):
        windows = np.stack([cut_window(crop, FRAMING.resnet) for crop in crops])
        faces = embedder.embed([cut_window(crop, FRAMING.facenet) for crop in crops])
        of_svm = logits_of(svm.predict_proba(faces)[:, 1])[:, 0]
        return {"resnet": model.predict(windows, verbose=0)[:, 0], "svm": of_svm}

    return of_crops


def assert_twins_score_alike(twins, score):
    scores = {name: score([of_clip[name][0] for of_clip in twins]) for name in twins[0]}
    for approach in ("resnet", "svm"):
        before = scores["video"][approach]
        from_frame_to_frame = np.abs(scores["next frame"][approach] - before)
        for name in CROPS:
            differences = np.abs(scores[name][approach] - before)
            assert differences.mean() < from_frame_to_frame.mean(), (approach, name)


def test_scores_of_twins_differ_less_than_those_of_frames(twins, score):
    assert_twins_score_alike(twins, score)


@pytest.mark.heavy
def test_scores_of_twins_differ_less_than_those_of_neighbouring_frames_of_real_videos(shared_videos, score, tmp_path):
    videos = sorted([*shared_videos.glob("videos_dfdc/*.mp4"), *shared_videos.glob("videos_ffpp/**/*.mp4")])
    filmed = film(videos, lambda count: [(start, start + 1) for start in np.linspace(0, count - 2, 4).astype(int)])
    assert_twins_score_alike(make_twins(filmed, tmp_path), score)
