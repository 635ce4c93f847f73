"""WaveFake: vocoders, sentences, and real recordings from elsewhere."""

import pytest

from keras_impl.datasets import find_layout, read_data
from keras_impl.errors import DataError
from tests.datasets import by_name, reasons, touch

SYNTHESISED = "common_voices_prompts_from_conformer_fastspeech2_pwg_ljspeech"
REAL = "LJSpeech-1.1/wavs/LJ001-0001.wav"
REAL_JSUT = "jsut_ver1.1/basic5000/wav/BASIC5000_0001.wav"
FAKES = {
    "generated_audio/ljspeech_melgan/LJ001-0001_gen.wav": "melgan",
    "generated_audio/ljspeech_hifiGAN/LJ001-0001_generated.wav": "hifiGAN",
    "generated_audio/ljspeech_waveglow/LJ001-0001.wav": "waveglow",
    "generated_audio/ljspeech_multi_band_melgan/LJ001-0001_gen.wav": "multi_band_melgan",
}
FAKE_JSUT = "generated_audio/jsut_multi_band_melgan/BASIC5000_0001_gen.wav"


def test_folders_tell_corpus_and_vocoder(tmp_path):
    touch(tmp_path, REAL, REAL_JSUT, *FAKES, FAKE_JSUT)
    records, problems = read_data(tmp_path, modality="sound")
    assert problems == []
    lj = {name: (1, system, "ljspeech", "LJ", REAL) for name, system in FAKES.items()}
    assert {r.video: (r.label, r.system, r.corpus, r.person, r.original) for r in records} == lj | {
        FAKE_JSUT: (1, "multi_band_melgan", "jsut", "JSUT", REAL_JSUT),
        REAL: (0, None, "ljspeech", "LJ", None),
        REAL_JSUT: (0, None, "jsut", "JSUT", None),
    }


def test_a_sentence_is_one_source_with_or_without_its_recording(tmp_path):
    touch(tmp_path, *FAKES, FAKE_JSUT)
    before = by_name(read_data(tmp_path, modality="sound")[0])
    assert {before[name].source for name in FAKES} == {"ljspeech/LJ001-0001"}
    assert {before[name].original for name in FAKES} == {None}
    touch(tmp_path, REAL, REAL.replace("0001.wav", "0002.wav"))
    after = by_name(read_data(tmp_path, modality="sound")[0])
    assert after[REAL].source == "ljspeech/LJ001-0001"
    assert len({record.source for record in after.values()}) == 3


@pytest.mark.parametrize("folder", ["LJSpeech-1.1", "ljspeech_real", "jsut_ver1.1", "jsut_real"])
def test_folders_of_real_recordings_are_not_taken_for_a_vocoders(tmp_path, folder):
    touch(tmp_path, *FAKES, f"{folder}/LJ001-0001.wav")
    assert by_name(read_data(tmp_path, modality="sound")[0])[f"{folder}/LJ001-0001.wav"].label == 0


def test_what_was_synthesised_from_text_comes_twice_and_is_read_once(tmp_path):
    first, second = f"{SYNTHESISED}/gen_0.wav", f"{SYNTHESISED}/generated/gen_0.wav"
    touch(tmp_path, first, second, REAL)
    records, problems = read_data(tmp_path, modality="sound")
    fake = by_name(records).pop(first)
    assert (fake.label, fake.system, fake.corpus, fake.person) == (1, "conformer_fastspeech2_pwg", "ljspeech", "LJ")
    assert fake.original is None
    assert reasons(problems) == {second: f"is skipped in favour of {first}"}


def test_recordings_elsewhere_are_problems(tmp_path):
    touch(tmp_path, REAL, *FAKES, "mine/a.wav", "b.wav", "mine/notes.txt")
    _, problems = read_data(tmp_path, modality="sound")
    assert set(reasons(problems)) == {"mine/a.wav", "b.wav"}
    assert "no folder named like ljspeech_melgan" in reasons(problems)["b.wav"]


def test_real_recordings_or_files_of_such_a_name_alone_are_not_recognised(tmp_path):
    touch(tmp_path, REAL, "ljspeech_melgan.wav")
    with pytest.raises(DataError, match="is in no known layout"):
        find_layout(tmp_path, modality="sound")
