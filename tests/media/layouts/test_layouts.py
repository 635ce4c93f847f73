"""Which layout a data set is taken for, and what is said when there is none."""

import pytest

from keras_impl.errors import DataError
from keras_impl.media.layouts import LAYOUTS, find_layout, read_data
from tests.media.layouts import touch

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


@pytest.mark.parametrize("modality", ["image", "sound"])
@pytest.mark.parametrize(("layout", "words"), [(None, "is in no known layout"), ("movies", "movies is not a known")])
def test_unknown_layouts_are_an_error_that_lists_what_each_needs(tmp_path, layout, words, modality):
    with pytest.raises(DataError, match=words) as error:
        find_layout(tmp_path, layout, modality)
    assert "\n" not in str(error.value)
    for name, adapter in LAYOUTS.items():
        assert (f"{name} needs {adapter.NEEDS}" in str(error.value)) == (modality in adapter.MODALITIES)


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
