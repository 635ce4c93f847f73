"""Untrusted file names, made safe to write and to print, and their natural order."""

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePath

LONGEST_STEM = 80

NAMES_SHOWN = 3
"""How many of several names a message gives."""


def file_stem(name: str) -> str:
    """A file name for a media file's name: plain characters only, and still unique.

    Examples
    --------
    >>> file_stem("clip_01.mp4"), file_stem("../my clip.mp4")
    ('clip_01.mp4', 'my-clip.mp4-2eac68d4')
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".-")[:LONGEST_STEM]
    return plain if plain == name else f"{plain}-{_brief(name)}"


def _brief(name: str) -> str:
    return sha256(name.encode(errors="surrogateescape")).hexdigest()[:8]


def unique_stems(names: Sequence[str]) -> dict[str, str]:
    """File names for paths by which each can be told, and none where it lies.

    Examples
    --------
    >>> unique_stems(["/home/ada/clip.mp4", "other.mp4"])
    {'/home/ada/clip.mp4': 'clip.mp4', 'other.mp4': 'other.mp4'}
    >>> unique_stems(["a/clip.mp4", "b/clip.mp4"])
    {'a/clip.mp4': 'clip.mp4-33b5d47c', 'b/clip.mp4': 'clip.mp4-2cff0d93'}
    """
    own = {name: file_stem(PurePath(name).name) for name in names}
    often = Counter(stem.casefold() for stem in own.values())
    return {name: f"{stem}-{_brief(name)}" if often[stem.casefold()] > 1 else stem for name, stem in own.items()}


def printable(name: str) -> str:
    r"""A name for people to read: line breaks, control characters and broken Unicode are shown as escapes.

    Examples
    --------
    >>> print(printable("two\nlines.mp4"))
    two\nlines.mp4
    """
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def natural_order(name: str) -> tuple[list[tuple[str, int]], str]:
    """Sort key for file names by which 2 comes before 10: text compares as text, digits as numbers.

    Names that differ only in leading zeros are ordered as text.

    Examples
    --------
    >>> sorted(["frame10.png", "frame2.png"], key=natural_order)
    ['frame2.png', 'frame10.png']
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
