"""Sound beside the image: both in one table, and nothing computed twice."""

import os
import re

import pandas as pd
import pytest

from keras_impl.reporting.report import compare
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


def accuracy_of(results, name="svm"):
    return re.search(rf"\| sound \| {name} \| .* \| (\S+) \(.*\(.*\(", section(results))[1]


def change_table(results, **columns):
    """Change what was computed of sound, so that it shows whether it is read or computed again."""
    path = results / "sound/comparison.csv"
    table = pd.read_csv(path)
    table.loc[(table["approach"] == "svm") & (table["metric"] == "accuracy"), "value"] = 0.123
    table.assign(**columns).to_csv(path, index=False)
    return path


def test_both_are_in_one_table_with_their_rules_files_and_intervals(results):
    comparison = compare(results)
    rows = [line.strip("| ").split(" | ") for line in section(results).splitlines() if line.startswith("| ")]
    assert rows[0] == ["modality", "approach", "split rule", "files", "accuracy", "AUC", "equal error rate"]
    assert [row[:4] for row in rows[2:]] == [
        ["image", "resnet", "person", "200"],
        ["image", "svm", "person", "200"],
        ["sound", "svm", "system", "60"],
        ["sound", "baseline", "system", "60"],
    ]
    assert all(re.fullmatch(r"[01]\.\d{3} \(\S+.to.\S+\)", figure) for row in rows[2:] for figure in row[4:])
    headings, lines = comparison.sound_table
    assert headings[-2] == "EER"
    assert [line[0] for line in lines] == ["svm", "baseline"]
    assert not (results / "sound/comparison.csv").exists()  # that is for the report on sound to write


def test_what_the_report_on_sound_computed_is_read(results):
    compare(results)
    computed = section(results)
    compare(results / "sound")
    compare(results)
    assert section(results) == computed
    change_table(results)
    compare(results)
    assert accuracy_of(results) == "0.123"


def test_what_is_out_of_date_damaged_or_of_other_samples_is_computed_again(results):
    compare(results / "sound")
    path = change_table(results)
    os.utime(path, (1, 1))
    compare(results)
    expected = accuracy_of(results)
    assert expected != "0.123"
    change_table(results, missing="half")
    compare(results)
    assert accuracy_of(results) == expected
    change_table(results, approach="svm")
    compare(results)
    assert accuracy_of(results) == expected
    path.write_bytes(b"")
    compare(results)
    assert accuracy_of(results) == expected


def test_a_rule_that_no_card_names_is_not_known(results):
    (results / "svm/model.json").unlink()
    compare(results)
    assert "| image | svm | not known |" in section(results)


def test_without_sound_or_with_faces_in_its_place_there_is_no_such_section(results):
    for name in ("svm", "baseline"):
        (results / "sound" / name / "model.json").unlink()
    assert compare(results).sound == {}
    assert "Sound beside" not in (results / "comparison.md").read_text()


def test_sound_itself_has_no_such_section(results):
    write_sound(results / "sound/sound", svm=1)
    assert compare(results / "sound").sound == {}
