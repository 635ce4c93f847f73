"""Libraries that can't be loaded: told, whatever becomes of the process that tries it."""

import sys

from keras_impl.checkup import trial

TRIES = 'import json; print(json.dumps({"tried": "openvino"}), flush=True); '


def run(code):
    (found,) = trial.check_libraries_load([sys.executable, "-c", code])
    return found


def test_a_library_that_cannot_be_imported_is_named(monkeypatch, capsys):
    monkeypatch.setattr(trial, "MODULES", ("json", "no_such_library"))
    monkeypatch.setattr(trial, "OWN", "json")
    trial.main()
    found = run(f"print({capsys.readouterr().out!r})")
    assert found.level == "verdicts"
    assert found.found == "can't be loaded or run: no_such_library (No module named 'no_such_library')"


def test_a_library_that_kills_the_process_is_named():
    found = run(TRIES + "import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    assert found.found == "can't be loaded or run: openvino (crashed with SIGILL)"
    assert found.level == "verdicts"


def test_a_process_that_does_not_even_start_is_told():
    found = run("raise SystemExit('no such file')")
    assert (found.level, found.found) == ("verdicts", "can't be loaded or run: no such file")
