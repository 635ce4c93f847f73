"""Who is who, looked at again: other thresholds, and pictures to check the result by eye."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console


def main(
    embeddings: Annotated[Path, typer.Option(help="Folder that extract_embeddings wrote.")] = Path("embeddings"),
    faces: Annotated[
        Path | None, typer.Option(help="Folder with the crops; draws a contact sheet per person into people/.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=2, help="Mean cosine distance up to which faces are one person's.")
    ] = None,
) -> None:
    """Find the people in the real faces, and draw what the threshold rests on."""
    from keras_impl.faces.modality import FACES
    from keras_impl.samples.embeddings import read_embeddings
    from keras_impl.samples.index import read_index, read_missing, read_settings, write_index, write_missing
    from keras_impl.splits.people import THRESHOLD, find_people
    from keras_impl.splits.people_figures import draw_distances, draw_sheets

    index = read_index(embeddings, FACES, "python -m keras_impl.extract_embeddings")
    _, config = read_settings(embeddings, FACES, "python -m keras_impl.extract_embeddings")
    vectors = read_embeddings(embeddings)
    threshold = THRESHOLD if threshold is None else threshold
    people = find_people(index, vectors, threshold)
    faceless = read_missing(embeddings, FACES)
    for table in (index, faceless):  # a source without any embedding counts as somebody of its own
        table["person"] = table["source"].map(people).fillna(table["source"]).astype("string")
    write_index(embeddings, FACES, index.to_dict("records"))
    write_missing(embeddings, FACES, faceless.to_dict("records"))
    draw_distances(embeddings / "people.png", index, vectors, threshold)
    console.say(f"{people.nunique()} people in {len(people)} sources; the largest has {people.value_counts().max()}")
    if faces is not None:
        sheets = draw_sheets(embeddings / "people", index, faces, config.framing)
        for _ in console.track(sheets, "Drawing contact sheets", total=people.nunique()):
            pass
    console.say(f"Wrote the column person of {embeddings / 'index.csv'}, and {embeddings / 'people.png'}")


if __name__ == "__main__":
    console.run(main, "find_people")
