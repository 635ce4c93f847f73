"""A damaged index is an error that says what to do."""

import pandas as pd
import pytest

from keras_impl.datasets.record import Problem
from keras_impl.errors import DataError
from keras_impl.faces.modality import COLUMNS, FACES
from keras_impl.samples.index import INDEX_NAME, read_index, write_index
from keras_impl.samples.problems import write_problems


def row(sample, **changes):
    values = {name: 0 if kind.endswith("64") else "a" for name, kind in COLUMNS.items()}
    return values | {"sample": sample, "original": None} | changes


def test_round_trip_keeps_types_and_missing_originals(tmp_path):
    written = write_index(tmp_path, FACES, [row("b#1", video="b", time=1.25), row("a#0", label=1, original="b")])
    assert list(written["sample"]) == ["a#0", "b#1"]
    assert read_index(tmp_path, FACES).equals(written)
    assert read_index(tmp_path, FACES)["original"].isna().tolist() == [False, True]


def test_names_that_look_like_a_missing_value_are_kept(tmp_path):
    write_index(tmp_path, FACES, [row("a#0", person="NA", confidence=float("nan")), row("b#0", video="b", person=None)])
    index = read_index(tmp_path, FACES)
    assert index["person"].tolist() == ["NA", pd.NA]
    assert index["confidence"].isna().tolist() == [True, False]


def test_a_missing_index_names_the_step_that_makes_it(tmp_path):
    with pytest.raises(DataError, match="run python -m keras_impl.extract_faces first"):
        read_index(tmp_path, FACES)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda table: table.drop(columns="label"), "lacks the columns label"),
        (lambda table: table.assign(label=2), "labels other than 0 and 1"),
        (lambda table: table.assign(frame="x"), "not a face index"),
        (lambda table: pd.concat([table, table]), "twice"),
    ],
)
def test_a_damaged_index_is_refused(tmp_path, damage, words):
    table = write_index(tmp_path, FACES, [row("a#0")])
    damage(table).to_csv(tmp_path / INDEX_NAME, index=False)
    with pytest.raises(DataError, match=words):
        read_index(tmp_path, FACES)


def test_problems_are_listed_and_none_is_listed_too(tmp_path):
    write_problems(tmp_path, [Problem("a, b.mp4", 'says "no"')])
    assert pd.read_csv(tmp_path / "problems.csv").values.tolist() == [["a, b.mp4", 'says "no"']]
    write_problems(tmp_path, [])
    assert len(pd.read_csv(tmp_path / "problems.csv")) == 0
