"""What ResNet50 starts from where the download is out of reach, and what it may then not be validated on."""

from types import SimpleNamespace

import pandas as pd
import pytest

from keras_impl.errors import DataError, WeightsError
from keras_impl.faces.modality import FACES
from keras_impl.models.published import hash_names
from keras_impl.models.resnet import network, train
from keras_impl.speech.modality import SPEECH
from tests.models.resnet.noise import NETWORK


class Told(list):
    """What a progress is told."""

    def warn(self, line):
        """Keep a line."""
        self.append(line)


@pytest.fixture
def offline(monkeypatch):
    def load(weights, config):
        if weights == "imagenet":
            raise WeightsError("can't be downloaded")
        return weights

    monkeypatch.setattr(network, "load_backbone", load)


def test_faces_start_from_the_packages_detector_and_it_is_said(offline):
    told = Told()
    backbone, options = train._load_backbone(train.Options(), NETWORK, FACES, told)
    assert backbone == options.backbone_weights == "pretrained"
    assert "starting from the detector that comes with the package" in told[0]


@pytest.mark.parametrize(("modality", "weights"), [(SPEECH, None), (FACES, "imagenet")])
def test_sound_and_whoever_asks_for_the_download_get_an_error(offline, modality, weights):
    with pytest.raises(WeightsError, match="downloaded"):
        train._load_backbone(train.Options(backbone_weights=weights), NETWORK, modality, Told())


@pytest.mark.parametrize(
    ("names", "refused"), [(["a.mp4"], False), (["b.mp4"], True), (["of b"], True), (["z.mp4"], False)]
)
def test_videos_that_the_start_has_learnt_from_are_not_validated_on(names, refused, monkeypatch):
    monkeypatch.setattr(train, "read_learnt", lambda _: hash_names(names))
    index = pd.DataFrame({"video": ["a.mp4", "b.mp4", "c.mp4"], "source": ["a.mp4", "of b", "c.mp4"]})
    parts = pd.Series(["train", "validation", "validation"])
    run = SimpleNamespace(index=index, split=SimpleNamespace(parts=lambda _: iter([parts])))
    if refused:
        with pytest.raises(DataError, match="1 faces of the validation part are of videos that the package's own"):
            train._refuse_learnt(run)
    else:
        train._refuse_learnt(run)
