"""What could not be used: listed in a file, and told with the first reasons."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from keras_impl.core.progress import Progress
from keras_impl.core.storage import atomic_path
from keras_impl.datasets.record import Problem
from keras_impl.media.names import listed

PROBLEMS_NAME = "problems.csv"

REASONS_SHOWN = 5
"""How many reasons are told; the file has all."""


def write_problems(folder: Path, problems: Sequence[Problem]) -> None:
    """Write the list of what could not be used; an empty list is written too, as proof."""
    table = pd.DataFrame([(problem.name, problem.reason) for problem in problems], columns=["name", "reason"])
    with atomic_path(folder / PROBLEMS_NAME) as temporary:
        table.to_csv(temporary, index=False)


def tell_problems(problems: Sequence[Problem], listed_in: Path, progress: Progress) -> None:
    """Tell how many inputs were skipped, the first reasons with those that have them, and where all are listed."""
    if not problems:
        return
    progress.warn(f"Skipped {len(problems)}; reasons in {listed_in}:")
    named: dict[str, list[str]] = {}
    for problem in problems:
        named.setdefault(problem.reason, []).append(problem.name)
    for reason, names in list(named.items())[:REASONS_SHOWN]:
        progress.warn(f"  {listed(names)}: {reason}")
    if len(named) > REASONS_SHOWN:
        progress.warn(f"  ... and {sum(map(len, list(named.values())[REASONS_SHOWN:]))} more, for other reasons")
