"""What decides a model's numbers is in its card: whatever today's defaults are, a verdict follows the card."""

from dataclasses import replace

import numpy as np
import pytest

from keras_impl.core.configs import as_json
from keras_impl.core.tensorflow import keras
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.cropping import Framing, Settling, Window, cut_crop, cut_window
from keras_impl.faces.mtcnn import MTCNN
from keras_impl.media.audio import SoundReader
from keras_impl.media.image import write_png
from keras_impl.models.facenet.weights import find_weights
from keras_impl.models.fusion import logits_of
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, SpectrogramPicture, Stage
from keras_impl.models.resnet.store import as_input
from keras_impl.models.svm import fit_svm, load_svm, save_svm
from keras_impl.prediction.judge import Judge
from keras_impl.prediction.trained import find_models
from keras_impl.speech.config import LfccConfig, SoundConfig, Trimming
from keras_impl.speech.extract import find_segments
from keras_impl.speech.lfcc import pooled_lfcc
from keras_impl.speech.voice_activity import SpeechDetector
from tests.prediction.models import describe_model
from tests.speech.speech import speak, write_wav

pytestmark = pytest.mark.slow

SMALL = (Stage(2, 16, 1),)

FACES = FaceConfig(framing=Framing(facenet=Window(0.43, 64), resnet=Window(0.625, 64)))
FACE_NETWORK = NetworkConfig(FacePicture(64), SMALL)


def framed(**changes):
    return replace(FACES, framing=replace(FACES.framing, **changes))


FACE_CASES = {
    "as it is": (FACES, FACE_NETWORK),
    "window of ResNet50": (framed(resnet=Window(0.5, 64)), FACE_NETWORK),
    "its size": (framed(resnet=Window(0.625, 96)), replace(FACE_NETWORK, picture=FacePicture(96))),
    "window of FaceNet": (framed(facenet=Window(0.3, 64)), FACE_NETWORK),
    "its size, too": (framed(facenet=Window(0.43, 32)), FACE_NETWORK),
    "size of the crop": (framed(most_pixels=60), FACE_NETWORK),
    "settling": (replace(FACES, settling=Settling(times=0)), FACE_NETWORK),
    "its share": (replace(FACES, settling=Settling(share=0.34)), FACE_NETWORK),
    "stages": (FACES, replace(FACE_NETWORK, stages=(Stage(2, 16, 2),))),
    "scale": (FACES, replace(FACE_NETWORK, input_scale=0.5)),
}

SOUND = SoundConfig()
SOUND_NETWORK = NetworkConfig(SpectrogramPicture(), SMALL)


def pictured(**changes):
    return replace(SOUND_NETWORK, picture=replace(SOUND_NETWORK.picture, **changes))


SOUND_CASES = {
    "as it is": (SOUND, SOUND_NETWORK),
    "length": (replace(SOUND, segment_seconds=2.0), pictured(samples=32_000)),
    "level": (replace(SOUND, level=-20.0), SOUND_NETWORK),
    "peak": (replace(SOUND, peak=0.05), SOUND_NETWORK),
    "trimming": (replace(SOUND, trimming=Trimming(quiet=12.0)), SOUND_NETWORK),
    "frames": (replace(SOUND, trimming=Trimming(frame=400)), SOUND_NETWORK),
    "filters": (replace(SOUND, lfcc=LfccConfig(coefficients=30)), SOUND_NETWORK),
    "emphasis": (replace(SOUND, lfcc=LfccConfig(emphasis=0.5)), SOUND_NETWORK),
    "bands": (SOUND, pictured(bands=64)),
    "hop": (SOUND, pictured(hop=200)),
    "lowest": (SOUND, pictured(lowest=300.0)),
    "range": (SOUND, pictured(range=40.0)),
    "silence": (SOUND, pictured(least_power=1e-4)),
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache of this module's own, in which each case's network is new."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_IMPL_FACENET_WEIGHTS", str(find_weights()))
        patch.setenv("KERAS_IMPL_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def network(config):
    """A network of a config, whose weights depend on nothing but their shapes."""
    keras.utils.set_random_seed(1)
    model = resnet._network(config, "float32")
    generator = np.random.default_rng(0)
    for layer in model.layers:
        if layer.get_weights() and layer.name not in ("standardised", "logit"):
            layer.set_weights([generator.normal(0, 0.1, weight.shape) for weight in layer.get_weights()])
    resnet.round_to_half(model)  # as training leaves it
    return model


def svm(dimensions):
    generator = np.random.default_rng(0)
    features, labels = generator.normal(size=(40, dimensions)), np.arange(40) % 2
    return fit_svm(features / np.linalg.norm(features, axis=1, keepdims=True), labels, np.arange(40).astype(str)).model


def save(results, sample, config, dimensions, **card):
    """Write both approaches into a results folder."""
    resnet.save_model(make(results / "resnet") / "model.keras", network(config))
    save_svm(make(results / "svm") / "model.skops", svm(dimensions))
    for approach in ("resnet", "svm"):
        describe_model(results, approach, sample=as_json(sample), network=as_json(config), **card)


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def expected_of_face(image, sample, config, embedder, results):
    """What the card says should come out, step by step."""
    (face,) = MTCNN(sample.smallest_face, settling=sample.settling).detect([image])[0]
    crop = cut_crop(image, face.landmarks, sample.framing).crop
    logit = network(config).predict(cut_window(crop, sample.framing.resnet)[None], verbose=0)[0, 0]
    embedding = embedder.embed([cut_window(crop, sample.framing.facenet)])
    return logit, logits_of(load_svm(results / "svm/model.skops").predict_proba(embedding)[:, 1])[0, 0]


@pytest.fixture(scope="module")
def usual_face(face, embedder, tmp_path_factory):
    """What comes out with the configs as they are."""
    folder, (sample, config) = tmp_path_factory.mktemp("usual"), FACE_CASES["as it is"]
    save(folder, sample, config, 128)
    return expected_of_face(face, sample, config, embedder, folder)


@pytest.mark.parametrize("case", FACE_CASES)
def test_faces_are_judged_by_the_card_with_a_cold_cache_and_a_warm_one(
    case, face, usual_face, embedder, cache, tmp_path
):
    sample, config = FACE_CASES[case]
    save(tmp_path, sample, config, 128, made_from={"facenet_weights_sha256": embedder.weights_sha256})
    write_png(tmp_path / "face.png", face)
    expected = expected_of_face(face, sample, config, embedder, tmp_path)
    assert (np.abs(np.subtract(expected, usual_face)).max() > 1e-3) == (case != "as it is")
    for _ in ("cold", "warm"):
        scores = Judge(find_models(tmp_path)).judge(tmp_path / "face.png").image.people[0].scores
        assert [scores[name].logit for name in ("resnet", "svm")] == pytest.approx(expected, abs=2e-3)


def expected_of_sound(path, sample, config, results):
    """What the card says should come out, step by step: mean logits over the segments."""
    with SoundReader(path) as reader:
        _, segments = find_segments(reader, 8, SpeechDetector(sample.voice), sample)
    sounds = [segment.samples for segment in segments]
    inputs = np.stack([as_input(sound, sample) for sound in sounds])
    features = np.stack([pooled_lfcc(sound, sample.lfcc) for sound in sounds])
    of_svm = logits_of(load_svm(results / "svm/model.skops").predict_proba(features)[:, 1])
    return network(config).predict(inputs, verbose=0).mean(), of_svm.mean()


@pytest.fixture(scope="module")
def spoken(tmp_path_factory):
    return write_wav(tmp_path_factory.mktemp("spoken") / "speech.wav", speak(7))


@pytest.fixture(scope="module")
def usual_sound(spoken, tmp_path_factory):
    """What comes out with the configs as they are."""
    folder, (sample, config) = tmp_path_factory.mktemp("usual"), SOUND_CASES["as it is"]
    save(folder, sample, config, sample.lfcc.dimensions, modality="sound")
    return expected_of_sound(spoken, sample, config, folder)


@pytest.mark.parametrize("case", SOUND_CASES)
def test_sound_is_judged_by_the_card_with_a_cold_cache_and_a_warm_one(case, spoken, usual_sound, cache, tmp_path):
    sample, config = SOUND_CASES[case]
    save(tmp_path / "sound", sample, config, sample.lfcc.dimensions, modality="sound")
    expected = expected_of_sound(spoken, sample, config, tmp_path / "sound")
    assert (np.abs(np.subtract(expected, usual_sound)).max() > 1e-3) == (case != "as it is")
    for _ in ("cold", "warm"):
        scores = Judge(find_models(tmp_path / "sound")).judge(spoken).sound.scores
        assert [scores[name].logit for name in ("resnet", "svm")] == pytest.approx(expected, abs=5e-3)
