"""What readers and watchers say is recognised: by their own errors, not by copies of their words."""

import pickle
import zipfile

import numpy as np
import pytest
from PIL import Image

from keras_impl.core.guard import _Watch
from keras_impl.errors import MediaError, SoundError
from keras_impl.media import image as image_module
from keras_impl.media.audio import SoundReader, _refuse
from keras_impl.media.container import Patience
from keras_impl.media.image import read_image, refuse_size
from keras_impl.media.video import VideoReader
from keras_impl.prediction.reasons import (
    HEARD,
    Crashed,
    CutOff,
    Missing,
    NeedsHeic,
    NoAccess,
    NoDecoder,
    NoFrames,
    NoSoundTrack,
    NotAFile,
    NotAnImage,
    NotDecoded,
    NotOpened,
    NoVideoTrack,
    OutOfMemory,
    TooLong,
    TooManyBytes,
    TooManyChannels,
    TooManyPixels,
    TooSlow,
    Unreadable,
    UnsupportedImage,
    UnsupportedRate,
    WrongKind,
    problem_of,
)
from keras_impl.prediction.render.words import LANGUAGES, sentence
from tests.speech.speech import speak, write_sound, write_wav


def problem(function, *arguments):
    """What is recognised in the error that a function raises."""
    with pytest.raises(MediaError) as raised:
        function(*arguments)
    found = problem_of(raised.value)
    assert all(sentence(found, language).strip() for language in LANGUAGES)
    return found


def test_errors_of_videos(tmp_path, clip):
    assert problem(VideoReader, tmp_path / "gone.mp4") == Missing()
    assert problem(VideoReader, tmp_path) == NotAFile()
    content = clip.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(content[: len(content) // 2])
    assert problem(VideoReader, tmp_path / "cut.mp4") == CutOff(expected="a video")
    (tmp_path / "text.mp4").write_text("text")
    found = problem(VideoReader, tmp_path / "text.mp4")
    assert (type(found), found.expected, bool(found.detail)) == (NotDecoded, "a video", True)
    Image.new("RGB", (9, 9)).save(tmp_path / "x.png")
    (tmp_path / "x.mp4").write_bytes((tmp_path / "x.png").read_bytes())
    assert problem(VideoReader, tmp_path / "x.mp4") == WrongKind(expected="a video", kind="a PNG image")
    assert problem(VideoReader, write_sound(tmp_path / "voice.mp4", speak(2))) == NoVideoTrack(has_sound=True)
    assert problem(VideoReader, clip, 1, -1.0) == TooSlow(limit=-1)
    assert problem(refuse_size, 10_000, 10_000) == TooManyPixels(width=10_000, height=10_000, limit=64)
    assert problem(lambda: (_ for _ in ()).throw(Patience(2.5).error())) == TooSlow(limit=2.5)


def test_errors_of_images(tmp_path, monkeypatch):
    (tmp_path / "x.png").write_text("text")
    assert problem(read_image, tmp_path / "x.png") == NotAnImage()
    Image.new("RGB", (9, 9)).save(tmp_path / "x.gif")
    assert problem(read_image, tmp_path / "x.gif") == UnsupportedImage(kind="a GIF image")
    Image.new("RGB", (9, 9)).save(tmp_path / "y.png")
    monkeypatch.setattr(image_module, "MOST_BYTES", 0)
    assert problem(read_image, tmp_path / "y.png") == TooManyBytes(megabytes=0, limit=0)
    monkeypatch.undo()
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    assert problem(read_image, tmp_path / "y.png") == TooManyPixels(limit=64)
    monkeypatch.undo()
    monkeypatch.setitem(__import__("sys").modules, "pillow_heif", None)
    (tmp_path / "x.heic").write_bytes(b"x" * 100)
    assert problem(read_image, tmp_path / "x.heic") == NeedsHeic()
    with zipfile.ZipFile(tmp_path / "secret.png", "w") as file:
        file.writestr("x", "x")
    monkeypatch.setattr("pathlib.Path.read_bytes", _denied)
    assert problem(read_image, tmp_path / "secret.png") == NotOpened(detail="Permission denied")


def _denied(path):
    raise PermissionError(13, "Permission denied", str(path))


def test_errors_of_sound(tmp_path, clip):
    assert problem(SoundReader, clip) == NoSoundTrack()
    (tmp_path / "text.wav").write_text("text")
    assert isinstance(problem(SoundReader, tmp_path / "text.wav"), NotDecoded)
    assert problem(_refuse, 1, 1) == UnsupportedRate(rate=1, least=2000, most=768_000)
    assert isinstance(problem(_refuse, 16_000, 10_000), TooManyChannels)


@pytest.mark.parametrize("status", HEARD)
def test_every_status_of_sound_that_cannot_be_judged_has_a_problem_of_its_own(status):
    assert HEARD[status].status == status


def test_errors_of_sound_travel_between_processes_with_their_values():
    error = pickle.loads(pickle.dumps(SoundError("too short", "has less than 1 s", least=1.0)))
    assert (error.status, str(error), error.values) == ("too short", "has less than 1 s", {"least": 1.0})


def test_last_words_of_processes(monkeypatch):
    """Of the watch over a process, whose limits are passed at once."""
    said = []
    monkeypatch.setattr("keras_impl.core.guard.os._exit", lambda status: (_ for _ in ()).throw(SystemExit(status)))
    watch = _Watch(said.append)
    watch.seconds, watch.deadline = 120, 0.0
    with pytest.raises(SystemExit):
        watch.run()
    watch.deadline, watch.gigabytes = float("inf"), -0.5
    with pytest.raises(SystemExit):
        watch.run()
    assert [problem_of(each) for each in said] == [TooSlow(limit=120), OutOfMemory(limit=-0.5)]
    assert problem_of("crashed the decoder") == Crashed()
    assert problem_of(MemoryError()) == OutOfMemory()


def test_errors_of_the_system_name_the_file():
    found = problem_of(OSError(28, "No space left on device", "reports/a\n.html"))
    assert found == NoAccess(path=r"reports/a\n.html", detail="No space left on device")
    assert problem_of(OSError("odd")) == NoAccess(detail="odd")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lasts more than 300 seconds: cut it", TooLong(limit=300)),
        ("holds no frames", NoFrames()),
        ("is in a format for which there is no decoder", NoDecoder(part="image")),
        ("has sound in a format for which there is no decoder", NoDecoder(part="sound")),
        ("has no video track", NoVideoTrack(has_sound=False)),
        ("has broken\nits \x1b[31mword", Unreadable(detail=r"has broken\nits \x1b[31mword")),
    ],
)
def test_other_texts(text, expected):
    assert problem_of(MediaError(text)) == expected


def test_what_takes_too_long_to_listen_to_is_recognised(tmp_path):
    from keras_impl.speech.extract import _up_to

    assert problem(lambda: list(_up_to([np.zeros(16_000)], 0.5))) == TooLong(limit=0.5)
    path = write_wav(tmp_path / "x.wav", speak(1))
    assert isinstance(problem(lambda: list(SoundReader(path, -1).blocks())), TooSlow)
