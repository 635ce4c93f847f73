"""The page's program with a stand-in for the judging."""

import http.client
import json
import socket
import threading
import time
from urllib.parse import quote

import pytest

from keras_impl.prediction.reasons import Crashed, NotDecoded, Verbatim
from keras_impl.web.uploads import Uploads
from keras_impl.web.worker import Answer

HEADER = {"X-Keras-Impl": "page"}

PROBLEM = NotDecoded(expected="a video", detail=Verbatim("no <such> format"))

STAGES = ("loading", "reading", "scoring", "listening", "drawing")


class StandIn:
    """A worker that answers with what it was given, as soon as it may, and tells the stages that it is given."""

    def __init__(self):
        self.may = threading.Event()
        self.may.set()
        self.ready = threading.Event()
        self.ready.set()
        self.stages = ["reading"]
        self.told = threading.Semaphore(0)
        self.seen = []
        self.interruptions = 0
        self._is_dead = False

    def judge(self, path, name, report):
        """As the worker's."""
        self._is_dead = False
        for stage in self.stages:
            report(stage)
            if len(self.stages) > 1:
                self.told.acquire(timeout=20)
        self.may.wait(20)
        if self._is_dead:
            return Answer({}, (Crashed(),))
        self.seen.append((path, name, path.read_bytes()))
        if "worst" in name:
            raise ZeroDivisionError
        if "bad" in name:
            return Answer({}, (PROBLEM,))
        pages = {"en": f"<p>{len(self.seen)}</p>", "ko": "<p>한국어</p>"}
        return Answer(pages, (), "likely fake" if "fake" in name else "likely real", 0.25, "demo" in name)

    def warm_up(self):
        """Nothing is loaded, in the time that it takes."""
        self.ready.wait(20)

    def interrupt(self):
        """Die of it."""
        self.interruptions += 1
        self._is_dead = True
        self.may.set()

    def stop(self):
        """Let whoever waits go on."""
        self.may.set()
        self.ready.set()


class Client:
    """What a browser would send."""

    def __init__(self, port, worker, uploads):
        self.port, self.worker, self.uploads = port, worker, uploads

    def ask(self, method, path, body=None, headers=(), host="127.0.0.1"):
        """Status, headers and content of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, dict(headers) | {"Host": host})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, content

    def send(self, name, content=b"content", headers=HEADER):
        """Upload a file."""
        status, _, answer = self.ask("POST", "/jobs", content, dict(headers) | {"X-File-Name": quote(name)})
        return status, json.loads(answer)

    def state(self, key):
        """What is told of a file."""
        return json.loads(self.ask("GET", f"/jobs/{key}")[2])

    def follow(self, key, state="done"):
        """Wait until a file is judged, or so far."""
        for _ in range(200):
            job = self.state(key)
            if job["state"] == state:
                return job
            time.sleep(0.05)
        raise AssertionError(job)

    def left(self):
        """Files and folders of uploads that are still there."""
        return [path for path in self.uploads.folder.rglob("*") if path.name != "lock"]


@pytest.fixture
def stand_in():
    return StandIn()


@pytest.fixture
def client(stand_in, tmp_path, monkeypatch):
    uvicorn = pytest.importorskip("uvicorn", reason="the extra web is not installed")
    from keras_impl.models.published import Known
    from keras_impl.web.app import make_app
    from keras_impl.web.doors import names_at
    from keras_impl.web.examples import Example
    from keras_impl.web.page import Limits, Site
    from keras_impl.web.quality import Card

    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path / "cache"))
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"an example")
    example = Example("example_real", clip)
    suffixes = frozenset({".mp4", ".wav"})
    cards = (Card("image", "a <u>network</u>", Known(), tmp_path / "card.md"), Card("sound", "another", Known()))
    site = Site(tmp_path / "comparison.html", (example,), "a <b>model</b>", "nothing & <i>", suffixes, cards)
    with Uploads() as uploads, socket.create_server(("127.0.0.1", 0)) as listening:
        app = make_app(stand_in, uploads, Limits(0.001, 60, 20), site, names_at("127.0.0.1"))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield Client(listening.getsockname()[1], stand_in, uploads)
        server.should_exit = True
        thread.join(20)
    assert not thread.is_alive()
    assert list((tmp_path / "cache/uploads").iterdir()) == []
