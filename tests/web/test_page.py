"""The page in a real browser, Debian's Chromium, with a small model: uploads, answers, languages, limits, keyboard."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from urllib.request import Request, urlopen

import numpy as np
import pytest

from keras_impl.core.storage import cache_folder
from keras_impl.models.calibration import OperatingPoints
from keras_impl.models.svm import fit_svm, save_svm
from keras_impl.prediction.render.words import catalogue
from keras_impl.web.uploads import FOLDER_NAME
from tests.prediction.models import describe_model
from tests.speech.speech import speak, write_wav
from tests.web.browser import PATIENCE, Page

pytest.importorskip("selenium", reason="selenium is not installed")
pytest.importorskip("starlette", reason="the extra web is not installed")

from selenium.webdriver import Keys
from selenium.webdriver.common.by import By

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(embedder, clip, tmp_path_factory):
    """A results folder with an SVM that knows nothing, and a comparison report."""
    folder = tmp_path_factory.mktemp("page") / "results"
    (folder / "svm").mkdir(parents=True)
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(80, 128))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = np.arange(80) % 2
    fit = fit_svm(vectors, labels, np.arange(80).astype(str))
    save_svm(folder / "svm" / "model.skops", fit.model)
    points = OperatingPoints(tuple(np.linspace(-6, 4, 40)), tuple(np.linspace(-4, 6, 40)))
    describe_model(folder, "svm", points, made_from={"facenet_weights_sha256": embedder.weights_sha256})
    of_sound = fit_svm(generator.normal(size=(80, 120)), labels, np.arange(80).astype(str), standardise=True)
    (folder / "sound/svm").mkdir(parents=True)
    save_svm(folder / "sound/svm/model.skops", of_sound.model)
    describe_model(folder / "sound", "svm", points, modality="sound")
    (folder / "caution.txt").write_text("Made up.")
    videos = folder.parent / "data/demo/videos"
    videos.mkdir(parents=True)
    shutil.copy(clip, videos / "a_real.mp4")
    (videos / "metadata.json").write_text('{"a_real.mp4": {}}')
    (folder / "comparison.html").write_text("<!DOCTYPE html><title>x</title><h1>Figures</h1>")
    return folder


@pytest.fixture(scope="module")
def server(results):
    """The page's program and its address; one megabyte at most."""
    run = [sys.executable, "-m", "keras_impl.serve", "--model", str(results), "--port", "0", "--max-megabytes", "1"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(run, stdout=subprocess.PIPE, text=True, cwd=results.parent, env=environment)
    line = process.stdout.readline()
    assert line.startswith("Open http://127.0.0.1:"), line
    yield process, line.split()[1]
    process.send_signal(signal.SIGINT)
    process.wait(PATIENCE)
    assert not list((cache_folder() / FOLDER_NAME).glob("*/*/upload*"))


@pytest.fixture
def page(browser, server):
    opened = Page(browser, server[1])
    opened.open()
    yield opened
    opened.clear()


def test_a_clip_gets_a_verdict_in_both_languages_and_nobody_else_is_asked(page, clip):
    page.requested()
    page.browser.get_log("browser")  # of the tests before
    page.send(clip)
    (answer,) = page.wait('.answer[data-state="done"]')
    assert answer.find_element(By.CSS_SELECTOR, ".verdict h2").text in catalogue("en").verdicts.values()
    assert page.find("h1")[0].text == catalogue("en").page["title"]
    page.find('[data-language="ko"]')[0].click()
    page.wait('.answer[data-state="done"] [lang="ko"] .verdict')
    assert page.find(".answer .verdict h2")[0].text in catalogue("ko").verdicts.values()
    assert page.find("h1")[0].text == catalogue("ko").page["title"]
    assert page.find("html")[0].get_attribute("lang") == "ko"
    own = [address for address in page.requested() if not address.startswith("data:")]
    assert len(own) > 3
    assert all(address.startswith(page.address) for address in own)
    errors = [entry for entry in page.browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert errors == []


def test_all_pictures_have_text_and_load(page, clip):
    page.send(clip)
    page.wait('.answer[data-state="done"]')
    pictures = page.find(".answer img")
    assert len(pictures) > 3
    for picture in pictures:
        assert picture.get_attribute("alt")
        assert int(picture.get_attribute("naturalWidth")) > 0
    (video,) = page.find(".answer video")
    assert video.get_attribute("aria-label")


def test_a_recording_gets_a_verdict_with_its_spectrograms(page, tmp_path):
    page.send(write_wav(tmp_path / "speech.wav", speak(6)))
    (answer,) = page.wait('.answer[data-state="done"]')
    assert "P(fake) of the sound" in answer.text
    pictures = page.find(".answer .spectra img")
    assert len(pictures) == 2
    for picture in pictures:
        assert picture.get_attribute("alt").startswith("Spectrogram of the sound from ")
        assert int(picture.get_attribute("naturalWidth")) > 200
    assert page.find(".answer svg.plot")[0].get_attribute("aria-label").startswith("P(fake) in 2 segments")


def test_an_example_is_named_in_the_language_that_is_chosen(page):
    page.find('.example[data-text="example_real"]')[0].click()
    page.wait('.answer[data-state="done"]')
    assert page.find(".answer .fold")[0].text == catalogue("en").page["example_real"]
    page.find('[data-language="ko"]')[0].click()
    assert page.find(".answer .fold")[0].text == catalogue("ko").page["example_real"]


def test_the_caution_is_told_once(page, clip):
    page.send(clip)
    page.wait('.answer[data-state="done"]')
    assert page.find("body")[0].text.count("Made up.") == 1


def test_a_reason_in_english_is_marked_as_such_in_korean(page, tmp_path):
    page.open("ko")
    (tmp_path / "text.wav").write_text("just text")
    page.send(tmp_path / "text.wav")
    page.wait('.answer[data-state="failed"]')
    (detail,) = [element.text for element in page.find('.answer .status [lang="en"]')]
    assert detail.isascii()
    told = page.find(".answer .status")[0].text
    assert told == f"이 파일은 판정하지 못했습니다. 소리 파일로 열 수 없습니다({detail})."
    page.find('[data-language="en"]')[0].click()
    told = page.find(".answer .status")[0].text
    assert told == f"This file could not be judged. The file can't be opened as sound ({detail})."
    assert not page.find('.answer .status [lang="en"]')


def test_a_text_file_named_like_a_video_is_refused_with_its_reason(page, tmp_path):
    (tmp_path / "text.mp4").write_text("just text")
    page.send(tmp_path / "text.mp4")
    (answer,) = page.wait('.answer[data-state="failed"]')
    assert "This file could not be judged. The file can't be opened as a video (" in answer.text


def test_a_file_over_the_limit_is_not_even_sent(page, tmp_path):
    (tmp_path / "large.mp4").write_bytes(bytes(1_000_001))
    page.requested()
    page.send(tmp_path / "large.mp4")
    (answer,) = page.wait('.answer[data-state="failed"]')
    assert "larger than 1 MB" in answer.text
    assert not [address for address in page.requested() if "/jobs" in address]


def test_a_name_full_of_html_stays_text(page, clip, tmp_path):
    name = "<img src=x onerror=alert(1)>'\".mp4"
    shutil.copy(clip, tmp_path / name)
    page.send(tmp_path / name)
    (answer,) = page.wait('.answer[data-state="done"]')
    assert name in answer.text
    assert not page.find('img[src="x"]')


def test_ten_at_once_are_all_answered(page, clip, tmp_path):
    paths = [tmp_path / f"{number}.mp4" for number in range(10)]
    for path in paths:
        shutil.copy(clip, path)
    page.send(*paths)
    answers = page.wait('.answer[data-state="done"]', 10)
    assert {answer.find_element(By.CSS_SELECTOR, ".fold").text for answer in answers} == {path.name for path in paths}


def test_tabs_and_languages_are_used_by_keyboard(page):
    page.find("#tab-judge")[0].send_keys(Keys.ARROW_RIGHT)
    focused = page.browser.switch_to.active_element
    assert focused.get_attribute("id") == "tab-quality"
    assert page.find("#quality")[0].is_displayed()
    assert not page.find("#judge")[0].is_displayed()
    assert catalogue("en").page["quality_unknown"] in page.find("#quality")[0].text
    assert page.find('#quality a[href="/comparison"]')[0].is_displayed()
    page.find('[data-language="ko"]')[0].send_keys(Keys.ENTER)
    assert page.find("#tab-judge")[0].text == catalogue("ko").page["tab_judge"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_telephone_shows_all_of_it_without_scrolling_sideways(page, clip, tmp_path, language):
    (tmp_path / "text.wav").write_text("just text")
    with page.telephone(390):
        page.open(language)
        page.send(clip, write_wav(tmp_path / f"{'voice' * 30}.wav", speak(6)), tmp_path / "text.wav")
        page.wait('.answer[data-state="done"]', 2)
        page.wait('.answer[data-state="failed"]')
        for fold in page.find(".fold:enabled"):
            fold.click()
        page.wait(f'.body[lang="{language}"] .verdict', 2)
        assert page.overflowing() == []
        for button in page.find("button, a.button"):
            assert not button.is_displayed() or button.size["height"] >= 40
        drawings = [drawing.rect for drawing in page.find(".timeline > svg")]
        assert max(drawing["width"] for drawing in drawings) > 200
        assert all(drawing["x"] + drawing["width"] <= 390 for drawing in drawings)
        page.find("#tab-quality")[0].click()
        assert page.overflowing() == []


def test_a_crash_leaves_no_upload_behind(results, clip, tmp_path):
    """The page's program is killed while it judges: its worker sees that and cleans up."""
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    cache = tmp_path / "cache"
    cache.mkdir()
    for entry in cache_folder().iterdir():  # with the networks that are there, but uploads of its own
        if entry.name != FOLDER_NAME:
            (cache / entry.name).symlink_to(entry.absolute())
    run = [sys.executable, "-m", "keras_impl.serve", "--model", str(results), "--port", "0"]
    process = subprocess.Popen(
        run, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment | {"KERAS_IMPL_CACHE": str(cache)}
    )
    try:
        address = process.stdout.readline().split()[1]
        headers = {"X-Keras-Impl": "page", "X-File-Name": "a.mp4"}
        keys = []
        for _ in range(5):
            with urlopen(Request(f"{address}/jobs", clip.read_bytes(), headers), timeout=PATIENCE) as answer:
                keys.append(json.load(answer)["key"])
        end = time.monotonic() + PATIENCE
        stage = ""
        while stage not in ("reading", "scoring", "drawing"):  # the first is being judged, the others wait
            assert time.monotonic() < end
            with urlopen(f"{address}/jobs/{keys[0]}", timeout=PATIENCE) as answer:
                stage = json.load(answer)["stage"]
        assert list((cache / "uploads").rglob("upload.mp4"))
    finally:
        process.kill()
        process.wait()
    end = time.monotonic() + PATIENCE
    while list((cache / "uploads").iterdir()):
        assert time.monotonic() < end
        time.sleep(0.2)
