"""Another split than the default one: by another protocol, with folds, or repeated."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName

Protocol = Literal["random", "video", "seed", "source", "person", "system", "corpus", "given"]
"""The protocols by which samples can be divided."""


def main(
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    samples: Annotated[Path | None, console.samples_option()] = None,
    protocol: Annotated[
        Protocol | None, typer.Option(help="What is kept on one side; by default person, if there are enough people.")
    ] = None,
    seed: Annotated[int, console.seed_option("Seed of the division and of the draws.")] = 0,
    folds: Annotated[int, typer.Option(min=1, help="1 divides 8 : 2 once; k makes k folds.")] = 1,
    repeats: Annotated[int, typer.Option(min=1, help="How often to divide anew.")] = 1,
    out: Annotated[Path | None, typer.Option(help="The file to write; by default the one steps look for.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Leaks are an error, and no split is written.")] = False,
) -> None:
    """Divide the samples into training and validation, and count what leaks between the two."""
    from keras_impl.modalities import MODALITIES
    from keras_impl.samples.index import SPLIT_NAME
    from keras_impl.splits.division import divide
    from keras_impl.splits.leaks import as_text, headings_of

    chosen = MODALITIES[modality]
    folder = samples or chosen.samples_folder
    division = divide(folder, chosen, protocol, seed, folds, repeats)
    console.say(division.described)
    console.table(headings_of(chosen), as_text(division.leaks))
    if strict and division.forbidden:
        raise DataError(division.forbidden)
    path = out or folder / SPLIT_NAME
    division.split.save(path)
    console.say(f"Wrote {path}")


if __name__ == "__main__":
    console.run(main, "make_split")
