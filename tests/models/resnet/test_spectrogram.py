"""The spectrogram inside ResNet50: that of the definition, and the same in Keras, from a file and in OpenVINO."""

import numpy as np
import pytest

from keras_impl.core.openvino import Network
from keras_impl.core.tensorflow import keras
from keras_impl.media.audio import FULL_SCALE
from keras_impl.models.resnet import heat_maps as resnet_maps
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet import spectrogram
from keras_impl.models.resnet.config import NetworkConfig, SpectrogramPicture
from keras_impl.speech.config import SoundConfig
from tests.speech.speech import RATE, speak

pytestmark = pytest.mark.slow

NETWORK = NetworkConfig(SpectrogramPicture())
SAMPLES, LEVEL = SoundConfig().samples, SoundConfig().level


@pytest.fixture(scope="module")
def sounds():
    """Two segments of speech at the level that extraction gives, 16 bits."""
    made = np.stack([speak(4, seed) for seed in (0, 1)])
    made *= 10 ** (LEVEL / 20) / made.std(axis=1, keepdims=True)
    return np.round(made * FULL_SCALE).astype(np.int16)


@pytest.fixture(scope="module")
def front():
    return spectrogram.build_spectrogram(NETWORK.picture)


# ---- a second implementation ----


def mel(hertz):
    """HTK's scale: 2595 log10(1 + f / 700)."""
    return 2595 * np.log10(1 + hertz / 700)


def mel_filters():
    """128 triangles from 20 to 8000 Hz, straight in mel, 1 at their peaks: (257, 128)."""
    edges = np.linspace(mel(20), mel(8000), 130)
    places = mel(np.arange(257) * RATE / 512)[:, None]
    rising = (places - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - places) / (edges[2:] - edges[1:-1])
    filters = np.clip(np.minimum(rising, falling), 0, None)
    filters[0] = 0  # the constant part is left out
    return filters


def decibels_of(sound):
    """The log-mel spectrogram of samples of 16 bits, one window after the other: (400, 128)."""
    padded = np.pad(sound / 32768, 256, mode="reflect")
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    rows = []
    for number in range(400):
        frame = padded[160 * number : 160 * number + 512].copy()
        frame[:56], frame[456:] = 0, 0
        frame[56:456] *= window
        power = np.abs(np.fft.rfft(frame)) ** 2
        rows.append(10 * np.log10(np.maximum(power @ mel_filters(), 1e-7)))
    return np.array(rows)


def test_a_second_implementation_gives_the_same(sounds, front):
    pictures = np.asarray(front(sounds.astype("float32")))
    assert pictures.shape == (2, 400, 128, 3)
    for sound, picture in zip(sounds, pictures, strict=True):
        shown = (decibels_of(sound) + 40) / 80
        expected = np.clip(shown, -0.5, 1.5) * 255 - 128
        difference = np.abs(picture[..., 0] - expected) / 255 * 80  # decibels
        assert difference.max() < 0.5
        assert difference.mean() < 0.01


def test_speech_uses_the_range_of_pixels(sounds, front):
    pictures = np.asarray(front(sounds.astype("float32"))) + 128
    assert np.array_equal(pictures[..., 0], pictures[..., 1])
    assert np.array_equal(pictures[..., 0], pictures[..., 2])
    low, high = np.quantile(pictures, [0.05, 0.99])
    assert low < 128 < high
    assert pictures.std() > 20
    assert np.mean(pictures > 255) < 0.01
    assert np.mean((pictures > 0) & (pictures < 255)) > 0.5  # between words there is nothing at all


@pytest.mark.parametrize("sound", [np.zeros(SAMPLES), np.where(np.arange(SAMPLES) % 2, 32767.0, -32768.0)])
def test_silence_and_the_loudest_sound_stay_within_bounds(sound, front):
    picture = np.asarray(front(sound[None].astype("float32"))) + 128
    assert np.isfinite(picture).all()
    assert picture.min() >= -0.5 * 255
    assert picture.max() <= 1.5 * 255


def test_time_runs_down_and_frequency_across(front):
    sound = np.zeros(SAMPLES, "float32")
    sound[: SAMPLES // 2] = 8000 * np.sin(2 * np.pi * 500 * np.arange(SAMPLES // 2) / RATE)
    sound[SAMPLES // 2 :] = 8000 * np.sin(2 * np.pi * 5000 * np.arange(SAMPLES // 2) / RATE)
    picture = np.asarray(front(sound[None]))[0, ..., 0]
    low, high = picture[100].argmax(), picture[300].argmax()
    centres = np.linspace(mel(20), mel(8000), 130)[1:-1]
    assert low == pytest.approx(np.abs(centres - mel(500)).argmin(), abs=1)
    assert high == pytest.approx(np.abs(centres - mel(5000)).argmin(), abs=1)


def test_each_segment_is_seen_alone(sounds, front):
    """A loud neighbour in the batch changes nothing."""
    quiet = sounds[:1].astype("float32") / 100
    beside = np.concatenate([quiet, 3 * sounds[1:].astype("float32")])
    assert np.allclose(front(beside)[0], front(quiet)[0], atol=1e-3)


# ---- the whole network ----


@pytest.fixture(scope="module")
def model(sounds):
    keras.utils.set_random_seed(0)
    backbone = resnet.load_backbone("none", NETWORK)
    resnet.adapt_batch_statistics(backbone, sounds, NETWORK)
    built = resnet.build_model(backbone, NETWORK)
    margin = built.get_layer("margin")
    shapes = [weight.shape for weight in margin.get_weights()]
    margin.set_weights([np.random.default_rng(0).normal(0, 0.02, shape) for shape in shapes])
    return built


def test_a_saved_model_gives_the_same_logits(model, sounds, tmp_path):
    resnet.round_to_half(model)  # as training leaves it
    resnet.save_model(tmp_path / "model.keras", model)
    loaded = resnet.load_model(tmp_path / "model.keras", NETWORK)
    assert np.allclose(loaded(sounds), model(sounds), atol=1e-5)
    foreign = keras.models.load_model(tmp_path / "model.keras")
    assert np.allclose(foreign(sounds), model(sounds), atol=1e-5)


def test_two_sounds_give_two_logits(model, sounds):
    one, other = np.asarray(model(sounds))[:, 0]
    assert abs(one - other) > 1e-3


def test_openvino_gives_the_logits_of_keras(model, sounds, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path))
    resnet.round_to_half(model)  # as training leaves it
    resnet.save_model(tmp_path / "model.keras", model)
    network = Network(resnet_maps.explained_network(tmp_path / "model.keras", NETWORK), threads=1)
    for batch in (sounds, sounds[:1]):
        assert np.allclose(network(batch)[0], model(batch), atol=1e-3)
