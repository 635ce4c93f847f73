"""What a check has found, and what to do about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from keras_impl.errors import KerasImplError, first_line

Level = Literal["ok", "note", "limited", "verdicts"]
"""Nothing is to be done; something is worth knowing, or optional; something other than verdicts, such as training,
may not work; verdicts can't be given."""


@dataclass(frozen=True)
class Finding:
    """One line of a checkup.

    Attributes
    ----------
    subject : str
        What was looked at, in a word or three.
    level : {"ok", "note", "limited", "verdicts"}
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


REINSTALL = "Install the package again, with pip's --force-reinstall."


def look(subject: str, module: str, check: str, *arguments: Any) -> list[Finding]:
    """Make a check; if it breaks on a damaged installation, that is what it has found.

    Parameters
    ----------
    subject : str
        What the finding is called in that case.
    module, check : str
        Where the check is; imported here, as it may be libraries of its own that are damaged.
    *arguments
        Of the check.
    """
    try:
        return list(getattr(import_module(module), check)(*arguments))
    except (ImportError, KerasImplError, OSError) as error:
        return [Finding(subject, "limited", f"can't be checked: {first_line(error)}", REINSTALL)]


def summary(findings: Sequence[Finding]) -> str:
    """One sentence or two: what can be done here, and what is in the way of the rest.

    Examples
    --------
    >>> summary([Finding("Python", "ok", "3.13"), Finding("memory", "limited", "1 GB")])
    'Verdicts can be given; training or the page may not work: see memory.'
    """
    hindered = {
        level: ", ".join(dict.fromkeys(each.subject for each in findings if each.level == level))
        for level in ("verdicts", "limited")
    }
    if hindered["verdicts"]:
        return f"Verdicts can't be given: see {hindered['verdicts']}."
    if hindered["limited"]:
        return f"Verdicts can be given; training or the page may not work: see {hindered['limited']}."
    return "Verdicts can be given, and models trained."


def can_judge(findings: Iterable[Finding]) -> bool:
    """Whether nothing was found that keeps verdicts from being given."""
    return all(each.level != "verdicts" for each in findings)
