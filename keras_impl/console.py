"""What all steps share on the command line: running, talking, progress, errors.

A step's module imports nothing heavy at its top, so that ``--help`` answers at once; its
``main`` imports what it needs and is run by :func:`run`.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Task as ProgressTask
from rich.table import Table
from rich.text import Text
from typer.models import OptionInfo

from keras_impl.core.guard import survive
from keras_impl.errors import KerasImplError, told

T = TypeVar("T")

SECONDS_PER_LINE = 10
"""How often progress is reported where the output is no terminal."""

console = Console(highlight=False)
error_console = Console(stderr=True, highlight=False)


def seed_option(purpose: str) -> OptionInfo:
    """An option for a seed, in the range that numpy, scikit-learn and Keras all take."""
    return typer.Option(min=0, max=2**32 - 1, help=purpose)


def layout_option(names: Sequence[str]) -> OptionInfo:
    """The option for how a data set is laid out."""
    return typer.Option(help=f"The data set's layout; detected by default. One of {', '.join(names)}.")


def modality_option() -> OptionInfo:
    """The option for what is looked at or listened to."""
    return typer.Option(help="What is judged; it decides where folders are looked for.")


def samples_option() -> OptionInfo:
    """The option for the folder that the training steps read."""
    return typer.Option(
        "--samples",
        "--embeddings",
        help="Folder that extract_embeddings or extract_sound wrote. [default: embeddings, or data/sound]",
        show_default=False,
    )


def results_option(written: str) -> OptionInfo:
    """The option for the results folder, with what is written into it."""
    return typer.Option(
        help=f"Results folder; {written} in it is written. [default: results, or results/sound]", show_default=False
    )


def split_option() -> OptionInfo:
    """The option for a split other than the samples folder's own."""
    return typer.Option(help="A split of make_split; by default the folder's own.")


def model_option() -> OptionInfo:
    """The option for which models judge."""
    return typer.Option(help="A results folder, or one approach's folder in it. [default: what comes with the package]")


def allow_demo_option() -> OptionInfo:
    """The option for taking models of the demo at their word."""
    return typer.Option("--allow-demo", help="Let models of the demo give verdicts, too; they bear a stamp anyway.")


def max_fpr_option() -> OptionInfo:
    """The option for the false-positive rate that thresholds keep to."""
    return typer.Option(
        "--max-fpr",
        "--max-false-alarms",
        min=0.0001,
        max=0.9999,
        help="Share of real files whose image, and whose sound, may be called fake. [default: the model's own]",
        show_default=False,
    )


def jobs_option() -> OptionInfo:
    """The option for how many worker processes share the work."""
    return typer.Option(min=1, help="Worker processes, of one thread each; by default one per processor core.")


def backend_option() -> OptionInfo:
    """The option for who runs the workers."""
    return typer.Option(help="Who runs the workers: loky on this machine, or a Dask cluster.")


def scheduler_option() -> OptionInfo:
    """The option for where a cluster is."""
    return typer.Option(metavar="ADDRESS", help="Of the cluster, with --backend dask: tcp://host:8786")


def run(main: Callable[..., None], step: str, crash_status: int | None = None) -> None:
    """Run ``main`` as the command ``python -m keras_impl.<step>``, or as what `keras_impl.__main__` was started as.

    With a ``crash_status``, a crash of the process is told in a line, and the command ends with that status.

    An error that the user can mend ends it with one line on the error stream and status 1;
    Ctrl-C with status 130.
    """
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
    app.command()(main)
    if crash_status is not None:
        survive(lambda name: warn(f"Not judged: a library crashed on it ({name})"), crash_status)
    try:
        # a step's own module is known by its file's name; who started it otherwise has said how
        app(prog_name=f"python -m keras_impl.{step}" if sys.argv[0].endswith(".py") else sys.argv[0])
    except KerasImplError as error:
        warn("Error: " + " ".join(str(error).split()))
        sys.exit(1)
    except OSError as error:
        warn(f"Error: {told(error)}")
        sys.exit(1)
    except KeyboardInterrupt:
        warn("Stopped.")
        sys.exit(130)
    finally:
        if "keras_impl.core.parallel" in sys.modules:
            from keras_impl.core.parallel import end_workers

            end_workers()


def say(text: str) -> None:
    """Print a line to the output as it is: no markup, no breaking of long paths."""
    console.print(text, markup=False, soft_wrap=True)


def warn(text: str) -> None:
    """Print a line to the error stream as it is."""
    error_console.print(text, markup=False, soft_wrap=True)


def track(items: Iterable[T], task: str, total: int, note: Callable[[], str] = str) -> Iterator[T]:
    """Yield ``items`` while the error stream shows how many there were, how fast, and for how long yet.

    A terminal gets a progress bar; anything else a line every `SECONDS_PER_LINE` seconds.

    Parameters
    ----------
    items : iterable
    task : str
        What is being done.
    total : int
        How many items there will be.
    note : callable, optional
        Gives a text to show behind the numbers, such as what was found so far.
    """
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        console=error_console,
    )
    if not error_console.is_terminal:
        progress.disable = True
    with progress:
        shown = progress.add_task(task, total=total, note=note())
        next_line = time.monotonic() + SECONDS_PER_LINE
        for item in items:
            yield item
            progress.update(shown, advance=1, note=note())
            if progress.disable and time.monotonic() >= next_line:
                next_line += SECONDS_PER_LINE
                state = progress.tasks[shown]
                left = f", {state.time_remaining} s left" if state.time_remaining is not None else ""
                warn(", ".join(filter(None, (f"{task}: {state.completed:g} of {total}", _rate(state), note()))) + left)


class _RateColumn(ProgressColumn):
    """How fast it goes."""

    def render(self, task: ProgressTask) -> Text:
        return Text(_rate(task))


def _rate(task: ProgressTask) -> str:
    speed = task.speed or task.finished_speed
    if not speed:
        return ""
    return f"{speed:.1f}/s" if speed >= 1 else f"{1 / speed:.1f} s each"


@contextmanager
def working(task: str) -> Iterator[Callable[[str], None]]:
    """Show that ``task`` is being worked on, for a block whose length can't be told.

    Yields
    ------
    callable
        Changes the text. Where the output is no terminal, it prints it every `SECONDS_PER_LINE` seconds.
    """
    if error_console.is_terminal:
        with error_console.status(task) as status:
            yield status.update
        return
    next_line = time.monotonic() + SECONDS_PER_LINE

    def tell(text: str) -> None:
        nonlocal next_line
        if time.monotonic() >= next_line:
            next_line = time.monotonic() + SECONDS_PER_LINE
            warn(text)

    yield tell


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; columns with figures are aligned to the right, the first, of names, and the others to the left."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for place, (heading, *cells) in enumerate(zip(headings, *rows, strict=True)):
        has_figures = place > 0 and any(character.isdigit() for cell in cells for character in cell)
        table.add_column(heading, justify="right" if has_figures else "left", no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, row))  # as it is: no markup, such as a file's name may hold
    console.print(table)
