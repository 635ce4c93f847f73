"""A fold that can't be finished: what the user is told."""

import errno
from dataclasses import replace

import numpy as np
import pytest

from keras_impl.core.arrays import write_arrays
from keras_impl.core.tensorflow import tf
from keras_impl.errors import TrainingError
from keras_impl.models.resnet import network, training
from keras_impl.models.resnet.fold import Rows, train_fold
from keras_impl.models.resnet.recipe import Degradations, FaceAugmentation, TrainingConfig
from tests.models.resnet.noise import SMALL, noisy_faces

pytestmark = pytest.mark.slow

GROUPS = (np.arange(120) // 4).astype(str)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "memory ran out"),
        (tf.errors.ResourceExhaustedError(None, None, "OOM when allocating"), "memory ran out"),
        (OSError(errno.ENOSPC, "No space left on device"), "can't be written .No space left on device."),
    ],
)
def test_what_ran_out_is_named_and_that_nothing_is_lost(error, told, tmp_path, monkeypatch):
    def fail(*_):
        raise error

    monkeypatch.setattr(training, "fine_tune", fail)
    rows = Rows(np.arange(4), np.arange(4, 8), np.arange(8))
    with pytest.raises(TrainingError, match=f"{told}.*goes on from the last epoch"):
        train_fold(
            None, SMALL, noisy_faces(8), rows, GROUPS[:8], 0, TrainingConfig(FaceAugmentation()), tmp_path, print
        )


def test_a_full_disk_leaves_the_last_epoch_whole(tmp_path, monkeypatch):
    variables = [tf.Variable([1.0, 2.0])]
    write_arrays(tmp_path / "state.npz", *map(np.asarray, variables))

    def fill(stream, *_):
        stream.write(b"PK")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", fill)
    with pytest.raises(OSError, match="No space"):
        write_arrays(tmp_path / "state.npz", *map(np.asarray, variables))
    variables[0].assign([5.0, 5.0])
    training._read_values(tmp_path / "state.npz", variables)
    assert variables[0].numpy().tolist() == [1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["state.npz"]


def test_calibration_meets_degraded_faces_and_their_quality_too(tmp_path):
    faces = noisy_faces(120, network=SMALL)
    degraded = replace(faces, augmentation=replace(faces.augmentation, degradations=Degradations(0.5)))
    rows = Rows(np.arange(40), np.arange(40, 120), np.arange(120))
    fits, qualities = {}, {}
    for name, samples in (("clean", faces), ("degraded", degraded)):
        backbone = network.load_backbone("none", SMALL)
        network.adapt_batch_statistics(backbone, samples.take(np.arange(40)), SMALL)
        config = TrainingConfig(samples.augmentation, epochs=1)
        model = network.build_model(backbone, SMALL)
        fold = train_fold(model, SMALL, samples, rows, GROUPS, 0, config, tmp_path / name, lambda _: None)
        fits[name], qualities[name] = fold.fit, fold.quality
        assert len(fold.tuning_p_fake) == 80 * (1 + (name == "degraded"))
    assert [fit["calibration"]["degraded_too"] for fit in fits.values()] == [False, True]
    clean, worse = qualities.values()
    assert worse["sharpness"][0] < clean["sharpness"][0]
    assert (clean["size"][0], worse["size"][0]) == (64, 160 / 4)
    assert fits["clean"]["half_precision"]["samples"] == 80
    assert 0 < fits["clean"]["half_precision"]["largest_difference"] < 0.1


class StoppedError(Exception):
    """Somebody pulled the plug."""


def test_in_turns_all_are_learnt_from_and_scored_by_networks_that_have_not_met_them(tmp_path, monkeypatch):
    faces = noisy_faces(120, network=SMALL)
    rows = Rows(np.arange(40), np.arange(40, 100), np.arange(120))
    backbone = network.load_backbone("none", SMALL)
    network.adapt_batch_statistics(backbone, faces.take(np.arange(40)), SMALL)
    model = network.build_model(backbone, SMALL)
    start = model.get_weights()
    config = TrainingConfig(faces.augmentation, epochs=1, turns=3)
    learnt, whole = [], training.fine_tune

    def watched(model, samples, rows, held_out, *others):
        for before, now in zip(start, model.get_weights(), strict=True):
            np.testing.assert_array_equal(before, now)  # no turn goes on where another one ended
        learnt.append((rows, held_out))
        if len(learnt) == 2 and not (tmp_path / "again").exists():
            raise StoppedError
        return whole(model, samples, rows, held_out, *others)

    monkeypatch.setattr(training, "fine_tune", watched)
    told = []
    with pytest.raises(StoppedError):
        train_fold(model, SMALL, faces, rows, GROUPS, 0, config, tmp_path / "fold", told.append)
    (tmp_path / "again").touch()
    model.set_weights(start)
    fold = train_fold(model, SMALL, faces, rows, GROUPS, 0, config, tmp_path / "fold", told.append)
    turns, last = [learnt[0], *learnt[2:-1]], learnt[-1]  # the first one was finished, and isn't done again
    assert len(turns) == 3
    judged = [np.setdiff1d(np.arange(100), known) for known, _ in turns]
    assert np.array_equal(np.sort(np.concatenate(judged)), np.arange(100))
    for (known, held_out), unseen in zip(turns, judged, strict=True):
        assert not set(GROUPS[known]) & set(GROUPS[unseen])
        assert len(held_out) == 0
    assert np.array_equal(last[0], np.arange(100))
    assert np.array_equal(fold.tuning, np.arange(100))
    assert len(fold.tuning_p_fake) == 100
    assert (fold.fit["learnt_from"], fold.fit["held_out"], fold.fit["turns"]) == (100, 100, 3)
    assert any(line.startswith("ResNet50: turn 1 of 3, epoch 1 of 1") for line in told)
    # a face is scored otherwise by what has learnt from it
    assert not np.array_equal(fold.p_fake[:100], fold.tuning_p_fake)
