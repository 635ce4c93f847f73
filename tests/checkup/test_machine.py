"""Folders, room, memory, processors and ports of this machine, and of smaller ones."""

import socket

import psutil
import pytest

from keras_impl.checkup import machine


def test_a_cache_that_is_there_is_measured(tmp_path):
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks/weights").write_bytes(bytes(3_000_000))
    (found,) = machine.check_cache(tmp_path)
    assert (found.level, found.found) == ("ok", f"{tmp_path}, 3 MB, can be written to")


def test_a_cache_that_is_missing_is_not_made(tmp_path):
    (found,) = machine.check_cache(tmp_path / "a" / "b")
    assert (found.level, found.found) == ("ok", f"{tmp_path / 'a' / 'b'} will be made when it is needed")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "file/cache"])
def test_a_cache_that_cannot_be_is_told(tmp_path, place):
    (tmp_path / "file").write_text("no folder")
    (found,) = machine.check_cache(tmp_path / place)
    assert (found.level, found.command) == ("limited", "export KERAS_IMPL_CACHE=FOLDER")
    assert f"{tmp_path / place} can't be written to" in found.found


@pytest.mark.parametrize(("free", "level"), [(0.1, "limited"), (2, "note"), (50, "ok")])
def test_little_room_is_told(tmp_path, free, level):
    (found,) = machine.check_disk(tmp_path, free)
    assert found.level == level
    assert f"{free:.1f} GB free at {tmp_path}" in found.found


def test_the_room_of_a_folder_that_is_not_there_yet_is_that_of_its_parent(tmp_path):
    (found,) = machine.check_disk(tmp_path / "a" / "b")
    assert f" GB free at {tmp_path}" in found.found


@pytest.mark.parametrize(("available", "level"), [(0.3, "verdicts"), (3, "limited"), (8, "note"), (16, "ok")])
def test_little_memory_is_told(available, level):
    (found,) = machine.check_memory(available)
    assert found.level == level
    assert found.found.startswith(f"{available:.1f} GB available")


def test_a_containers_limit_counts(tmp_path):
    machines = psutil.virtual_memory().available / 1e9
    assert machine.available_memory(tmp_path) == pytest.approx(machines, rel=0.2)
    (tmp_path / "memory.current").write_text("100000000\n")
    (tmp_path / "memory.max").write_text("300000000\n")
    assert machine.available_memory(tmp_path) == pytest.approx(0.2)
    (tmp_path / "memory.max").write_text("max\n")
    assert machine.available_memory(tmp_path) == pytest.approx(machines, rel=0.2)


@pytest.mark.parametrize(
    ("flags", "level", "told"),
    [
        ("fpu sse2 avx avx2 avx512f", "ok", "2 cores, x86_64 with AVX2, AVX-512"),
        ("fpu sse2 avx", "note", "2 cores, x86_64 without AVX2"),
        ("fpu sse2", "limited", "2 cores, x86_64 without AVX"),
    ],
)
def test_what_the_processor_lacks_is_told(tmp_path, monkeypatch, flags, level, told):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nflags\t\t: {flags}\n")
    (found,) = machine.check_processor(tmp_path / "cpuinfo", 2)
    assert (found.level, found.found) == (level, told)


def test_a_processor_that_nobody_describes_is_none_the_worse(tmp_path):
    (found,) = machine.check_processor(tmp_path / "cpuinfo", 1)
    assert found.level == "ok"
    assert found.found.startswith("1 core, ")


def test_a_taken_port_is_told():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (found,) = machine.check_port(port)
    assert (found.level, f"port {port} can't be had" in found.found) == ("note", True)
    (found,) = machine.check_port(0)
    assert found.level == "ok"


@pytest.mark.parametrize(("name", "level"), [("/usr/bin/firefox", "ok"), ("", "note")])
def test_a_missing_browser_is_told(name, level):
    (found,) = machine.check_browser(name)
    assert found.level == level
