"""What CONTRIBUTING.md promises a newcomer: a detector, a backbone or an approach is a file, and a line to name it.

The files are in `tests.second`, the lines in `lines`; from the videos to a verdict and a report they do the work.
"""

import json
import shutil

import pytest

from keras_impl.core.parallel import Workers
from keras_impl.datasets import open_data
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.dataset import extract_faces
from keras_impl.faces.detectors import DETECTORS
from keras_impl.faces.extract import Options as Extraction
from keras_impl.faces.modality import FACES
from keras_impl.models.approach import APPROACHES, Approach
from keras_impl.models.facenet.dataset import embed_faces
from keras_impl.models.resnet import train
from keras_impl.models.resnet.config import BACKBONES, FacePicture, NetworkConfig, Stage
from keras_impl.models.resnet.recipe import FaceAugmentation, TrainingConfig
from keras_impl.prediction.detector import Detector
from keras_impl.prediction.render.report import Reporter
from keras_impl.prediction.trained import find_models
from keras_impl.reporting.report import compare
from keras_impl.splits.division import divide_anew
from tests.second import constant

pytestmark = pytest.mark.slow


@pytest.fixture
def lines(monkeypatch):
    """The lines that name the second ones."""
    monkeypatch.setitem(DETECTORS, "fixed", "tests.second.fixed")
    monkeypatch.setitem(BACKBONES, "tiny", "tests.second.tiny")
    approach = Approach(constant.NAME, "tests.second.constant", constant.MODEL_FILE, uses_features=False)
    monkeypatch.setitem(APPROACHES, approach.name, approach)


@pytest.fixture
def videos(clips, tmp_path):
    """Six real clips with their fakes."""
    folder = tmp_path / "videos"
    folder.mkdir()
    entries = json.loads((clips / "metadata.json").read_text())
    reals = sorted(name for name, entry in entries.items() if entry["label"] == "REAL")[::18]
    chosen = {name: entry for name, entry in entries.items() if name in reals or entry["original"] in reals}
    for name in chosen:
        shutil.copy(clips / name, folder)
    (folder / "metadata.json").write_text(json.dumps(chosen))
    return folder


def test_a_second_detector_backbone_and_approach_work_from_videos_to_a_report(lines, videos, tmp_path):
    faces, samples, results = (tmp_path / name for name in ("faces", "samples", "results"))
    config = FaceConfig(detector="fixed")
    extract_faces(open_data(videos, None, "image"), faces, Extraction(1, config), Workers())
    assert json.loads((faces / "settings.json").read_text())["sample"]["detector"] == "fixed"
    embed_faces(faces, samples, None, Workers())
    divide_anew(samples, FACES)
    network = NetworkConfig(FacePicture(), (Stage(2, 8, 1), Stage(3, 16, 1)), backbone="tiny")
    recipe = TrainingConfig(FaceAugmentation(), epochs=1)
    train.train(samples, results, FACES, faces, options=train.Options("none", network=network, recipe=recipe))
    constant.train(samples, results, FACES)

    comparison = compare(results)
    assert set(comparison.evaluation.approaches) == {"resnet", "constant"}
    card = json.loads((results / "resnet/model.json").read_text())
    assert (card["approach"], card["sample"]["detector"]) == ("Tiny on the crops", "fixed")

    clip = next(videos.glob("*_real.mp4"))
    models = find_models(results)
    prediction = Detector(models).predict(clip)
    scores = prediction.image.person.scores
    assert list(scores) == ["resnet", "constant"]
    assert scores["constant"].p_fake == pytest.approx(constant.P_FAKE)
    assert prediction.image.person.faces[0].heat is not None
    Reporter(models, tmp_path / "reports", None, 60, {prediction.name: "clip"})(clip, prediction)
    (page,) = (tmp_path / "reports").glob("*.html")
    assert "A constant" in page.read_text()
    assert "Tiny on the crops" in page.read_text()
    assert Detector.load(results / "constant").predict(clip).verdict == "likely fake"
