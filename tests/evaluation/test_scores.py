"""Score files: round trip, and nothing that contradicts itself is compared."""

import pandas as pd
import pytest

from keras_impl.errors import ScoresError
from keras_impl.evaluation.scores import COLUMNS, make_scores, read_approaches, read_scores, write_scores

INDEX = pd.DataFrame(
    {
        "sample": [f"v{n}#0" for n in range(6)],
        "video": [f"v{n}" for n in range(6)],
        "source": [f"v{n // 2}" for n in range(6)],
        "label": [n % 2 for n in range(6)],
    }
)
PARTS = pd.Series(["train", "train", "validation", "validation", "unused", "unused"], index=INDEX["sample"])
P_FAKE = pd.Series({f"v{n}#0": n / 10 for n in range(5)})


@pytest.fixture
def scores():
    return make_scores(INDEX, PARTS, P_FAKE, missing="crop unreadable")


def test_the_columns_have_the_documented_order(scores):
    assert list(scores) == list(COLUMNS)
    assert list(COLUMNS) == ["sample", "video", "source", "person", "fold", "split", "label", "p_fake", "status"]


def test_unused_samples_are_left_out_and_missing_ones_have_a_status():
    scores = make_scores(INDEX, PARTS, P_FAKE[["v0#0", "v3#0"]], missing="no face")
    assert scores["sample"].tolist() == ["v0#0", "v1#0", "v2#0", "v3#0"]
    assert scores["status"].tolist() == ["ok", "no face", "no face", "ok"]
    assert scores["p_fake"].isna().tolist() == [False, True, True, False]


def test_people_are_kept_where_known_and_empty_elsewhere(scores):
    assert (scores["person"] == "").all()
    index = INDEX.assign(person=["ann", "ann", None, "bob", "", ""])
    assert make_scores(index, PARTS, P_FAKE, "lost", fold=3)["person"].tolist() == ["ann", "ann", "", "bob"]
    assert (make_scores(index, PARTS, P_FAKE, "lost", fold=3)["fold"] == 3).all()


def test_round_trip_of_several_folds(tmp_path, scores):
    both = pd.concat([scores, scores.assign(fold=1, person="1")], ignore_index=True)
    first = both["fold"] == 0
    both.loc[first, ["video", "sample"]] = "a" + both.loc[first, ["video", "sample"]]
    assert read_scores(write_scores(tmp_path, both)).equals(both)


SYSTEMS = INDEX.assign(system=["human a", "x", "human b", "y", "human c", "z"])


def test_what_a_split_of_sound_kept_whole_is_kept_and_nothing_of_any_other_split(tmp_path, scores):
    by_system = make_scores(SYSTEMS, PARTS, P_FAKE, "lost", group="system")
    assert list(by_system) == [*COLUMNS, "system"]
    assert by_system["system"].tolist() == ["human a", "x", "human b", "y"]
    assert read_scores(write_scores(tmp_path, by_system)).equals(by_system)
    assert list(make_scores(INDEX, PARTS, P_FAKE, "lost", group="corpus"))[-1] == "corpus"
    for group in ("sample", "video", "source", "person", None):
        assert make_scores(SYSTEMS, PARTS, P_FAKE, "crop unreadable", group=group).equals(scores)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda s: s.drop(columns="system"), "only one of b and a has the column system"),
        (lambda s: s.assign(system="x"), "disagree on the system of v2#0"),
        (lambda s: s.assign(video="v", source="v", label=1), "gives the frames of v different labels"),
    ],
)
def test_contradictions_about_what_was_kept_whole_are_errors(tmp_path, damage, words):
    by_system = make_scores(SYSTEMS, PARTS, P_FAKE, "lost", group="system")
    write_scores(tmp_path / "a", by_system)
    write_scores(tmp_path / "b", damage(by_system))
    with pytest.raises(ScoresError, match=words):
        read_approaches(tmp_path)


def test_only_validation_samples_are_compared_in_one_order(tmp_path, scores):
    both = pd.concat([scores, scores.assign(fold=1)])
    write_scores(tmp_path / "a", both)
    write_scores(tmp_path / "b", both[::-1])
    tables = read_approaches(tmp_path)
    assert list(tables) == ["a", "b"]
    assert tables["a"].equals(tables["b"])
    assert tables["a"][["fold", "sample"]].to_numpy().tolist() == [[0, "v2#0"], [0, "v3#0"], [1, "v2#0"], [1, "v3#0"]]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda s: s[s["sample"] != "v3#0"], "not validated on the same samples (1 differ, such as v3#0)"),
        (lambda s: s.assign(fold=2), "not validated on the same samples (4 differ, such as v2#0"),
        (lambda s: s.assign(label=1 - s["label"]), "disagree on the label of v2#0"),
        (lambda s: s.assign(source="x"), "disagree on the source of v2#0"),
        (lambda s: s.assign(person="x"), "disagree on the person of v2#0"),
        (lambda s: s.assign(status=["ok", "ok", "lost", "ok"]), "v2#0 was scored by only one"),
        (lambda s: s.drop(columns="status"), "lacks the columns status"),
        (lambda s: s.assign(status=""), "has rows without status"),
        (lambda s: s.assign(source=""), "has rows without source"),
        (lambda s: s.assign(split="Validation"), "splits other than train and validation"),
        (lambda s: s.drop(columns=["person", "fold"]), "lacks the columns person, fold"),
        (lambda s: s.assign(p_fake=1.5), "P(fake) outside 0..1"),
        (lambda s: s.assign(label=3), "labels other than 0 and 1"),
        (lambda s: s.assign(video="v"), "gives the frames of v different labels, sources or persons"),
        (lambda s: pd.concat([s, s.assign(fold=1), s.assign(fold=1)]), "v0#0 (fold 1) twice"),
        (lambda s: s.assign(p_fake="high"), "not a score file"),
    ],
)
def test_contradictions_are_errors(tmp_path, scores, damage, words):
    write_scores(tmp_path / "a", scores)
    write_scores(tmp_path / "b", damage(scores))
    with pytest.raises(ScoresError) as caught:
        read_approaches(tmp_path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nothing_to_compare_is_an_error(tmp_path, scores):
    with pytest.raises(ScoresError, match="run a training step first"):
        read_approaches(tmp_path)
    write_scores(tmp_path / "a", scores[scores["split"] == "train"])
    with pytest.raises(ScoresError, match="no validation samples"):
        read_approaches(tmp_path)
    write_scores(tmp_path / "a", scores.assign(p_fake=float("nan"), status="no face"))
    with pytest.raises(ScoresError, match="no validation sample in .* was scored"):
        read_approaches(tmp_path)
