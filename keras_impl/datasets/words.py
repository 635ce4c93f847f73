"""Words for real and fake in tables and in the names of folders."""

import re
from functools import lru_cache

REAL_WORDS = frozenset({"real", "reals", "genuine", "bonafide", "original", "originals", "authentic", "pristine"})
_FAKE = """fake fakes deepfake deepfakes spoof spoofs spoofed manipulated manipulation forged forgery tampered altered
synthetic synthesis synthesized synthesised generated swapped"""
FAKE_WORDS = frozenset(_FAKE.split())
LABEL_OF_WORD = dict.fromkeys(REAL_WORDS, 0) | dict.fromkeys(FAKE_WORDS, 1)

_SIDE = """is label labels flag class deep ai the all my video videos image images img picture pictures photo photos
face faces frame frames crop crops clip clips audio audios sound sounds voice voices speech recording recordings data
dataset set train training val valid validation test testing"""
SIDE_WORDS = frozenset(_SIDE.split())
"""Words that may stand beside such a word without changing what it says."""

SPLIT_OF_WORD = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}

TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+|\d+")


def labels_in(text: str) -> set[int]:
    """All labels (1 = fake) that words of a text name, whatever else it says.

    Examples
    --------
    >>> labels_in("celeb_fake_042")
    {1}
    """
    return {LABEL_OF_WORD[word] for word in _words(text) if word in LABEL_OF_WORD}


@lru_cache(maxsize=10_000)  # a large table says the same few words over and over
def label_named(text: str) -> int | None:
    """The label (1 = fake) that a text names, if it says nothing else; None otherwise.

    Examples
    --------
    >>> label_named("training_real"), label_named("1_fake"), label_named("real_estate")
    (0, 1, None)
    """
    words = _words(text)
    named = [word for word in words if word in LABEL_OF_WORD]
    others = (word for word in words if word not in LABEL_OF_WORD)
    if len(named) == 1 and all(word in SIDE_WORDS or word.isdecimal() for word in others):
        return LABEL_OF_WORD[named[0]]
    return None


def label_by_column(column: str, value: str) -> int | None:
    """The label (1 = fake) by a yes-or-no column such as ``is_real``; None if the column is not one of these.

    Examples
    --------
    >>> label_by_column("is_real", "yes"), label_by_column("is_real", "0"), label_by_column("age", "1")
    (0, 1, None)
    """
    named, truth = label_named(column), TRUTH.get(value.lower().removesuffix(".0"))
    return None if named is None or truth is None else named if truth else 1 - named


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(re.sub(r"(?i)bona[ _-]?fide", "bonafide", text))]
