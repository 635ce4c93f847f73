"""The worker process: what happens to it happens to it alone."""

import os
import threading
import time

import pytest

from keras_impl.prediction.many import Settings
from keras_impl.prediction.reasons import Crashed, ModelsNotLoaded, TooSlow
from keras_impl.prediction.trained import find_models
from keras_impl.web import worker as worker_module
from keras_impl.web.worker import READY, Answer, TakenBackError, Worker
from tests.prediction.models import add_model

pytestmark = pytest.mark.slow


def die(pipe, folder):
    """Take a file and die of it, as of a decoder that crashes."""
    pipe.recv()  # the settings
    pipe.send(READY)
    pipe.recv()
    os._exit(1)


def dawdle(pipe, folder):
    """Take a file and never come to an end."""
    pipe.recv()  # the settings
    pipe.send(READY)
    pipe.recv()
    pipe.send("reading")
    time.sleep(600)


def answer(pipe, folder):
    """Answer with the file's name."""
    pipe.recv()  # the settings
    pipe.send(READY)
    while True:
        _, name = pipe.recv()
        pipe.send("scoring")
        pipe.send(Answer({"en": name}))


@pytest.fixture
def worker(tmp_path):
    made = Worker(Settings(find_models(add_model(tmp_path / "results", "svm"))), tmp_path / "uploads", 3)
    yield made
    made.stop()


def test_stages_and_the_answer_come_through_and_the_process_stays(worker, monkeypatch):
    monkeypatch.setattr(worker_module, "_work", answer)
    stages = []
    for name in ("a", "b"):
        assert worker.judge("path", name, stages.append) == Answer({"en": name})
    assert stages == ["loading", "scoring", "scoring"]


@pytest.mark.parametrize(("fate", "problem"), [(die, Crashed()), (dawdle, TooSlow(limit=3))])
def test_a_file_that_kills_or_blocks_it_costs_nobody_else_an_answer(worker, monkeypatch, fate, problem):
    monkeypatch.setattr(worker_module, "_work", fate)
    assert worker.judge("path", "bad", lambda _: None) == Answer({}, (problem,))
    monkeypatch.setattr(worker_module, "_work", answer)
    assert worker.judge("path", "good", lambda _: None) == Answer({"en": "good"})


def test_a_file_that_is_taken_back_ends_the_process_and_the_next_one_gets_another(worker, monkeypatch):
    monkeypatch.setattr(worker_module, "_work", dawdle)
    begun = threading.Event()

    def note(stage):
        if stage == "reading":
            begun.set()

    judging = threading.Thread(target=worker.judge, args=("path", "a", note))
    judging.start()
    assert begun.wait(60)
    first = worker._process
    worker.interrupt()
    judging.join(60)
    assert not judging.is_alive()
    assert not first.is_alive()
    monkeypatch.setattr(worker_module, "_work", answer)
    assert worker.judge("path", "b", lambda _: None) == Answer({"en": "b"})
    worker.interrupt()  # its answer was out already, and the next file must not get a process that is about to end
    assert worker.judge("path", "c", lambda _: None) == Answer({"en": "c"})


def test_a_file_that_was_taken_back_before_work_on_it_began_is_not_judged(worker):
    def refuse(stage):
        raise TakenBackError

    with pytest.raises(TakenBackError):
        worker.judge("path", "a", refuse)
    assert worker._process is None


def test_models_that_cannot_be_loaded_are_named(worker):
    """The file in the model's place is none."""
    (problem,) = worker.judge("path", "a", lambda _: None).problems
    assert isinstance(problem, ModelsNotLoaded)
    assert "train_svm" in problem.detail or "FaceNet" in problem.detail
