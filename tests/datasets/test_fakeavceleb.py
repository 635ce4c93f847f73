"""FakeAVCeleb: a label for the picture and one for the sound, and people."""

import pytest

from keras_impl.datasets import read_data
from tests.datasets import reasons, touch

PLACE = "Asian (East)/women/id00076"
REAL = f"RealVideo-RealAudio/{PLACE}/00109.mp4"
VOICE = f"RealVideo-FakeAudio/{PLACE}/00109_fake.mp4"
FACE = f"FakeVideo-RealAudio/{PLACE}/00109_id00597_faceswap.mp4"
BOTH = f"FakeVideo-FakeAudio/{PLACE}/00109_id00597_wavtolip.mp4"


@pytest.mark.parametrize(("modality", "fakes"), [("image", {FACE, BOTH}), ("sound", {VOICE, BOTH})])
def test_the_folders_half_for_the_modality_is_the_label(tmp_path, modality, fakes):
    touch(tmp_path, REAL, VOICE, FACE, BOTH)
    records, problems = read_data(tmp_path, modality=modality)
    assert problems == []
    assert {record.video for record in records} == {REAL, VOICE, FACE, BOTH}
    assert {record.video for record in records if record.label} == fakes
    assert {record.person for record in records} == {"id00076"}
    assert {record.corpus for record in records} == {"voxceleb2"}


def test_only_a_fake_voice_has_a_system_whatever_forged_the_picture(tmp_path):
    touch(tmp_path, REAL, VOICE, FACE, BOTH)
    (tmp_path / "meta_data.csv").write_text(
        "source,target1,target2,method,category,type,race,gender,path,\n"
        "id00076,id00597,-,wav2lip,D,FakeVideo-FakeAudio,Asian (East),women,00109_id00597_wavtolip.mp4,elsewhere\n"
    )
    systems = {record.video: record.system for record in read_data(tmp_path, modality="sound")[0]}
    assert systems == {REAL: None, VOICE: "SV2TTS", FACE: None, BOTH: "SV2TTS"}
    assert {record.system for record in read_data(tmp_path)[0]} == {None}


def test_what_lies_in_one_persons_folders_is_one_source(tmp_path):
    touch(tmp_path, REAL, VOICE, FACE, BOTH, REAL.replace("id00076", "id00077"))
    sources = {record.video: record.source for record in read_data(tmp_path, modality="sound")[0]}
    assert sources[REAL] == sources[VOICE] == sources[FACE] == sources[BOTH]
    assert len(set(sources.values())) == 2


def test_the_endings_are_those_of_the_modality(tmp_path):
    touch(tmp_path, REAL, REAL.replace(".mp4", ".mp3"), BOTH.replace(".mp4", ".png"))
    assert [record.path.suffix for record in read_data(tmp_path, modality="sound")[0]] == [".mp3", ".mp4"]
    assert [record.path.suffix for record in read_data(tmp_path)[0]] == [".png", ".mp4"]


def test_a_file_in_no_persons_folder_is_a_problem(tmp_path):
    touch(tmp_path, REAL, "FakeVideo-FakeAudio/African/men/id00076.mp4")
    records, problems = read_data(tmp_path)
    assert [record.video for record in records] == [REAL]
    assert "is not in a person's folder" in reasons(problems)["FakeVideo-FakeAudio/African/men/id00076.mp4"]
