"""Making the next items while somebody works on those before."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterable[Item], most: int) -> Iterator[Item]:
    """Items in their order, made by a thread of their own: up to so many before they are asked for.

    When the iterator is closed, or what makes the items raises, the thread has ended.

    Parameters
    ----------
    items : iterable
        Of anything but None.
    most : int
        At least 1.
    """
    source = iter(items)
    thread = ThreadPoolExecutor(1)
    coming: deque[Future[Item | None]] = deque()
    try:
        coming.extend(thread.submit(next, source, None) for _ in range(most))
        while (item := coming.popleft().result()) is not None:
            coming.append(thread.submit(next, source, None))
            yield item
    finally:
        thread.shutdown(cancel_futures=True)
