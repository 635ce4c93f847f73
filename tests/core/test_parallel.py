"""Every task has its answer, whatever happens to the process that works on it."""

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keras_impl.core.parallel import WorkerDiedError, Workers
from keras_impl.errors import DataError, MediaError, NoFaceError, SoundError


def square(number):
    return number * number


def die_at_3(number):
    if number == 3:
        os._exit(1)
    return number


def die_once(path):
    if not path.exists():
        path.touch()
        os._exit(1)
    return path.name


def fail(error):
    raise error


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_task_comes_with_its_result(jobs):
    assert sorted(Workers(jobs).run(square, range(7))) == [(number, number**2) for number in range(7)]


def test_no_tasks_give_no_results():
    assert list(Workers(2).run(square, [])) == []


def test_a_task_that_kills_its_worker_takes_no_other_with_it():
    results = dict(Workers(2).run(die_at_3, range(8)))
    assert isinstance(results.pop(3), WorkerDiedError)
    assert results == {number: number for number in (0, 1, 2, 4, 5, 6, 7)}


def crash(number):
    sys.stderr.write("noise of a library\n")
    ctypes.string_at(0)


def test_a_crash_leaves_nothing_on_the_terminal(capfd):
    for workers in (Workers(2), Workers(1, apart=True)):
        results = dict(workers.run(crash, range(2)))
        told = {(str(died), died.code, *died.values) for died in results.values()}
        assert told == {("crashed the decoder", "crashed")}
    assert capfd.readouterr() == ("", "")


def test_a_single_worker_can_be_a_process_of_its_own():
    ((_, found),) = Workers(1, apart=True).run(process_of, [0])
    ((_, here),) = Workers(1).run(process_of, [0])
    assert here == os.getpid() != found


def process_of(_):
    return os.getpid()


HANGS = """
import os, signal, sys, time
from keras_impl import console
def stop(number):
    os.kill(os.getpid(), signal.SIGSTOP) if number == "stop" else time.sleep(0.2)
    return os.getpid()
def main():
    from keras_impl.core.parallel import Workers
    pids = {pid for _, pid in Workers(2).run(stop, ["a", "b", "c", "d"])}
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)  # as if it hung where no signal but one reaches it
    print("all is printed", flush=True)
sys.argv = ["x"]
console.run(main, "x")
"""


ORPHANS = """
import os, time
from keras_impl.core.parallel import Workers
def wait(path):
    open(path, "w").write(str(os.getpid()))
    time.sleep(100)
if __name__ == "__main__":
    list(Workers(2).run(wait, ["a", "b"]))
"""


def test_workers_of_a_killed_command_end_too(tmp_path):
    (tmp_path / "step.py").write_text(ORPHANS)
    command = subprocess.Popen([sys.executable, "step.py"], cwd=tmp_path)
    pids = [tmp_path / name for name in "ab"]
    while not all(path.exists() and path.read_text() for path in pids):
        time.sleep(0.05)
    command.kill()
    command.wait()
    deadline = time.monotonic() + 20
    while any(is_alive(int(path.read_text())) for path in pids):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(pid):
    """Whether a process is there and more than a name that nobody has asked for."""
    state = Path(f"/proc/{pid}/stat")
    if not Path("/proc").is_dir():
        pytest.skip("only Linux tells")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_worker_that_hangs_does_not_keep_a_command_from_ending(tmp_path):
    (tmp_path / "step.py").write_text(HANGS)
    ended = subprocess.run([sys.executable, "step.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "all is printed\n"), ended.stderr


def test_the_last_task_left_cannot_kill_the_main_process():
    results = dict(Workers(2).run(die_at_3, [1, 2, 3]))
    assert isinstance(results[3], WorkerDiedError)


def test_a_worker_that_died_by_chance_costs_nothing(tmp_path):
    paths = [tmp_path / name for name in "abc"]
    assert sorted(result for _, result in Workers(2).run(die_once, paths)) == ["a", "b", "c"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_errors_that_a_user_can_mend_are_passed_on(jobs):
    with pytest.raises(DataError, match="mend me"):
        list(Workers(jobs).run(fail, [DataError("mend me")]))
    with pytest.raises(OSError, match="No space left"):
        list(Workers(jobs).run(fail, [OSError(28, "No space left on device")]))
    for error in (
        MediaError("lasts too long", code="too_long", limit=2.5),
        NoFaceError("no face", code="no_face", smallest=20, frames=3),
        SoundError("too short", "has less than 1 s", code="too_short", least=1.0),
    ):
        with pytest.raises(type(error), match=str(error)) as raised:
            list(Workers(jobs).run(fail, [error]))
        assert vars(raised.value) == vars(error)


def test_a_bug_says_where_it_is():
    with pytest.raises(RuntimeError, match=r"(?s)in fail.*KeyError"):
        list(Workers(2).run(fail, [KeyError("x"), KeyError("y")]))


def test_a_cluster_and_its_address_go_together():
    for settings in ({"backend": "dask"}, {"scheduler": "tcp://localhost:1"}):
        with pytest.raises(DataError, match="go together"):
            Workers(**settings)


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("keras_impl.core.parallel.CONNECTION_SECONDS", 1)
    with pytest.raises(DataError, match="no Dask scheduler answers at tcp://127.0.0.1:9"):
        list(Workers(2, "dask", "tcp://127.0.0.1:9").run(square, [1]))


def test_without_dask_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DataError, match=r"pip install 'keras_impl\[dask\]'"):
        list(Workers(2, "dask", "tcp://127.0.0.1:9").run(square, [1]))
