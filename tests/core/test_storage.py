"""Files are whole or not there."""

import errno
import os
import stat

import pytest

from keras_impl.core.storage import (
    atomic_path,
    check_writable,
    read_json,
    sha256_of_file,
    sha256_of_json,
    write_json,
    write_text,
)
from keras_impl.errors import DataError


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "folder" / "a.txt"
    write_text(path, "old")

    def fail():
        with atomic_path(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) & 0o444 == 0o444


def test_json_round_trip_and_errors(tmp_path):
    write_json(tmp_path / "a.json", {"ä": [1, None]})
    assert read_json(tmp_path / "a.json", made_by="x") == {"ä": [1, None]}
    with pytest.raises(DataError, match=r"missing.*: do this"):
        read_json(tmp_path / "b.json", made_by="do this")
    (tmp_path / "c.json").write_bytes(b"\xff{")
    with pytest.raises(DataError, match=r"can't be read as JSON"):
        read_json(tmp_path / "c.json", made_by="do this")


def test_a_name_that_comes_twice_is_an_error(tmp_path):
    (tmp_path / "a.json").write_text('{"a": {"b": 1, "c": 2, "b": 1}}')
    with pytest.raises(DataError, match=r"the name b is repeated.*: do this"):
        read_json(tmp_path / "a.json", made_by="do this")


def test_hashes(tmp_path):
    write_text(tmp_path / "a", "abc")
    assert sha256_of_file(tmp_path / "a").startswith("ba7816bf8f01cfea")
    assert sha256_of_json({"a": 1, "b": 2}) == sha256_of_json({"b": 2, "a": 1}) != sha256_of_json({"a": 2, "b": 1})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_json_is_read_as_editors_write_it(tmp_path, encoding):
    content = '{"name": "\ud55c\uad6d"}'
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    (tmp_path / "a.json").write_bytes((mark + content).encode(encoding))
    assert read_json(tmp_path / "a.json", made_by="") == {"name": "\ud55c\uad6d"}


def test_a_pipe_or_a_file_that_is_too_large_is_one_error_at_once(tmp_path):
    os.mkfifo(tmp_path / "model.json")
    with pytest.raises(DataError, match=r"model.json is not a file: train it again"):
        read_json(tmp_path / "model.json", "train it again")
    with (tmp_path / "large.json").open("wb") as stream:
        stream.truncate(300_000_000)
    with pytest.raises(DataError, match=r"large.json is too large to be right \(300 MB\): mend it"):
        read_json(tmp_path / "large.json", "mend it")


@pytest.mark.parametrize("content", [b"[" * 500_000, b"\xff\xfe\x00", b"\x80abc", b'{"a": 1, "a": 2}', b"1" * 10_000])
def test_what_is_no_json_is_one_error(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(DataError, match="a.json can't be read as JSON"):
        read_json(tmp_path / "a.json", "mend it")


def test_a_full_disk_names_the_file(tmp_path):
    with pytest.raises(OSError, match="No space") as error, atomic_path(tmp_path / "a.txt"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert error.value.filename == str(tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_into_is_named_before_any_work(tmp_path):
    check_writable(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file") as error:
        check_writable(tmp_path / "file/below")
    assert str(tmp_path / "file") in str(error.value.filename)
