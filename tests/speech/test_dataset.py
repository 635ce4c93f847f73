"""A data set's sound as a command: what is heard is indexed, what isn't is named, and no work is done twice."""

import json
import os
import random
import signal
import subprocess
import sys

import av
import numpy as np
import pandas as pd
import pytest

from keras_impl.core.parallel import Workers
from keras_impl.datasets import read_data
from keras_impl.samples.embeddings import read_embeddings
from keras_impl.samples.index import read_index, read_modality, read_samples
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.dataset import SoundExtraction
from keras_impl.speech.extract import Options
from keras_impl.speech.lfcc import pooled_lfcc
from keras_impl.speech.modality import SPEECH
from keras_impl.splits.split import Split
from tests.conftest import ROOT, assert_one_line_error, run_step, write_video
from tests.processes import start_step, stop_after
from tests.speech.speech import RATE, at_rate, hear, record_people, speak, write_film, write_sound, write_wav

pytestmark = pytest.mark.slow

OUTPUTS = ("index.csv", "soundless.csv", "problems.csv", "embeddings.npz")

BAD = {
    "empty.wav": ("unreadable", "can't be opened as sound"),
    "text.wav": ("unreadable", "can't be opened as sound"),
    "list.wav": ("unreadable", "can't be opened as sound"),
    "silent.wav": ("silent", "is silent"),
    "short.wav": ("too short", "has less than 1 s of sound"),
    "noise.wav": ("no speech", "has sound, but nobody speaks"),
    "mute.mp4": ("no sound track", "has no sound track"),
    "header.wav": ("unreadable", "has a sound track of which nothing can be decoded"),
    "link.wav": ("unreadable", "does not exist"),
}
"""Files in the folder fake that give no segment: status, and how the reason begins."""

MORE = ("fake/film.mp4", "fake/music.mp3", "real/long.wav")
"""Further files that do."""


def write_bad(folder):
    """Write all files of `BAD`."""
    (folder / "empty.wav").touch()
    (folder / "text.wav").write_text("no sound\n" * 500)
    (folder / "list.wav").write_text("ffconcat version 1.0\nfile ../real/000.wav\n")
    write_wav(folder / "silent.wav", np.zeros(3 * RATE))
    write_wav(folder / "short.wav", speak(0.1))
    write_wav(folder / "noise.wav", np.random.default_rng(0).normal(0, 0.05, 3 * RATE))
    write_video(folder / "mute.mp4")
    (folder / "header.wav").write_bytes((folder / "silent.wav").read_bytes()[:78])
    (folder / "link.wav").symlink_to(folder / "nowhere.wav")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Six real recordings, six fakes, a video, a long file, an MP3, and all of `BAD`."""
    folder = record_people(tmp_path_factory.mktemp("recordings"), each=6)
    write_bad(folder / "fake")
    write_film(folder / "fake/film.mp4", speak(3, seed=50))
    write_sound(folder / "fake/music.mp3", speak(3, seed=51))
    write_wav(folder / "real/long.wav", np.concatenate([np.zeros(RATE, np.float32), speak(25, seed=52)]))
    return folder


@pytest.fixture(scope="module")
def extracted(recordings, tmp_path_factory):
    """The folder that the command makes of them with two workers, and its result."""
    out = tmp_path_factory.mktemp("sound")
    return out, run_step("extract_sound", "--data", recordings, "--out", out, "--jobs", 2, "--log", out / "log.jsonl")


def extract(data, out, options=None, jobs=1, redo_problems=False):
    """Extract in this process; return the names of what had to be done."""
    records, problems = read_data(data, modality="sound")
    with SoundExtraction(records, out, options or Options(), redo_problems) as extraction:
        done = sorted(record.video for record, _ in extraction.run(Workers(jobs)))
        extraction.compile(problems)
    return done


def assert_equal_outputs(out, other):
    """All that must not depend on how the work went is the same, byte for byte."""
    found, expected = (
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in [*map(folder.joinpath, OUTPUTS), *folder.glob("segments/*")]
        }
        for folder in (out, other)
    )
    assert sorted(found) == sorted(expected)
    assert [name for name in found if found[name] != expected[name]] == []


# ---- what comes out ----


def test_the_run_ends_well_and_says_what_it_did(extracted):
    out, result = extracted
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert "Warning" not in result.stderr
    assert f"Skipped {len(BAD)}; reasons in " in result.stderr
    assert "segments of 15 files (7 real, 8 fake)" in result.stdout
    assert not list(out.rglob(".partial*"))


def test_every_file_is_in_the_index_or_named(extracted):
    out, _ = extracted
    index = read_index(out, SPEECH)
    heard = {f"{'fake' if number % 2 else 'real'}/{number:03}.wav" for number in range(12)} | {*MORE}
    assert set(index["video"]) == heard
    assert (index["label"] == index["video"].str.startswith("fake")).all()
    problems = pd.read_csv(out / "problems.csv")
    assert set(problems["name"]) == {f"fake/{name}" for name in BAD}
    assert json.loads((out / "settings.json").read_text())["layout"] == "folders"
    assert read_modality(out, "") == "sound"


@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_has_a_status_and_a_reason(name, extracted):
    out, _ = extracted
    status, reason = BAD[name]
    problems = pd.read_csv(out / "problems.csv", index_col="name")["reason"]
    assert problems[f"fake/{name}"].startswith(reason)
    rows = read_samples(out, SPEECH).set_index("video")
    assert rows.loc[f"fake/{name}", "status"] == status
    assert rows.loc[f"fake/{name}", "label"] == 1


def test_segments_are_what_the_index_says(extracted):
    out, _ = extracted
    index = read_index(out, SPEECH)
    assert index["sample"].tolist() == [f"{row.video}#{row.segment}" for row in index.itertuples()]
    for row in index.itertuples():
        sound = hear(out / row.clip)
        assert len(sound) / RATE == pytest.approx(row.seconds, abs=1e-3)
        assert 1 <= row.seconds <= 4
        assert 10 * np.log10(np.square(sound).mean()) == pytest.approx(SoundConfig().level, abs=3)
        assert len(row.perceptual_hash) == 16
    assert {path.name for path in (out / "segments").iterdir()} == {clip.split("/")[1] for clip in index["clip"]}


def test_a_long_file_gives_segments_spread_over_it_and_cues_of_the_whole(extracted):
    rows = read_index(extracted[0], SPEECH).set_index("video").loc["real/long.wav"]
    assert rows["segment"].tolist() == [0, 1, 2, 3]
    assert rows["start"].iloc[0] == pytest.approx(1, abs=0.05)
    assert rows["start"].iloc[-1] > 16
    assert (rows["start"].diff().dropna() >= 4 - 0.01).all()
    for name, value in {"file_seconds": 26, "lead": 1, "sample_rate": RATE, "channels": 1}.items():
        assert rows[name].tolist() == pytest.approx([value] * 4, abs=0.05)
    assert set(rows["codec"]) == {"pcm_s16le"}
    assert set(rows["system"]) == {"human real/long.wav"}


def test_features_are_those_of_the_segments(extracted):
    out, _ = extracted
    index, features = read_index(out, SPEECH), read_embeddings(out)
    assert features.index.tolist() == index["sample"].tolist()
    assert features.shape[1] == SoundConfig().lfcc.dimensions
    for place in (0, len(index) - 1):  # the stored clip is rounded to 16 bits
        again = pooled_lfcc(hear(out / index["clip"][place]), SoundConfig().lfcc)
        assert np.abs(features.to_numpy()[place] - again).max() < 0.5
        assert np.corrcoef(features.to_numpy()[place], again)[0, 1] > 0.999


def test_there_is_a_split_that_holds(extracted):
    out, _ = extracted
    index, split = read_samples(out, SPEECH), Split.load(out / "split.json")
    assert split.group == "source"
    assert split.first_shared_group(index) is None
    counts = next(iter(split.parts(index))).value_counts()
    assert counts["train"] > counts["validation"] > 0


def test_the_log_has_a_line_per_file(extracted):
    lines = [json.loads(line) for line in (extracted[0] / "log.jsonl").read_text().splitlines()]
    assert len(lines) == 15 + len(BAD)
    assert sum(line["status"] != "ok" for line in lines) == len(BAD)


# ---- never the same work twice ----


def test_what_is_finished_is_not_done_again(recordings, extracted):
    out, _ = extracted
    before = {path: path.read_bytes() for path in map(out.joinpath, OUTPUTS)}
    result = run_step("extract_sound", "--data", recordings, "--out", out)
    assert result.returncode == 0, result.stderr
    assert f"{15 + len(BAD)} of them are finished already" in result.stdout
    assert {path: path.read_bytes() for path in before} == before


def test_the_outputs_are_the_same_whoever_does_the_work(recordings, extracted, tmp_path):
    assert len(extract(recordings, tmp_path / "one")) == 15 + len(BAD)
    assert_equal_outputs(tmp_path / "one", extracted[0])


def test_changed_options_and_files_and_lost_clips_are_noticed(tmp_path):
    data, out = record_people(tmp_path / "data", each=2, seconds=9), tmp_path / "out"
    (data / "fake/text.wav").write_text("no sound")
    assert len(extract(data, out, Options(2))) == 5
    assert extract(data, out, Options(2)) == []
    os.utime(data / "real/000.wav", (1, 1))
    assert extract(data, out, Options(2)) == ["real/000.wav"]
    (out / read_index(out, SPEECH).set_index("video").loc["fake/001.wav", "clip"].iloc[0]).unlink()
    assert extract(data, out, Options(2)) == ["fake/001.wav"]
    assert extract(data, out, Options(2), redo_problems=True) == ["fake/text.wav"]
    assert len(extract(data, out, Options(1))) == 5
    assert len(list((out / "segments").iterdir())) == len(read_index(out, SPEECH)) == 4


def start(data, out):
    return start_step("extract_sound", "--data", data, "--out", out, "--jobs", 2)


def killed_again_and_again(folder, each, kills):
    data, out = record_people(folder / "data", each), folder / "killed"
    for finished in sorted(random.Random(0).sample(range(each), kills)):
        assert stop_after(finished, start(data, out), out)[0] == -signal.SIGKILL
    process = start(data, out)
    assert "Traceback" not in process.communicate()[1]
    assert process.returncode == 0
    extract(data, folder / "whole")
    assert_equal_outputs(out, folder / "whole")


def test_a_run_that_is_killed_ends_with_the_same_outputs(tmp_path):
    killed_again_and_again(tmp_path, each=12, kills=1)


@pytest.mark.heavy
def test_ten_kills(tmp_path):
    killed_again_and_again(tmp_path, each=100, kills=10)


def test_ctrl_c_ends_it_cleanly_and_says_what_is_kept(tmp_path):
    data = record_people(tmp_path / "data", each=20)
    status, errors = stop_after(1, start(data, tmp_path / "out"), tmp_path / "out", signal.SIGINT)
    assert status == 130, errors
    assert "What is finished is kept" in errors
    assert "Traceback" not in errors


# ---- data sets ----


def test_without_any_speech_it_ends_with_one_line(tmp_path):
    for name in ("real", "fake"):
        (tmp_path / "data" / name).mkdir(parents=True)
        write_wav(tmp_path / "data" / name / "silent.wav", np.zeros(2 * RATE))
    result = run_step("extract_sound", "--data", tmp_path / "data", "--out", tmp_path / "out")
    assert_one_line_error(result, "no segment was extracted from", "problems.csv says why")


def test_of_the_detection_challenge_only_replaced_voices_are_fakes(tmp_path):
    """`extract_sound` finds out itself which of the forged videos have a forged sound."""
    data, sound = tmp_path / "data", speak(4)
    data.mkdir()
    write_film(data / "real.mp4", sound)
    write_film(data / "face.mp4", np.concatenate([np.zeros(RATE // 5, np.float32), 0.7 * sound]))
    write_film(data / "voice.mp4", speak(4, seed=1, pitch=170))
    write_video(data / "mute.mp4")
    forged = {name: {"label": "FAKE", "original": "real.mp4"} for name in ("face.mp4", "voice.mp4", "mute.mp4")}
    (data / "metadata.json").write_text(json.dumps({"real.mp4": {"label": "REAL", "original": None}, **forged}))
    extract(data, tmp_path / "out")
    index = read_index(tmp_path / "out", SPEECH).drop_duplicates("video").set_index("video")
    assert index["label"].to_dict() == {"face.mp4": 0, "real.mp4": 0, "voice.mp4": 1}
    assert set(index["source"]) == {"real.mp4"}
    problems = pd.read_csv(tmp_path / "out" / "problems.csv").set_index("name")
    assert problems["reason"].to_dict() == {"mute.mp4": "has no sound track"}
    assert pd.read_csv(tmp_path / "out" / "soundless.csv").empty  # nobody knows what its label would be


def test_a_changed_original_is_compared_again(tmp_path):
    data, sound = tmp_path / "data", speak(4)
    data.mkdir()
    write_film(data / "real.mp4", sound)
    write_film(data / "face.mp4", sound)
    entries = {"real.mp4": {"label": "REAL"}, "face.mp4": {"label": "FAKE", "original": "real.mp4"}}
    (data / "metadata.json").write_text(json.dumps(entries))
    extract(data, tmp_path / "out")
    write_film(data / "real.mp4", speak(4, seed=3))
    assert extract(data, tmp_path / "out") == ["face.mp4", "real.mp4"]
    index = read_index(tmp_path / "out", SPEECH).drop_duplicates("video").set_index("video")
    assert index["label"].to_dict() == {"face.mp4": 1, "real.mp4": 0}


# ---- a long file ----


def write_hours(path, hours):
    """Write speech for so long, as a telephone would, without ever holding it."""
    minute = (at_rate(speak(60), 8000)[None] * 32767).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_mulaw", rate=8000, layout="mono")
        for _ in range(round(hours * 60)):
            frame = av.AudioFrame.from_ndarray(minute, format="s16", layout="mono")
            frame.sample_rate = 8000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def peak_of(folder, hours):
    """Megabytes that a process needs at most to extract one file of so many hours."""
    path = write_hours(folder / f"{hours}.wav", hours)
    code = (
        "import resource, sys; from pathlib import Path; from keras_impl.media.audio import SoundReader;"
        "from keras_impl.speech.extract import find_segments;"
        "from keras_impl.speech.voice_activity import SpeechDetector;"
        "from keras_impl.speech.config import SoundConfig; config = SoundConfig();"
        "found = find_segments(SoundReader(Path(sys.argv[1])), 4, SpeechDetector(config.voice), config)[1];"
        "print(len(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True, cwd=ROOT)
    found, kilobytes = map(int, done.stdout.split())
    assert found == 4
    return kilobytes / 1024


@pytest.mark.parametrize("hours", [1 / 3, pytest.param(3, marks=pytest.mark.heavy)])
def test_a_long_file_needs_the_memory_of_a_short_one(hours, tmp_path):
    assert peak_of(tmp_path, hours) < peak_of(tmp_path, 1 / 60) + 10 + 10 * hours
