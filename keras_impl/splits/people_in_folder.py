"""The people in an embeddings folder: found, written into its index, and drawn for a check by eye."""

from pathlib import Path

from keras_impl.core.progress import SILENT, Progress
from keras_impl.faces.modality import FACES
from keras_impl.samples.embeddings import read_embeddings
from keras_impl.samples.index import INDEX_NAME, read_index, read_missing, read_settings, write_index, write_missing
from keras_impl.splits.people import THRESHOLD, find_people
from keras_impl.splits.people_figures import draw_distances, draw_sheets

PICTURE_NAME, SHEETS_NAME = "people.png", "people"


def name_people(
    folder: Path, threshold: float = THRESHOLD, faces: Path | None = None, progress: Progress = SILENT
) -> None:
    """Find the people in the real faces of a folder, and draw what the threshold rests on.

    Parameters
    ----------
    folder : Path
        Embeddings folder; the column ``person`` of its index is written.
    threshold : float, default `THRESHOLD`
        As of `keras_impl.splits.people.find_people`.
    faces : Path, optional
        Faces folder; given, a contact sheet per person is drawn.
    progress : Progress, optional

    Raises
    ------
    DataError
        If the folder can't be read.
    """
    index = read_index(folder, FACES, FACES.made_ready_by)
    _, config = read_settings(folder, FACES, FACES.made_ready_by)
    vectors = read_embeddings(folder)
    people = find_people(index, vectors, threshold)
    faceless = read_missing(folder, FACES)
    for table in (index, faceless):  # a source without any embedding counts as somebody of its own
        table["person"] = table["source"].map(people).fillna(table["source"]).astype("string")
    write_index(folder, FACES, index.to_dict("records"))
    write_missing(folder, FACES, faceless.to_dict("records"))
    draw_distances(folder / PICTURE_NAME, index, vectors, threshold)
    progress.say(f"{people.nunique()} people in {len(people)} sources; the largest has {people.value_counts().max()}")
    if faces is not None:
        sheets = draw_sheets(folder / SHEETS_NAME, index, faces, config.framing)
        for _ in progress.track(sheets, "Drawing contact sheets", people.nunique()):
            pass
    progress.say(f"Wrote the column person of {folder / INDEX_NAME}, and {folder / PICTURE_NAME}")
