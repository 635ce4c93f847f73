"""Markdown: blocks of the report, with everything that comes from files made harmless."""

import re
from collections.abc import Sequence
from urllib.parse import quote


def escape(text: object) -> str:
    r"""Write a text so that Markdown shows it as it is, in a table too.

    >>> escape("a|b *c*")
    'a\\|b \\*c\\*'
    """
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(str(text).split()))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool = True) -> str:
    """Lay out a table of cells that are Markdown; all columns but the first are right-aligned if ``numbers``."""
    rule = ["---"] + ["---:" if numbers else "---"] * (len(headings) - 1)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (headings, rule, *rows))


def bullets(items: Sequence[str]) -> str:
    """Lay out a list."""
    return "\n".join(f"- {item}" for item in items)


def picture(alt: str, name: str) -> str:
    """Show a picture that lies beside the report."""
    return f"![{escape(alt)}]({quote(name)})"
