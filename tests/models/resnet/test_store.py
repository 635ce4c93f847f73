"""The store of decoded samples: bad ones survived, a full disk said clearly."""

import errno

import numpy as np
import pytest

from keras_impl.errors import DataError
from keras_impl.faces.cropping import Framing, cut_square, jittered, square_of
from keras_impl.media.image import write_png
from keras_impl.models.resnet.store import StoreWriter, as_input, read_face, read_segment
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.extract import write_clip
from tests.models.resnet.noise import LANDMARKS

FRAMING, SOUND = Framing(), SoundConfig()


def face_store(path, crops, reach=0.1):
    items = [(crop, LANDMARKS) for crop in crops]
    return StoreWriter(path, items, lambda item: read_face(*item, FRAMING, FRAMING.resnet, reach))


def test_windows_of_stored_faces_are_those_of_their_crops_and_bad_ones_are_told(tmp_path):
    face = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    write_png(tmp_path / "good.png", face)
    write_png(tmp_path / "small.png", face[:190, :150])
    (tmp_path / "bad.png").write_bytes(b"no picture")
    crops = [tmp_path / name for name in ("good.png", "bad.png", "gone.png", "small.png")]
    writer = face_store(tmp_path / "a" / "faces.bin", crops)
    assert list(writer) == [True, False, False, True]
    store = writer.open()
    assert len(store) == 4
    assert store[1].size == 0
    assert np.isnan(store.landmarks[1]).all()
    assert not store[0].flags.writeable
    assert store[0].nbytes < face.nbytes  # no more than jitter can show
    (left, top), (height, width) = store.origins[0], store[0].shape[:2]
    assert np.array_equal(store[0], face[top : top + height, left : left + width])
    share, size = FRAMING.resnet.share, FRAMING.resnet.size
    for row, whole in ((0, face), (3, face[:190, :150])):
        for change in ((1.0, 0.0, 0.0), (1.05, -0.07, 0.07), (1.1, 0.05, -0.05)):
            seen = cut_square(store[row], jittered(square_of(store.landmarks[row], share), *change), size)
            expected = cut_square(whole, jittered(square_of(LANDMARKS, share), *change), size)
            assert np.array_equal(seen, expected), (row, change)


def test_a_full_disk_is_one_clear_error_and_leaves_nothing(tmp_path):
    def read(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DataError, match=r"No space left on device.*0\.15 MB each"):
        list(StoreWriter(tmp_path / "faces.bin", [tmp_path / "x.png"] * 20, read))
    assert not list(tmp_path.iterdir())


def test_segments_come_back_as_they_were_and_networks_are_given_short_ones_repeated(tmp_path):
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, 20_000).astype(np.float32)
    write_clip(tmp_path / "good.flac", sound)
    (tmp_path / "bad.flac").write_bytes(b"no sound")
    clips = [tmp_path / "good.flac", tmp_path / "bad.flac"]
    writer = StoreWriter(tmp_path / "sounds.bin", clips, read_segment)
    assert list(writer) == [True, False]
    good, bad = writer.open()
    assert good.shape == sound.shape
    assert np.abs(good / 32767 - sound).max() < 1e-4
    assert bad.size == 0
    given = as_input(good / np.float32(32767), SOUND)
    assert given.shape == (SOUND.samples,)
    assert np.array_equal(given[:20_000], good)
    assert np.array_equal(given[20_000:40_000], good)


def test_the_hash_is_that_of_what_was_decoded(tmp_path):
    hashes = []
    for value in (7, 7, 8):
        write_png(tmp_path / "face.png", np.full((224, 224, 3), value, np.uint8))
        writer = face_store(tmp_path / "faces.bin", [tmp_path / "face.png"])
        list(writer)
        hashes.append(writer.sha256)
    assert hashes[0] == hashes[1] != hashes[2]
