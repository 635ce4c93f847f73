"""A data set's faces: never the same work twice, and the same index whatever happened on the way."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from keras_impl.core.parallel import Workers
from keras_impl.datasets import read_data
from keras_impl.errors import DataError
from keras_impl.faces.config import FaceConfig
from keras_impl.faces.dataset import FaceExtraction
from keras_impl.faces.extract import Options
from keras_impl.faces.modality import FACES
from keras_impl.media.image import write_png
from keras_impl.samples.index import read_index
from tests.conftest import assert_one_line_error, run_step
from tests.processes import start_step, stop_after

pytestmark = pytest.mark.slow

OUTPUTS = ("index.csv", "faceless.csv", "problems.csv")


def copy_clips(clips, folder, sources):
    """Put the clips of every so many sources, real and fake, and one broken file into a folder."""
    folder.mkdir(parents=True)
    entries = json.loads((clips / "metadata.json").read_text())
    reals = sorted(name for name, entry in entries.items() if entry["label"] == "REAL")[:: 117 // sources][:sources]
    chosen = {name: entry for name, entry in entries.items() if name in reals or entry["original"] in reals}
    for name in chosen:
        shutil.copy(clips / name, folder)
    (folder / "broken.mp4").write_text("not a video")
    chosen["broken.mp4"] = {"label": "FAKE", "original": None}
    (folder / "metadata.json").write_text(json.dumps(chosen))
    return folder


@pytest.fixture
def videos(clips, tmp_path):
    """Four real clips, eight fakes, one broken file."""
    return copy_clips(clips, tmp_path / "videos", sources=4)


TWO_FRAMES = Options(frames_per_video=2)


def extract(videos, out, options=TWO_FRAMES, redo_problems=False, jobs=1):
    """Extract all; return the names of what had to be done."""
    records, problems = read_data(videos)
    with FaceExtraction(records, out, options, redo_problems) as extraction:
        done = sorted(record.video for record, _ in extraction.run(Workers(jobs)))
        extraction.compile(problems)
    return done


def outputs(out):
    """All that must not depend on how the work went, by file."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in [*map(out.joinpath, OUTPUTS), *out.glob("crops/*")]
    }


def assert_equal_outputs(out, other):
    """Name the files that differ; their content would fill the screen."""
    found, expected = outputs(out), outputs(other)
    assert sorted(found) == sorted(expected)
    assert [name for name in found if found[name] != expected[name]] == []


def test_the_index_is_the_same_whoever_does_the_work(videos, tmp_path):
    extract(videos, tmp_path / "one")
    extract(videos, tmp_path / "two", jobs=2)
    assert_equal_outputs(tmp_path / "one", tmp_path / "two")
    index = read_index(tmp_path / "one", FACES)
    assert len(index) == 24
    assert (index["found_by"] == "detection").all()


@pytest.fixture
def frame_folders(face, tmp_path):
    """A data set of four videos, each a folder of five numbered pictures of one face, one of them damaged."""
    for label in ("real", "fake"):
        for video in ("a", "b"):
            for number in range(5):
                picture = face.astype(int) + 2 * number
                write_png(tmp_path / f"set/{label}/{video}/{number}.png", picture.clip(0, 255).astype(np.uint8))
    (tmp_path / "set/real/a/4.png").write_bytes(b"damaged")
    return tmp_path / "set"


def test_folders_of_frames_are_videos(frame_folders, tmp_path):
    assert extract(frame_folders, tmp_path / "faces") == ["fake/a", "fake/b", "real/a", "real/b"]
    index = read_index(tmp_path / "faces", FACES)
    assert index["video"].value_counts().to_dict() == dict.fromkeys(("fake/a", "fake/b", "real/a", "real/b"), 2)
    assert (index["video_frames"] == 5).all()
    first = index[index["video"] == "real/b"]
    assert list(first["frame"]) == [1, 3]
    assert (first["file_bytes"] == sum(path.stat().st_size for path in (frame_folders / "real/b").iterdir())).all()
    assert extract(frame_folders, tmp_path / "faces") == []
    (frame_folders / "fake/b/4.png").write_bytes((frame_folders / "fake/b/0.png").read_bytes())
    assert extract(frame_folders, tmp_path / "faces") == ["fake/b"]


def test_folders_of_crops_are_taken_whole(frame_folders, tmp_path):
    records, problems = read_data(frame_folders, "crops")
    with FaceExtraction(records, tmp_path / "faces", Options(config=FaceConfig(min_face_size=None))) as extraction:
        list(extraction.run(Workers(1)))
        extraction.compile(problems)
    index = read_index(tmp_path / "faces", FACES)
    assert index["video"].value_counts().to_dict() == {"fake/a": 5, "fake/b": 5, "real/b": 5, "real/a": 4}
    assert index.set_index("sample")["crop"]["fake/a#3"] == str(frame_folders / "fake/a/3.png")
    assert (index["frames_missing"] == (index["video"] == "real/a")).all()


def test_what_is_finished_is_not_done_again(videos, tmp_path):
    out = tmp_path / "out"
    assert len(extract(videos, out)) == 13
    before = outputs(out)
    assert extract(videos, out) == []
    assert outputs(out) == before


def test_an_interrupted_run_goes_on_where_it_was(videos, tmp_path):
    out = tmp_path / "out"
    records, _ = read_data(videos)
    with FaceExtraction(records, out, Options(2)) as extraction:
        run = extraction.run(Workers(1))
        finished = [next(run)[0].video for _ in range(5)]
        run.close()
    (out / "crops" / ".partial-x.png").write_text("cut off")
    assert len(extract(videos, out)) == 13 - len(finished)
    extract(videos, tmp_path / "whole")
    assert_equal_outputs(out, tmp_path / "whole")


def test_changed_options_and_files_and_lost_crops_are_noticed(videos, tmp_path):
    out = tmp_path / "out"
    extract(videos, out)
    names = sorted(path.name for path in videos.glob("*_real.mp4"))
    shutil.copy(videos / names[0], videos / names[1])
    assert extract(videos, out) == [names[1]]
    os.utime(videos / names[2], (1, 1))
    assert extract(videos, out) == [names[2]]
    crop = read_index(out, FACES).set_index("video").loc[names[3], "crop"].iloc[0]
    (out / crop).unlink()
    assert extract(videos, out) == [names[3]]
    assert len(extract(videos, out, Options(1))) == 13
    assert (
        len(list((out / "crops").iterdir())) == len(read_index(out, FACES)) == 12
    )  # the crops of two frames each are gone


def test_labels_mended_since_are_taken_over_without_new_work(videos, tmp_path):
    out = tmp_path / "out"
    extract(videos, out)
    entries = json.loads((videos / "metadata.json").read_text())
    fake = next(name for name, entry in entries.items() if entry["original"])
    entries[fake] = {"label": "REAL", "original": None}
    (videos / "metadata.json").write_text(json.dumps(entries))
    assert extract(videos, out) == []
    assert set(read_index(out, FACES).set_index("video").loc[fake, "label"]) == {0}


def test_problems_are_tried_again_on_request_only(videos, tmp_path):
    out = tmp_path / "out"
    extract(videos, out)
    assert extract(videos, out, redo_problems=True) == ["broken.mp4"]
    problems = (out / "problems.csv").read_text().splitlines()
    assert problems[1].startswith("broken.mp4,can't be opened as a video")


def test_a_video_added_later_is_all_that_is_done(clips, videos, tmp_path):
    out = tmp_path / "out"
    extract(videos, out)
    entries = json.loads((videos / "metadata.json").read_text())
    new = next(path for path in sorted(clips.glob("*_real.mp4")) if path.name not in entries)
    shutil.copy(new, videos)
    (videos / "metadata.json").write_text(json.dumps(entries | {new.name: {"label": "REAL"}}))
    assert extract(videos, out) == [new.name]
    assert len(read_index(out, FACES)) == 26


def test_two_runs_in_one_folder_are_refused(videos, tmp_path):
    pytest.importorskip("fcntl")
    records, _ = read_data(videos)
    with FaceExtraction(records, tmp_path / "out", Options()):
        result = run_step("extract_faces", "--data", videos, "--out", tmp_path / "out")
    assert_one_line_error(result, "another run is working in")


def test_a_full_disk_ends_the_run_with_one_line_and_keeps_what_is_done(videos, tmp_path, monkeypatch):
    from keras_impl.faces import extract as extraction

    out, written = tmp_path / "out", []

    def fill_up(path, image):
        if len(written) == 6:
            raise OSError(28, "No space left on device", str(path))
        written.append(path)
        real(path, image)

    real = extraction.write_png
    monkeypatch.setattr(extraction, "write_png", fill_up)
    with pytest.raises(OSError, match="No space left"):
        extract(videos, out)
    monkeypatch.undo()
    assert len(extract(videos, out)) == 13 - 3  # there was room for two crops of each of three videos
    extract(videos, tmp_path / "whole")
    assert_equal_outputs(out, tmp_path / "whole")


# ---- whole processes ----


def start(videos, out):
    return start_step("extract_faces", "--data", videos, "--out", out, "--frames-per-video", 2)


def killed_again_and_again(clips, folder, sources, kills):
    videos, out = copy_clips(clips, folder / "videos", sources), folder / "killed"
    count = len(list(videos.glob("*.mp4")))
    for finished in sorted(random.Random(0).sample(range(count * 3 // 4), kills)):
        status, _ = stop_after(finished, start(videos, out), out)
        assert status == -signal.SIGKILL
    errors = start(videos, out).communicate()[1]
    assert "Traceback" not in errors
    extract(videos, folder / "whole")
    assert_equal_outputs(out, folder / "whole")


def test_a_run_that_is_killed_ends_with_the_same_index(clips, tmp_path):
    killed_again_and_again(clips, tmp_path, sources=20, kills=3)


@pytest.mark.heavy
def test_twenty_kills(clips, tmp_path):
    killed_again_and_again(clips, tmp_path, sources=117, kills=20)


def test_ctrl_c_ends_it_cleanly_and_says_what_is_kept(clips, tmp_path):
    videos = copy_clips(clips, tmp_path / "videos", sources=117)
    status, errors = stop_after(10, start(videos, tmp_path / "out"), tmp_path / "out", signal.SIGINT)
    assert status == 130, errors
    assert "What is finished is kept" in errors
    assert "Traceback" not in errors


def test_the_log_has_a_line_of_json_per_video(videos, tmp_path):
    result = run_step("extract_faces", "--data", videos, "--out", tmp_path / "out", "--log", tmp_path / "log.jsonl")
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert len(lines) == 13
    assert [line["done"] for line in lines] == list(range(1, 14))
    (broken,) = [line for line in lines if line["status"] != "ok"]
    assert broken["video"] == "broken.mp4"
    assert "can't be opened" in broken["reason"]


# ---- a cluster ----


@pytest.fixture
def cluster(tmp_path):
    """Address of a Dask scheduler on this machine, with two workers, and the workers."""
    pytest.importorskip("distributed")
    address_file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]

    def run(*arguments):
        command = [*dask, *map(str, arguments), "--no-dashboard"]
        return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    scheduler = run("scheduler", "--port", 0, "--host", "127.0.0.1", "--scheduler-file", address_file)
    workers = [
        run("worker", "--scheduler-file", address_file, "--nthreads", 1, "--no-nanny", "--local-directory", tmp_path)
        for _ in range(2)
    ]
    try:
        deadline = time.monotonic() + 60
        while not (address_file.exists() and address_file.read_text()):
            assert time.monotonic() < deadline, "the scheduler doesn't start"
            time.sleep(0.1)
        address = json.loads(address_file.read_text())["address"]
        wait_for_workers(address, 2)
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def wait_for_workers(address, number):
    from distributed import Client

    with Client(address) as client:
        client.wait_for_workers(number, timeout=60)


def test_what_a_worker_that_died_left_unfinished_is_removed(videos, tmp_path):
    records, problems = read_data(videos)
    with FaceExtraction(records, tmp_path, Options()) as extraction:
        for done, _ in enumerate(extraction.run(Workers(1))):
            if not done:
                (tmp_path / "crops" / ".partial-x.png").write_text("cut off")
        extraction.compile(problems)
    assert not list(tmp_path.rglob(".partial-*"))


def test_a_cluster_that_loses_a_worker_still_gives_the_whole_index(clips, cluster, tmp_path):
    address, workers = cluster
    videos, out = copy_clips(clips, tmp_path / "videos", sources=39), tmp_path / "out"
    records, problems = read_data(videos)
    with FaceExtraction(records, out, Options(2)) as extraction:
        for done, _ in enumerate(extraction.run(Workers(2, "dask", address)), start=1):
            if done == 10:
                workers[0].kill()
        extraction.compile(problems)
    assert done == 118
    extract(videos, tmp_path / "whole")
    assert_equal_outputs(out, tmp_path / "whole")


def test_a_cluster_without_workers_is_an_error(cluster, tmp_path):
    address, workers = cluster
    for worker in workers:
        worker.kill()
        worker.wait()
    time.sleep(1)
    with pytest.raises(DataError, match="has no workers"):
        list(Workers(1, "dask", address).run(str, [1]))
