"""Another split than the default one: by another rule, with folds, or repeated."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli
from keras_impl.errors import DataError


class Protocol(str, Enum):
    """The rules by which samples can be divided."""

    random = "random"
    video = "video"
    seed = "seed"
    source = "source"
    person = "person"
    given = "given"


def main(
    embeddings: Annotated[Path, typer.Option(help="Folder that extract_embeddings wrote.")] = Path("embeddings"),
    protocol: Annotated[
        Protocol | None, typer.Option(help="What is kept on one side; by default person, if there are enough people.")
    ] = None,
    seed: Annotated[int, cli.seed_option("Seed of the division and of the draws.")] = 0,
    folds: Annotated[int, typer.Option(min=1, help="1 divides 8 : 2 once; k makes k folds.")] = 1,
    repeats: Annotated[int, typer.Option(min=1, help="How often to divide anew.")] = 1,
    out: Annotated[Path | None, typer.Option(help="The file to write; by default the one steps look for.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Leaks are an error, and no split is written.")] = False,
) -> None:
    """Divide the faces into training and validation, and count what leaks between the two."""
    from keras_impl.approaches.embeddings import read_embeddings
    from keras_impl.faces.index import SPLIT_NAME, read_samples
    from keras_impl.splits import leaks, rules

    index = read_samples(embeddings, "python -m keras_impl.extract_embeddings")
    name = rules.default_protocol(index) if protocol is None else protocol.value
    split = rules.make_split(index, name, seed, folds, repeats)
    table = leaks.check_split(index, split, read_embeddings(embeddings))
    cli.say(split.describe(index))
    cli.show_table(leaks.HEADINGS, leaks.as_text(table))
    found = table[table["check"].isin(leaks.FORBIDDEN) & (table["found"] > 0)]
    if strict and len(found):
        worst = found.iloc[0]
        raise DataError(f"{worst['found']} of {worst['validation']} validation faces leak ({worst['meaning']})")
    path = out or embeddings / SPLIT_NAME
    split.save(path)
    cli.say(f"Wrote {path}")


if __name__ == "__main__":
    cli.run(main, "make_split")
