"""What all steps share on the command line: running, talking, progress, errors.

A step's module imports nothing heavy at its top, so that ``--help`` answers at once; its
``main`` imports what it needs and is run by :func:`run`.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.status import Status
from rich.table import Table
from typer.models import OptionInfo

from keras_impl.errors import KerasImplError
from keras_impl.media.records import Problem

T = TypeVar("T")

PROBLEMS_SHOWN = 5
"""How many problems the closing summary names; the file that it points to has all."""

console = Console(highlight=False)
error_console = Console(stderr=True, highlight=False)


def seed_option(purpose: str) -> OptionInfo:
    """An option for a seed, in the range that numpy, scikit-learn and Keras all take."""
    return typer.Option(min=0, max=2**32 - 1, help=purpose)


def run(main: Callable[..., None], step: str) -> None:
    """Run ``main`` as the command ``python -m keras_impl.<step>``.

    An error that the user can mend ends it with one line on the error stream and status 1;
    Ctrl-C with status 130.
    """
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    app.command()(main)
    try:
        app(prog_name=f"python -m keras_impl.{step}")
    except KerasImplError as error:
        warn("Error: " + " ".join(str(error).split()))
        sys.exit(1)
    except OSError as error:
        warn(f"Error: {error.filename or 'a file'} can't be read or written ({error.strerror or error})")
        sys.exit(1)
    except KeyboardInterrupt:
        warn("Stopped.")
        sys.exit(130)


def say(text: str) -> None:
    """Print a line to the output as it is: no markup, no breaking of long paths."""
    console.print(text, markup=False, soft_wrap=True)


def warn(text: str) -> None:
    """Print a line to the error stream as it is."""
    error_console.print(text, markup=False, soft_wrap=True)


def track(items: Iterable[T], task: str, total: int) -> Iterator[T]:
    """Yield ``items`` while a progress bar with the remaining time runs on the error stream."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=error_console) as progress:
        yield from progress.track(items, total=total, description=task)


def working(task: str) -> Status:
    """Show that ``task`` is being worked on, for a block whose length can't be told.

    The result is a context manager; its ``update`` changes the text.
    """
    return error_console.status(task)


def show_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; columns with figures are aligned to the right, the others to the left."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for heading, *cells in zip(headings, *rows, strict=True):
        has_figures = any(character.isdigit() for cell in cells for character in cell)
        table.add_column(heading, justify="right" if has_figures else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def report_problems(problems: Sequence[Problem], listed_in: Path) -> None:
    """Say how many inputs were left out, name the first ones and where the rest are listed."""
    if not problems:
        return
    warn(f"Left out {len(problems)}, listed with reasons in {listed_in}:")
    for problem in problems[:PROBLEMS_SHOWN]:
        warn(f"  {problem.name}: {problem.reason}")
    if len(problems) > PROBLEMS_SHOWN:
        warn(f"  ... and {len(problems) - PROBLEMS_SHOWN} more")
