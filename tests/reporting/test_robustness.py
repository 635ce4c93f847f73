"""What reports say of degraded faces."""

import numpy as np
import pandas as pd
import pytest

from keras_impl.degradations import DEGRADATIONS
from keras_impl.errors import DataError
from keras_impl.evaluation.evaluate import evaluate
from keras_impl.evaluation.robustness import CALLED, UNSURE, measure_robustness
from keras_impl.faces.modality import FACES
from keras_impl.reporting.comparison import Comparison
from keras_impl.reporting.robustness import TEXT_NAME, add_robustness, summary_of, write_robustness
from keras_impl.samples.degradations import conditions_of
from tests.evaluation.tables import skilled

MADE_BY = {"resnet": "a" * 64, "svm": "b" * 64}
CARDS = {name: {"files": {"model": sha256}} for name, sha256 in MADE_BY.items()}


def robustness_of(labels):
    """Two approaches on as many people as labels, whose scores are drawn by lot."""
    generator = np.random.default_rng(0)
    people = np.arange(len(labels)).astype(str)
    told = {"video": people, "source": people, "person": people, "label": labels}
    parts = [
        pd.DataFrame(told).assign(
            degradation=name,
            strength=strength,
            **{each: generator.normal(labels) for each in MADE_BY},
            **{each + CALLED: generator.normal(labels) > 0.5 for each in MADE_BY},
            **{each + UNSURE: False for each in MADE_BY},
        )
        for name, strength in conditions_of(DEGRADATIONS["image"])
    ]
    return measure_robustness(pd.concat(parts), dict.fromkeys(MADE_BY, 0.5), FACES)


@pytest.fixture(scope="module")
def robustness():
    return robustness_of(np.arange(40) % 2)


@pytest.fixture
def comparison():
    return Comparison(evaluate({"resnet": skilled(1.0, 0)}, FACES))


def section(comparison, results, cards):
    before = len(comparison.blocks)
    add_robustness(comparison, results, cards)
    return "\n".join(comparison.blocks[before:])


def test_each_set_is_a_row_an_approach_and_its_pictures(tmp_path, robustness, comparison):
    assert section(comparison, tmp_path, CARDS) == ""
    for name in ("validation", "an other"):
        write_robustness(tmp_path / "stress" / name, name, robustness, MADE_BY, FACES)
    text = section(comparison, tmp_path, CARDS)
    clean = robustness.standings[0].figures["auc"]
    assert f"| validation: resnet | {clean.value:.3f} (" in text
    assert "| an other: svm | " in text
    for picture in ("stress/an%20other/stress.png", "stress/validation/stress_fpr.png"):
        assert f"({picture})" in text


def test_figures_of_models_that_were_replaced_are_left_out_and_named(tmp_path, robustness, comparison):
    write_robustness(tmp_path / "stress/validation", "validation", robustness, MADE_BY, FACES)
    for cards in (CARDS | {"svm": {"files": {"model": "c" * 64}}}, {"resnet": CARDS["resnet"]}, {}):
        text = section(comparison, tmp_path, cards)
        assert "left out: validation. Run `python -m keras_impl.stress` again" in text
        assert "png" not in text


def test_a_damaged_table_is_one_line(tmp_path, robustness, comparison):
    write_robustness(tmp_path / "stress/validation", "validation", robustness, MADE_BY, FACES)
    path = tmp_path / "stress/validation/stress.csv"
    for content in (b"", b"approach,figure\n", b"\xff\xfe\x00"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="can't be read as a table"):
            add_robustness(comparison, tmp_path, CARDS)


def test_what_is_undefined_is_said_and_no_number(tmp_path):
    only_real = robustness_of(np.zeros(20, int))
    write_robustness(tmp_path, "real ones", only_real, MADE_BY, FACES)
    text = (tmp_path / TEXT_NAME).read_text()
    assert "20 real and 0 fake videos of 20 people." in text
    assert "| undegraded | undef. | undef. | undef. | 0." in text
    assert "nan" not in text


def test_the_terminals_table_has_each_kind_at_its_worst(robustness):
    headings, rows = summary_of(robustness, FACES)
    assert len(rows) == 2 * 13
    assert all(len(row) == len(headings) for row in rows)
    assert ("resnet", "jpeg 20") in [row[:2] for row in rows]
