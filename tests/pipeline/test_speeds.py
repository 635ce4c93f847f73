"""Estimates of what steps take."""

import numpy as np
import pytest

from keras_impl.core.progress import SILENT
from keras_impl.datasets import open_data
from keras_impl.errors import DataError
from keras_impl.faces.modality import FACES
from keras_impl.pipeline import speeds
from keras_impl.pipeline.job import Job
from tests.conftest import write_video


def job_on(folder, tmp_path):
    return Job(open_data(folder, None, "image"), FACES, tmp_path / "f", tmp_path / "s", tmp_path / "r", per_file=2)


@pytest.fixture
def folder(tmp_path):
    for label in ("real", "fake"):
        (tmp_path / "videos" / label).mkdir(parents=True)
    return tmp_path / "videos"


@pytest.mark.slow
def test_a_few_files_are_tried_elsewhere_and_those_that_give_nothing_are_named(folder, clip, tmp_path):
    for name in ("real/a", "real/b", "fake/c"):
        (folder / f"{name}.mp4").write_bytes(clip.read_bytes())
    write_video(folder / "fake/grey.mp4", frames=4)
    tried = speeds.probe(job_on(folder, tmp_path), SILENT)
    assert (tried.tried, [problem.name for problem in tried.problems]) == (4, ["fake/grey.mp4"])
    assert tried.samples == 1.5  # two of three of four
    assert 0 < tried.seconds < 60
    assert not (tmp_path / "f").exists()


@pytest.mark.slow
def test_files_that_all_give_nothing_are_an_error_before_the_work(folder, tmp_path):
    for name in ("real/a", "fake/b"):
        (folder / f"{name}.mp4").write_text("no video")
    with pytest.raises(DataError, match="none of 2 videos that were tried gives a face: give others; of "):
        speeds.probe(job_on(folder, tmp_path), SILENT)


def test_a_slower_machine_takes_longer(monkeypatch):
    clock = iter(np.arange(2 * speeds.TIMES) * 3 * speeds.REFERENCE_SECONDS)
    monkeypatch.setattr(speeds.time, "perf_counter", lambda: next(clock))
    assert speeds.machine_ratio() == pytest.approx(3)


def test_what_was_measured_is_what_is_estimated(monkeypatch):
    """40 minutes for 17,374 faces learnt from; 715 seconds for 718 segments."""
    monkeypatch.setattr(speeds, "compute_dtype", lambda: "mixed_bfloat16")
    assert speeds.resnet_seconds(17374 / speeds.TRAINED_SHARE, 1, "image") == pytest.approx(40 * 60, rel=0.05)
    assert speeds.resnet_seconds(718 / speeds.TRAINED_SHARE, 1, "sound") == pytest.approx(715, rel=0.05)
    assert speeds.svm_seconds(500, 5) == pytest.approx(5 * speeds.svm_seconds(500, 1))
    assert speeds.svm_seconds(20_000, 1) > 4 * speeds.svm_seconds(5000, 1)
    monkeypatch.setattr(speeds, "compute_dtype", lambda: "float32")
    assert speeds.resnet_seconds(17374 / speeds.TRAINED_SHARE, 1, "image") == pytest.approx(120 * 60, rel=0.05)
