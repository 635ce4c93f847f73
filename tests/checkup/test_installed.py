"""Versions, extras and files of distributions, some of which are made up."""

import base64
import hashlib
import sys

import pytest

from keras_impl.checkup import installed


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """Folder of an installed distribution of two files, ``made-up`` 1.5."""
    contents = {"made_up/weights.bin": b"weights", "made_up/code.py": b"pass\n"}
    info = tmp_path / "made_up-1.5.dist-info"
    info.mkdir()
    (tmp_path / "made_up").mkdir()
    record = ["made_up/compiled.pyc,,"]
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        record.append(f"{name},sha256={digest},{len(content)}")
    (info / "RECORD").write_text("\n".join(record))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-up\nVersion: 1.5\n")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("version", "level"), [("3.10.0", "ok"), ("3.13.9", "ok"), ("3.14.0", "note"), ("3.9", "note")]
)
def test_a_python_outside_the_range_is_told(version, level):
    (found,) = installed.check_python(version, ">=3.10,<3.14")
    assert found.level == level
    assert found.found.startswith(version)


def test_unchanged_files_are_told_with_the_version(distribution):
    (found,) = installed.check_files("MTCNN", "made-up")
    assert (found.level, found.found) == ("ok", "made-up 1.5, 2 files as they were installed")


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_file_is_named(distribution, damage):
    weights = distribution / "made_up/weights.bin"
    weights.unlink()
    if damage == "changed":
        weights.write_bytes(b"Weights")
    (found,) = installed.check_files("MTCNN", "made-up")
    assert (found.level, found.found) == ("verdicts", "made-up 1.5; missing or changed: made_up/weights.bin")
    assert found.advice


def test_a_distribution_that_is_missing_is_told():
    (found,) = installed.check_files("MTCNN", "no-such-distribution")
    assert (found.level, found.found) == ("verdicts", "no-such-distribution is not installed")


def test_libraries_that_are_missing_or_too_old_are_named_with_the_command(distribution):
    wanted = ["made-up>=1.6", "no-such-library>=2", "numpy>=1", 'other; python_version < "3"']
    (found,) = installed.check_libraries(wanted)
    assert found.level == "limited"
    assert found.found == "made-up is 1.5, not >=1.6; no-such-library is missing"
    assert found.command == f"{sys.executable} -m pip install 'made-up>=1.6' 'no-such-library>=2'"


def test_extras_are_optional(distribution):
    web, heic = 'made-up>=1; extra == "web"', 'no-such-library>=2; extra == "heic"'
    libraries, with_web, without = installed.check_libraries(["numpy>=1", web, heic, 'pytest>=99; extra == "test"'])
    assert (libraries.level, libraries.found) == ("ok", "all 1 that are needed, in versions that fit")
    assert (with_web.level, with_web.found) == ("ok", "with web")
    assert (without.level, without.found) == ("note", "without heic (photos of telephones)")
    assert without.command.endswith("-m pip install 'no-such-library>=2'")


def test_the_packages_own_requirements_are_met_here():
    assert next(installed.check_libraries()).level == "ok"
