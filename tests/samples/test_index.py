"""Indexes of both modalities: written in order, read with their types, refused when damaged."""

import pandas as pd
import pytest

from keras_impl.datasets.record import MediaRecord
from keras_impl.errors import DataError
from keras_impl.faces.modality import FACES
from keras_impl.samples.index import (
    INDEX_NAME,
    ROWS_AT_A_TIME,
    read_index,
    read_missing,
    read_modality,
    read_samples,
    told_by_data,
    write_index,
    write_missing,
    write_sorted,
)
from keras_impl.samples.modality import FROM_DATA
from keras_impl.speech.modality import SPEECH


@pytest.fixture(params=[FACES, SPEECH], ids=["image", "sound"])
def modality(request):
    return request.param


def row(modality, sample, **changes):
    values = {name: 0 if type_.endswith("64") else "a" for name, type_ in modality.columns.items()}
    return values | {"sample": sample, "original": None} | changes


def test_both_kinds_hold_what_the_data_set_says(modality):
    assert set(FROM_DATA) < set(modality.columns)
    assert {"sample", modality.file_column, *modality.order, *modality.groups} < set(modality.columns)


def test_an_index_comes_back_as_it_was_written(modality, tmp_path):
    rows = [row(modality, "b#0", video="b"), row(modality, "a#0", label=1, original="b", person="NA")]
    written = write_index(tmp_path, modality, rows)
    assert written["sample"].tolist() == ["a#0", "b#0"]
    index = read_index(tmp_path, modality)
    assert index.equals(written)
    assert index["original"].isna().tolist() == [False, True]
    assert index["person"].tolist() == ["NA", "a"]


def test_segments_are_in_order_of_time_beyond_ten(tmp_path):
    rows = [row(SPEECH, f"a#{number}", segment=number) for number in (10, 2, 1, 11)]
    assert write_index(tmp_path, SPEECH, rows)["segment"].tolist() == [1, 2, 10, 11]


def test_many_rows_are_written_as_if_at_once(modality, tmp_path):
    rows = [row(modality, f"{number:06}#0", video=f"{number:06}") for number in range(ROWS_AT_A_TIME + 5)]
    write_sorted(tmp_path, modality, iter(rows))
    streamed = (tmp_path / INDEX_NAME).read_bytes()
    write_index(tmp_path, modality, rows)
    assert (tmp_path / INDEX_NAME).read_bytes() == streamed
    assert len(read_index(tmp_path, modality)) == ROWS_AT_A_TIME + 5


def test_further_keys_of_a_row_are_left_out(modality, tmp_path):
    write_sorted(tmp_path, modality, [row(modality, "a#0", features="AAAA", is_replaced=True)])
    assert list(pd.read_csv(tmp_path / INDEX_NAME)) == list(modality.columns)


def test_a_missing_index_names_the_step_that_makes_it(modality, tmp_path):
    with pytest.raises(DataError, match=f"is missing: run {modality.extracted_by} first"):
        read_index(tmp_path, modality)
    with pytest.raises(DataError, match="is missing: run something else first"):
        read_index(tmp_path, modality, "something else")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda table, modality: table.drop(columns=["label", "part"]), "lacks the columns label, part"),
        (lambda table, modality: table.assign(label=2), "labels other than 0 and 1"),
        (lambda table, modality: table.assign(label="x"), "is not a (face|segment) index"),
        (lambda table, modality: table.assign(source=None), "has rows without source"),
        (lambda table, modality: table.assign(**{modality.file_column: None}), "has rows without (crop|clip)"),
        (lambda table, modality: pd.concat([table, table]), "names a#0 twice"),
    ],
)
def test_a_damaged_index_is_refused(damage, words, modality, tmp_path):
    damage(write_index(tmp_path, modality, [row(modality, "a#0")]), modality).to_csv(tmp_path / INDEX_NAME, index=False)
    with pytest.raises(DataError, match=f"{words}.*run {modality.extracted_by} again"):
        read_index(tmp_path, modality)


def test_an_index_of_the_other_kind_is_refused(tmp_path):
    write_index(tmp_path, FACES, [row(FACES, "a#0")])
    with pytest.raises(DataError, match="lacks the columns system, corpus"):
        read_index(tmp_path, SPEECH)


def test_files_without_a_sample_are_among_the_samples_with_a_status(modality, tmp_path):
    write_index(tmp_path, modality, [row(modality, "a#0")])
    assert read_samples(tmp_path, modality)["status"].tolist() == ["ok"]
    told = told_by_data(MediaRecord("z.wav", tmp_path / "z.wav", 1, original="a", person="Ann"))
    write_missing(tmp_path, modality, [told | {"sample": "z.wav#none", "status": "silent", "system": "vocoder"}])
    samples = read_samples(tmp_path, modality).set_index("sample")
    assert samples["status"].to_dict() == {"a#0": "ok", "z.wav#none": "silent"}
    assert samples.loc["z.wav#none", ["video", "source", "label", "person"]].tolist() == ["z.wav", "a", 1, "Ann"]
    assert samples["label"].dtype == "int64"
    if modality is SPEECH:
        assert samples.loc["z.wav#none", "system"] == "vocoder"


def test_a_damaged_list_of_them_is_refused(modality, tmp_path):
    assert len(read_missing(tmp_path, modality)) == 0
    (tmp_path / modality.missing_name).write_text("sample,label\nx,y\n")
    with pytest.raises(DataError, match=f"is not a list of videos.*run {modality.extracted_by} again"):
        read_missing(tmp_path, modality)


@pytest.mark.parametrize(
    ("settings", "modality"),
    [('{"modality": "sound"}', "sound"), ('{"modality": "image"}', "image"), ('{"layout": "dfdc"}', "image")],
)
def test_a_folder_says_what_it_is_of(settings, modality, tmp_path):
    (tmp_path / "settings.json").write_text(settings)
    assert read_modality(tmp_path, "it") == modality


def test_settings_that_are_missing_tell_nothing_and_damaged_ones_name_the_step(tmp_path):
    assert read_modality(tmp_path, "that") is None
    (tmp_path / "settings.json").write_text("{")
    with pytest.raises(DataError, match="run that again"):
        read_modality(tmp_path, "that")


def test_a_number_that_no_column_can_hold_is_refused_in_a_line(modality, tmp_path):
    write_index(tmp_path, modality, [row(modality, "a#0", label=1)])
    path = tmp_path / INDEX_NAME
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    path.write_text(table.assign(label=str(2**70)).to_csv(index=False))
    with pytest.raises(DataError, match=f"is not a {modality.nouns.sample} index"):
        read_index(tmp_path, modality)
