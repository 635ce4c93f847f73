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
from keras_impl.web.pace import Pace, kind_of
from keras_impl.web.uploads import Uploads
from keras_impl.web.worker import Answer, TakenBackError, Worker

LOG = logging.getLogger(__name__)

MOST_WAITING = 20
"""Files that may wait, those still being sent included; further ones are turned away."""

KEEP_SECONDS = 900
"""How long an answer can be fetched after it was out, or looked at."""

MOST_KEPT = 30
"""Answers that are kept at most, the latest: each has the pictures in it."""

LOADING = "loading"
"""The stage in which models are loaded: what it takes says nothing of a file."""


@dataclass(eq=False)
class Job:
    """A file that is to be judged.

    Attributes
    ----------
    name : str
        What its owner calls it.
    state : {"sending", "waiting", "working", "done"}
    began : float
        `time.monotonic` when it came into the queue, then when work on it began.
    stages : list of (str, float)
        What has been done with it so far, with `time.monotonic` of its beginning.
    answer : Answer or None
    seconds : float
        What judging it took.
    finished, seen : float
        `time.monotonic` when the answer was out, and when it was last looked at.
    is_taken_back : bool
        Whether its owner has removed it.
    key : str
        By which its owner, and nobody else, asks for it.
    """

    name: str
    state: Literal["sending", "waiting", "working", "done"] = "sending"
    began: float = field(default_factory=time.monotonic)
    stages: list[tuple[str, float]] = field(default_factory=list)
    answer: Answer | None = None
    seconds: float = 0.0
    finished: float = 0.0
    seen: float = 0.0
    is_taken_back: bool = False
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    @property
    def stage(self) -> str:
        """Of a file that is worked on, what is being done."""
        return self.stages[-1][0] if self.stages else ""

    @property
    def gone(self) -> float:
        """Seconds since it came into the queue, or since work on it began."""
        return time.monotonic() - self.began

    def durations(self) -> list[tuple[str, float]]:
        """What has been done with it so far, but for loading models, with the seconds that each took."""
        stages = self.stages.copy()  # another thread adds to them
        ends = [start for _, start in stages[1:]] + [time.monotonic()]
        spans = zip(stages, ends, strict=False)
        return [(name, end - start) for (name, start), end in spans if name != LOADING]


class FullError(Exception):
    """There is no room in the queue."""


class Desk:
    """Takes files in and hands answers out.

    Parameters
    ----------
    worker : Worker

    Attributes
    ----------
    is_ready : bool
        Whether the models have been loaded, or have failed to.
    """

    def __init__(self, worker: Worker) -> None:
        self.is_ready = False
        self._worker = worker
        self._pace = Pace()
        self._jobs: dict[str, Job] = {}
        self._waiting: list[tuple[Job, Path]] = []
        self._news = asyncio.Event()

    def open(self, name: str) -> Job:
        """Reserve a place for a file.

        Raises
        ------
        FullError
            If `MOST_WAITING` are there already.
        """
        self._forget()
        if sum(job.state != "done" for job in self._jobs.values()) >= MOST_WAITING:
            raise FullError
        job = Job(name)
        self._jobs[job.key] = job
        return job

    def submit(self, job: Job, path: Path) -> None:
        """Put a file that is there into the queue; it is deleted once it is judged."""
        job.state, job.began = "waiting", time.monotonic()
        self._waiting.append((job, path))
        self._news.set()

    def drop(self, job: Job) -> None:
        """Give a reserved place back."""
        del self._jobs[job.key]

    def find(self, key: str) -> Job | None:
        """The job with this key, if there is one and it is not forgotten."""
        self._forget()
        return self._jobs.get(key)

    def fetch(self, key: str) -> Job | None:
        """The same, for somebody who looks at its answer: it is kept for longer then."""
        job = self.find(key)
        if job is not None:
            job.seen = time.monotonic()
        return job

    def take_back(self, job: Job) -> None:
        """Forget a job that is not being sent: its answer, or its file, and what is being made of it."""
        job.is_taken_back = True
        del self._jobs[job.key]
        if job.state == "working":
            self._worker.interrupt()  # whoever waits for it notices, and deletes the file
        for entry in self._waiting:
            if entry[0] is job:
                self._waiting.remove(entry)
                Uploads.remove(entry[1])
                return

    def position(self, job: Job) -> int:
        """How many are served before a waiting file."""
        before = next((place for place, (waiting, _) in enumerate(self._waiting) if waiting is job), 0)
        return before + any(other.state == "working" for other in self._jobs.values())

    def left(self, job: Job) -> float | None:
        """Seconds until a waiting file, or one that is worked on, will be judged, above 0; None if nobody knows."""
        working = [each for each in self._jobs.values() if each.state == "working"]
        if not self.is_ready or any(each.stage == LOADING for each in working):
            return None
        waiting = [each for each, _ in self._waiting]
        before = waiting[: waiting.index(job) + 1] if job in waiting else []
        times = [self._pace.left(kind_of(each.name), each.durations()) for each in (*working, *before)]
        known = [seconds for seconds in times if seconds is not None]
        return sum(known) if known and len(known) == len(times) else None

    async def serve(self) -> None:
        """Load the models, then judge what comes, for ever."""
        await self._warm_up()
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                job, path = self._waiting.pop(0)
                await self._serve(job, path)
                if job.is_taken_back and not self._waiting:
                    await self._warm_up()  # the next file need not wait for a new process

    async def _serve(self, job: Job, path: Path) -> None:
        job.state, job.began = "working", time.monotonic()
        try:
            job.answer = await asyncio.to_thread(self._worker.judge, path, job.name, _noting(job))
        except TakenBackError:
            return
        except Exception:  # a bug, which must not cost those who wait their answers
            LOG.exception("A file could not be judged")
            job.answer = Answer({}, (InternalError(),))
        finally:
            Uploads.remove(path)
        if job.answer.pages and not job.is_taken_back:
            self._pace.note(kind_of(job.name), job.durations())
        job.seconds, job.state = job.gone, "done"
        job.finished = job.seen = time.monotonic()

    async def _warm_up(self) -> None:
        try:
            await asyncio.to_thread(self._worker.warm_up)
        except Exception:  # who asks first is told
            LOG.exception("The models could not be loaded")
        self.is_ready = True

    def _forget(self) -> None:
        """Forget answers that nobody has looked at in time, and the oldest of too many."""
        done = sorted((job for job in self._jobs.values() if job.state == "done"), key=lambda job: -job.finished)
        for place, job in enumerate(done):
            if place >= MOST_KEPT or time.monotonic() - job.seen > KEEP_SECONDS:
                del self._jobs[job.key]


def _noting(job: Job) -> Callable[[str], None]:
    def note(stage: str) -> None:
        if job.is_taken_back:
            raise TakenBackError
        job.stages.append((stage, time.monotonic()))

    return note
