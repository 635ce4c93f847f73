"""Files of arrays, whole and hostile."""

import os
import struct
import zipfile

import numpy as np
import pytest

from keras_impl.core.arrays import read_arrays, write_arrays
from keras_impl.errors import DataError


@pytest.fixture
def path(tmp_path):
    write_arrays(tmp_path / "a.npz", np.arange(3), named=np.ones((2, 2), np.float32))
    return tmp_path / "a.npz"


def test_what_was_written_is_read(path):
    found = read_arrays(path, "run it again")
    assert {name: array.tolist() for name, array in found.items()} == {"arr_0": [0, 1, 2], "named": [[1, 1], [1, 1]]}


def truncate(path):
    path.write_bytes(path.read_bytes()[:-30])


def encrypt(path):
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(mark)
        content[at + place] |= 1
    path.write_bytes(content)


def unknown_method(path):
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    content[at + 10 : at + 12] = struct.pack("<H", 97)
    path.write_bytes(content)


def compressed(path):
    np.savez_compressed(path, named=np.zeros(1_000_000))


def with_header(header):
    def write(path):
        text = header.ljust(117) + "\n"
        entry = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + b"\0" * 8
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("named.npy", entry)

    return write


huge = with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (500000, 500000)}")
negative = with_header("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4)}")
objects = with_header("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}")
nonsense = with_header("{'descr': (1,2), 'fortran_order': 7}")


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def gone(path):
    path.unlink()


def folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "spoil",
    [truncate, encrypt, unknown_method, compressed, huge, negative, objects, nonsense, pipe, gone, folder],
)
def test_anything_else_is_one_error(path, spoil):
    spoil(path)
    with pytest.raises(DataError, match="a.npz .*: run it again") as error:
        read_arrays(path, "run it again")
    assert "\n" not in str(error.value)
