"""What was finished must survive whatever happens to the process."""

import errno
import os

import pytest

from keras_impl.core.journal import JOURNAL_NAME, Journal
from keras_impl.errors import DataError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "work" / JOURNAL_NAME


def write(path, *items):
    with Journal(path) as journal:
        for item in items:
            journal.add([item])


def test_items_are_there_when_it_is_opened_again(path):
    write(path, ("ä", "1", {"x": 0.1}), ("b", "1", None))
    with Journal(path) as journal:
        assert journal.stamp_of("ä") == "1"
        assert journal.content_of("ä") == {"x": 0.1}
        assert journal.content_of("b") is None
        assert journal.stamp_of("c") is None


def test_the_last_of_several_counts(path):
    write(path, ("a", "1", "old"), ("b", "1", "other"), ("a", "2", "new"))
    with Journal(path) as journal:
        assert (journal.stamp_of("a"), journal.content_of("a")) == ("2", "new")
        assert journal.content_of("b") == "other"


@pytest.mark.parametrize("lost", [1, 5, 20])
def test_a_line_cut_short_is_dropped_and_the_next_takes_its_place(path, lost):
    write(path, ("a", "1", "first"), ("b", "1", "second"))
    path.write_bytes(path.read_bytes()[:-lost])
    write(path, ("c", "1", "third"))
    with Journal(path) as journal:
        assert journal.stamp_of("b") is None
        assert [journal.content_of(name) for name in "ac"] == ["first", "third"]


@pytest.mark.parametrize(
    "line",
    [
        b"\0\0\0",
        b"[" * 200_000,
        b'{"name": {}, "stamp": "1", "content": 1}',
        b'{"name": "a", "stamp": "2"}',
        b"[]",
        b"7",
        b"x" * 3000,
    ],
)
def test_a_damaged_line_costs_nothing_but_itself(path, line, monkeypatch):
    monkeypatch.setattr("keras_impl.core.journal.LONGEST_LINE", 1000)
    write(path, ("a", "1", "first"))
    with path.open("ab") as stream:
        stream.write(line + b'\n{"name": "b", "stamp": "1", "content": 1}\n{"name": "c", "sta')
    with Journal(path) as journal:
        assert journal.content_of("a") == "first"
        assert journal.content_of("b") == 1
        assert journal.stamp_of("c") is None
        journal.add([("d", "1", 4)])
    with Journal(path) as journal:
        assert [journal.stamp_of(name) for name in "abcd"] == ["1", "1", None, "1"]


def test_a_full_disk_leaves_no_half_line_and_names_the_file(path, monkeypatch):
    write(path, ("a", "1", "first"))
    size = path.stat().st_size

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with Journal(path) as journal:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left") as error:
            journal.add([("b", "1", "second")])
        assert error.value.filename == str(path)
        assert path.stat().st_size == size
        monkeypatch.undo()
        journal.add([("c", "1", "third")])
        assert (journal.stamp_of("b"), journal.content_of("c")) == (None, "third")


def test_lines_that_no_longer_count_are_cleared_away(path):
    write(path, ("a", "1", "kept"), *[("b", str(number), "x" * 100) for number in range(9)])
    size = path.stat().st_size
    with Journal(path) as journal:
        assert journal.content_of("a") == "kept"
        assert journal.stamp_of("b") == "8"
        journal.add([("c", "1", "added")])
        assert journal.content_of("c") == "added"
    assert path.stat().st_size < size / 3


def test_two_runs_in_one_folder_are_refused(path):
    pytest.importorskip("fcntl")
    with Journal(path), pytest.raises(DataError, match="another run is working in .*work"):
        Journal(path)
    Journal(path).close()
