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
        train_fold(None, SMALL, noisy_faces(8), rows, 0, TrainingConfig(FaceAugmentation()), tmp_path, print)


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
    fits = {}
    for name, samples in (("clean", faces), ("degraded", degraded)):
        backbone = network.load_backbone("none", SMALL)
        network.adapt_batch_statistics(backbone, samples.take(np.arange(40)), SMALL)
        config = TrainingConfig(samples.augmentation, epochs=1)
        _, fits[name] = train_fold(
            network.build_model(backbone, SMALL), SMALL, samples, rows, 0, config, tmp_path / name, lambda _: None
        )
    assert [fit["calibration"]["degraded_too"] for fit in fits.values()] == [False, True]
    clean, worse = (fit["quality"] for fit in fits.values())
    assert worse["sharpness"][0] < clean["sharpness"][0]
    assert (clean["size"][0], worse["size"][0]) == (64, 160 / 4)
    assert fits["clean"]["half_precision"]["samples"] == 80
    assert 0 < fits["clean"]["half_precision"]["largest_difference"] < 0.1
