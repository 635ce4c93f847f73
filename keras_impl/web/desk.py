"""The queue: who waits, who is served, and what has come of it. One file is judged at a time, in order of arrival."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from keras_impl.prediction.reasons import InternalError
from keras_impl.web.uploads import Uploads
from keras_impl.web.worker import Answer, Worker

LOG = logging.getLogger(__name__)

MOST_WAITING = 20
"""Files that may wait, those still being sent included; further ones are turned away."""

KEEP_SECONDS = 900
"""How long an answer can be fetched."""

MOST_KEPT = 30
"""Answers that are kept at most, the latest: each has the pictures in it."""


@dataclass
class Job:
    """A file that is to be judged.

    Attributes
    ----------
    name : str
        What its owner calls it.
    is_upload : bool
        Whether it is deleted afterwards.
    state : {"sending", "waiting", "working", "done"}
    stage : str
        Of a file that is worked on, what is being done.
    answer : Answer or None
    finished : float
        `time.monotonic` when the answer was out.
    key : str
        By which its owner, and nobody else, asks for it.
    """

    name: str
    is_upload: bool = True
    state: Literal["sending", "waiting", "working", "done"] = "sending"
    stage: str = ""
    answer: Answer | None = None
    finished: float = 0.0
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))


class FullError(Exception):
    """There is no room in the queue."""


class Desk:
    """Takes files in and hands answers out.

    Parameters
    ----------
    worker : Worker
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._jobs: dict[str, Job] = {}
        self._waiting: list[tuple[Job, Path]] = []
        self._news = asyncio.Event()

    def open(self, name: str, is_upload: bool = True) -> Job:
        """Reserve a place for a file.

        Raises
        ------
        FullError
            If `MOST_WAITING` are there already.
        """
        self._forget()
        if sum(job.state != "done" for job in self._jobs.values()) >= MOST_WAITING:
            raise FullError
        job = Job(name, is_upload=is_upload)
        self._jobs[job.key] = job
        return job

    def submit(self, job: Job, path: Path) -> None:
        """Put a file that is there into the queue."""
        job.state = "waiting"
        self._waiting.append((job, path))
        self._news.set()

    def drop(self, job: Job) -> None:
        """Give a reserved place back."""
        del self._jobs[job.key]

    def find(self, key: str) -> Job | None:
        """The job with this key, if there is one and it is not forgotten."""
        self._forget()
        return self._jobs.get(key)

    def position(self, job: Job) -> int:
        """How many are served before a waiting file."""
        before = next((place for place, (waiting, _) in enumerate(self._waiting) if waiting is job), 0)
        return before + any(other.state == "working" for other in self._jobs.values())

    async def serve(self) -> None:
        """Load the models, then judge what comes, for ever."""
        try:
            await asyncio.to_thread(self._worker.warm_up)
        except Exception:  # who asks first is told
            LOG.exception("The models could not be loaded")
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                job, path = self._waiting.pop(0)
                job.state = "working"
                try:
                    job.answer = await asyncio.to_thread(self._worker.judge, path, job.name, _noting(job))
                except Exception:  # a bug, which must not cost those who wait their answers
                    LOG.exception("A file could not be judged")
                    job.answer = Answer({}, (InternalError(),))
                finally:
                    if job.is_upload:
                        Uploads.remove(path)
                job.state, job.finished = "done", time.monotonic()

    def _forget(self) -> None:
        """Forget answers that nobody has fetched in time, and the oldest of too many."""
        done = sorted((job for job in self._jobs.values() if job.state == "done"), key=lambda job: -job.finished)
        for place, job in enumerate(done):
            if place >= MOST_KEPT or time.monotonic() - job.finished > KEEP_SECONDS:
                del self._jobs[job.key]


def _noting(job: Job) -> Callable[[str], None]:
    def note(stage: str) -> None:
        job.stage = stage

    return note
