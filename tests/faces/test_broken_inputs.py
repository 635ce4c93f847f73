"""Broken and hostile videos: each is named with a reason, and the rest goes on."""

import json
import multiprocessing
import os
import random
import shutil
import time
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import av
import cv2
import numpy as np
import pandas as pd
import pytest

from keras_impl.core.parallel import Workers
from keras_impl.datasets import read_data
from keras_impl.faces.dataset import FaceExtraction
from keras_impl.faces.extract import Options
from keras_impl.faces.modality import FACES
from keras_impl.media import container as media_container
from keras_impl.media.video import VideoReader
from keras_impl.samples.index import read_index
from tests.conftest import run_step

pytestmark = pytest.mark.slow

GOOD = {"real/good.mp4": "mindy_kaling_03_real.mp4", "fake/good.mp4": "madonna_14_madeup_swapped.mp4"}
"""Videos beside the broken ones, and the demo's clips that they are copies of."""

FRAMES = 60
"""Of the videos that are cut short."""

SHARES = (10, 50, 90)
"""Where they are cut, percent of their bytes."""

SURVIVE_CUTS = {
    "faststart.mp4": ("mp4", {"movflags": "faststart"}),
    "transport_stream.mp4": ("mpegts", {}),
    "matroska.mkv": ("matroska", {}),
}
"""Videos of which the beginning can be read without the end: their containers and the options of these."""

BROKEN = {
    "zero_bytes.mp4": "can't be opened as a video",
    "text.mp4": "can't be opened as a video",
    **{f"cut_at_{share}_index_last.mp4": "can't be opened as a video" for share in SHARES},
    "header_alone.mp4": "holds no frames",
    "header_alone.mkv": "can't be opened as a video",
    "sound_alone.mp4": "has no video track",
    "one_pixel.mkv": "no face of at least 40 px in the 2 frames tried",
    "eight_k.mp4": "no face of at least 40 px in the 2 frames tried",
    "no_face.mp4": "no face of at least 40 px in the 8 frames tried",
    "folder.mp4": "is not a file",
    "broken_link.mp4": "does not exist",
}
"""Videos in the folder fake, and how the reasons begin why they give no face."""

UNUSUAL = [
    *(f"cut_at_{share}_{name}" for share in SHARES for name in SURVIVE_CUTS),
    "turned.mp4",
    "upright.mp4",
    "one_frame.mp4",
    "two_faces.mp4",
    "two_sizes.mp4",
]
"""Videos in the folder fake that give faces all the same."""

COPIES = 200

SETTLED = 50
"""Videos after which the memory must not grow any more."""

STATM = Path("/proc/self/statm")

ONE_FRAME = Options()


def film(path, images, codec="libx264", container=None, sound=False, **options):
    """Write RGB images as a video in which every sixth frame is a key frame; return its bytes."""
    with av.open(str(path), "w", format=container, options=options) as output:
        stream = output.add_stream(codec, rate=12)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt, stream.gop_size = "yuv420p", 6
        if sound:
            record_silence(output)
        for image in images:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        output.mux(stream.encode())
    return path.read_bytes()


def record_silence(output):
    stream = output.add_stream("aac", rate=16000, layout="mono")
    frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
    frame.sample_rate = 16000
    output.mux(stream.encode(frame))
    output.mux(stream.encode())


def turn_clockwise(path):
    """Set an MP4's display matrix to a quarter turn clockwise."""
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40
    one, zero, minus_one = b"\0\1\0\0", b"\0\0\0\0", b"\xff\xff\0\0"
    content[matrix : matrix + 20] = zero + one + zero + minus_one + zero
    path.write_bytes(content)


def images_of(path):
    with VideoReader(path) as reader:
        return [frame.image for frame in reader.read(range(len(reader)))]


def grey(height, width):
    return np.full((height, width, 3), 90, np.uint8)


def copy_good(clips, folder):
    """Lay out the good videos; return the folder."""
    for name, clip in GOOD.items():
        (folder / name).parent.mkdir(parents=True)
        shutil.copy(clips / clip, folder / name)
    return folder


def write_broken(folder, images):
    """Write all videos of `BROKEN`."""
    (folder / "zero_bytes.mp4").touch()
    (folder / "text.mp4").write_text("not a video\n" * 500)
    whole = film(folder / "whole.mp4", images)
    for share in SHARES:
        (folder / f"cut_at_{share}_index_last.mp4").write_bytes(whole[: len(whole) * share // 100])
    whole = film(folder / "whole.mp4", images, movflags="faststart")
    (folder / "header_alone.mp4").write_bytes(whole[: whole.index(b"mdat") + 4])
    (folder / "whole.mp4").unlink()
    whole = film(folder / "header_alone.mkv", images)
    (folder / "header_alone.mkv").write_bytes(
        whole[: whole.index(b"\x1f\x43\xb6\x75")]
    )  # where the first cluster begins
    with av.open(str(folder / "sound_alone.mp4"), "w") as output:
        record_silence(output)
    film(folder / "one_pixel.mkv", [grey(1, 1)] * 2, codec="ffv1")
    film(folder / "eight_k.mp4", [grey(4320, 7680)] * 2, codec="mpeg4")
    film(folder / "no_face.mp4", [grey(256, 256)] * 12)
    (folder / "folder.mp4").mkdir()
    (folder / "broken_link.mp4").symlink_to(folder / "nowhere")


def write_unusual(folder, images):
    """Write all videos of `UNUSUAL`."""
    for name, (container, options) in SURVIVE_CUTS.items():
        whole = film(folder / name, images, container=container, **options)
        for share in SHARES:
            (folder / f"cut_at_{share}_{name}").write_bytes(whole[: len(whole) * share // 100])
        (folder / name).unlink()
    portrait = np.ascontiguousarray(images[6][:, 32:224])
    film(folder / "upright.mp4", [portrait] * 3)
    film(folder / "turned.mp4", [np.rot90(portrait).copy()] * 3)
    turn_clockwise(folder / "turned.mp4")
    film(folder / "one_frame.mp4", images[6:7])
    pair = grey(256, 256)
    pair[:160, :160] = cv2.resize(images[6], (160, 160), interpolation=cv2.INTER_AREA)
    pair[144:, 144:] = cv2.resize(images[6], (112, 112), interpolation=cv2.INTER_AREA)
    film(folder / "two_faces.mp4", [pair] * 3)
    small = [cv2.resize(image, (160, 160), interpolation=cv2.INTER_AREA) for image in images[:12]]
    halves = [film(folder / "two_sizes.mp4", half, container="mpegts") for half in (images[:12], small)]
    (folder / "two_sizes.mp4").write_bytes(b"".join(halves))


def reasons_in(out):
    """The reason by name of each problem."""
    table = pd.read_csv(out / "problems.csv")
    assert table["name"].is_unique
    return dict(zip(table["name"], table["reason"], strict=True))


def extract(videos, out, options=ONE_FRAME, time_limit=600.0, redo_problems=False):
    """Extract in this process; return the index and the problems."""
    records, problems = read_data(videos)
    with FaceExtraction(records, out, options, redo_problems) as extraction:
        list(extraction.run(Workers(1), time_limit))
        extraction.compile(problems)
    return read_index(out, FACES), reasons_in(out)


# ---- one run over all kinds ----


@pytest.fixture(scope="module")
def mixed(clips, tmp_path_factory):
    """What the command makes of a folder of good, broken and unusual videos: result, index, problems."""
    folder = copy_good(clips, tmp_path_factory.mktemp("mixed"))
    images = images_of(clips / GOOD["real/good.mp4"])
    images *= FRAMES // len(images)
    write_broken(folder / "fake", images)
    write_unusual(folder / "fake", images)
    out = tmp_path_factory.mktemp("faces")
    result = run_step("extract_faces", "--data", folder, "--out", out, "--frames-per-video", 2)
    return result, read_index(out, FACES), reasons_in(out)


def rows_of(mixed, name):
    index = mixed[1]
    return index[index["video"] == f"fake/{name}"].to_dict("records")


def test_the_run_ends_well(mixed):
    result = mixed[0]
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert f"Skipped {len(BROKEN)}; reasons in " in result.stderr


@pytest.mark.parametrize(("name", "reason"), BROKEN.items())
def test_each_broken_video_is_named_with_a_reason(mixed, name, reason):
    assert mixed[2].get(f"fake/{name}", "nothing").startswith(reason)


def test_nothing_else_is_a_problem(mixed):
    _, index, reasons = mixed
    assert set(reasons) <= {f"fake/{name}" for name in BROKEN}
    assert set(index["video"]) == {*GOOD, *(f"fake/{name}" for name in UNUSUAL)}


def test_good_videos_are_extracted_as_if_they_were_alone(mixed, clips, tmp_path):
    alone, reasons = extract(copy_good(clips, tmp_path / "videos"), tmp_path / "out", Options(frames_per_video=2))
    beside = mixed[1][mixed[1]["video"].isin(GOOD)].reset_index(drop=True)
    assert reasons == {}
    assert len(alone) == 4
    assert beside.equals(alone)


@pytest.mark.parametrize("name", SURVIVE_CUTS)
def test_a_video_cut_short_gives_its_beginning(mixed, name):
    cuts = [rows_of(mixed, f"cut_at_{share}_{name}") for share in SHARES]
    lengths = [rows[0]["video_frames"] for rows in cuts]
    assert 0 < lengths[0] < lengths[1] < lengths[2] < FRAMES
    for rows in cuts:
        assert all(row["time"] == pytest.approx(row["frame"] / 12, abs=1e-3) for row in rows)


def test_a_turned_video_of_a_phone_is_searched_upright(mixed):
    turned, upright = rows_of(mixed, "turned.mp4"), rows_of(mixed, "upright.mp4")
    assert len(turned) == len(upright) == 2
    for row, expected in zip(turned, upright, strict=True):
        assert (row["frame_width"], row["frame_height"]) == (192, 256)
        assert row["left_eye_x"] < row["nose_x"] < row["right_eye_x"]
        assert row["left_eye_y"] < row["nose_y"] < row["mouth_left_y"]
        for side in ("x", "y", "width", "height"):
            assert row[side] == pytest.approx(expected[side], abs=5)


def test_one_frame_is_enough(mixed):
    (row,) = rows_of(mixed, "one_frame.mp4")
    assert (row["frame"], row["time"], row["video_frames"]) == (0, 0.0, 1)


def test_of_several_faces_the_largest_is_taken(mixed):
    for row in rows_of(mixed, "two_faces.mp4"):
        assert row["faces_in_frame"] == 2
        assert row["x"] + row["width"] < 160
        assert row["y"] + row["height"] < 160


def test_frames_may_change_their_size_on_the_way(mixed):
    large, small = rows_of(mixed, "two_sizes.mp4")
    assert (large["frame_width"], small["frame_width"]) == (256, 160)
    for side in ("x", "y", "width", "height"):
        assert small[side] == pytest.approx(large[side] * 160 / 256, abs=5)


# ---- alone, beside good ones ----


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_video_that_may_not_be_read_is_named(clips, tmp_path):
    videos = copy_good(clips, tmp_path / "videos")
    shutil.copy(videos / "real/good.mp4", videos / "real/secret.mp4")
    (videos / "real/secret.mp4").chmod(0)
    index, reasons = extract(videos, tmp_path / "out")
    assert reasons == {"real/secret.mp4": "can't be opened as a video (Permission denied)"}
    assert set(index["video"]) == set(GOOD)


def test_a_format_without_a_decoder_is_named(clips, tmp_path):
    videos = copy_good(clips, tmp_path / "videos")
    content = (videos / "real/good.mp4").read_bytes()
    assert content.count(b"avc1") == 1 + content[:40].count(b"avc1")  # in the file's type, and as the track's format
    at = content.rindex(b"avc1")
    (videos / "real/strange.mp4").write_bytes(content[:at] + b"zzzz" + content[at + 4 :])
    index, reasons = extract(videos, tmp_path / "out")
    assert list(reasons) == ["real/strange.mp4"]
    assert "no decoder" in reasons["real/strange.mp4"]
    assert set(index["video"]) == set(GOOD)


def test_a_sound_track_that_turns_up_late_does_no_harm(clips, tmp_path):
    """A recording of a broadcast may change what it consists of; the middle of it is not looked at beforehand."""
    videos = copy_good(clips, tmp_path / "videos")
    images = images_of(videos / "real/good.mp4")
    parts = [
        film(tmp_path / "part.ts", images * 60),
        film(tmp_path / "part.ts", images, sound=True, tables_version="1"),
        film(tmp_path / "part.ts", images * 30, tables_version="2"),
    ]
    (videos / "real/broadcast.mp4").write_bytes(b"".join(parts))
    with av.open(str(videos / "real/broadcast.mp4")) as container:
        assert len(container.streams) == 1
    index, reasons = extract(videos, tmp_path / "out")
    assert reasons == {}
    assert set(index["video"]) == {*GOOD, "real/broadcast.mp4"}
    assert index.set_index("video").loc["real/broadcast.mp4", "video_frames"] == 91 * len(images)


def test_a_video_that_takes_too_long_is_given_up_until_problems_are_redone(clips, tmp_path, monkeypatch):
    videos = copy_good(clips, tmp_path / "videos")
    film(videos / "real/long.mp4", images_of(videos / "real/good.mp4") * 20)
    clock = count()  # a second later whenever it is looked at, as it is for each packet
    monkeypatch.setattr(media_container, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    index, reasons = extract(videos, tmp_path / "out", time_limit=100)
    assert reasons == {"real/long.mp4": "takes more than 100 seconds to read"}
    assert set(index["video"]) == set(GOOD)
    monkeypatch.undo()
    index, reasons = extract(videos, tmp_path / "out", redo_problems=True)
    assert reasons == {}
    assert set(index["video"]) == {*GOOD, "real/long.mp4"}


def test_the_time_limit_holds_where_the_next_frame_never_comes(clips, tmp_path):
    videos = copy_good(clips, tmp_path / "videos")
    film(videos / "real/endless.mkv", images_of(videos / "real/good.mp4"))
    os.truncate(videos / "real/endless.mkv", 16 << 30)  # zeros, which take no room on the disk but minutes to read
    started = time.monotonic()
    result = run_step(
        "extract_faces", "--data", videos, "--out", tmp_path / "out", "--time-limit", 3, "--frames-per-video", 1
    )
    assert time.monotonic() - started < 40
    assert result.returncode == 0, result.stderr
    assert reasons_in(tmp_path / "out") == {"real/endless.mkv": "takes more than 3 seconds to read"}
    assert set(read_index(tmp_path / "out", FACES)["video"]) == set(GOOD)


# ---- random damage ----


def damage(content, draw):
    """Overwrite random bytes; of every other copy, mostly bytes of the header."""
    copy = bytearray(content)
    header = max(content.find(b"moov"), 0)  # at the end of the demo's clips, at the beginning of other containers
    first, last = (header, min(header + 1000, len(copy))) if draw.random() < 0.5 else (0, len(copy))
    for _ in range(draw.choice((1, 10, 100))):
        copy[draw.randrange(first, last)] = draw.randrange(256)
    return copy


def resident_pages():
    """Memory of this process; 0 where the system doesn't tell."""
    return int(STATM.read_text().split()[1]) if STATM.exists() else 0


def extract_and_measure(videos, out):
    """Extract, and write down how much memory this process has after each video."""
    records, problems = read_data(videos)
    with FaceExtraction(records, out, ONE_FRAME) as extraction:
        pages = [resident_pages() for _ in extraction.run(Workers(1), time_limit=20)]
        extraction.compile(problems)
    (out / "pages.json").write_text(json.dumps(pages))


@pytest.fixture(scope="module")
def damaged(clips, tmp_path_factory):
    """Faces folder of damaged copies of clips, made in a process that may crash or hang, and its exit status."""
    folder, out = copy_good(clips, tmp_path_factory.mktemp("damaged")), tmp_path_factory.mktemp("faces")
    draw, donors = random.Random(0), []
    for number, path in enumerate(sorted(clips.glob("*_real.mp4"))[::6]):
        container = (None, None, "mpegts", "matroska")[number % 4]
        donor = film(out / "donor.mp4", images_of(path), container=container) if container else path.read_bytes()
        donors.append(donor)
    for number in range(COPIES):
        (folder / f"fake/{number:03}.mp4").write_bytes(damage(donors[number % len(donors)], draw))
    process = multiprocessing.get_context("spawn").Process(target=extract_and_measure, args=(folder, out))
    process.start()
    process.join(timeout=300)
    status = process.exitcode  # None if it hangs, negative if it crashed, 1 after an exception
    process.kill()
    return out, status


def test_damaged_copies_neither_hang_nor_crash_nor_end_the_run(damaged):
    assert damaged[1] == 0


def test_every_damaged_copy_is_in_the_index_or_named(damaged):
    index, reasons = read_index(damaged[0], FACES), reasons_in(damaged[0])
    copies = {f"fake/{number:03}.mp4" for number in range(COPIES)}
    assert set(index["video"]) | set(reasons) == {*copies, *GOOD}
    assert not set(index["video"]) & set(reasons)
    assert set(GOOD) < set(index["video"])
    assert min(len(index), len(reasons)) > COPIES / 5  # the damage is neither too little nor too much
    assert len(set(reasons.values())) > 5
    assert all(reasons.values())


def test_no_crops_are_left_of_what_failed(damaged):
    crops = {f"crops/{path.name}" for path in (damaged[0] / "crops").iterdir()}
    assert crops == set(read_index(damaged[0], FACES)["crop"])


@pytest.mark.skipif(not STATM.exists(), reason="the system doesn't tell")
def test_memory_does_not_grow_over_damaged_copies(damaged):
    pages = json.loads((damaged[0] / "pages.json").read_text())
    assert len(pages) == COPIES + len(GOOD)
    assert pages[-1] < 1.1 * pages[SETTLED - 1]
