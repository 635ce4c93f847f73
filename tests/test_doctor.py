"""The doctor as a user meets it, on an installation that is whole and on damaged ones."""

import json
import os
import subprocess
import sys

import pytest

from keras_impl.checkup import finding
from tests.conftest import run_step

pytestmark = pytest.mark.slow


def test_a_whole_installation_is_told_so_in_80_columns(tmp_path):
    result = run_step("doctor", KERAS_IMPL_CACHE=str(tmp_path / "cache"))
    assert result.returncode == 0, result.stdout
    lines = result.stdout.splitlines()
    assert lines[-1].startswith("Verdicts can be given")
    is_prose = [not any(len(word) > 50 for word in line.split()) for line in lines]
    assert max(len(line) for line, is_told in zip(lines, is_prose, strict=True) if is_told) <= 80
    for subject in ("Python", "libraries", "trial", "detector of faces", "FaceNet", "cache", "memory", "browser"):
        assert any(line[6:].startswith(f"{subject} ") for line in lines), subject
    assert result.stderr == ""
    assert not (tmp_path / "cache").exists()


def test_what_is_found_is_there_for_programs_and_the_status_tells_whether_verdicts_can_be_given(tmp_path):
    """A library that is damaged, and so is what it is looked at with."""
    (tmp_path / "av.py").write_text("raise ImportError('libavcodec.so is missing')")
    (tmp_path / "psutil.py").write_text("raise ImportError('psutil is damaged')")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    result = run_step("doctor", "--json", PYTHONPATH=path)
    assert result.returncode == 1, result.stdout
    assert result.stderr == ""
    answer = json.loads(result.stdout)
    assert answer["verdicts"] is False
    by_subject = {each["subject"]: finding.Finding(**each) for each in answer["found"]}
    assert "av (libavcodec.so is missing)" in by_subject["trial"].found
    assert by_subject["memory"].level == "limited"
    assert "psutil is damaged" in by_subject["memory"].found


def test_without_what_every_command_needs_one_line_says_so(tmp_path):
    (tmp_path / "rich.py").write_text("raise ImportError('rich is damaged')")
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    run = [sys.executable, "-m", "keras_impl", "doctor"]
    result = subprocess.run(run, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path})
    assert result.returncode == 1
    assert result.stderr == "Error: rich is damaged: install the package again, with pip's --force-reinstall\n"
