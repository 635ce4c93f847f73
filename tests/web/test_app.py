"""What the page takes, what it turns away, and what is left behind: nothing. The judging is stood in for."""

import http.client
import json
import re
import socket
import threading
import time
from urllib.parse import quote

import pytest

pytest.importorskip("starlette", reason="the extra web is not installed")
uvicorn = pytest.importorskip("uvicorn", reason="the extra web is not installed")

from keras_impl.prediction.reasons import InternalError, NotDecoded, Verbatim  # noqa: E402
from keras_impl.prediction.render.words import catalogue, sentence  # noqa: E402
from keras_impl.web import app as app_module  # noqa: E402
from keras_impl.web import desk as desk_module  # noqa: E402
from keras_impl.web.app import Limits, Site, make_app  # noqa: E402
from keras_impl.web.doors import names_at  # noqa: E402
from keras_impl.web.examples import Example, find_examples  # noqa: E402
from keras_impl.web.uploads import Uploads  # noqa: E402
from keras_impl.web.worker import Answer  # noqa: E402

HEADER = {"X-Keras-Impl": "page"}

PROBLEM = NotDecoded(expected="a video", detail=Verbatim("no <such> format"))


class StandIn:
    """A worker that answers with what it was given, as soon as it may."""

    def __init__(self):
        self.may = threading.Event()
        self.may.set()
        self.seen = []

    def judge(self, path, name, report):
        """As the worker's."""
        report("reading")
        self.may.wait(20)
        self.seen.append((path, name, path.read_bytes()))
        if "worst" in name:
            raise ZeroDivisionError
        if "bad" in name:
            return Answer({}, (PROBLEM,))
        return Answer({"en": f"<p>{len(self.seen)}</p>", "ko": "<p>한국어</p>"})

    def warm_up(self):
        """There is nothing to load."""

    def stop(self):
        """Let whoever waits go on."""
        self.may.set()


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

    def follow(self, key):
        """Wait until a file is judged."""
        for _ in range(200):
            job = json.loads(self.ask("GET", f"/jobs/{key}")[2])
            if job["state"] == "done":
                return job
            time.sleep(0.05)
        raise AssertionError(job)

    def left(self):
        """Files and folders of uploads that are still there."""
        return [path for path in self.uploads.folder.rglob("*") if path.name != "lock"]


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path / "cache"))
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"an example")
    example = Example("example_real", clip)
    suffixes = frozenset({".mp4", ".wav"})
    site = Site(tmp_path / "comparison.html", (example,), "a <b>model</b>", "nothing & <i>", suffixes)
    worker = StandIn()
    with Uploads() as uploads, socket.create_server(("127.0.0.1", 0)) as listening:
        app = make_app(worker, uploads, Limits(0.001, 60, 20), site, names_at("127.0.0.1"))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield Client(listening.getsockname()[1], worker, uploads)
        server.should_exit = True
        thread.join(20)
    assert not thread.is_alive()
    assert list((tmp_path / "cache/uploads").iterdir()) == []


def test_a_file_is_judged_answered_in_both_languages_and_deleted(client):
    status, answer = client.send("a clip.MP4", b"frames")
    assert status == 202
    assert client.follow(answer["key"])["problem"] == {}
    assert client.ask("GET", f"/jobs/{answer['key']}/answer?language=en")[2] == b"<p>1</p>"
    assert client.ask("GET", f"/jobs/{answer['key']}/answer?language=ko")[2].decode() == "<p>한국어</p>"
    (path, name, content) = client.worker.seen[0]
    assert (name, content, path.name) == ("a clip.MP4", b"frames", "upload.mp4")
    assert client.left() == []


def test_a_file_that_cannot_be_judged_is_deleted_too_and_says_why(client):
    _, answer = client.send("bad.mp4")
    assert client.follow(answer["key"])["problem"] == {
        "en": "The file can&#39;t be opened as a video (no &lt;such&gt; format).",
        "ko": '영상 파일로 열 수 없습니다(<span lang="en">no &lt;such&gt; format</span>).',
    }
    assert client.ask("GET", f"/jobs/{answer['key']}/answer")[0] == 404
    assert client.left() == []


def test_a_mistake_of_the_program_costs_one_answer_and_not_all_that_follow(client, caplog):
    _, worst = client.send("worst.mp4")
    _, good = client.send("a.wav")
    assert client.follow(worst["key"])["problem"]["en"] == sentence(InternalError())
    assert client.follow(good["key"])["problem"] == {}
    assert client.left() == []
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "status", "reason"),
    [
        ("a.txt", b"x", 415, "kind"),
        ("mp4", b"x", 415, "kind"),
        ("", b"x", 415, "kind"),
        ("a.mp4", b"x" * 1001, 413, "size"),
        ("a.mp4", b"", 400, "empty"),
    ],
)
def test_what_is_not_taken_is_refused_with_a_reason_and_leaves_nothing(client, name, content, status, reason):
    assert client.send(name, content) == (status, {"refused": reason})
    assert client.left() == []
    assert reason in catalogue("en").page


def test_a_body_that_grows_beyond_the_limit_is_cut_off_though_it_never_said_how_long_it_is(client):
    pieces = (b"x" * 100 for _ in range(50))
    status, _, answer = client.ask("POST", "/jobs", pieces, HEADER | {"X-File-Name": "a.mp4"})
    assert (status, json.loads(answer)) == (413, {"refused": "size"})
    assert client.left() == []


@pytest.mark.parametrize(
    "name", ["../../../tmp/x.mp4", "/etc/x.mp4", "a\n\"'<script>.mp4", "\0.mp4", "x" * 5000 + ".mp4"]
)
def test_no_name_leads_outside(client, name):
    status, answer = client.send(name)
    assert status == 202
    client.follow(answer["key"])
    (path, shown, _) = client.worker.seen[0]
    assert path.parent.parent == client.uploads.folder
    assert path.name == "upload.mp4"
    assert shown.isprintable()
    assert len(shown) <= 200


def test_all_who_wait_are_served_in_order_and_too_many_are_turned_away(client, monkeypatch):
    monkeypatch.setattr(desk_module, "MOST_WAITING", 5)
    client.worker.may.clear()
    keys = [client.send(f"{number}.mp4")[1]["key"] for number in range(5)]
    assert client.send("6.mp4") == (503, {"refused": "full"})
    job = json.loads(client.ask("GET", f"/jobs/{keys[3]}")[2])
    assert (job["state"], job["position"]) == ("waiting", 3)
    client.worker.may.set()
    for key in keys:
        client.follow(key)
    assert [name for _, name, _ in client.worker.seen] == [f"{number}.mp4" for number in range(5)]
    assert client.send("6.mp4")[0] == 202


def test_other_sites_cannot_use_it(client):
    assert client.send("a.mp4", headers={}) == (403, {"refused": "foreign"})
    assert client.ask("POST", "/examples/0")[0] == 403
    assert client.ask("GET", "/", host="evil.example")[0] == 400
    assert client.ask("GET", "/", host=f"localhost:{client.port}")[0] == 200
    for origin, status in (("http://evil.example", 403), ("null", 403), ("http://127.0.0.1", 200)):
        assert client.ask("GET", "/", headers={"Origin": origin})[0] == status


def half_sent(client, content, pause):
    """Announce a file of 900 bytes, send some of it, wait; give the status line."""
    with socket.create_connection(("127.0.0.1", client.port), timeout=20) as connection:
        head = (
            "POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Keras-Impl: page\r\nX-File-Name: a.mp4\r\nContent-Length: 900"
        )
        connection.sendall(f"{head}\r\n\r\n".encode() + content)
        pause()
        return connection.recv(100)


@pytest.mark.parametrize("content", [b"", b"x" * 10])
def test_who_sends_too_slowly_is_cut_off_and_keeps_no_place(client, monkeypatch, content):
    monkeypatch.setattr(app_module, "FIRST_SECONDS", 0.3)
    monkeypatch.setattr(app_module, "LEAST_SPEED", 1000)
    started = time.monotonic()
    assert b" 400 " in half_sent(client, content, lambda: None)
    assert time.monotonic() - started < 10
    assert list(client.uploads.folder.glob("*/*")) == []


def test_who_sends_nothing_takes_no_place(client, monkeypatch):
    monkeypatch.setattr(desk_module, "MOST_WAITING", 1)

    def send_another():
        assert client.send("b.mp4")[0] == 202

    monkeypatch.setattr(app_module, "FIRST_SECONDS", 1)
    half_sent(client, b"", send_another)


def test_what_no_model_is_for_is_told_from_what_is_unknown(client):
    assert client.send("a.flac") == (415, {"refused": "no_model"})
    assert client.send("a.exe") == (415, {"refused": "kind"})


def test_answers_are_for_those_who_know_the_key_and_only_for_a_while(client, monkeypatch):
    assert client.ask("GET", "/jobs/nobodys")[0] == 404
    _, answer = client.send("a.mp4")
    client.follow(answer["key"])
    monkeypatch.setattr(desk_module, "KEEP_SECONDS", 0)
    assert client.ask("GET", f"/jobs/{answer['key']}")[0] == 404


def test_an_example_is_judged_and_stays(client, tmp_path):
    status, _, answer = client.ask("POST", "/examples/0", headers=HEADER)
    assert status == 202
    client.follow(json.loads(answer)["key"])
    assert (tmp_path / "clip.mp4").is_file()
    assert client.ask("POST", "/examples/1", headers=HEADER)[0] == 404


def test_the_page_escapes_what_it_is_told_and_names_no_other_host(client):
    _, headers, page = client.ask("GET", "/", headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"})
    page = page.decode()
    assert '<html lang="ko">' in page
    assert "<i>" not in page
    assert "nothing &amp; &lt;i&gt;" in page
    assert 'accept=".mp4,.wav"' in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    for path in ("/", "/page.css", "/page.js"):
        content = client.ask("GET", path)[2].decode()
        assert not re.search(r"https?://|@import|//[a-z]+\.[a-z]", content)
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page).group(1))
    assert data["texts"]["ko"]["caution_text"] == "nothing & <i>"
    assert "mp4, wav." in data["texts"]["en"]["limits"]
    assert data["texts"]["en"]["waiting"].endswith("{position}")


def test_whoever_watches_over_it_is_told_that_it_is_there(client):
    assert client.ask("GET", "/healthz")[::2] == (200, b"ok")


def test_the_comparison_is_there_once_it_is_made(client, tmp_path):
    assert client.ask("GET", "/comparison")[0] == 404
    (tmp_path / "comparison.html").write_text("<p>figures</p>")
    assert client.ask("GET", "/comparison")[2] == b"<p>figures</p>"
    assert b"<iframe" in client.ask("GET", "/")[2]


def test_what_a_killed_run_left_is_deleted_at_the_next_start_and_what_runs_is_not(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_IMPL_CACHE", str(tmp_path))
    left = tmp_path / "uploads/dead"
    left.mkdir(parents=True)
    (left / "lock").touch()
    (left / "upload.mp4").touch()
    with Uploads() as first:
        assert not left.exists()
        with Uploads() as second:
            assert first.folder.is_dir()
            assert second.folder.stat().st_mode & 0o077 == 0
        assert not second.folder.exists()


def test_the_demos_caution_is_told_in_the_language_that_is_chosen(tmp_path):
    site = Site(tmp_path, (), "x", catalogue("en").cautions["demo"], frozenset({".mp4"}))
    page = app_module._page("ko", Limits(1, 60, 20), site)
    assert '<span data-text="caution_text"></span>' in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page).group(1))
    assert data["texts"]["ko"]["caution_text"] == catalogue("ko").cautions["demo"]


def test_the_script_names_only_texts_that_there_are():
    script = (app_module.HERE / "page.js").read_text()
    template = (app_module.HERE / "templates/page.html").read_text()
    named = set(re.findall(r"""(?:text|tell|fail)\("(\w+)\"""", script))
    named |= set(re.findall(r'data-(?:text|label|title)="(\w+)"', template))
    assert len(named) > 20
    assert named <= set(catalogue("en").page) | {"caution", "caution_text"}


def test_without_a_demo_there_are_no_examples(tmp_path):
    assert find_examples(tmp_path) == ()
    (tmp_path / "metadata.json").write_text('{"a_real.mp4": {}, "gone_madeup_swapped.mp4": {}}')
    (tmp_path / "a_real.mp4").touch()
    assert [example.kind for example in find_examples(tmp_path)] == ["example_real"]
