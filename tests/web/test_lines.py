"""The list of files in a real browser, with a stand-in for the judging: what each state says, and what survives."""

import re

import pytest

pytest.importorskip("selenium", reason="selenium is not installed")
pytest.importorskip("starlette", reason="the extra web is not installed")

from selenium.webdriver import ActionChains

from keras_impl.prediction.reasons import Verdict
from keras_impl.prediction.render.words import LANGUAGES, catalogue, verdict_in
from keras_impl.web import desk as desk_module
from tests.web.browser import Page
from tests.web.conftest import STAGES

pytestmark = pytest.mark.slow

REAL: Verdict = "likely real"


@pytest.fixture
def loading(stand_in):
    stand_in.ready.clear()


@pytest.fixture
def page(browser, client):
    opened = Page(browser, f"http://127.0.0.1:{client.port}")
    opened.open()
    yield opened
    client.worker.stop()
    opened.clear()


@pytest.fixture
def files(tmp_path):
    def make(*names):
        paths = [tmp_path / name for name in names]
        for path in paths:
            path.write_bytes(b"content")
        return paths

    return make


def status(page, place=0):
    """What a line says, the newest file's being the first."""
    return page.texts(".answer .status")[place]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_state_is_told_in_the_language_that_is_chosen(page, client, files, language):
    texts = catalogue(language).page
    page.open(language)
    client.worker.stages = list(STAGES)
    client.worker.may.clear()
    page.send(*files("a.mp4", "b.mp4"))
    for stage in STAGES:
        page.until(lambda stage=stage: status(page, 1) == texts[stage])
        page.until(lambda: status(page) == texts["waiting"].format(position=1))
        client.worker.told.release()
    assert page.texts(".answer .remove") == [texts["cancel"]] * 2
    client.worker.stages = ["reading"]
    client.worker.may.set()
    page.wait('.answer[data-state="done"]', 2)
    assert page.texts(".answer .status") == [verdict_in(REAL, language)] * 2
    assert all(catalogue(language).labels["p_fake"] in told and "0.25" in told for told in page.texts(".figures"))
    assert page.texts(".answer .remove") == [texts["remove"]] * 2
    page.send(*files("bad.mp4", "demo.mp4"))
    page.wait('.answer[data-state="failed"]')
    page.wait('.answer[data-state="done"]', 3)
    assert catalogue(language).labels["stamp"] in page.texts(".figures")[0]
    page.find(".remove")[0].click()
    page.until(lambda: len(page.find(".answer")) == 3)
    assert page.browser.switch_to.active_element == page.find(".remove")[0]
    assert status(page).startswith(texts["failed"])
    other = next(each for each in LANGUAGES if each != language)
    page.find(f'[data-language="{other}"]')[0].click()
    assert status(page).startswith(catalogue(other).page["failed"])
    assert status(page, 1) == verdict_in(REAL, other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_and_what_is_lost_is_told(page, client, files, language, tmp_path):
    texts = catalogue(language).page
    page.open(language)
    names = {"a.wave": "kind", "a.flac": "no_model", "large.mp4": "size", "empty.mp4": "empty"}
    for name in names:
        content = {"large.mp4": b"x" * 1001, "empty.mp4": b""}.get(name, b"content")
        (tmp_path / name).write_bytes(content)
        page.send(tmp_path / name)
        page.until(
            lambda name=name: (
                status(page).split(":")[0] == texts[names[name]].format(megabytes="0.001", endings="").split(":")[0]
            )
        )
    assert page.texts("#lost") == [""]


def test_while_models_load_files_are_taken_and_it_says_so(loading, page, client, files):
    texts = catalogue("ko").page
    page.open("ko")
    page.until(lambda: page.texts("#loading") == [texts["models_loading"]])
    page.send(*files("a.mp4", "b.mp4"))
    page.until(lambda: page.texts(".answer .status") == [texts["waiting"].format(position=1), texts["loading"]])
    client.worker.ready.set()
    page.wait('.answer[data-state="done"]', 2)
    assert page.texts("#loading") == [""]


def test_a_server_that_does_not_respond_is_told_once_and_files_go_on_when_it_does(page, client, files):
    language = "ko"
    page.open(language)
    client.worker.may.clear()
    page.send(*files("a.mp4", "b.mp4"))
    page.until(lambda: status(page, 1) == catalogue(language).page["reading"])
    page.browser.execute_script("window.real = window.fetch; window.fetch = async () => { throw new TypeError(); }")
    page.until(lambda: page.texts("#lost") == [catalogue(language).page["lost"]])
    assert status(page, 1) == catalogue(language).page["reading"]
    page.find(".remove")[0].click()  # what can't be deleted there stays here
    page.browser.execute_script("window.fetch = window.real")
    client.worker.may.set()
    page.wait('.answer[data-state="done"]', 2)
    assert page.texts("#lost") == [""]


def test_one_answer_is_unfolded_several_are_not_and_are_not_even_fetched(page, files):
    page.send(*files("a.mp4"))
    page.wait('.answer[data-state="done"] .content')
    page.requested()
    page.send(*files("b.mp4", "c.mp4"))
    page.wait('.answer[data-state="done"]', 3)
    assert [fold.get_attribute("aria-expanded") for fold in page.find(".fold")] == ["false", "false", "true"]
    assert page.texts(".fold") == ["c.mp4", "b.mp4", "a.mp4"]
    assert not [address for address in page.requested() if "/answer" in address]
    page.find(".fold")[0].click()
    page.until(lambda: len(page.find(".content")) == 2)
    page.find(".fold")[0].click()
    assert not page.find(".content")[0].is_displayed()
    link = page.find(".answer a.button")[-1].get_attribute("href")
    assert "/report?language=en" in link


DROP = """
const files = new DataTransfer();
for (const name of ["a.mp4", "b.mp4"]) files.items.add(new File(["content"], name));
const event = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
document.querySelector(arguments[0]).dispatchEvent(event);
return event.defaultPrevented;
"""


@pytest.mark.parametrize("place", ["#drop", "footer"])
def test_files_can_be_dropped_together_and_beside_the_box_too(page, place):
    assert page.browser.execute_script(DROP, place)
    page.wait('.answer[data-state="done"]', 2)
    assert page.texts(".fold") == ["b.mp4", "a.mp4"]


def test_judged_waiting_and_working_files_are_there_after_a_reload(page, client, files):
    page.send(*files("a.mp4"))
    page.wait('.answer[data-state="done"] .content')
    client.worker.may.clear()
    page.send(*files("b.mp4", "c.mp4"))
    page.until(lambda: status(page) == catalogue("en").page["waiting"].format(position=1))
    page.browser.refresh()
    assert page.texts(".fold") == ["c.mp4", "b.mp4", "a.mp4"]
    page.wait('.answer[data-state="done"] .content')
    page.until(lambda: status(page, 1) == catalogue("en").page["reading"])
    client.worker.may.set()
    page.wait('.answer[data-state="done"]', 3)


def test_what_has_expired_says_so_until_it_is_removed(page, files, monkeypatch):
    page.send(*files("a.mp4"))
    page.wait('.answer[data-state="done"] .content')
    monkeypatch.setattr(desk_module, "KEEP_SECONDS", 0)
    page.find('[data-language="ko"]')[0].click()  # what is there stays
    page.until(lambda: catalogue("ko").page["kept_here"] in page.texts(".answer")[0])
    assert page.find(".content")[0].is_displayed()
    page.browser.refresh()
    page.wait('.answer[data-state="failed"]')
    assert status(page) == catalogue("ko").page["forgotten"]
    page.browser.refresh()
    assert status(page) == catalogue("ko").page["forgotten"]
    page.find(".remove")[0].click()
    page.until(lambda: not page.find(".answer"))
    page.browser.refresh()
    assert page.find(".answer") == []


def test_a_removed_answer_is_gone_on_the_server_too(page, client, files):
    page.send(*files("a.mp4", "b.mp4"))
    page.wait('.answer[data-state="done"]', 2)
    keys = page.browser.execute_script("return cards().map((card) => card.key)")
    page.find(".remove")[0].click()
    page.until(lambda: len(page.find(".answer")) == 1)
    assert client.ask("GET", f"/jobs/{keys[0]}")[0] == 404
    assert client.state(keys[1])["state"] == "done"
    page.browser.refresh()
    assert page.texts(".fold") == ["a.mp4"]


def test_waiting_and_working_files_are_cancelled_and_the_others_are_judged(page, client, files):
    client.worker.may.clear()
    page.send(*files("a.mp4", "b.mp4", "c.mp4"))
    page.until(lambda: status(page) == catalogue("en").page["waiting"].format(position=2))
    page.find(".remove")[1].click()  # b waits
    page.wait('.answer[data-state="cancelled"]')
    page.find(".remove")[2].click()  # a is worked on
    page.wait('.answer[data-state="done"]')
    assert [name for _, name, _ in client.worker.seen] == ["c.mp4"]
    assert client.worker.interruptions == 1
    assert page.texts(".answer .status")[1:] == [catalogue("en").page["cancelled"]] * 2
    assert page.texts(".answer .remove") == [catalogue("en").page["remove"]] * 3


def test_what_was_refused_failed_or_cancelled_keeps_its_line_over_a_reload_until_it_is_removed(page, client, files):
    texts = catalogue("ko").page
    page.send(*files("a.wave", "bad.mp4"))
    page.wait('.answer[data-state="failed"]', 2)
    client.worker.may.clear()
    page.send(*files("b.mp4", "c.mp4"))
    page.until(lambda: status(page, 1) == catalogue("en").page["reading"])
    ActionChains(page.browser).double_click(page.find(".remove")[0]).perform()
    page.wait('.answer[data-state="cancelled"]')
    page.open("ko")
    assert page.texts(".fold") == ["c.mp4", "b.mp4", "bad.mp4", "a.wave"]
    assert [each.get_attribute("data-state") for each in page.find(".answer")][::2] == ["cancelled", "failed"]
    assert status(page) == texts["cancelled"]
    assert status(page, 2).startswith(texts["failed"])
    assert status(page, 3).startswith(texts["kind"].split("{")[0])
    client.worker.may.set()
    page.wait('.answer[data-state="done"]')
    assert [name for _, name, _ in client.worker.seen] == ["bad.mp4", "b.mp4"]
    for count in (3, 2, 1, 0):
        page.find(".remove")[0].click()
        page.until(lambda count=count: len(page.find(".answer")) == count)
    page.browser.refresh()
    assert page.find(".answer") == []


def test_a_file_that_is_cancelled_while_it_waits_to_be_sent_is_never_sent(page, client, files, monkeypatch):
    monkeypatch.setattr(desk_module, "MOST_WAITING", 1)
    client.worker.may.clear()
    page.send(*files("a.mp4", "b.mp4", "c.mp4"))
    page.until(lambda: status(page, 1) == catalogue("en").page["full"])
    for place in (0, 1):
        page.find(".remove")[place].click()
    page.wait('.answer[data-state="cancelled"]', 2)
    client.worker.may.set()
    page.send(*files("d.mp4"))
    page.wait('.answer[data-state="done"]', 2)
    assert [name for _, name, _ in client.worker.seen] == ["a.mp4", "d.mp4"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_when_and_how_long_are_told_with_the_time_zone(page, files, language):
    texts = catalogue(language).page
    page.browser.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Seoul"})
    try:
        page.open(language)
        page.send(*files("a.mp4"))
        page.wait('.answer[data-state="done"]')
    finally:
        page.browser.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ""})
    _, when, took = page.texts(".figures span")
    assert re.fullmatch(re.escape(texts["judged_at"]).replace(r"\{time\}", r"[012]\d:[0-5]\d GMT\+9"), when)
    assert took == texts["took"].format(time=texts["gone"].format(seconds=1))
    (time,) = page.find(".figures time")
    assert time.get_attribute("datetime").endswith("Z")
    assert "GMT+9" in time.get_attribute("title")


def test_more_files_than_the_queue_holds_wait_in_the_page(page, client, files, monkeypatch):
    monkeypatch.setattr(desk_module, "MOST_WAITING", 3)
    client.worker.may.clear()
    page.send(*files(*(f"{number}.mp4" for number in range(6))))
    page.until(lambda: status(page, 2) == catalogue("en").page["full"])
    assert status(page) == catalogue("en").page["queued"]
    client.worker.may.set()
    page.wait('.answer[data-state="done"]', 6)
    assert [name for _, name, _ in client.worker.seen] == [f"{number}.mp4" for number in range(6)]


def test_two_tabs_have_lists_of_their_own_and_share_the_queue(page, client, files):
    client.worker.may.clear()
    page.send(*files("a.mp4"))
    page.until(lambda: status(page) == catalogue("en").page["reading"])
    first = page.browser.current_window_handle
    page.browser.switch_to.new_window("tab")
    try:
        page.open()
        assert page.find(".answer") == []
        page.send(*files("b.mp4"))
        page.until(lambda: status(page) == catalogue("en").page["waiting"].format(position=1))
        client.worker.may.set()
        page.wait('.answer[data-state="done"]')
    finally:
        page.browser.close()
        page.browser.switch_to.window(first)
    page.wait('.answer[data-state="done"]')
    assert page.texts(".fold") == ["a.mp4"]
