"""The store of decoded faces: bad crops survived, a full disk said clearly."""

import errno

import numpy as np
import pytest

from keras_impl.approaches import face_store
from keras_impl.errors import DataError
from keras_impl.media.image import write_png


def test_crops_come_back_as_they_were_and_bad_ones_are_told(tmp_path):
    face = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    write_png(tmp_path / "good.png", face)
    write_png(tmp_path / "large.png", np.full((300, 300, 3), 7, np.uint8))
    (tmp_path / "bad.png").write_bytes(b"no picture")
    crops = [tmp_path / name for name in ("good.png", "bad.png", "gone.png", "large.png")]
    assert list(face_store.write_store(tmp_path / "a" / "faces.npy", crops)) == [True, False, False, True]
    faces = face_store.open_store(tmp_path / "a" / "faces.npy")
    assert (faces[0] == face).all()
    assert not faces[1:3].any()
    assert (faces[3] == 7).all()
    assert not faces.flags.writeable


def test_a_full_disk_is_one_clear_error_and_leaves_nothing(tmp_path, monkeypatch):
    def read(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(face_store, "_read_face", read)
    with pytest.raises(DataError, match=r"No space left on device.*free 0\.3 GB"):
        list(face_store.write_store(tmp_path / "faces.npy", [tmp_path / "x.png"] * 2000))
    assert not list(tmp_path.iterdir())
