"""How long judging takes here: what this run of the page has seen itself, and nothing where it has seen nothing."""

from collections import defaultdict, deque
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Literal

from keras_impl.media.formats import AUDIO_SUFFIXES, IMAGE_SUFFIXES

Kind = Literal["video", "picture", "recording"]

MOST_REMEMBERED = 20
"""Files of a kind whose times count, the latest."""

Stages = Sequence[tuple[str, float]]
"""What was done with a file, in order, with the seconds that it took."""


def kind_of(name: str) -> Kind:
    """What a file is by the ending of its name: files of a kind take about as long as each other."""
    suffix = Path(name).suffix.lower()
    return "picture" if suffix in IMAGE_SUFFIXES else "recording" if suffix in AUDIO_SUFFIXES else "video"


class Pace:
    """Seconds that files took, by kind and stage."""

    def __init__(self) -> None:
        self._seen: dict[Kind, deque[dict[str, float]]] = defaultdict(lambda: deque(maxlen=MOST_REMEMBERED))

    def note(self, kind: Kind, stages: Stages) -> None:
        """Remember what a file took that was judged to its end."""
        self._seen[kind].append(dict(stages))

    def left(self, kind: Kind, stages: Stages = ()) -> float | None:
        """Seconds that a file will take from now on.

        Parameters
        ----------
        kind : {"video", "picture", "recording"}
        stages : sequence of (str, float)
            What has been done with it, the last of them still being done.

        Returns
        -------
        float or None
            The median of what is known, above 0. None if no file of the kind was judged yet, or if this one takes
            longer than most did: then nothing is known of it.
        """
        seen = self._seen[kind]
        if not seen:
            return None
        over = [name for name, _ in stages[:-1]]
        totals = [sum(seconds for name, seconds in each.items() if name not in over) for each in seen]
        expected = median(totals) - (stages[-1][1] if stages else 0.0)
        return expected if expected > 0 else None
