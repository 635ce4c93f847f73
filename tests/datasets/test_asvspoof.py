"""ASVspoof 2019 and 2021: speakers, systems, parts, and lists that don't fit the recordings."""

import pytest

from keras_impl.datasets import find_layout, read_data
from keras_impl.errors import DataError
from tests.datasets import by_name, reasons, touch

ENDINGS = {"train": "trn", "dev": "trl", "eval": "trl"}
KEYS = "keys/LA/CM/trial_metadata.txt"
FLAC_2021 = "ASVspoof2021_LA_eval/flac"

TRAIN = ["LA_0079 LA_T_1138215 - - bonafide", "LA_0079 LA_T_1004644 - A04 spoof"]
DEV = ["LA_0069 LA_D_1047731 - - bonafide"]
EVAL = ["LA_0039 LA_E_2834763 - A11 spoof", "LA_0040 LA_E_6828287 - A16 spoof"]
LINES_2021 = [
    "LA_0009 LA_E_9332881 alaw ita_tx A07 spoof notrim eval",
    "LA_0010 LA_E_1000001 alaw ita_tx bonafide bonafide notrim eval",
    "LA_0010 LA_E_1000002 opus ita_tx - bonafide notrim progress",
    "LA_0012 LA_E_1000003 gsm pstn A19 spoof trim hidden",
]


def write_2019(folder, **parts):
    """Each part's list, and its recordings."""
    for part, lines in parts.items():
        name = f"ASVspoof2019_LA_cm_protocols/ASVspoof2019.LA.cm.{part}.{ENDINGS[part]}.txt"
        touch(folder, name, *(f"ASVspoof2019_LA_{part}/flac/{line.split()[1]}.flac" for line in lines))
        (folder / name).write_text("\n".join(lines))


def write_2021(folder, lines, keys=KEYS, flac=FLAC_2021):
    touch(folder, keys, *(f"{flac}/{line.split()[1]}.flac" for line in lines))
    (folder / keys).write_text("\n".join(lines) + "\n")


def parts_of(path):
    return {record.path.stem: record.part for record in read_data(path, modality="sound")[0]}


def test_lines_tell_speaker_system_and_label(tmp_path):
    write_2019(tmp_path, train=TRAIN)
    records, problems = read_data(tmp_path, modality="sound")
    assert problems == []
    assert [(r.video, r.label, r.person, r.system, r.corpus) for r in records] == [
        ("ASVspoof2019_LA_train/flac/LA_T_1004644.flac", 1, "LA_0079", "A04=A16", "vctk"),
        ("ASVspoof2019_LA_train/flac/LA_T_1138215.flac", 0, "LA_0079", None, "vctk"),
    ]
    assert len({record.source for record in records}) == 2


def test_the_evaluation_validates_and_both_other_parts_train(tmp_path):
    write_2019(tmp_path / "LA", train=TRAIN, dev=DEV, eval=EVAL)
    assert parts_of(tmp_path) == {
        "LA_T_1138215": "train",
        "LA_T_1004644": "train",
        "LA_D_1047731": "train",
        "LA_E_2834763": "validation",
        "LA_E_6828287": "validation",
    }


def test_a_system_that_is_in_two_parts_under_two_names_is_one(tmp_path):
    write_2019(tmp_path, train=TRAIN, eval=[*EVAL, "LA_0040 LA_E_6828288 - A19 spoof"])
    systems = {record.path.stem: record.system for record in read_data(tmp_path, modality="sound")[0]}
    assert systems["LA_T_1004644"] == systems["LA_E_6828287"] == "A04=A16"
    assert systems["LA_E_6828288"] == "A06=A19"
    assert systems["LA_E_2834763"] == "A11"


def test_a_part_without_recordings_is_one_problem_and_its_place_is_taken(tmp_path):
    write_2019(tmp_path, train=TRAIN, dev=DEV)
    protocol = "ASVspoof2019_LA_cm_protocols/ASVspoof2019.LA.cm.eval.trl.txt"
    (tmp_path / protocol).write_text("\n".join(EVAL))
    _, problems = read_data(tmp_path, modality="sound")
    assert reasons(problems) == {
        "ASVspoof2019_LA_eval/flac": "is missing: the recordings in ASVspoof2019.LA.cm.eval.trl.txt can't be used"
    }
    assert set(parts_of(tmp_path).values()) == {"train", "validation"}
    assert parts_of(tmp_path)["LA_D_1047731"] == "validation"


@pytest.mark.parametrize("keys", [KEYS, "LA-keys-full/keys/LA/CM/trial_metadata.txt", "trial_metadata.txt"])
def test_2021_is_found_wherever_its_keys_lie_and_the_other_tracks_are_not_read(tmp_path, keys):
    write_2021(tmp_path, LINES_2021, keys)
    for other in ("LA/ASV", "DF/CM", "PA/CM"):
        touch(tmp_path, f"keys/{other}/trial_metadata.txt")
        (tmp_path / f"keys/{other}/trial_metadata.txt").write_text("LA_0007 LA_E_5013670 something else")
    records, problems = read_data(tmp_path, modality="sound")
    assert problems == []
    assert {r.path.stem: (r.label, r.person, r.system) for r in records} == {
        "LA_E_9332881": (1, "LA_0009", "A07"),
        "LA_E_1000001": (0, "LA_0010", None),
        "LA_E_1000002": (0, "LA_0010", None),
        "LA_E_1000003": (1, "LA_0012", "A06=A19"),
    }


def test_the_folder_of_2021s_recordings_may_itself_be_the_data_folder(tmp_path):
    write_2021(tmp_path, LINES_2021, flac="flac")
    assert next(record.video for record in read_data(tmp_path, modality="sound")[0]) == "flac/LA_E_1000001.flac"


def test_keys_of_other_tracks_alone_are_not_recognised(tmp_path):
    write_2021(tmp_path, [], "keys/DF/CM/trial_metadata.txt")
    with pytest.raises(DataError, match="is in no known layout"):
        find_layout(tmp_path, modality="sound")


def test_2021_alone_has_no_split_of_its_own(tmp_path):
    write_2021(tmp_path, LINES_2021)
    assert set(parts_of(tmp_path).values()) == {None}


def test_beside_2019_the_evaluation_of_2021_validates_and_its_other_subsets_have_no_part(tmp_path):
    write_2019(tmp_path, train=TRAIN, dev=DEV)
    # The same number in both years: they are different recordings.
    write_2021(tmp_path, LINES_2021)
    write_2019(tmp_path, eval=["LA_0039 LA_E_9332881 - A11 spoof"])
    records, problems = read_data(tmp_path, modality="sound")
    assert problems == []
    assert {name.removeprefix("ASVspoof"): record.part for name, record in by_name(records).items()} == {
        "2019_LA_train/flac/LA_T_1138215.flac": "train",
        "2019_LA_train/flac/LA_T_1004644.flac": "train",
        "2019_LA_dev/flac/LA_D_1047731.flac": "train",
        "2019_LA_eval/flac/LA_E_9332881.flac": "validation",
        "2021_LA_eval/flac/LA_E_9332881.flac": "validation",
        "2021_LA_eval/flac/LA_E_1000001.flac": "validation",
        "2021_LA_eval/flac/LA_E_1000002.flac": None,
        "2021_LA_eval/flac/LA_E_1000003.flac": None,
    }
    assert by_name(records)["ASVspoof2021_LA_eval/flac/LA_E_9332881.flac"].system == "A07"


def test_missing_and_doubled_recordings_are_problems_and_unlisted_ones_are_for_enrolment(tmp_path):
    write_2019(tmp_path, train=[*TRAIN, "LA_0080 LA_T_1138215 - - bonafide"])
    folder = tmp_path / "ASVspoof2019_LA_train/flac"
    (folder / "LA_T_1004644.flac").unlink()
    touch(folder, "LA_T_9999999.flac")
    records, problems = read_data(tmp_path, modality="sound")
    assert records == []
    assert reasons(problems) == {
        "ASVspoof2019_LA_train/flac/LA_T_1004644.flac": (
            "is named in ASVspoof2019.LA.cm.train.trn.txt but the file is missing"
        ),
        "ASVspoof2019_LA_train/flac/LA_T_1138215.flac": "is listed more than once: keep one entry",
    }


@pytest.mark.parametrize(
    "line",
    [
        "LA_0079 LA_T_1138215 - -",
        "LA_0079 LA_T_1138215 - - real",
        "LA_0079 LA_T_1138215 - A01 bonafide",
        "LA_0079 LA_T_1138215 - - spoof",
        "LA_0079 ../LA_T_1138215 - - bonafide",
    ],
)
def test_a_malformed_line_is_an_error_that_names_it(tmp_path, line):
    write_2019(tmp_path, train=TRAIN)
    protocol = tmp_path / "ASVspoof2019_LA_cm_protocols/ASVspoof2019.LA.cm.train.trn.txt"
    protocol.write_text(f"{TRAIN[0]}\n\n{line}\n")
    with pytest.raises(DataError, match="line 3 of .* is not like 'LA_0079 LA_T_1004644 - A01 spoof'"):
        read_data(tmp_path, modality="sound")


def test_a_malformed_line_of_2021_is_an_error_that_names_it(tmp_path):
    write_2021(tmp_path, LINES_2021)
    (tmp_path / KEYS).write_text("LA_0009 LA_E_9332881 alaw ita_tx A07 spoof\n")
    with pytest.raises(DataError, match="line 1 of .* is not like 'LA_0009 LA_E_9332881 alaw"):
        read_data(tmp_path, modality="sound")


def test_two_copies_are_an_error_that_names_both(tmp_path):
    write_2021(tmp_path, LINES_2021)
    write_2021(tmp_path, LINES_2021, "LA-keys-full/keys/LA/CM/trial_metadata.txt")
    with pytest.raises(DataError, match="several places .LA-keys-full/keys/LA/CM/trial_metadata.txt, keys/LA/CM"):
        read_data(tmp_path, modality="sound")
