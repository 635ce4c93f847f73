"""How long work tells what it does: to a terminal (`keras_impl.console` is one such teller), or to nobody."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """What a step is told by."""

    def track(self, items: Iterable[T], task: str, total: int, note: Callable[[], str] = ...) -> Iterator[T]:
        """Yield items while telling how many there were, of how many."""

    def working(self, task: str) -> AbstractContextManager[Callable[[str], None]]:
        """Tell that something of unknown length is being done; yields a function that changes the text."""

    def say(self, text: str) -> None:
        """Tell a result."""

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Tell results as a table."""

    def warn(self, text: str) -> None:
        """Tell what needs attention."""


class _Silent:
    """Tells nobody."""

    def track(self, items: Iterable[T], task: str, total: int, note: Callable[[], str] = str) -> Iterator[T]:
        yield from items

    @contextmanager
    def working(self, task: str) -> Iterator[Callable[[str], None]]:
        yield lambda _: None

    def say(self, text: str) -> None: ...

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None: ...

    def warn(self, text: str) -> None: ...


SILENT: Progress = _Silent()
