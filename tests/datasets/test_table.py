"""A CSV file: what its columns mean, and each way in which it can be wrong."""

import pytest

from keras_impl.datasets import notes_on, read_data
from keras_impl.errors import DataError
from tests.datasets import by_name, reasons, touch


def write(folder, text, *files):
    touch(folder, *files)
    table = folder / "list.csv"
    table.write_text(text)
    return table


@pytest.mark.parametrize(("real", "fake"), [("real", "fake"), ("REAL", "Fake"), ("0", "1")])
def test_labels_in_all_their_forms(tmp_path, real, fake):
    table = write(tmp_path, f"\ufeffPath, Label\na.mp4,{real}\n\nb/c.jpg,{fake}\n", "a.mp4", "b/c.jpg")
    records, problems = read_data(table)
    assert problems == []
    assert [(r.video, r.label, r.part, r.person, r.original) for r in records] == [
        ("a.mp4", 0, None, None, None),
        ("b/c.jpg", 1, None, None, None),
    ]


def test_paths_may_be_absolute_or_lie_elsewhere_and_missing_files_are_problems(tmp_path):
    touch(tmp_path, "elsewhere/b.mp4")
    inside = tmp_path / "set" / "a.mp4"
    text = f"path,label\n{inside},real\n../elsewhere/b.mp4,fake\ngone.mp4,fake\n"
    records, problems = read_data(write(tmp_path / "set", text, "a.mp4"))
    assert [(record.video, record.path.is_file()) for record in records] == [
        ("../elsewhere/b.mp4", True),
        ("a.mp4", True),
    ]
    assert "file is missing" in reasons(problems)["gone.mp4"]


def test_optional_columns(tmp_path):
    text = (
        "path,label,group,split,original,person\n"
        "a.mp4,real,,train,a.mp4,ann\n"
        "b.mp4,fake,,val,./a.mp4,ann\n"
        "c.mp4,real,studio,test,,\n"
        "d.mp4,real,studio,,,\n"
    )
    records = by_name(read_data(write(tmp_path, text, "a.mp4", "b.mp4", "c.mp4", "d.mp4"))[0])
    assert [record.part for record in records.values()] == ["train", "train", "validation", None]
    assert [record.source for record in records.values()] == ["a.mp4", "a.mp4", "studio", "studio"]
    assert [record.person for record in records.values()] == ["ann", "ann", None, None]
    assert records["b.mp4"].original == "a.mp4"


def test_columns_for_sound(tmp_path):
    text = (
        "path,label,speaker,person,system,corpus\n"
        "a.wav,real,ann,,human,vctk\n"
        "b.wav,fake,ann,ann,melgan,\n"
        "c.wav,fake,,bob,,ljspeech\n"
    )
    records, problems = read_data(write(tmp_path, text, "a.wav", "b.wav", "c.wav"), modality="sound")
    assert problems == []
    assert [(r.video, r.person, r.system, r.corpus) for r in records] == [
        ("a.wav", "ann", None, "vctk"),
        ("b.wav", "ann", "melgan", None),
        ("c.wav", "bob", None, "ljspeech"),
    ]


def test_without_a_test_part_the_validation_part_validates(tmp_path):
    table = write(tmp_path, "path,label,split\na.mp4,real,train\nb.mp4,fake,validation\n", "a.mp4", "b.mp4")
    assert [record.part for record in read_data(table)[0]] == ["train", "validation"]


@pytest.mark.parametrize("given", ["a.mp4", "b.mp4", "c.mp4"])
def test_a_group_given_once_holds_for_a_video_and_all_its_fakes(tmp_path, given):
    rows = [("a.mp4", "real", ""), ("b.mp4", "fake", "a.mp4"), ("c.mp4", "fake", "a.mp4")]
    lines = [f"{path},{label},{original},{'g' if path == given else ''}" for path, label, original in rows]
    table = write(tmp_path, "\n".join(["path,label,original,group", *lines]), *(row[0] for row in rows))
    assert {record.source for record in read_data(table)[0]} == {"g"}


def test_versions_of_a_real_video_stay_together_with_their_fakes(tmp_path):
    text = "path,label,original\na.mp4,real,\nb.mp4,real,a.mp4\nc.mp4,fake,b.mp4\n"
    records, _ = read_data(write(tmp_path, text, "a.mp4", "b.mp4", "c.mp4"))
    assert {record.source for record in records} == {"a.mp4"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "lacks the column path and the column label"),
        ("path,kind\na.mp4,real\n", "lacks the column label"),
        ("path,label\n", "has no rows"),
        ("path,label\na.mp4,real\nb.mp4,maybe\n", "line 3 .* label 'maybe'"),
        ("path,label\na.mp4,2\n", "line 2 .* label '2'"),
        ("path,label\na.mp4\n", "line 2 .* label ''"),
        ("path,label\n,real\n", "line 2 .* has no path"),
        ("path,label\na,b.mp4,real\n", "line 2 .* more values than columns"),
        ("path,label\na.mp4,real\n./a.mp4,real\n", "line 3 .* a second time"),
        ("path,label,split\na.mp4,real,holdout\n", "line 2 .* split 'holdout'"),
        ("path,label,person,speaker\na.mp4,real,ann,bob\n", "line 2 .* person 'ann' but the speaker 'bob'"),
        ("path,label,original\na.mp4,fake,a.mp4\n", "line 2 .* form a cycle"),
        ("path,label,original\na.mp4,real,b.mp4\nb.mp4,real,a.mp4\n", "line 2 .* form a cycle"),
        ("path,label,original\na.mp4,fake,b.mp4\nb.mp4,fake,c.mp4\n", "line 2 .* its original is a fake"),
        ("path,label,original,group\na.mp4,real,,g\nb.mp4,fake,a.mp4,h\n", "line 3 .* group 'h', but 'g'"),
    ],
)
def test_a_table_that_cannot_be_right_is_an_error_in_one_line(tmp_path, text, words):
    with pytest.raises(DataError, match=words) as error:
        read_data(write(tmp_path, text, "a.mp4", "b.mp4"))
    assert "\n" not in str(error.value)


def test_something_else_than_a_table_is_an_error(tmp_path):
    binary = tmp_path / "a.csv"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\x00\x81")
    for path in (binary, tmp_path):
        with pytest.raises(DataError, match="can't be read as a CSV file"):
            read_data(path, "table")


# ---- 0 and 1, and what is said in words ----


def labels_of(table):
    return {record.video: record.label for record in read_data(table)[0]}


@pytest.mark.parametrize(
    ("text", "labels", "note"),
    [
        ("path,label\na.mp4,0\nb.mp4,1\n", (0, 1), "1 means fake in this table, as nothing in it says otherwise"),
        (
            "path,label,label_str\na.mp4,1,real\nb.mp4,0,fake\n",
            (0, 1),
            "1 means real in this table, by its other columns",
        ),
        (
            "path,label,label_str\na.mp4,0,Real\nb.mp4,1,FAKE\n",
            (0, 1),
            "1 means fake in this table, by its other columns",
        ),
        ("path,label,label_str\na.mp4,1,real\nb.mp4,0,\n", (0, 1), "1 means real"),
        ("path,label\na.mp4,real\nb.mp4,fake\n", (0, 1), ""),
    ],
)
def test_zero_and_one_mean_what_the_table_says_in_words(tmp_path, text, labels, note):
    table = write(tmp_path, text, "a.mp4", "b.mp4")
    assert labels_of(table) == dict(zip(("a.mp4", "b.mp4"), labels, strict=True))
    notes = notes_on(table, "table", [])
    assert len(notes) == bool(note)
    assert note in "".join(notes)
    assert notes_on(table, "folders", []) == []


def test_folders_in_paths_say_it_too(tmp_path):
    text = "path,label\ntest/real/a.jpg,1\ntest/Fake/b.jpg,0\n"
    table = write(tmp_path, text, "test/real/a.jpg", "test/Fake/b.jpg")
    assert labels_of(table) == {"test/real/a.jpg": 0, "test/Fake/b.jpg": 1}


def test_folders_above_the_table_say_nothing(tmp_path):
    inside = tmp_path / "fake" / "set"
    table = write(inside, f"path,label\n{inside}/a.mp4,0\nb.mp4,1\n", "a.mp4", "b.mp4")
    assert labels_of(table) == {"a.mp4": 0, "b.mp4": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("path,label,kind\na.mp4,1,real\nb.mp4,1,fake\n", "lines 3 and 2 of .* disagree on whether the label 1"),
        ("path,label,kind\nreal/a.mp4,1,fake\nb.mp4,1,\n", "line 2 of .* says both real and fake of one file"),
        ("path,label\nreal/a.mp4,fake\nb.mp4,real\n", "line 2 of .* has the label fake, but another .* says real"),
        (
            "path,label,kind\na.mp4,real,fake\nb.mp4,fake,\n",
            "line 2 of .* real, but another .* says fake",
        ),
        ("path,label,Label\na.mp4,0,1\nb.mp4,1,0\n", "has the column label twice: keep one"),
    ],
)
def test_contradictions_are_refused(tmp_path, text, words):
    table = write(tmp_path, text, "a.mp4", "b.mp4", "real/a.mp4")
    with pytest.raises(DataError, match=words) as refused:
        read_data(table)
    assert "\n" not in str(refused.value)


# ---- as programs write tables ----


@pytest.mark.parametrize(
    "text",
    [
        "path;label\na.mp4;real\nb.mp4;fake\n",
        "path\tlabel\na.mp4\treal\nb.mp4\tfake\n",
        "sep=;\npath;label\na.mp4;real\nb.mp4;fake\n",
        "sep=,\npath,label\na.mp4,real\nb.mp4,fake\n",
        "path,label\na.mp4,0.0\nb.mp4,1.0\n",
        "path,label\na.mp4,False\nb.mp4,True\n",
        "path,label,split\na.mp4,real,train\nb.mp4,fake,valid\n",
        'path,label\na.mp4, "real"\nb.mp4, "fake"\n',
        "path,label\na.mp4,real,\nb.mp4,fake,,\n",
        "path,label,\na.mp4,real,\nb.mp4,fake,\n",
    ],
)
def test_dialects_are_read(tmp_path, text):
    assert labels_of(write(tmp_path, text, "a.mp4", "b.mp4")) == {"a.mp4": 0, "b.mp4": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_encodings_are_read(tmp_path, encoding):
    touch(tmp_path, "\ud55c\uad6d.mp4", "b.mp4")
    table = tmp_path / "list.csv"
    table.write_text("path,label\n\ud55c\uad6d.mp4,real\nb.mp4,fake\n", encoding=encoding)
    assert labels_of(table) == {"\ud55c\uad6d.mp4": 0, "b.mp4": 1}


def test_backslashes_separate_folders(tmp_path):
    text = "path,label,original\nsub\\a.mp4,real,\nsub\\b.mp4,fake,sub\\a.mp4\n"
    records, problems = read_data(write(tmp_path, text, "sub/a.mp4", "sub/b.mp4"))
    assert problems == []
    assert [(r.video, r.label, r.source) for r in records] == [
        ("sub/a.mp4", 0, "sub/a.mp4"),
        ("sub/b.mp4", 1, "sub/a.mp4"),
    ]


@pytest.mark.parametrize("original", ["real/a.mp4", "a", "A.MP4", "real/a", "elsewhere/a.avi"])
def test_an_original_is_found_by_its_name(tmp_path, original):
    table = write(tmp_path, f"path,label,original\nreal/a.mp4,real,\nb.mp4,fake,{original}\n", "real/a.mp4", "b.mp4")
    assert {record.source for record in read_data(table)[0]} == {"real/a.mp4"}


def test_an_original_that_could_be_several_is_refused(tmp_path):
    text = "path,label,original\nx/a.mp4,real,\ny/a.mp4,real,\nb.mp4,fake,a\n"
    with pytest.raises(DataError, match=r"line 4 of .* could be x/a.mp4 or y/a.mp4: give its path"):
        read_data(write(tmp_path, text, "x/a.mp4", "y/a.mp4", "b.mp4"))


@pytest.mark.parametrize(
    "text",
    [
        "path,label,kind\na.mp4,1,bonafide\nb.mp4,0,spoof\n",
        "path,label,kind\na.mp4,1,genuine\nb.mp4,0,deepfake\n",
        "path,label,method\na.mp4,1,original\nb.mp4,0,manipulated\n",
        "path,label,is_real\na.mp4,1,1\nb.mp4,0,0\n",
        "path,label,fake\na.mp4,1,no\nb.mp4,0,yes\n",
        "path,label\nreal_videos/a.mp4,1\nfake_videos/b.mp4,0\n",
        "path,label\n0_real/a.mp4,1\n1_fake/b.mp4,0\n",
        "path,label\nCeleb-real/a.mp4,1\nCeleb-synthesis/b.mp4,0\n",
        "path,label\ntraining_real/a.mp4,1\ntraining_fake/b.mp4,0\n",
        "path,label\nreal_a.mp4,1\nfake_b.mp4,0\n",
    ],
)
def test_any_words_tell_that_one_means_real(tmp_path, text):
    names = [line.split(",")[0] for line in text.splitlines()[1:]]
    table = write(tmp_path, text, *names)
    assert labels_of(table) == {names[0]: 0, names[1]: 1}


@pytest.mark.parametrize(
    "rows",
    [
        "a.mp4,1,fake\nb.mp4,1,real\n",
        "a.mp4,1,Celeb-synthesis\nb.mp4,1,Celeb-real\n",
    ],
)
def test_words_that_disagree_with_each_other_are_refused(tmp_path, rows):
    table = write(tmp_path, "path,label,kind\n" + rows, "a.mp4", "b.mp4")
    with pytest.raises(DataError, match="lines 2 and 3 .* disagree on whether the label 1 means fake"):
        read_data(table)


def test_columns_that_hold_names_are_no_evidence(tmp_path):
    text = "path,label,original,person\nc/a.mp4,0,,Real\nc/real_b.mp4,1,c/a.mp4,\n"
    table = write(tmp_path, text.replace("real_b", "b"), "c/a.mp4", "c/b.mp4")
    assert labels_of(table) == {"c/a.mp4": 0, "c/b.mp4": 1}


@pytest.mark.parametrize(("given", "label"), [("Genuine", 0), ("deepfake", 1), ("bona-fide", 0), ("spoof", 1)])
def test_labels_may_be_other_words(tmp_path, given, label):
    table = write(tmp_path, f"path,label\na.mp4,{given}\n", "a.mp4")
    assert labels_of(table) == {"a.mp4": label}


@pytest.mark.parametrize(
    ("original", "files"),
    [
        ("a", ("a.mp4", "b.mp4")),
        ("A.MP4", ("a.mp4", "b.mp4")),
        ("clips/a.mp4", ("a.mp4", "b.mp4")),
        ("a", ("x/a.mp4", "b.mp4")),
        ("clip.v1", ("clip.v1.mp4", "b.mp4")),
        ("\u00e9.mp4", ("e\u0301.mp4", "b.mp4")),
    ],
)
def test_originals_are_found_however_they_are_written(tmp_path, original, files):
    table = write(tmp_path, f"path,label,original\n{files[0]},real,\n{files[1]},fake,{original}\n", *files)
    records = {record.label: record for record in read_data(table)[0]}
    assert records[1].source == records[0].source == records[0].video


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp949", "cp932", "cp1252"])
def test_tables_in_any_usual_encoding_name_their_files(tmp_path, encoding):
    letters = {"cp949": "\ud55c\uad6d", "cp932": "\u65e5\u672c\u8a9e", "cp1252": "caf\u00e9"}
    name = letters.get(encoding, "\ud55c\u65e5\u00e9") + ".mp4"
    touch(tmp_path, name, "b.mp4")
    (tmp_path / "list.csv").write_bytes(f"path,label\n{name},real\nb.mp4,fake\n".encode(encoding))
    records, problems = read_data(tmp_path / "list.csv")
    assert ({record.video for record in records}, problems) == ({name, "b.mp4"}, [])


@pytest.mark.parametrize(
    "text",
    [
        "\n\npath,label\na.mp4,real\n",
        '"sep=;"\npath;label\na.mp4;real\n',
        "path|label\na.mp4|real\n",
    ],
)
def test_tables_may_begin_with_empty_lines_or_name_their_separator(tmp_path, text):
    assert labels_of(write(tmp_path, text, "a.mp4")) == {"a.mp4": 0}
