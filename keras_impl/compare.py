"""Step 5: the approaches side by side, from their score files alone."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli


def main(
    results: Annotated[Path, typer.Option(help="Folder with one folder per approach.")] = Path("results"),
    note: Annotated[list[str] | None, typer.Option(help="A paragraph for the report; can be repeated.")] = None,
) -> None:
    """Compare all approaches in the results folder on their common validation faces."""
    from keras_impl.evaluation.report import HEADINGS, MARKDOWN_NAME, compare

    comparison = compare(results, note or ())
    cli.show_table(HEADINGS, comparison.rows)
    cli.say(comparison.sentence)
    cli.say(f"Wrote {results / MARKDOWN_NAME}, the same as .csv, and its pictures")


if __name__ == "__main__":
    cli.run(main, "compare")
