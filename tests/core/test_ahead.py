"""Items are made by another thread, before they are asked for, and no further than allowed."""

import threading
import time

import pytest

from keras_impl.core.ahead import ahead


def test_all_items_come_in_their_order():
    assert list(ahead(iter(range(1, 50)), 3)) == list(range(1, 50))
    assert list(ahead([], 3)) == []


def test_the_next_are_made_meanwhile_by_another_thread_and_no_more_than_so_many():
    made = []

    def make():
        for number in range(1, 10):
            made.append((number, threading.current_thread()))
            yield number

    items = ahead(make(), 2)
    assert next(items) == 1
    deadline = time.monotonic() + 10
    while len(made) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    assert [number for number, _ in made] == [1, 2, 3]
    assert {thread for _, thread in made}.isdisjoint({threading.current_thread()})
    items.close()
    assert not made[0][1].is_alive()


def test_what_goes_wrong_there_is_raised_here_after_the_items_before():
    def make():
        yield 1
        raise OSError("no more")

    items = ahead(make(), 4)
    assert next(items) == 1
    with pytest.raises(OSError, match="no more"):
        next(items)
