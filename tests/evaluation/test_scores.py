"""Score files: round trip, and nothing that contradicts itself is compared."""

import pandas as pd
import pytest

from keras_impl.errors import ScoresError
from keras_impl.evaluation.scores import make_scores, read_approaches, read_scores, write_scores
from keras_impl.splits import Split


def make_index(samples=6):
    return pd.DataFrame(
        {
            "sample": [f"v{n}#0" for n in range(samples)],
            "video": [f"v{n}" for n in range(samples)],
            "source": [f"v{n // 2}" for n in range(samples)],
            "label": [n % 2 for n in range(samples)],
        }
    )


SPLIT = Split(
    "source", 0, {"v0": "train", "v1": "train", "v2": "validation", "v3": "validation", "v4": "unused", "v5": "unused"}
)


@pytest.fixture
def scores():
    p_fake = pd.Series({f"v{n}#0": n / 10 for n in range(5)})
    return make_scores(make_index(), SPLIT, p_fake, missing="crop unreadable")


def test_unused_samples_are_left_out_and_missing_ones_have_a_status():
    p_fake = pd.Series({"v0#0": 0.1, "v3#0": 0.9})
    scores = make_scores(make_index(), SPLIT, p_fake, missing="crop unreadable")
    assert scores["sample"].tolist() == ["v0#0", "v1#0", "v2#0", "v3#0"]
    assert scores["status"].tolist() == ["ok", "crop unreadable", "crop unreadable", "ok"]
    assert scores["p_fake"].isna().tolist() == [False, True, True, False]


def test_round_trip(tmp_path, scores):
    path = write_scores(tmp_path, scores)
    assert read_scores(path).equals(scores)


def test_only_validation_samples_are_compared_in_one_order(tmp_path, scores):
    write_scores(tmp_path / "a", scores)
    write_scores(tmp_path / "b", scores[::-1])
    tables = read_approaches(tmp_path)
    assert list(tables) == ["a", "b"]
    assert tables["a"].equals(tables["b"])
    assert list(tables["a"].index) == ["v2#0", "v3#0"]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda s: s[s["sample"] != "v3#0"], "not validated on the same samples (1 differ, such as v3#0)"),
        (lambda s: s.assign(label=1 - s["label"]), "disagree on labels"),
        (lambda s: s.assign(source="x"), "disagree on labels or sources"),
        (lambda s: s.assign(status=["ok", "ok", "lost", "ok"]), "v2#0 was scored by only one"),
        (lambda s: s.drop(columns="status"), "lacks the columns status"),
        (lambda s: s.assign(p_fake=1.5), "P(fake) outside 0..1"),
        (lambda s: s.assign(label=3), "labels other than 0 and 1"),
        (lambda s: pd.concat([s, s]), "twice"),
        (lambda s: s.assign(p_fake="high"), "not a score file"),
    ],
)
def test_contradictions_are_errors(tmp_path, scores, damage, words):
    write_scores(tmp_path / "a", scores)
    write_scores(tmp_path / "b", damage(scores))
    with pytest.raises(ScoresError) as caught:
        read_approaches(tmp_path)
    assert words in str(caught.value)


def test_no_files_and_no_validation_samples_are_errors(tmp_path, scores):
    with pytest.raises(ScoresError, match="run train_svm and train_resnet first"):
        read_approaches(tmp_path)
    write_scores(tmp_path / "a", scores[scores["split"] == "train"])
    with pytest.raises(ScoresError, match="no validation samples"):
        read_approaches(tmp_path)
