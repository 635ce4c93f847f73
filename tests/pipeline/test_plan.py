"""What a plan says."""

from pathlib import Path

import pytest

from keras_impl.core.progress import SILENT
from keras_impl.datasets import DataSet
from keras_impl.datasets.record import MediaRecord, Problem
from keras_impl.faces.modality import FACES
from keras_impl.pipeline.job import Job
from keras_impl.pipeline.people import Validated
from keras_impl.pipeline.plan import Plan, PlannedStep, default_folds, tell_plan
from keras_impl.pipeline.speeds import Probe


class Listener(type(SILENT)):
    """Keeps what it is told."""

    def __init__(self):
        self.told, self.rows = [], []

    def say(self, text):
        """Keep the lines."""
        self.told += text.splitlines()

    def table(self, headings, rows):
        """Keep the rows."""
        self.rows = rows


SOURCES = Validated("sources", 40, 45)


def told_of(folds=5, validated=SOURCES, per_file=4, finished=0, problems=()):
    records = [MediaRecord(f"{n}.mp4", Path(f"{n}.mp4"), n % 2) for n in range(90)]
    data = DataSet(Path("videos"), "folders", records, [Problem("a.mp4", "has no label")], [], False)
    job = Job(data, FACES, Path("data/faces"), Path("embeddings"), Path("results"), per_file, folds)
    steps = (PlannedStep("extract_faces", 30, "data/faces"), PlannedStep("train_resnet", 1230, "results/resnet"))
    listener = Listener()
    tell_plan(Plan(job, finished, validated, Probe(1.0, 3.5, 6, list(problems)), steps), listener)
    assert max(map(len, listener.told)) <= 80
    return " ".join(listener.told), listener.rows


def test_files_samples_people_and_minutes_are_told():
    told, rows = told_of()
    assert "90 videos, 45 real and 45 fake. 1 more can't be used, such as a.mp4 (has no label). 6 of 6" in told
    assert "Up to 4 faces are taken from each video: about 315 in all." in told
    assert (
        "Validation has at most 40 sources with real and 45 with fake videos: enough for an AUC to within 0.1, if"
        in told
    )
    assert "Each approach is trained 5 times" in told
    assert "already" not in told
    assert rows == [
        ("extract_faces", "< 1", "data/faces"),
        ("train_resnet", "20", "results/resnet"),
        ("all", "21", ""),
    ]


def test_what_is_known_of_people_unusable_files_and_earlier_runs_is_told():
    told, _ = told_of(1, Validated("people", 6, 7), 1, finished=3, problems=[Problem("b.mp4", "shows no face")])
    assert "5 of 6 that were tried gave a face; not b.mp4 (shows no face)." in told
    assert "Up to 1 face is taken from each video" in told
    assert "6 people with real and 7 with fake videos: enough to compare, if the gap is large." in told
    assert "who is who" not in told
    assert "trained once, and validated on a fifth of the videos" in told
    assert "3 videos are extracted already." in told


@pytest.mark.parametrize(("files", "folds"), [(20, 5), (1000, 5), (1001, 1)])
def test_few_files_are_each_validated_once(files, folds):
    assert default_folds(files) == folds
