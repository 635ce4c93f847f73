"""The command predict and the function, as a user and a program meet them."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
import time

import cv2
import numpy as np
import pytest

from keras_impl.media.image import write_png
from keras_impl.models.calibration import OperatingPoints
from keras_impl.models.card import CAUTION_NAME
from keras_impl.models.svm import fit_svm, save_svm
from keras_impl.prediction.reasons import Missing, NoModel, NoSoundTrack, NotJudged
from keras_impl.prediction.render.words import sentence
from tests.conftest import ROOT, assert_one_line_error, run_step
from tests.prediction.films import add_sound
from tests.prediction.models import describe_model
from tests.speech.speech import speak, write_wav

pytestmark = pytest.mark.slow

MANUAL = (ROOT / "docs/prediction.md").read_text(encoding="utf-8")

SHOWN = MANUAL.split("## From Python\n\n```python\n")[1].split("```")[0]
"""The manual's first example."""

EXAMPLE = SHOWN.replace('"clip.mp4", "photos/"', "*PATHS")

BY_THE_DEMO = EXAMPLE.replace("max_fpr", 'model="results/demo", max_fpr')

NO_TENSORFLOW = """
import sys
assert "tensorflow" not in sys.modules
"""


def write_svm(folder, dimensions, **card):
    """Write an SVM that knows nothing, with its description."""
    (folder / "svm").mkdir(parents=True)
    vectors = np.random.default_rng(0).normal(size=(80, dimensions))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    fit = fit_svm(vectors, np.arange(80) % 2, np.arange(80).astype(str))
    save_svm(folder / "svm/model.skops", fit.model)
    points = OperatingPoints(tuple(np.linspace(-6, 4, 40)), tuple(np.linspace(-4, 6, 40)))
    describe_model(folder, "svm", points, **card)


@pytest.fixture(scope="module")
def project(embedder, clip, tmp_path_factory):
    """A working folder with the demo's results: an SVM that knows nothing; two clips, and a file that is none."""
    folder = tmp_path_factory.mktemp("project")
    weights = {"facenet_weights_sha256": embedder.weights_sha256}
    write_svm(folder / "results/demo", 128, made_from=weights)
    (folder / "results/demo" / CAUTION_NAME).write_text("All of it is made up.")
    (folder / "clips").mkdir()
    for name in ("a.mp4", "[red]b.mp4"):
        shutil.copy(clip, folder / "clips" / name)
    (folder / "text.mp4").write_text("text")
    return folder


@pytest.fixture(scope="module")
def with_sound(project, tmp_path_factory):
    """A working folder with a model of sound, too; and a clip with speech, a recording, and one that is none."""
    folder = tmp_path_factory.mktemp("with_sound")
    shutil.copytree(project / "results", folder / "results")
    write_svm(folder / "results/demo/sound", 120, modality="sound")
    add_sound(project / "clips/a.mp4", speak(10), folder / "talking.mp4")
    shutil.copy(project / "clips/a.mp4", folder / "mute.mp4")
    write_wav(folder / "speech.wav", speak(6))
    (folder / "text.wav").write_text("text")
    return folder


def judge(*arguments, cwd):
    return run_step("predict", *arguments, "--model", "results/demo", cwd=cwd)


def test_a_folder_is_judged_by_the_demos_models(project):
    result = judge("clips", cwd=project)
    assert result.returncode == 0, result.stderr
    assert "[red]b.mp4" in result.stdout
    assert "12 of 12" in result.stdout
    assert "Threshold of the image: likely fake above P(fake) = " in result.stdout
    assert "The image was judged by the approach svm in results/demo/svm." in result.stdout
    assert "only how that was laid out: dfdc" in result.stdout
    assert sentence(NoModel(part="sound", folder="results/demo")) in result.stdout
    assert "These models prove nothing. All of it is made up." in result.stderr
    table = [line for line in result.stdout.splitlines() if line.startswith(" ")]
    assert len(table) >= 4
    assert max(map(len, table)) <= 80


def test_what_cannot_be_judged_is_named_and_the_status_tells(project):
    result = judge("text.mp4", "gone.mp4", "clips/a.mp4", "--jobs", "1", cwd=project)
    assert result.returncode == 3
    assert "Not judged: text.mp4: The file can't be opened as a video (" in result.stderr
    assert f"Not judged: gone.mp4: {sentence(Missing())}" in result.stderr
    assert "Traceback" not in result.stderr


def test_json_and_csv_are_whole_documents_on_the_output(project):
    arguments = ("clips/a.mp4", "text.mp4", "--jobs", "1")
    content = json.loads(judge(*arguments, "--json", cwd=project).stdout)
    assert [file["file"] for file in content["files"]] == ["clips/a.mp4", "text.mp4"]
    assert content["models"]["caution"] == "All of it is made up."
    rows = list(csv.DictReader(io.StringIO(judge(*arguments, "--csv", cwd=project).stdout)))
    assert float(rows[0]["p_fake"]) == pytest.approx(content["files"][0]["p_fake"], abs=1e-4)
    assert rows[1]["problem"]


def test_a_report_and_a_video_with_boxes_are_written_where_asked_for(project):
    result = judge("clips/a.mp4", "--report", "reports", "--annotated", "films", cwd=project)
    assert result.returncode == 0, result.stderr
    (report,) = (project / "reports").iterdir()
    assert "All of it is made up." in report.read_text()
    (film,) = (project / "films").iterdir()
    assert film.suffix == ".mp4"


def test_a_rate_of_false_alarms_that_cannot_be_promised_is_an_error(project):
    result = judge("clips/a.mp4", "--max-false-alarms", "0.01", cwd=project)
    assert_one_line_error(result, "needs at least 99 held-out real videos", "this model has 40")


def test_without_a_model_one_line_says_what_makes_one(tmp_path):
    (tmp_path / "a.mp4").touch()
    assert_one_line_error(judge("a.mp4", cwd=tmp_path), "results/demo has no trained model")


def test_a_folder_with_nothing_to_judge_is_an_error(project):
    (project / "empty").mkdir()
    (project / "empty/sound.wav").touch()
    result = judge("empty", cwd=project)
    assert_one_line_error(result, "empty has only files such as sound.wav, and there is no model of sound")


def test_image_and_sound_of_a_folder_are_judged_side_by_side(with_sound):
    result = judge(".", "--jobs", "2", cwd=with_sound)
    assert result.returncode == 3, result.stderr
    assert "Not judged: text.wav: The file can't be opened as sound (" in result.stderr
    assert f"mute.mp4: {sentence(NotJudged(part='sound', problem=NoSoundTrack()))}" in result.stdout
    assert "talking.mp4: Image: " in result.stdout
    assert "speech.wav: P(fake) of the sound is " in result.stdout
    assert "Threshold of the sound: likely fake above P(fake) = " in result.stdout
    assert "The sound was judged by the approach svm in results/demo/sound/svm." in result.stdout
    assert "no model for it" not in result.stdout
    table = [line for line in result.stdout.splitlines() if line.startswith(" ")]
    assert len(table) >= 5
    assert max(map(len, table)) <= 80


def test_sound_is_in_json_in_csv_and_in_reports(with_sound):
    arguments = ("talking.mp4", "speech.wav", "--jobs", "1")
    result = judge(*arguments, "--json", "--report", "reports", cwd=with_sound)
    film, recording = json.loads(result.stdout)["files"]
    assert film["image"]["faces_used"] == 12
    assert len(film["sound"]["segments"]) == 3
    assert (recording["image"], recording["rests_on"]) == (None, "sound")
    assert "<h3>Sound</h3>" in (with_sound / "reports/talking.mp4.html").read_text()
    assert "<h3>Sound</h3>" in (with_sound / "reports/speech.wav.html").read_text()
    rows = list(csv.DictReader(io.StringIO(judge(*arguments, "--csv", cwd=with_sound).stdout)))
    assert float(rows[1]["sound_p_fake_svm"]) == pytest.approx(recording["p_fake"], abs=1e-4)


def test_a_portrait_is_judged(project, portrait):
    write_png(project / "portrait.png", portrait)
    result = judge("portrait.png", "--json", cwd=project)
    assert result.returncode == 0, result.stderr
    (photo,) = json.loads(result.stdout)["files"]
    assert photo["image"]["faces_used"] == 1
    (face,) = photo["image"]["people"][0]["faces"]
    x, y, width, height = face["box"]
    assert 0 < x < x + width < portrait.shape[1]
    assert 0 < y < y + height < portrait.shape[0]
    assert photo["interval"] is None
    assert 0 < photo["p_fake"] < 1


@pytest.mark.parametrize("folder", ["project", "with_sound"])
def test_the_readmes_example_runs_on_whatever_it_meets(request, folder, clip, face, tmp_path):
    """A clip, one with speech, a picture of a face too small to score, and what is neither."""
    tiny = np.full((300, 300, 3), 60, np.uint8)
    tiny[100:148, 100:148] = cv2.resize(face, (48, 48), interpolation=cv2.INTER_AREA)
    write_png(tmp_path / "tiny.png", tiny)
    talking = add_sound(clip, speak(8), tmp_path / "talking.mp4")
    (tmp_path / "text.mp4").write_text("text")
    paths = [str(path) for path in (clip, talking, tmp_path / "tiny.png", tmp_path / "text.mp4")]
    code = f"PATHS = {paths!r}\nif __name__ == '__main__':\n" + textwrap.indent(BY_THE_DEMO + NO_TENSORFLOW, "    ")
    (tmp_path / "example.py").write_text(code)
    run = [sys.executable, str(tmp_path / "example.py")]
    cwd = request.getfixturevalue(folder)
    result = subprocess.run(run, capture_output=True, text=True, cwd=cwd, check=False)
    assert result.returncode == 0, result.stderr
    assert "tiny.png can't tell by its image no score" in result.stdout
    assert "text.mp4 could not be judged: The file can't be opened as a video (" in result.stdout
    assert result.stdout.count(" s long") == (2 if folder == "with_sound" else 0)


def test_a_verdict_on_one_person_needs_no_slow_library_no_download_and_no_cache(clip, tmp_path):
    code = (
        "import socket, sys\n"
        "from keras_impl import predict\n"
        "from keras_impl.models.facenet import tutorial_sdist\n"
        "def refuse(*_, **__): raise AssertionError('nothing may be fetched')\n"
        "socket.create_connection = tutorial_sdist.fetch = refuse\n"
        f"(prediction,) = predict({str(clip)!r}, jobs=1)\n"
        "assert prediction.image.faces_used == 12, prediction\n"
        "print(*sorted({'tensorflow', 'keras', 'pandas', 'scipy', 'sklearn', 'matplotlib'} & set(sys.modules)))\n"
    )
    environment = os.environ | {"KERAS_IMPL_CACHE": str(tmp_path / "cache")}
    environment.pop("KERAS_IMPL_FACENET_WEIGHTS", None)
    run = [sys.executable, "-c", code]
    result = subprocess.run(run, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "\n"
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("before", ["", "import keras_impl.prediction.detector\n"])
def test_the_function_means_the_same(project, before):
    code = before + (
        "import sys\n"
        "from keras_impl import predict\n"
        "one, other = predict('clips/a.mp4', 'text.mp4', model='results/demo', jobs=1)\n"
        "assert one.verdict and one.image.faces_used == 12, one\n"
        "assert other.verdict is None and other.problem\n"
        "assert 'tensorflow' not in sys.modules\n"
        "print(one.p_fake)\n"
    )
    run = [sys.executable, "-c", code]
    result = subprocess.run(run, capture_output=True, text=True, cwd=project, check=False)
    assert result.returncode == 0, result.stderr
    assert 0 < float(result.stdout) < 1


def test_wrong_arguments_of_the_function_are_errors():
    from keras_impl import predict

    with pytest.raises(ValueError, match="at least one path"):
        predict()
    with pytest.raises(ValueError, match="above 0 and below 1"):
        predict("a.mp4", max_fpr=5)


def test_files_that_are_not_there_are_one_line_at_once(project):
    started = time.monotonic()
    result = judge("gone.mp4", cwd=project)
    assert_one_line_error(result, "gone.mp4 does not exist: check the spelling")
    many = judge(*(f"{number}.mp4" for number in range(500)), cwd=project)
    assert_one_line_error(many, "0.mp4 and none of 499 others exist")
    assert time.monotonic() - started < 20  # twice Python and its first imports; the models take far longer
    result = judge("clips/a.mp4", *(f"{number}.mp4" for number in range(500)), "--jobs", "2", cwd=project)
    assert result.returncode == 3
    (line,) = (line for line in result.stderr.splitlines() if line.startswith("Not judged"))
    assert line == "Not judged: 0.mp4, 1.mp4, 2.mp4 and 497 more: The file does not exist."


def test_a_folder_for_reports_that_cannot_be_written_is_an_error_before_any_work(project):
    (project / "taken").touch()
    result = judge("clips/a.mp4", "--report", "taken/reports", cwd=project)
    assert_one_line_error(result, "taken/reports can't be read or written")
    assert "Judging" not in result.stderr


def test_a_report_that_cannot_be_written_costs_no_verdict(project):
    (project / "reports2").mkdir()
    (project / "reports2/a.mp4.html").mkdir()  # in the place of the report
    result = judge("clips/a.mp4", "--report", "reports2", cwd=project)
    assert result.returncode == 3
    assert "likely" in result.stdout or "can't tell" in result.stdout
    assert "No report of clips/a.mp4: " in result.stderr
    assert "Traceback" not in result.stderr


SURFACE = """
import sys
import keras_impl
assert "tensorflow" not in sys.modules and "cv2" not in sys.modules
import keras_impl.predict
from keras_impl.predict import main
from keras_impl import Detector, predict
assert callable(predict) and callable(keras_impl.predict) and callable(main)
detector = Detector.load("results/demo", max_fpr=0.1)
(one,) = predict("clips/a.mp4", model="results/demo", max_fpr=0.1)
assert detector.predict("clips/a.mp4").as_dict() == one.as_dict()
assert detector.predict("gone.mp4").problem == "The file does not exist."
print(one.verdict)
"""


def test_a_detector_judges_like_the_function_and_the_commands_module_is_not_in_its_way(project):
    ended = subprocess.run([sys.executable, "-c", SURFACE], cwd=project, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip()
