"""What the page takes, what it turns away, and what is left behind: nothing. The judging is stood in for."""

import json
import re
import socket
import time

import pytest

pytest.importorskip("starlette", reason="the extra web is not installed")
pytest.importorskip("uvicorn", reason="the extra web is not installed")

from keras_impl.prediction.reasons import InternalError
from keras_impl.prediction.render.words import catalogue, sentence
from keras_impl.web import app as app_module
from keras_impl.web import desk as desk_module
from keras_impl.web.uploads import Uploads
from tests.web.conftest import HEADER


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
    _, own = client.send("a.mp4")
    client.follow(own["key"])
    assert client.ask("DELETE", f"/jobs/{own['key']}")[0] == 403
    assert client.state(own["key"])["state"] == "done"
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
    assert client.worker.seen[0][1:] == ("clip.mp4", b"an example")
    assert (tmp_path / "clip.mp4").is_file()
    assert client.left() == []
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
    for name in ("waiting", "gone", "gone_minutes", "left", "left_minutes"):  # the script fills them in
        assert data["texts"]["en"][name] == catalogue("en").page[name]


def test_whoever_watches_over_it_is_told_that_it_is_there(client):
    assert client.ask("GET", "/healthz")[::2] == (200, b"ok")


def test_the_comparison_and_the_cards_are_there_if_they_are_and_no_script_runs_in_them(client, tmp_path):
    assert client.ask("GET", "/comparison")[0] == 404
    assert client.ask("GET", "/cards/0")[0] == 404
    assert b'href="/comparison"' not in client.ask("GET", "/")[2]
    (tmp_path / "comparison.html").write_text("<p>figures</p>")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "card.md").write_text("# A card\n\n<script>x</script> ![](secret)\n\n| a |\n| - |\n| 1 |\n")
    status, headers, content = client.ask("GET", "/comparison")
    assert (status, content) == (200, b"<p>figures</p>")
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    status, headers, content = client.ask("GET", "/cards/0")
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert b"<h1>A card</h1>" in content
    assert b"<script>x" not in content
    assert b"<img" not in content
    assert b'href="/comparison"' in client.ask("GET", "/")[2]
    for number in (1, 2, 99):
        assert client.ask("GET", f"/cards/{number}")[0] == 404


def test_a_report_is_a_page_to_keep_in_the_language_that_was_asked_for(client):
    _, answer = client.send("내 clip.mp4")
    client.follow(answer["key"])
    status, headers, page = client.ask("GET", f"/jobs/{answer['key']}/report?language=ko")
    assert status == 200
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+\.html"', headers["Content-Disposition"])
    assert "<p>한국어</p>" in page.decode()
    assert "내 clip.mp4" in page.decode()
    assert catalogue("ko").labels["caution"] in page.decode()
    _, bad = client.send("bad.mp4")
    client.follow(bad["key"])
    assert client.ask("GET", f"/jobs/{bad['key']}/report")[0] == 404


def test_all_files_are_asked_for_at_once_and_a_judged_one_tells_what_a_line_says(client):
    keys = [client.send(name)[1]["key"] for name in ("fake.mp4", "a.mp4", "bad.mp4")]
    for key in keys:
        client.follow(key)
    query = "&".join(f"key={key}" for key in (*keys, "nobodys"))
    told = json.loads(client.ask("GET", f"/jobs?{query}")[2])
    assert told["is_ready"]
    assert told["jobs"]["nobodys"] is None
    assert [told["jobs"][key]["verdict"] for key in keys] == ["fake", "real", "none"]
    assert [told["jobs"][key]["p_fake"] for key in keys] == [0.25, 0.25, None]
    assert all(0 <= told["jobs"][key]["seconds"] < 20 and 0 <= told["jobs"][key]["age"] < 20 for key in keys)


def delete(client, key):
    return client.ask("DELETE", f"/jobs/{key}", headers=HEADER)[0]


def test_an_answer_that_is_removed_is_gone(client):
    _, answer = client.send("a.mp4")
    client.follow(answer["key"])
    assert delete(client, answer["key"]) == 204
    for path in ("", "/answer", "/report"):
        assert client.ask("GET", f"/jobs/{answer['key']}{path}")[0] == 404
    assert delete(client, answer["key"]) == 404


def test_a_file_that_waits_can_be_taken_back_and_the_others_are_judged_in_order(client):
    client.worker.may.clear()
    keys = [client.send(f"{number}.mp4")[1]["key"] for number in range(4)]
    client.follow(keys[0], "working")
    assert delete(client, keys[2]) == 204
    assert client.state(keys[3])["position"] == 2
    assert len(client.left()) == 2 * 3
    client.worker.may.set()
    for key in (keys[0], keys[1], keys[3]):
        client.follow(key)
    assert [name for _, name, _ in client.worker.seen] == ["0.mp4", "1.mp4", "3.mp4"]
    assert client.worker.interruptions == 0
    assert client.left() == []


def test_a_file_that_is_worked_on_can_be_taken_back_and_costs_nobody_else_an_answer(client):
    client.worker.may.clear()
    keys = [client.send(f"{number}.mp4")[1]["key"] for number in range(3)]
    client.follow(keys[0], "working")
    assert delete(client, keys[0]) == 204
    assert client.ask("GET", f"/jobs/{keys[0]}")[0] == 404
    for key in keys[1:]:
        assert client.follow(key)["problem"] == {}
    assert client.worker.interruptions == 1
    assert [name for _, name, _ in client.worker.seen] == ["1.mp4", "2.mp4"]
    assert client.left() == []


def test_an_answer_is_kept_for_as_long_as_it_is_looked_at(client, monkeypatch):
    _, answer = client.send("a.mp4")
    client.follow(answer["key"])
    monkeypatch.setattr(desk_module, "KEEP_SECONDS", 1.5)
    started = time.monotonic()
    while time.monotonic() < started + 2.5:
        assert client.ask("GET", f"/jobs/{answer['key']}/answer")[0] == 200
        time.sleep(0.1)


def test_how_long_it_takes_is_told_from_what_files_of_the_kind_took_and_never_before(client):
    client.worker.may.clear()
    first, second = (client.send(name)[1]["key"] for name in ("a.mp4", "b.mp4"))
    client.follow(first, "working")
    assert [client.state(key)["left"] for key in (first, second)] == [None, None]
    time.sleep(0.5)
    client.worker.may.set()
    client.follow(second)
    client.worker.may.clear()
    third, fourth, other = (client.send(name)[1]["key"] for name in ("c.mp4", "d.mp4", "e.wav"))
    client.follow(third, "working")
    seconds = [client.state(key)["left"] for key in (third, fourth, other)]
    assert 0 < seconds[0] < 1 < 20
    assert seconds[1] > seconds[0]
    assert seconds[2] is None
    client.worker.may.set()
    client.follow(other)


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
