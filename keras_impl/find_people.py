"""Who is who, looked at again: other thresholds, and pictures to check the result by eye."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console


def main(
    samples: Annotated[
        Path, typer.Option("--samples", "--embeddings", help="Folder that extract_embeddings wrote.")
    ] = Path("embeddings"),
    faces: Annotated[
        Path | None, typer.Option(help="Folder with the crops; draws a contact sheet per person into people/.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=2, help="Mean cosine distance up to which faces are one person's.")
    ] = None,
) -> None:
    """Find the people in the real faces, and draw what the threshold rests on."""
    from keras_impl.splits.people import THRESHOLD
    from keras_impl.splits.people_in_folder import name_people

    name_people(samples, THRESHOLD if threshold is None else threshold, faces, console)


if __name__ == "__main__":
    console.run(main, "find_people")
