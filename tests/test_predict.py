"""The command predict and the function, as a user and a program meet them."""

import csv
import io
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from keras_impl.approaches.operating import OperatingPoints
from keras_impl.approaches.svm import fit_svm, save_svm
from keras_impl.verdict.models import CAUTION_NAME
from tests.conftest import assert_one_line_error, run_step
from tests.verdict.models import describe_model


@pytest.fixture(scope="module")
def project(embedder, clip, tmp_path_factory):
    """A working folder with the demo's results: an SVM that knows nothing; two clips, and a file that is none."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "results/demo/svm").mkdir(parents=True)
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(80, 128))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    fit = fit_svm(vectors, np.arange(80) % 2, np.arange(80).astype(str))
    save_svm(folder / "results/demo/svm/model.skops", fit.model)
    points = OperatingPoints(tuple(np.linspace(-6, 4, 40)), tuple(np.linspace(-4, 6, 40)))
    weights = {"facenet_weights_sha256": embedder.weights_sha256}
    describe_model(folder / "results/demo", "svm", points, made_from=weights)
    (folder / "results/demo" / CAUTION_NAME).write_text("All of it is made up.")
    (folder / "clips").mkdir()
    for name in ("a.mp4", "[red]b.mp4"):
        shutil.copy(clip, folder / "clips" / name)
    (folder / "text.mp4").write_text("text")
    return folder


def test_a_folder_is_judged_by_the_demos_models_with_no_further_argument(project):
    result = run_step("predict", "clips", cwd=project)
    assert result.returncode == 0, result.stderr
    assert "[red]b.mp4" in result.stdout
    assert "12 of 12" in result.stdout
    assert "Threshold: P(fake) = " in result.stdout
    assert "results/demo/svm, trained on data in the layout dfdc, split by person" in result.stdout
    assert "These models prove nothing. All of it is made up." in result.stderr
    table = [line for line in result.stdout.splitlines() if line.startswith(" ")]
    assert len(table) >= 4
    assert max(map(len, table)) <= 80


def test_what_cannot_be_judged_is_named_and_the_status_tells(project):
    result = run_step("predict", "text.mp4", "gone.mp4", "clips/a.mp4", "--jobs", "1", cwd=project)
    assert result.returncode == 3
    assert "Not judged: text.mp4: can't be opened as a video" in result.stderr
    assert "Not judged: gone.mp4: does not exist" in result.stderr
    assert "Traceback" not in result.stderr


def test_json_and_csv_are_whole_documents_on_the_output(project):
    arguments = ("clips/a.mp4", "text.mp4", "--jobs", "1")
    content = json.loads(run_step("predict", *arguments, "--json", cwd=project).stdout)
    assert [file["file"] for file in content["files"]] == ["clips/a.mp4", "text.mp4"]
    assert content["models"]["caution"] == "All of it is made up."
    rows = list(csv.DictReader(io.StringIO(run_step("predict", *arguments, "--csv", cwd=project).stdout)))
    assert float(rows[0]["p_fake"]) == pytest.approx(content["files"][0]["p_fake"], abs=1e-4)
    assert rows[1]["problem"]


def test_a_report_and_a_video_with_boxes_are_written_where_asked_for(project):
    result = run_step("predict", "clips/a.mp4", "--report", "reports", "--annotated", "films", cwd=project)
    assert result.returncode == 0, result.stderr
    (report,) = (project / "reports").iterdir()
    assert "All of it is made up." in report.read_text()
    (film,) = (project / "films").iterdir()
    assert film.suffix == ".mp4"


def test_a_rate_of_false_alarms_that_cannot_be_promised_is_an_error(project):
    result = run_step("predict", "clips/a.mp4", "--max-false-alarms", "0.01", cwd=project)
    assert_one_line_error(result, "can't be promised by the 40 real videos", "it takes 99")


def test_without_a_model_one_line_says_what_makes_one(tmp_path):
    (tmp_path / "a.mp4").touch()
    assert_one_line_error(run_step("predict", "a.mp4", cwd=tmp_path), "there is no trained model", "make demo")
    (tmp_path / "empty").mkdir()
    assert_one_line_error(run_step("predict", "empty", cwd=tmp_path), "empty has no video and no image in it")


@pytest.mark.parametrize("before", ["", "import keras_impl.verdict.api\n"])
def test_the_function_means_the_same(project, before):
    code = before + (
        "import sys\n"
        "from keras_impl import predict\n"
        "one, other = predict('clips/a.mp4', 'text.mp4', jobs=1)\n"
        "assert one.verdict and one.faces_used == 12, one\n"
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
        predict("a.mp4", max_false_alarms=5)
