"""Names that strangers gave their files, made harmless: to write files by, and to print."""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePath

LONGEST_STEM = 80

NAMES_SHOWN = 3
"""How many of several names a message gives."""


def file_stem(name: str) -> str:
    """A file name for a video's name: plain characters only, and still one for each video."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".-")[:LONGEST_STEM]
    return plain if plain == name else f"{plain}-{sha256(name.encode(errors='surrogateescape')).hexdigest()[:8]}"


def printable(name: str) -> str:
    """A name for people to read: line ends, control characters and broken Unicode are shown as escapes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def natural_order(name: str) -> tuple[list[tuple[str, int]], str]:
    """What to sort file names by, so that 2 comes before 10: text as text, digits as numbers.

    Names that differ in zeros only are in the order of their text.
    """
    parts = re.findall(r"(\D*)(\d*)", PurePath(name).stem)
    return [(text.casefold(), int(digits or -1)) for text, digits in parts], name


def listed(names: Sequence[str]) -> str:
    """Names for people to read: the first ones, and how many more there are.

    >>> listed(["a", "b", "c", "d"])
    'a, b, c and 1 more'
    """
    shown = ", ".join(names[:NAMES_SHOWN])
    return f"{shown} and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else shown
