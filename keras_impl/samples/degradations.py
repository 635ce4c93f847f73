"""Kinds of degradation that detectors are measured under, each in three strengths; what is done is up to a modality."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np

Item = TypeVar("Item")


@dataclass(frozen=True)
class Degradation(Generic[Item]):
    """A way in which samples get worse.

    Attributes
    ----------
    name : str
        In files.
    title : str
        For people, with the unit of its strengths.
    strengths : tuple of float
        Three, from slight to severe.
    change : callable
        Gives a degraded sample from a sample, a strength, and a generator for what is drawn by lot.
    """

    name: str
    title: str
    strengths: tuple[float, float, float]
    change: Callable[[Item, float, np.random.Generator], Item]


def shown(strength: float) -> str:
    """A strength for people: three digits, or whole where it is large."""
    return f"{strength:.0f}" if strength >= 1000 else f"{strength:.3g}"


class Condition(NamedTuple):
    """A degradation at a strength; of undegraded samples, the name is `CLEAN` and the strength 0."""

    name: str
    strength: float


CLEAN = Condition("clean", 0.0)


def conditions_of(degradations: Sequence[Degradation]) -> tuple[Condition, ...]:
    """All conditions, undegraded samples first."""
    return (CLEAN, *(Condition(each.name, strength) for each in degradations for strength in each.strengths))


def degraded(item: Item, condition: Condition, degradations: Sequence[Degradation[Item]], seed: int) -> Item:
    """A sample under a condition; the same for the same seed."""
    if condition == CLEAN:
        return item
    (degradation,) = (each for each in degradations if each.name == condition.name)
    return degradation.change(item, condition.strength, np.random.default_rng(seed))
