"""Step 5: the approaches side by side, from their score files alone."""

from pathlib import Path
from textwrap import fill
from typing import Annotated, Literal

import typer

from keras_impl import console
from keras_impl.media.formats import ModalityName

LINE = 80
"""Columns that the output fits into."""


Missing = Literal["leave-out", "half"]
"""What becomes of samples that could not be scored."""


def main(
    modality: Annotated[ModalityName, typer.Option(help="Whose default folders are meant.")] = "image",
    results: Annotated[
        Path | None,
        typer.Option(
            help="Folder with one folder per approach. [default: results, or results/sound]", show_default=False
        ),
    ] = None,
    faces: Annotated[
        Path | None, typer.Option(help="Faces folder, to show the most misjudged faces; not shown by default.")
    ] = None,
    embeddings: Annotated[
        Path | None,
        typer.Option(
            help="Folder with embeddings, for a map of them; left out if it isn't there. "
            "[default: embeddings, or data/sound]",
            show_default=False,
        ),
    ] = None,
    title: Annotated[str, typer.Option(help="The report's title.")] = "Comparison",
    missing: Annotated[
        Missing, typer.Option(help="Samples without a score are left out, or count with P(fake) = 0.5.")
    ] = "leave-out",
    note: Annotated[list[str] | None, typer.Option(help="A paragraph for the report; can be repeated.")] = None,
    by_protocol: Annotated[
        bool, typer.Option("--by-protocol", help="The results folder has one folder per split rule: compare these.")
    ] = False,
) -> None:
    """Compare all approaches in the results folder on their common validation samples."""
    folders = console.FOLDERS[modality]
    results, embeddings = results or folders.results, embeddings or folders.samples
    if by_protocol:
        from keras_impl.reporting import protocols

        with console.working("Computing intervals"):
            compared = protocols.compare_protocols(results, missing)
        for name, approaches in compared.items():
            console.say(f"Split rule '{name}':")
            console.show_table(*protocols.table_of_rule(approaches))
        console.say(f"Wrote {results / protocols.MARKDOWN_NAME}, the same as .html and .csv, and its picture")
        return

    from keras_impl.reporting.report import MARKDOWN_NAME, Sources, compare

    sources = Sources(faces, embeddings if embeddings.is_dir() else None)
    with console.working("Computing intervals"):
        comparison = compare(results, note or (), sources, title, missing)
    console.show_table(*comparison.table)
    for text in filter(None, (comparison.sentence, comparison.evaluation.caution)):
        console.say(fill(text, LINE, break_long_words=False, break_on_hyphens=False))
    if comparison.sound:
        console.say("Sound beside it:")
        console.show_table(*comparison.sound_table)
    console.say(f"Wrote {results / MARKDOWN_NAME}, the same as .html and .csv, and its pictures")


if __name__ == "__main__":
    console.run(main, "compare")
