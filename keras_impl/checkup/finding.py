"""What a check has found, and what to do about it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from keras_impl.errors import KerasImplError, first_line

Level = Literal["ok", "note", "training", "verdicts"]
"""Nothing is to be done; something is worth knowing, or optional; models can't be trained; not even verdicts given."""


@dataclass(frozen=True)
class Finding:
    """One line of a checkup.

    Attributes
    ----------
    subject : str
        What was looked at, in a word or three.
    level : {"ok", "note", "training", "verdicts"}
    found : str
        What there is.
    advice : str
        What to do, or what it means; empty if nothing.
    command : str
        What to type for that, in one line; empty if nothing.
    """

    subject: str
    level: Level
    found: str
    advice: str = ""
    command: str = ""


Check = Callable[[], Iterable[Finding]]


def look(subject: str, check: Check) -> list[Finding]:
    """Make a check; if it breaks on a damaged installation, that is what it has found.

    Parameters
    ----------
    subject : str
        What the finding is called in that case.
    check : callable
    """
    try:
        return list(check())
    except (ImportError, KerasImplError, OSError) as error:
        return [Finding(subject, "verdicts", f"can't be checked: {first_line(error)}", REINSTALL)]


REINSTALL = "Install the package again; a damaged file or library is replaced by pip's --force-reinstall."


def summary(findings: Sequence[Finding]) -> str:
    """One sentence or two: what can be done here, and what is in the way of the rest.

    Examples
    --------
    >>> summary([Finding("Python", "ok", "3.13"), Finding("memory", "training", "1 GB")])
    'Verdicts can be given. Training is limited: see memory.'
    """
    hindered = {
        level: ", ".join(dict.fromkeys(each.subject for each in findings if each.level == level))
        for level in ("verdicts", "training")
    }
    if hindered["verdicts"]:
        return f"Verdicts can't be given: see {hindered['verdicts']}."
    if hindered["training"]:
        return f"Verdicts can be given. Training is limited: see {hindered['training']}."
    return "Verdicts can be given, and models trained."


def can_judge(findings: Iterable[Finding]) -> bool:
    """Whether nothing was found that keeps verdicts from being given."""
    return all(each.level != "verdicts" for each in findings)
