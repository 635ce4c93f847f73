"""The nearest training people: only of the training, and only of the same training."""

import numpy as np
import pandas as pd
import pytest

from keras_impl.core.storage import sha256_of_file
from keras_impl.evaluation.scores import COLUMNS, write_scores
from keras_impl.prediction.render.nearest import Neighbour, nearest_people
from keras_impl.prediction.result import FoundFace, Person
from keras_impl.prediction.trained import find_models
from keras_impl.samples.embeddings import write_embeddings
from tests.prediction.models import add_model

ROWS = [
    ("a#0", "a", "p1", "train", 0),
    ("b#0", "b", "p1", "train", 1),
    ("c#0", "c", "p2", "train", 1),
    ("d#0", "d", "p3", "validation", 0),
]


def direction(angle):
    vector = np.zeros(128, np.float32)
    vector[:2] = np.cos(angle), np.sin(angle)
    return vector


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    vectors = np.stack([direction(angle) for angle in (0.1, -0.1, 1.0, 0.0)])
    write_embeddings(tmp_path / "embeddings", [row[0] for row in ROWS], vectors)
    (tmp_path / "embeddings/index.csv").write_text("the index")
    known = sha256_of_file(tmp_path / "embeddings/index.csv")
    add_model(tmp_path / "results", "resnet", made_from={"index_sha256": known})
    table = pd.DataFrame(ROWS, columns=["sample", "video", "person", "split", "label"])
    table = table.assign(source=table["video"], fold=0, p_fake=0.5, status="ok")
    write_scores(tmp_path / "results/resnet", table[list(COLUMNS)].astype(COLUMNS))
    return tmp_path


@pytest.fixture
def person():
    faces = tuple(
        FoundFace(0, 0.0, (0, 0, 1, 1), 1.0, {}, None, None, None, direction(angle), None) for angle in (0.05, -0.05)
    )
    return Person(1, faces, {}, True)


def test_people_of_the_training_are_named_nearest_first_and_those_of_validation_never(results, person):
    near, far = nearest_people(person, find_models(results / "results").image)
    assert near == Neighbour("p1", pytest.approx(1 - np.cos(0.1), abs=1e-4), 1, 1)
    assert far == Neighbour("p2", pytest.approx(1 - np.cos(1.0), abs=1e-4), 0, 1)


def test_embeddings_of_another_training_say_nothing(results, person):
    (results / "embeddings/index.csv").write_text("another index")
    assert nearest_people(person, find_models(results / "results").image) == []


def test_without_the_trainings_files_nobody_is_named(results, person):
    (results / "embeddings/embeddings.npz").write_text("damaged")
    assert nearest_people(person, find_models(results / "results").image) == []
