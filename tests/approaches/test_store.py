"""The store of decoded samples: bad ones survived, a full disk said clearly."""

import errno

import numpy as np
import pytest

from keras_impl.approaches.store import FORMS, Form, StoreWriter, as_input, open_store
from keras_impl.errors import DataError
from keras_impl.media.image import write_png
from keras_impl.sound.extraction import write_clip


def test_crops_come_back_as_they_were_and_bad_ones_are_told(tmp_path):
    face = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    write_png(tmp_path / "good.png", face)
    write_png(tmp_path / "large.png", np.full((300, 300, 3), 7, np.uint8))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    crops = [tmp_path / name for name in ("good.png", "bad.png", "gone.png", "large.png")]
    assert list(StoreWriter(tmp_path / "a" / "faces.npy", crops, FORMS["image"])) == [True, False, False, True]
    faces = open_store(tmp_path / "a" / "faces.npy")
    assert (faces[0] == face).all()
    assert not faces[1:3].any()
    assert (faces[3] == 7).all()
    assert not faces.flags.writeable


def test_a_full_disk_is_one_clear_error_and_leaves_nothing(tmp_path):
    def read(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    form = Form((224, 224, 3), "|u1", read)
    with pytest.raises(DataError, match=r"No space left on device.*free 0\.3 GB"):
        list(StoreWriter(tmp_path / "faces.npy", [tmp_path / "x.png"] * 2000, form))
    assert not list(tmp_path.iterdir())


def test_segments_come_back_as_they_were_and_short_ones_are_repeated(tmp_path):
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, 20_000).astype(np.float32)
    write_clip(tmp_path / "good.flac", sound)
    (tmp_path / "bad.flac").write_bytes(b"no sound")
    writer = StoreWriter(tmp_path / "sounds.npy", [tmp_path / "good.flac", tmp_path / "bad.flac"], FORMS["sound"])
    assert list(writer) == [True, False]
    good, bad = open_store(tmp_path / "sounds.npy")
    assert np.abs(good[:20_000] / 32767 - sound).max() < 1e-4
    assert (good[20_000:40_000] == good[:20_000]).all()
    assert not bad.any()
    assert np.array_equal(good, as_input(good[:20_000] / np.float32(32767)))


def test_the_hash_is_that_of_what_was_decoded(tmp_path):
    hashes = []
    for value in (7, 7, 8):
        write_png(tmp_path / "face.png", np.full((224, 224, 3), value, np.uint8))
        writer = StoreWriter(tmp_path / "faces.npy", [tmp_path / "face.png"], FORMS["image"])
        list(writer)
        hashes.append(writer.sha256)
    assert hashes[0] == hashes[1] != hashes[2]
