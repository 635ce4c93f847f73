"""The process that judges for the web page: apart from it, so that a file can crash or block nothing else.

It loads the models once. A file that takes too long costs it its life, and the next one gets a new process.
"""

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from keras_impl.core.guard import Ended, arm
from keras_impl.errors import KerasImplError

if TYPE_CHECKING:  # the process imports this module before it can watch over anything
    from keras_impl.prediction.many import Settings
    from keras_impl.prediction.reasons import Problem, Verdict

START_SECONDS = 300
"""How long loading the models may take: a backbone of somebody's own is exported the first time."""

READY = "ready"


@dataclass(frozen=True)
class Answer:
    """What came of a file.

    Attributes
    ----------
    pages : dict of str to str
        HTML by language; empty if there is a problem.
    problems : tuple of Problem
        Why it could not be judged; empty if it was.
    verdict : Verdict or None
        What the pages say at length.
    p_fake : float or None
        What the verdict rests on, 0 to 1.
    is_stamped : bool
        Whether the verdict is a demo's, and none for real use.
    """

    pages: dict[str, str]
    problems: "tuple[Problem, ...]" = ()
    verdict: "Verdict | None" = None
    p_fake: float | None = None
    is_stamped: bool = False


class TakenBackError(Exception):
    """Nobody wants a file judged any more."""


class Worker:
    """A process with loaded models, started when it is needed.

    Parameters
    ----------
    settings : Settings
    folder : Path
        The run's folder of uploads, which the process deletes if it finds itself left alone.
    time_limit : float
        Seconds that judging one file may take altogether.
    """

    def __init__(self, settings: "Settings", folder: Path, time_limit: float) -> None:
        self._settings, self._folder, self._time_limit = settings, folder, time_limit
        self._process: BaseProcess | None = None
        self._is_interrupted = False

    def judge(self, path: Path, name: str, report: Callable[[str], object]) -> Answer:
        """Judge a file; called from one thread at a time.

        Parameters
        ----------
        path : Path
        name : str
            What its owner calls it.
        report : callable
            Told "loading", "reading", "scoring", "listening" and "drawing".

        Raises
        ------
        TakenBackError
            If ``report`` does; the process is ended then.
        """
        from keras_impl.prediction.reasons import ModelsNotLoaded, Verbatim, problem_of

        try:
            self._start(report)
            self._pipe.send((path, name))
            deadline = time.monotonic() + self._time_limit
            while True:
                if not self._pipe.poll(max(0.0, deadline - time.monotonic())):
                    self.stop()
                    return Answer({}, (problem_of(Ended.too_slow(self._time_limit)),))
                message = self._pipe.recv()
                if isinstance(message, Answer):
                    return message
                report(message)
        except TakenBackError:
            self.stop()
            raise
        except KerasImplError as error:
            self.stop()
            return Answer({}, (ModelsNotLoaded(detail=Verbatim(error)),))
        except (EOFError, OSError):
            self.stop()
            return Answer({}, (problem_of(Ended.crashed()),))

    def warm_up(self) -> None:
        """Load the models before anybody asks; what is wrong with them is told to who asks first."""
        try:
            self._start(lambda _: None)
        except (KerasImplError, EOFError, OSError):
            self.stop()

    def interrupt(self) -> None:
        """End the process, whatever it works on, without waiting for its end; the next file gets a new one."""
        process = self._process
        if process is not None:
            self._is_interrupted = True
            process.kill()

    def stop(self) -> None:
        """End the process at once."""
        process, self._process = self._process, None  # at once: whoever waits for an answer may do the same
        self._is_interrupted = False
        if process is not None:
            process.kill()
            process.join()
            self._pipe.close()

    def _start(self, report: Callable[[str], object]) -> None:
        if self._process is not None and self._process.is_alive() and not self._is_interrupted:
            return
        self.stop()  # of one that died, or is about to
        report("loading")
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        process = context.Process(target=_work, args=(other, self._folder), daemon=True)
        process.start()
        self._process = process  # not before: another thread may want to end it
        other.close()
        self._pipe.send(self._settings)
        if not self._pipe.poll(START_SECONDS):
            raise EOFError
        message = self._pipe.recv()
        if isinstance(message, KerasImplError):
            raise message


def _work(pipe: Connection, folder: Path) -> None:
    """Judge what comes through the pipe: first the settings, then files."""
    threading.Thread(target=_watch, args=(folder,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the page's own process ends it

    from keras_impl.prediction.reasons import problem_of
    from keras_impl.prediction.render.page import render
    from keras_impl.prediction.render.report import gather_exhibits
    from keras_impl.prediction.render.words import LANGUAGES
    from keras_impl.prediction.result import UnjudgedFile

    with suppress(EOFError, OSError):
        settings = pipe.recv()
        models = settings.models
        try:
            judge = settings.make_judge(None)
        except KerasImplError as error:
            pipe.send(error)
            return
        arm(lambda ended: pipe.send(Answer({}, (problem_of(ended),))))
        pipe.send(READY)
        while True:
            path, name = pipe.recv()
            tempfile.tempdir = str(path.parent) if path.is_relative_to(folder) else str(folder)
            try:
                prediction = judge.judge(path, name, pipe.send)
                if isinstance(prediction, UnjudgedFile):
                    answer = Answer({}, prediction.problems)
                else:
                    pipe.send("drawing")
                    exhibits = gather_exhibits(path, prediction, models, settings.time_limit)
                    pages: dict[str, str] = {
                        language: render(prediction, models, exhibits, language) for language in LANGUAGES
                    }
                    answer = Answer(pages, (), prediction.verdict, prediction.p_fake, bool(prediction.stamp))
            except KerasImplError as error:
                answer = Answer({}, (problem_of(error),))
            pipe.send(answer)


def _watch(folder: Path) -> None:
    """Wait until the page's own process is gone, however it went; then delete the uploads, and go too."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # this is a process that another one started
    wait([parent.sentinel])
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)
