"""Limits of time and memory: they end a process that said so, and no other."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from keras_impl.core.guard import Ended, limited, memory_taken
from keras_impl.core.parallel import WorkerDiedError, Workers, _Desk

LOOPS = """
import re, time, numpy as np
from keras_impl.core.guard import arm, limited
arm(lambda ended: print(ended, ended.code, dict(ended.values), sep=" | ", flush=True))
with limited({seconds}, {gigabytes}):
    {work}
print("done")
"""


def run(work, seconds=60.0, gigabytes=8.0):
    script = LOOPS.format(work=work, seconds=seconds, gigabytes=gigabytes)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100)


def test_a_process_that_takes_too_long_is_ended():
    ended = run("time.sleep(60)", seconds=0.4)
    assert (ended.returncode, ended.stdout) == (70, "takes more than 0.4 seconds | too_slow | {'limit': 0.4}\n")


@pytest.mark.slow
def test_so_is_one_that_never_comes_back_to_python():
    started = time.monotonic()
    ended = run("re.match('(a+)+$', 'a' * 40 + 'b')", seconds=0.4)  # holds the interpreter all the time
    assert ended.returncode != 0
    assert "done" not in ended.stdout
    assert time.monotonic() - started < 60


@pytest.mark.skipif(not memory_taken(), reason="this system doesn't tell how much memory a process has")
def test_a_process_that_takes_too_much_memory_is_ended():
    ended = run("kept = np.ones((200_000_000,), np.uint8); time.sleep(60)", gigabytes=0.2)
    said = "needs more than 0.2 GB of memory | out_of_memory | {'limit': 0.2}\n"
    assert (ended.returncode, ended.stdout) == (70, said)


def test_last_words_cut_short_are_none(tmp_path, monkeypatch):
    """As of a worker that was killed while it wrote them."""
    desk = _Desk(tmp_path)
    desk.begin(3)
    assert desk.last_words(3) is None
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(InterruptedError):
            desk.give_up(3, Ended.crashed())
    assert (desk.suspects(range(5)), desk.last_words(3)) == ([3], None)
    desk.give_up(3, Ended.too_slow(0.5))
    assert desk.last_words(3) == Ended.too_slow(0.5)


def killed(*_):
    raise InterruptedError


def test_within_its_limits_nothing_happens():
    assert run("time.sleep(0.1)").stdout == "done\n"
    assert run("pass\ntime.sleep(1)", seconds=0.2).stdout == "done\n"  # outside of the block


def test_a_process_that_did_not_say_so_is_never_ended():
    with limited(0.01, 0.001):
        time.sleep(0.3)


def loop(number):
    with limited(1.0 if number == 3 else 60.0):
        time.sleep(30 if number == 3 else 0.01)
    return number


@pytest.mark.parametrize("workers", [Workers(2), Workers(1, apart=True)])
def test_a_task_that_breaks_its_limits_is_given_up_with_the_reason_and_costs_no_other(workers):
    started = time.monotonic()
    results = dict(workers.run(loop, range(6)))
    died = results.pop(3)
    assert isinstance(died, WorkerDiedError)
    assert (str(died), died.code, died.values) == ("takes more than 1 seconds", "too_slow", {"limit": 1.0})
    assert results == {number: number for number in (0, 1, 2, 4, 5)}
    assert time.monotonic() - started < 30  # and it was not tried again


SURVIVES = """
import ctypes, os, signal, sys
from keras_impl.core.guard import survive
survive(lambda name: print("crashed:", name, flush=True), 3)
{work}
"""


@pytest.mark.parametrize(
    ("work", "status", "output"),
    [
        ("print('well')", 0, "well\n"),
        ("sys.exit(5)", 5, ""),
        ("ctypes.string_at(0)", 3, "crashed: SIGSEGV\n"),
        ("os.abort()", 3, "crashed: SIGABRT\n"),
        ("os.kill(os.getpid(), signal.SIGTERM)", 143, ""),
    ],
)
def test_a_crash_is_told_by_the_process_that_waits(work, status, output):
    ended = subprocess.run(
        [sys.executable, "-c", SURVIVES.format(work=work)], capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (status, output)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can be asked for it")
def test_neither_process_outlives_the_other():
    script = SURVIVES.format(work="print(os.getpid(), flush=True)\nimport time\ntime.sleep(60)")
    waiting = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = int(waiting.stdout.readline())
    waiting.kill()
    waiting.wait()
    waiting.stdout.close()
    for _ in range(100):
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError("the child goes on")
