"""Another split than the default one: by another rule, with folds, or repeated."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console
from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName

Protocol = Literal["random", "video", "seed", "source", "person", "system", "corpus", "given"]
"""The rules by which samples can be divided."""


def main(
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    embeddings: Annotated[Path | None, console.samples_option()] = None,
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
    from keras_impl.models.run import load_samples
    from keras_impl.samples.embeddings import read_embeddings
    from keras_impl.samples.index import SPLIT_NAME
    from keras_impl.samples.subject import subject_of_index
    from keras_impl.splits import leaks
    from keras_impl.splits import protocols as rules

    folder = embeddings or console.FOLDERS[modality].samples
    index = load_samples(folder, modality)
    name = rules.default_protocol(index) if protocol is None else protocol
    split = rules.make_split(index, name, seed, folds, repeats)
    table = leaks.check_split(index, split, read_embeddings(folder) if modality == "image" else None)
    console.say(split.describe(index))
    checks = leaks.checks_of(index)
    console.show_table(checks.headings, leaks.as_text(table))
    found = table[table["check"].isin(checks.forbidden) & (table["found"] > 0)]
    if strict and len(found):
        worst = found.iloc[0]
        samples = subject_of_index(index).faces
        raise DataError(f"{worst['found']} of {worst['validation']} validation {samples} leak ({worst['meaning']})")
    path = out or folder / SPLIT_NAME
    split.save(path)
    console.say(f"Wrote {path}")


def divide_anew(folder: Path, modality: ModalityName, seed: int) -> None:
    """Make the default split of a folder that was just written; where there can be none, say why."""
    from keras_impl.samples.index import SPLIT_NAME

    try:
        main(modality, folder, seed=seed)
    except DataError as error:
        (folder / SPLIT_NAME).unlink(missing_ok=True)  # one of other samples would mislead
        console.warn(f"No split was made: {error}")


if __name__ == "__main__":
    console.run(main, "make_split")
