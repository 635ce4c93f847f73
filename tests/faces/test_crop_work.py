"""Crops are worked on once, until they, or what decides about them, change."""

import cv2
import numpy as np
import pandas as pd
import pytest

from keras_impl.core.parallel import Workers
from keras_impl.errors import DataError
from keras_impl.faces.crop_work import crop_work, read_crops
from keras_impl.faces.cropping import Crop, Framing
from keras_impl.faces.modality import LANDMARK_COLUMNS
from keras_impl.samples.work import Task

POINTS = np.array([[20.0, 24], [44, 24], [32, 34], [22, 46], [42, 46]])


@pytest.fixture
def index(tmp_path):
    """Three crops, of which the second can't be read."""
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.full((64, 64, 3), 10 * number, np.uint8))
    (tmp_path / "1.png").write_text("no picture")
    rows = [
        {"sample": f"v#{number}", "crop": f"{number}.png", "crop_left": 0, "crop_top": 0, "crop_scale": 1.0}
        | dict(zip(LANDMARK_COLUMNS, POINTS.ravel(), strict=True))
        for number in range(3)
    ]
    return pd.DataFrame(rows)


def brightness(task: Task) -> list[dict]:
    return [
        {"value": float(crop.pixels.mean()) + task.settings} if isinstance(crop, Crop) else crop
        for _, crop in read_crops(task, Framing())
    ]


def work_on(index, folder, *decisive, revision=1):
    """The samples that were worked on, what came of all, and the problems."""
    with crop_work(index, folder, folder / "out", Framing(), revision, *decisive) as work:
        todo = work.todo
        done = list(work.run(Workers(), brightness, 0.5, 2))
        assert len(done) == todo
        return done, *work.result()


def test_each_crop_is_worked_on_once_and_bad_ones_are_named(index, tmp_path):
    done, contents, problems = work_on(index, tmp_path)
    assert sorted(done) == ["v#0", "v#1", "v#2"]
    assert contents == {"v#0": {"value": 0.5}, "v#2": {"value": 20.5}}
    (problem,) = problems
    assert problem.name == "v#1"
    assert "1.png" in problem.reason
    again, same, still = work_on(index, tmp_path)
    assert (again, same, still) == ([], contents, problems)


def test_a_changed_crop_is_worked_on_again_and_all_if_something_else_decides(index, tmp_path):
    work_on(index, tmp_path)
    cv2.imwrite(str(tmp_path / "1.png"), np.full((32, 64, 3), 100, np.uint8))
    done, contents, problems = work_on(index, tmp_path)
    assert (done, contents["v#1"], problems) == (["v#1"], {"value": 100.5}, [])
    assert len(work_on(index, tmp_path, "other weights")[0]) == 3
    assert len(work_on(index, tmp_path, "other weights", revision=2)[0]) == 3


def test_two_runs_do_not_work_in_one_folder(index, tmp_path):
    with crop_work(index, tmp_path, tmp_path / "out", Framing(), 1), pytest.raises(DataError, match="another run"):
        crop_work(index, tmp_path, tmp_path / "out", Framing(), 1)
