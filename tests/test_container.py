"""What the Dockerfile says of the package is still true; no image is built here."""

import configparser
import json
import re

import pytest
from packaging.specifiers import SpecifierSet

from keras_impl.__main__ import COMMAND, STEPS
from keras_impl.web import PORT
from tests.conftest import ROOT, run_step


@pytest.fixture(scope="module")
def instructions():
    """Pairs of an instruction and its text, in order."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], " ".join(line.split()[1:])) for line in lines]


@pytest.fixture(scope="module")
def config():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    return config


def texts(instructions, name):
    return [text for instruction, text in instructions if instruction == name]


def test_its_python_is_one_that_the_package_supports(instructions, config):
    images = {text.split()[0] for text in texts(instructions, "FROM")}
    assert len(images) == 1, "both stages need the same Python: an environment is copied from one to the other"
    version = re.fullmatch(r"python:(3\.\d+)-slim-\w+", images.pop())
    assert SpecifierSet(config["options"]["python_requires"]).contains(version[1])


def test_the_page_is_where_it_says_and_its_health_is_asked_for_there(instructions):
    (command,) = map(json.loads, texts(instructions, "CMD"))
    assert texts(instructions, "EXPOSE") == [str(PORT)]
    assert command == ["serve", "--host", "0.0.0.0", "--port", str(PORT)]
    assert "serve" in dict(STEPS)
    (health,) = texts(instructions, "HEALTHCHECK")
    assert f"http://127.0.0.1:{PORT}/healthz" in health
    compile(json.loads(health.partition("CMD ")[2])[2], "HEALTHCHECK", "exec")


def test_it_starts_a_command_that_the_package_installs(instructions, config):
    (entry,) = map(json.loads, texts(instructions, "ENTRYPOINT"))
    assert entry == [COMMAND]
    assert f"{COMMAND} = " in config["options.entry_points"]["console_scripts"]


def test_it_is_not_root_who_runs_it(instructions):
    (user,) = texts(instructions, "USER")
    assert any(text.startswith("useradd ") and f" {user} " in text for text in texts(instructions, "RUN"))


def test_all_that_it_copies_is_there_and_is_sent_to_the_builder(instructions):
    sources = [word for text in texts(instructions, "COPY") if "--from" not in text for word in text.split()[:-1]]
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert kept == set(sources)
    assert all((ROOT / source).exists() for source in sources)


def test_its_extras_are_the_packages(instructions, config):
    (extras,) = [text.partition("=")[2].split(",") for text in texts(instructions, "ARG")]
    assert set(extras) <= set(config["options.extras_require"])


@pytest.mark.slow
def test_verdicts_do_without_what_it_leaves_out(instructions, clip, tmp_path):
    """The image lacks these libraries, which here are made unable to be imported."""
    (left_out,) = [text.partition("--yes ")[2].split() for text in texts(instructions, "RUN") if " uninstall " in text]
    assert "tensorflow" in left_out
    for name in left_out:
        (tmp_path / f"{name}.py").write_text("raise ImportError('left out')")
    result = run_step("predict", clip, "--json", "--report", tmp_path / "reports", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)


def test_the_environment_that_it_makes_is_the_one_that_runs(instructions):
    (made,) = [text.split()[-1] for text in texts(instructions, "RUN") if " -m venv " in text]
    assert f"--from=build {made} {made}" in texts(instructions, "COPY")
    assert any(f"PATH={made}/bin:" in text for text in texts(instructions, "ENV"))
