"""What readers and watchers raise is recognised by its code, and all codes that they use are known."""

import ast
import pickle
import zipfile
from dataclasses import MISSING, fields

import numpy as np
import pytest
from PIL import Image

from keras_impl.core.guard import Ended, _Watch
from keras_impl.core.parallel import WorkerDiedError
from keras_impl.errors import MediaError, NoFaceError, SoundError
from keras_impl.media import image as image_module
from keras_impl.media.audio import SoundReader, _refuse
from keras_impl.media.container import Patience
from keras_impl.media.image import read_image, refuse_size
from keras_impl.media.video import VideoReader
from keras_impl.prediction.reasons import (
    KINDS,
    Crashed,
    CutOff,
    Missing,
    NeedsHeic,
    NoAccess,
    NoDecoder,
    NoFace,
    NoFrames,
    NoSoundTrack,
    NotAFile,
    NotAnImage,
    NotDecoded,
    NotOpened,
    NoVideoTrack,
    OutOfMemory,
    Problem,
    TooLong,
    TooManyBytes,
    TooManyChannels,
    TooManyPixels,
    TooSlow,
    Unreadable,
    UnsupportedImage,
    UnsupportedRate,
    Verbatim,
    WrongKind,
    problem_of,
)
from keras_impl.prediction.render.words import LANGUAGES, sentence
from tests.conftest import ROOT
from tests.prediction.render.test_words import kinds
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


@pytest.mark.parametrize(
    ("error", "status", "text", "code", "values"),
    [
        (MediaError("is odd"), "unreadable", "is odd", "", {}),
        (
            MediaError("lasts more than 2 seconds: cut it", code="too_long", limit=2),
            "unreadable",
            "lasts more than 2 seconds: cut it",
            "too_long",
            {"limit": 2},
        ),
        (
            NoFaceError("no face in the image", code="no_face", smallest=20, frames=1),
            "no face",
            "no face in the image",
            "no_face",
            {"smallest": 20, "frames": 1},
        ),
        (
            SoundError("too short", "has less than 1 s", code="too_short", least=1.0),
            "too short",
            "has less than 1 s",
            "too_short",
            {"least": 1.0},
        ),
    ],
)
def test_errors_of_files_travel_between_processes_with_all_that_they_carry(error, status, text, code, values):
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        found = pickle.loads(pickle.dumps(error, protocol))
        assert type(found) is type(error)
        assert (found.status, str(found), found.code, found.values) == (status, text, code, values)


@pytest.mark.parametrize("ended", [Ended.too_slow(0.1), Ended.out_of_memory(4), Ended.crashed()])
def test_so_does_what_became_of_a_process(ended):
    assert Ended.from_json(ended.as_json()) == pickle.loads(pickle.dumps(ended)) == ended
    error = pickle.loads(pickle.dumps(WorkerDiedError(ended)))
    assert type(error) is WorkerDiedError
    assert (str(error), error.code, error.values) == (ended.reason, ended.code, ended.values)
    assert problem_of(error) == problem_of(ended)


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
    assert [str(each) for each in said] == ["takes more than 120 seconds", "needs more than -0.5 GB of memory"]
    assert problem_of(Ended.crashed()) == Crashed()
    assert problem_of(MemoryError()) == OutOfMemory()


def test_errors_of_the_system_name_the_file():
    found = problem_of(OSError(28, "No space left on device", "reports/a\n.html"))
    assert found == NoAccess(path=r"a\n.html", detail="No space left on device")
    assert problem_of(OSError("odd")) == NoAccess(detail="odd")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MediaError("x", code="no_frames"), NoFrames()),
        (MediaError("x", code="no_decoder", part="image"), NoDecoder(part="image")),
        (MediaError("x", code="no_decoder", part="sound"), NoDecoder(part="sound")),
        (MediaError("x", code="no_video_track", has_sound=False), NoVideoTrack(has_sound=False)),
        (NoFaceError("x", code="no_face", smallest=20, frames=5), NoFace(smallest=20, frames=5)),
        (MediaError("x", code="unreadable", detail="its\nword"), Unreadable(detail=r"its\nword")),
    ],
)
def test_an_error_is_what_its_code_says_whatever_its_text(error, expected):
    assert problem_of(error) == expected


@pytest.mark.parametrize("text", ["has broken\nits \x1b[31mword", "does not exist"])
def test_what_has_no_code_is_told_word_for_word(text):
    for error in (MediaError(text), SoundError("no original", text)):
        found = problem_of(error)
        assert found == Unreadable(detail=text.replace("\n", r"\n").replace("\x1b", r"\x1b"))
        assert type(found.detail) is Verbatim


def test_what_others_say_stays_marked_as_theirs():
    found = problem_of(MediaError("x", code="not_decoded", expected="a video", detail="\x1b[31mred"))
    assert found == NotDecoded(expected="a video", detail=r"\x1b[31mred")
    assert (type(found.detail), type(found.expected)) == (Verbatim, str)


ERRORS = {kind.__name__: kind for kind in (MediaError, NoFaceError, SoundError, Ended)}


def made():
    """Where the package makes them: the file and line, the kind, its positional arguments, code, and values' names."""
    for path in sorted((ROOT / "keras_impl").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", None)) if isinstance(node, ast.Call) else None
            given = {each.arg: each.value for each in node.keywords} if name in ERRORS else {}
            if name not in ERRORS or None in given:  # that is one read from a file
                continue
            where = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
            code, values = given.pop("code", ast.Constant("")), given.pop("values", None)
            assert isinstance(code, ast.Constant), f"{where}: a code is written where it is raised"
            names = {key.value for key in values.keys} if values else set(given)
            yield where, ERRORS[name], node.args, code.value, names


def test_each_problem_is_found_by_its_name():
    assert sorted(KINDS.values(), key=id) == sorted(kinds(Problem), key=id)


def test_every_code_that_is_raised_is_a_problem_of_that_status_and_has_its_fields():
    codes = set()
    for where, error, arguments, code, names in made():
        if not code:
            assert not names, where
            continue
        assert code in KINDS, where
        kind = KINDS[code]
        assert names <= {each.name for each in fields(kind)}, where
        assert names >= {each.name for each in fields(kind) if each.default is MISSING}, where
        status = arguments[0].value if error is SoundError else getattr(error, "status", "unreadable")
        assert status == kind.status, where
        codes.add(code)
    assert codes >= {"missing", "too_slow", "crashed", "silent", "no_face", "not_encoded"}  # so they are found


def test_what_predictions_can_meet_has_a_code():
    """The others concern crops and labels of training data, or a mistake of the caller."""
    without = {where.split(":")[0] for where, _, _, code, _ in made() if not code}
    assert without == {
        "keras_impl/faces/ready_made.py",
        "keras_impl/speech/dataset.py",
        "keras_impl/speech/replaced.py",
        "keras_impl/speech/segments.py",
    }


def test_what_takes_too_long_to_listen_to_is_recognised(tmp_path):
    from keras_impl.speech.extract import _up_to

    assert problem(lambda: list(_up_to([np.zeros(16_000)], 0.5))) == TooLong(limit=0.5)
    path = write_wav(tmp_path / "x.wav", speak(1))
    assert isinstance(problem(lambda: list(SoundReader(path, -1).blocks())), TooSlow)
