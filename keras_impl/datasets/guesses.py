"""What to say about a data set in no known layout: what it holds, what it looks like, and what to do."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from keras_impl.datasets.files import has_columns
from keras_impl.datasets.layout import Layout
from keras_impl.datasets.words import label_named
from keras_impl.media.formats import AUDIO_SUFFIXES, IMAGE_SUFFIXES, SUFFIXES, VIDEO_SUFFIXES, ModalityName
from keras_impl.media.listing import is_folder, walk

MANUAL = "docs/layouts.md"

FOLDERS_TRIED = 50
"""How many folders are searched for a layout."""

KINDS = {"video": VIDEO_SUFFIXES, "picture": IMAGE_SUFFIXES, "recording": AUDIO_SUFFIXES}

SIMPLEST = "sort the files into a folder real/ and a folder fake/, or list them in a CSV file with path and label"


def unknown_layout(path: Path, offered: Mapping[str, Layout], modality: ModalityName) -> str:
    """One line about a file or folder that no layout recognises.

    Parameters
    ----------
    path : Path
        An existing file or folder.
    offered : mapping of str to Layout
        The layouts of the modality, by name.
    modality : {"image", "sound"}
    """
    if not is_folder(path):
        kind = next((kind for kind, suffixes in KINDS.items() if path.suffix.lower() in suffixes), None)
        if kind:
            return f"{path} is a single {kind}: give the folder of a data set with real and fake ones"
        return f"{path} is neither a folder nor a CSV file: give the folder of a data set, or a CSV file"
    top = next(walk(path))
    if top.problem:
        return f"{path} can't be listed ({top.problem})"
    tables = [file for file in top.files if file.suffix.lower() == ".csv" and has_columns(file, ("path", "label"))]
    if len(tables) == 1:
        return f"{path} is in no known layout, but contains a table of a data set: give {tables[0]}"
    below = [listed.folder for listed in walk(path)][1 : 1 + FOLDERS_TRIED]
    for folder in below:
        for name, adapter in offered.items():
            if adapter.recognises(folder):
                return f"{path} is in no known layout, but {folder} in it looks like {name}: give that folder"
    found = _contents(path, modality)
    return f"{path} is in no known layout: {found}. Simplest: {SIMPLEST}; {MANUAL} describes all layouts"


def _contents(path: Path, modality: ModalityName) -> str:
    """What a folder holds, in a few words, and what it lacks for the simplest layouts."""
    files = [file for listed in walk(path) for file in listed.files]
    if not files:
        return "the folder is empty"
    suffixes = Counter(file.suffix.lower() for file in files)
    kinds = {kind: sum(suffixes[suffix] for suffix in known) for kind, known in KINDS.items()}
    counted = [f"{number} {kind}{'s' * (number > 1)}" for kind, number in kinds.items() if number]
    if not any(suffixes[suffix] for suffix in SUFFIXES[modality]):
        held = " and ".join(counted) or f"{len(files)} other file{'s' * (len(files) > 1)}"
        wanted = " or ".join(f"a {kind}" for kind, known in KINDS.items() if known <= SUFFIXES[modality])
        return f"it holds {held}, none of which is {wanted}"
    labels = {label_named(listed.folder.name) for listed in walk(path)} - {None}
    lacks = "no folder says fake" if labels == {0} else "no folder says real" if labels == {1} else "no labels: "
    if not labels:
        lacks += "no metadata.json, no real/ and fake/, no table"
    return f"it holds {' and '.join(counted)}, but {lacks}"
