"""The report from score files alone."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from keras_impl.evaluation.report import compare
from keras_impl.evaluation.scores import write_scores


def make_scores(skill, seed, samples=200, labels=(0, 1)):
    """Scores of ``samples`` validation faces; ``skill`` 0 is guessing."""
    generator = np.random.default_rng(seed)
    truth = np.resize(labels, samples)
    p_fake = 1 / (1 + np.exp(-skill * (2 * truth - 1) - generator.normal(size=samples)))
    return pd.DataFrame(
        {
            "sample": [f"v{n}#0" for n in range(samples)],
            "video": [f"v{n}" for n in range(samples)],
            "source": [f"v{n // 2}" for n in range(samples)],
            "split": "validation",
            "label": truth,
            "p_fake": p_fake,
            "status": "ok",
        }
    )


def test_a_clear_winner_is_named_and_everything_is_written(tmp_path):
    write_scores(tmp_path / "good", make_scores(1.5, 0))
    write_scores(tmp_path / "poor", make_scores(0.0, 1))
    comparison = compare(tmp_path, notes=["A note."])
    assert comparison.sentence.startswith("On 200 validation faces of 100 sources, good is ahead of poor by ")
    assert "more than chance explains" in comparison.sentence
    report = (tmp_path / "comparison.md").read_text()
    assert comparison.sentence in report
    assert "A note." in report
    assert "| good | 0." in report
    table = pd.read_csv(tmp_path / "comparison.csv")
    assert table["approach"].tolist() == ["good", "poor"]
    assert table["accuracy"][0] == pytest.approx(comparison.summaries[0].accuracy)
    for name in ("roc.png", "confusion.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_equal_skill_is_within_chance(tmp_path):
    write_scores(tmp_path / "a", make_scores(0.5, 0))
    write_scores(tmp_path / "b", make_scores(0.5, 2))
    assert "within what chance alone" in compare(tmp_path).sentence


def test_one_approach_alone_is_reported(tmp_path):
    write_scores(tmp_path / "a", make_scores(0.5, 0))
    assert compare(tmp_path).sentence.endswith("there is nothing to compare it with.")


def test_one_class_has_no_roc_and_says_so(tmp_path):
    write_scores(tmp_path / "a", make_scores(0.5, 0, labels=(1, 1)))
    compare(tmp_path)
    assert not (tmp_path / "roc.png").exists()
    assert "One class is missing" in (tmp_path / "comparison.md").read_text()


def test_unscored_faces_are_mentioned(tmp_path):
    scores = make_scores(0.5, 0)
    scores.loc[:2, ["p_fake", "status"]] = (np.nan, "crop unreadable")
    write_scores(tmp_path / "a", scores)
    compare(tmp_path)
    assert "3 validation faces could not be scored" in (tmp_path / "comparison.md").read_text()


def test_tensorflow_is_not_needed(tmp_path):
    write_scores(tmp_path / "a", make_scores(0.5, 0, samples=10))
    code = (
        "import sys; from pathlib import Path; from keras_impl.evaluation.report import compare;"
        "compare(Path(sys.argv[1])); assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
