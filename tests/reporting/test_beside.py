"""Sound beside the image: both in one table."""

import re

import pytest

from keras_impl.reporting.report import compare
from keras_impl.reporting.short_table import short_table
from tests.evaluation.tables import skilled, write_approach, write_sound


@pytest.fixture
def results(tmp_path):
    """Results on faces, with results on sound in them."""
    for seed, name in enumerate(("svm", "resnet")):
        write_approach(tmp_path / name, skilled(1 + seed, seed), "image", "person")
    write_sound(tmp_path / "sound", svm=1, baseline=0)
    return tmp_path


def section(results):
    return (results / "comparison.md").read_text().split("## Sound beside the image")[1]


def test_both_are_in_one_table_with_their_rules_files_and_intervals(results):
    comparison = compare(results)
    rows = [line.strip("| ").split(" | ") for line in section(results).splitlines() if line.startswith("| ")]
    assert rows[0] == ["modality", "approach", "protocol", "files", "accuracy", "AUC", "equal error rate"]
    assert [row[:4] for row in rows[2:]] == [
        ["image", "resnet", "person", "200"],
        ["image", "svm", "person", "200"],
        ["sound", "svm", "system", "60"],
        ["sound", "baseline", "system", "60"],
    ]
    assert all(re.fullmatch(r"[01]\.\d{3} \(\S+.to.\S+\)", figure) for row in rows[2:] for figure in row[4:])
    headings, lines = short_table(comparison.beside)
    assert headings[-2] == "EER"
    assert [line[0] for line in lines] == ["svm", "baseline"]
    assert not (results / "sound/comparison.csv").exists()  # that is for the report on sound to write


def test_a_rule_that_no_card_names_is_not_known(results):
    (results / "svm/model.json").unlink()
    compare(results)
    assert "| image | svm | not known |" in section(results)


def test_without_sound_or_with_faces_in_its_place_there_is_no_such_section(results):
    for name in ("svm", "baseline"):
        (results / "sound" / name / "model.json").unlink()
    assert compare(results).beside is None
    assert "Sound beside" not in (results / "comparison.md").read_text()


def test_sound_itself_has_no_such_section(results):
    write_sound(results / "sound/sound", svm=1)
    assert compare(results / "sound").beside is None
