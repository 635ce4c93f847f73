"""A trained detector made ready to be passed on, with a card of what was measured of it."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console


def main(
    model: Annotated[Path, typer.Option(help="An approach's folder in a results folder, such as results/resnet.")],
    out: Annotated[Path, typer.Option(help="Folder to write; predict takes it as --model.")],
    figures: Annotated[
        Path | None,
        typer.Option(
            help="Of a model trained with --everything: results of the same recipe that held parts out, measured by "
            "stress."
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Which language almost everybody speaks in the data: verdicts say so.")
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="What it has learnt from, in a few words, such as the data set's name.")
    ] = None,
) -> None:
    """Copy a detector without what names single files, with its error rates and a card for people.

    The figures are those that stress measured of this very model on the validation part, and on other sets.
    """
    from keras_impl.reporting.model_card import publish

    published = publish(model, out, figures, language, data)
    sets = "; ".join(published.sets)
    console.say(f"Wrote {published.folder} ({published.megabytes:.1f} MB), with its card and error rates of: {sets}")


if __name__ == "__main__":
    console.run(main, "publish")
