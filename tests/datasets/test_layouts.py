"""Which layout a data set is taken for, and what is said when there is none."""

from pathlib import Path

import pytest

from keras_impl.datasets import LAYOUTS, find_layout, notes_on, read_data
from keras_impl.datasets.record import Problem
from keras_impl.errors import DataError
from tests.datasets import touch

TREES = {
    "table": ["list.csv"],
    "faceforensics": ["manipulated_sequences/Deepfakes/c23/videos/519_515.mp4"],
    "celebdf": ["Celeb-real/id0_0000.mp4"],
    "fakeavceleb": ["FakeVideo-RealAudio/African/men/id00076/00109.mp4"],
    "asvspoof": ["keys/LA/CM/trial_metadata.txt"],
    "wavefake": ["generated_audio/ljspeech_melgan/LJ001-0001_gen.wav"],
    "inthewild": ["meta.csv"],
    "crops": ["metadata.json", "faces/a.jpg"],
    "dfdc": ["part_0/metadata.json", "part_0/a.mp4"],
    "folders": ["real/a.mp4", "fake/a.mp4"],
}

MODALITIES = [(name, modality) for name, layout in LAYOUTS.items() for modality in layout.MODALITIES]
OTHERS = [(name, modality) for name in LAYOUTS for modality in ("image", "sound") if (name, modality) not in MODALITIES]


def make_tree(folder, name):
    touch(folder, *TREES[name])
    if name == "inthewild":
        (folder / "meta.csv").write_text("file,speaker,label\n")
    return folder / "list.csv" if name == "table" else folder


@pytest.mark.parametrize(("name", "modality"), MODALITIES)
def test_each_layout_is_recognised_and_by_itself_alone(tmp_path, name, modality):
    path = make_tree(tmp_path, name)
    assert find_layout(path, modality=modality) == name
    # A pool of crops has DFDC's metadata.json; the order of the registry decides.
    taken_by = {other for other, layout in LAYOUTS.items() if layout.recognises(path)}
    assert taken_by - {name} == ({"dfdc"} if name == "crops" else set())


@pytest.mark.parametrize(("name", "modality"), OTHERS)
def test_a_layout_is_neither_tried_nor_accepted_for_what_it_has_no_labels_of(tmp_path, name, modality):
    path = make_tree(tmp_path, name)
    own = LAYOUTS[name].MODALITIES[0]
    with pytest.raises(DataError, match=f"{name} is a layout for {own}, not for {modality}: choose one of") as error:
        read_data(path, name, modality)
    assert "\n" not in str(error.value)
    if name == "crops":  # what is left of it is DFDC's
        assert find_layout(path, modality=modality) == "dfdc"
    else:
        with pytest.raises(DataError, match="is in no known layout"):
            find_layout(path, modality=modality)


def test_a_layout_can_be_forced(tmp_path):
    touch(tmp_path, *TREES["celebdf"], *TREES["folders"])
    assert [record.video for record in read_data(tmp_path)[0]] == ["Celeb-real/id0_0000.mp4"]
    assert [record.video for record in read_data(tmp_path, "folders")[0]] == ["fake/a.mp4", "real/a.mp4"]


@pytest.mark.parametrize(
    ("layout", "modality", "words"),
    [
        ("movies", "sound", "movies is not a known layout: choose one of table, .*wavefake"),
        ("dfcd", "image", r"dfcd is not a known layout: did you mean dfdc\?"),
        ("Celeb-DF", "image", r"did you mean celebdf\?"),
    ],
)
def test_an_unknown_layout_brings_the_nearest_name(tmp_path, layout, modality, words):
    with pytest.raises(DataError, match=words):
        find_layout(tmp_path, layout, modality)


@pytest.mark.parametrize(
    ("files", "given", "words"),
    [
        ((), ".", "the folder is empty"),
        (("a.mp4", "b.mp4"), ".", "it holds 2 videos, but no labels: no metadata.json, no real/ and fake/, no table"),
        (("part_0/a.mp4", "b.jpg"), ".", "it holds 1 video and 1 picture, but no labels"),
        (("real/a.mp4",), ".", "it holds 1 video, but no folder says fake"),
        (("notes.txt",), ".", "it holds 1 other file, none of which is a video or a picture"),
        (("a.mp4",), "a.mp4", "a.mp4 is a single video: give the folder of a data set"),
        (("a.txt",), "a.txt", "neither a folder nor a CSV file"),
        (("x/Celeb-real/id0_0000.mp4",), ".", "x in it looks like celebdf: give that folder"),
        (("x/original_sequences/youtube/c23/videos/000.mp4",), ".", "x in it looks like faceforensics"),
        (("a" * 300,), None, "doesn't exist: give the folder"),
    ],
)
def test_what_is_in_no_layout_is_described(tmp_path, files, given, words):
    if given is None:
        path = tmp_path.joinpath(*["a" * 200] * 21)
    else:
        touch(tmp_path, *files)
        path = tmp_path / given
    with pytest.raises(DataError, match=words) as error:
        find_layout(path)
    assert "\n" not in str(error.value)
    assert len(str(error.value).replace(str(path), "")) < 300


def test_what_is_in_no_layout_is_described_for_sound_too(tmp_path):
    touch(tmp_path, "a.jpg")
    with pytest.raises(DataError, match="it holds 1 picture, none of which is a video or a recording"):
        find_layout(tmp_path, modality="sound")


def test_a_folder_with_one_table_says_so(tmp_path):
    (tmp_path / "labels.csv").write_text("path;label\n")
    with pytest.raises(DataError, match="contains a table of a data set: give .*labels.csv"):
        find_layout(tmp_path)


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_the_manual_describes_every_layout(name):
    assert f"## `{name}`" in Path("docs/layouts.md").read_text()


def test_originals_that_are_not_there_are_told(tmp_path):
    touch(tmp_path, "Celeb-real/id0_0000.mp4", "Celeb-synthesis/id0_id1_0000.mp4", "Celeb-synthesis/id7_id1_0000.mp4")
    records, _ = read_data(tmp_path)
    (note,) = notes_on(tmp_path, "celebdf", records)
    assert note.startswith("Originals that are missing from the data set: 1, such as Celeb-real/id7_0000.mp4; fakes")


@pytest.mark.usefixtures("closed_folders")
def test_folders_that_cannot_be_listed_are_problems(tmp_path):
    touch(tmp_path, "real/a.mp4", "fake/b.mp4", "real/closed/c.mp4")
    records, problems = read_data(tmp_path)
    assert [record.video for record in records] == ["fake/b.mp4", "real/a.mp4"]
    assert problems == [Problem("real/closed", "is a folder that can't be listed (Permission denied)")]


@pytest.mark.parametrize(("name", "modality"), [pair for pair in MODALITIES if pair[0] != "table"])
def test_a_forced_layout_that_does_not_fit_says_what_it_needs(tmp_path, name, modality):
    touch(tmp_path, "notes.txt")
    for path in (tmp_path, tmp_path / "notes.txt"):
        if name == "crops" and path.is_file():
            continue  # a file is read as a table of crops
        with pytest.raises(DataError, match=f"holds nothing in the layout {name}: it needs"):
            read_data(path, name, modality)


def test_nothing_there_is_an_error(tmp_path):
    with pytest.raises(DataError, match="doesn't exist"):
        read_data(tmp_path / "nowhere", "dfdc")
