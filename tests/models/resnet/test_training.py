"""The recipe: what learns, what is kept, going on after an interruption, calibration."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from keras_impl.core.tensorflow import keras, tf
from keras_impl.errors import TrainingError
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet import precision, training
from keras_impl.models.resnet.recipe import FaceAugmentation, TrainingConfig
from tests.models.resnet.noise import SMALL, noisy_faces
from tests.models.resnet.test_network import write_like_keras_download

pytestmark = pytest.mark.slow

LEARNT, HELD_OUT, NONE = np.arange(8), np.arange(8, 12), np.arange(0)

SHORT = replace(TrainingConfig(FaceAugmentation()), epochs=2)
"""The recipe, with two epochs."""


@pytest.fixture(scope="module")
def faces():
    return noisy_faces(network=SMALL)


def small_model(faces, dtype="float32"):
    """A small network with random weights."""
    keras.utils.set_random_seed(0)
    backbone = resnet.load_backbone("none", SMALL)
    resnet.adapt_batch_statistics(backbone, faces.take(np.arange(12)), SMALL)
    return resnet.build_model(backbone, SMALL, dtype)


@pytest.fixture(scope="module")
def start(faces):
    """A small network, and its weights."""
    model = small_model(faces)
    return model, model.get_weights()


def overlapping_faces(count=120):
    """Real and fake faces in turn, with more noise in fakes, but not in all of them more than in all real ones."""
    generator = np.random.default_rng(1)
    plain = noisy_faces(count, network=SMALL)
    noise = generator.normal(30 + 4 * plain.labels, 6).clip(1)[:, None, None, None]
    pixels = generator.normal(128, noise, plain.crops.shape).clip(0, 255).astype(np.uint8)
    return replace(plain, crops=pixels)


@pytest.fixture
def model(start):
    """The model as it was at first."""
    built, weights = start
    built.set_weights(weights)
    return built


def test_learns_what_can_be_learnt_and_high_means_fake(model, faces, tmp_path):
    lines = []
    course = training.fine_tune(model, faces, LEARNT, HELD_OUT, 0, SHORT, tmp_path, report=lines.append)
    assert ((training.compute_logits(model, faces, np.arange(12)) > 0) == faces.labels).all()
    assert course.history["epoch"].tolist() == [0, 1, 2]
    assert course.history["held_out_auc"].between(0, 1).all()
    assert lines[-1].startswith("ResNet50: epoch 2 of 2, step 1 of 1, loss ")
    assert lines[-1].endswith("0:00:00 left")


def test_all_convolutions_and_the_head_change_and_the_standardisation_does_not(model, faces, tmp_path):
    training.fit_head(model, faces, LEARNT, 0, SHORT)
    before = {layer.name: layer.get_weights() for layer in model.layers if layer.weights}
    training.fine_tune(model, faces, LEARNT, NONE, 0, SHORT, tmp_path)
    after = {layer.name: layer.get_weights() for layer in model.layers if layer.weights}
    changed = {name for name in before if not np.array_equal(before[name][0], after[name][0])}
    assert changed == set(before) - {"standardised", "logit"}


def test_a_run_that_is_interrupted_goes_on_as_if_it_had_not_been(model, faces, start, tmp_path):
    class Killed(BaseException):
        pass

    def kill(line):
        if "epoch 2" in line:
            raise Killed

    slow = replace(SHORT, learning_rate=1e-5)
    training.fine_tune(model, faces, LEARNT, NONE, 0, slow, tmp_path / "whole")
    expected = training.compute_logits(model, faces, LEARNT)
    model.set_weights(start[1])
    with pytest.raises(Killed):
        training.fine_tune(model, faces, LEARNT, NONE, 0, slow, tmp_path / "cut", report=kill)
    model.set_weights(start[1])  # nothing is left but the files
    lines = []
    course = training.fine_tune(model, faces, LEARNT, NONE, 0, slow, tmp_path / "cut", report=lines.append)
    assert [line[:18] for line in lines] == ["ResNet50: epoch 2 "]
    assert course.history["epoch"].tolist() == [0, 1, 2]
    assert training.compute_logits(model, faces, LEARNT) == pytest.approx(expected, abs=1e-3)


def test_equal_seeds_give_equal_models(model, faces, start, tmp_path):
    made = []
    for name in "ab":
        model.set_weights(start[1])
        training.fine_tune(model, faces, LEARNT, NONE, 3, SHORT, tmp_path / name)
        made.append(training.compute_logits(model, faces, np.arange(12)))
    assert made[0] == pytest.approx(made[1], abs=1e-3)


def test_equal_seeds_give_equal_held_out_auc_in_what_the_processor_computes_in(tmp_path):
    """Of 60 faces that can't all be told apart."""
    many, found = overlapping_faces(), []
    for name in "ab":
        built = small_model(many, precision.compute_dtype())
        course = training.fine_tune(built, many, np.arange(60), np.arange(60, 120), 0, SHORT, tmp_path / name)
        found.append(course.history["held_out_auc"].to_numpy())
    assert len(found[0]) == 3
    assert found[0] == pytest.approx(found[1], abs=0.005)
    assert ((found[0] > 0.5) & (found[0] < 1)).all()


def test_starts_from_keras_own_download(faces, monkeypatch, tmp_path):
    """A file of the same form takes its place."""
    downloaded = tmp_path / "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5"
    keras.utils.set_random_seed(2)
    theirs = keras.applications.ResNet50(include_top=False, weights=None)
    write_like_keras_download(downloaded, theirs)

    def download(name, origin, **_):
        assert name == downloaded.name
        assert origin.startswith("https://storage.googleapis.com/tensorflow/keras-applications/resnet/")
        return str(downloaded)

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", download)
    backbone = resnet.load_backbone("imagenet", SMALL)
    assert all(np.array_equal(a, b) for a, b in zip(theirs.get_weights(), backbone.get_weights(), strict=True))
    built = resnet.build_model(backbone, SMALL)
    before = built.get_layer("conv1_conv").get_weights()[0]
    kernel = theirs.get_layer("conv1_conv").get_weights()[0] / np.sqrt(1 + theirs.get_layer("conv1_bn").epsilon)
    assert before * SMALL.input_scale == pytest.approx(kernel, abs=1e-6)
    course = training.fine_tune(built, faces, LEARNT, NONE, 0, replace(SHORT, epochs=1), tmp_path / "fold")
    assert course.history["epoch"].tolist() == [0, 1]
    assert not np.array_equal(before, built.get_layer("conv1_conv").get_weights()[0])


def test_a_run_killed_before_its_first_epoch_does_not_compute_the_features_again(model, faces, tmp_path, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(*_):
        raise Killed

    with monkeypatch.context() as cut:
        cut.setattr(training, "_judge", kill)
        with pytest.raises(Killed):
            training.fine_tune(model, faces, LEARNT, HELD_OUT, 0, SHORT, tmp_path)
    head = model.get_layer("margin").get_weights()[0]
    model.get_layer("margin").set_weights([np.zeros_like(head), np.zeros(1)])
    monkeypatch.setattr(training, "compute_features", kill)
    training.fine_tune(model, faces, LEARNT, HELD_OUT, 0, replace(SHORT, learning_rate=0.0), tmp_path)
    assert model.get_layer("margin").get_weights()[0] == pytest.approx(head, abs=1e-6)
    assert not (tmp_path / training.FEATURES_NAME).exists()


def test_features_of_other_faces_are_not_taken_for_these(model, faces, tmp_path):
    kept = tmp_path / "features.npz"
    training.fit_head(model, faces, LEARNT, 0, SHORT, kept)
    before = kept.read_bytes()
    training.fit_head(model, faces, np.arange(4, 12), 0, SHORT, kept)
    assert kept.read_bytes() != before
    with np.load(kept) as features:
        assert set(features["rows"]) <= set(range(4, 12))


def test_the_best_epoch_is_kept_and_training_ends_without_progress(model, faces, tmp_path):
    """The head is right about all held-out faces: nothing can be better."""
    course = training.fine_tune(model, faces, LEARNT, HELD_OUT, 0, replace(SHORT, epochs=9, patience=1), tmp_path)
    assert course.history["held_out_auc"].iloc[0] == 1
    assert course.history["epoch"].tolist() == [0, 1]
    assert course.best_epoch == 0


@pytest.mark.parametrize("held_out", [HELD_OUT, NONE])
def test_a_loss_that_is_no_number_ends_it_with_the_best_weights_so_far(model, faces, held_out, tmp_path):
    course = training.fine_tune(model, faces, LEARNT, held_out, 0, replace(SHORT, learning_rate=1e30), tmp_path)
    assert course.broke_down
    assert course.best_epoch == 0
    assert np.isfinite(training.compute_logits(model, faces, LEARNT)).all()


def test_one_class_is_an_error(model, faces, tmp_path):
    with pytest.raises(TrainingError, match="only one class"):
        training.fine_tune(model, faces, np.arange(0, 12, 2), NONE, 0, SHORT, tmp_path)


def test_epochs_are_logged_for_tensorboard(model, faces, tmp_path):
    training.fine_tune(model, faces, LEARNT, HELD_OUT, 0, SHORT, tmp_path)
    events = [
        tf.compat.v1.Event.FromString(record.numpy())
        for path in sorted((tmp_path / "tensorboard").iterdir())
        for record in tf.data.TFRecordDataset(str(path))
    ]
    tags = {(event.step, value.tag) for event in events for value in event.summary.value}
    assert {(0, "held_out_auc"), (2, "held_out_auc"), (2, "loss")} <= tags


def test_calibration_makes_logits_those_of_true_frequencies(model, faces):
    generator = np.random.default_rng(0)
    truth = generator.normal(0, 2, 5000)
    labels = (generator.random(5000) < expit(truth)).astype(int)
    before = training.compute_logits(model, faces, LEARNT)
    slope, offset = training.calibrate(model, 3 * truth + 1, labels, SHORT)
    assert slope == pytest.approx(1 / 3, abs=0.03)
    assert offset == pytest.approx(-1 / 3, abs=0.1)
    assert training.compute_logits(model, faces, LEARNT) == pytest.approx(slope * before + offset, abs=1e-4)


def test_without_enough_faces_there_is_no_calibration(model):
    assert training.calibrate(model, np.arange(48.0), np.arange(48) % 2, SHORT) == (1, 0)


def test_calibration_never_turns_the_logits_round(model):
    labels = np.arange(100) % 2
    assert training.calibrate(model, 1.0 - labels + np.arange(100) / 50, labels, SHORT) == (1, 0)
