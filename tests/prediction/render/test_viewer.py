"""The viewer in a real browser: keys, buttons, the timeline, heat maps; nothing asked of the network."""

import json
from contextlib import contextmanager
from dataclasses import replace

import pytest

from keras_impl.prediction.judge import Judge
from keras_impl.prediction.render.look import SCRIPT
from keras_impl.prediction.render.report import Reporter, write_index
from keras_impl.prediction.render.words import catalogue
from keras_impl.prediction.trained import find_models
from tests.prediction.films import add_sound
from tests.prediction.models import add_model
from tests.prediction.standin import StandInSpeechScorers, stand_in_for_faces
from tests.speech.speech import speak, write_wav

pytest.importorskip("selenium", reason="selenium is not installed")

from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By

WORDS = catalogue("en").look

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reports(clip, tmp_path_factory):
    """Reports of a clip that talks, with two people of whom one is seen once, and of a recording; the list of them."""
    folder = tmp_path_factory.mktemp("viewer")
    for part, modality in (("", "image"), ("sound", "sound")):
        add_model(folder / "results" / part, "resnet", modality=modality)
    talking = add_sound(clip, speak(10), folder / "talking.mp4")
    recording = write_wav(folder / "speech.wav", speak(10))
    models = find_models(folder / "results")
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_faces(patch)
        patch.setattr("keras_impl.prediction.speech.Scorers", StandInSpeechScorers)
        judge = Judge(models)
        seen, heard = judge.judge(talking, "</script>.mp4"), judge.judge(recording, "speech")
    (person,) = seen.image.people
    faces = [replace(face, embedding=None) for face in person.faces]
    people = replace(person, faces=tuple(faces)), replace(person, number=2, faces=tuple(faces[:1]), is_supported=False)
    seen = replace(seen, image=replace(seen.image, verdict="likely fake", people=people))
    stems = {seen.name: "clip", heard.name: "speech"}
    report = Reporter(models, folder / "reports", None, 60, stems)
    report(talking, seen)
    report(recording, heard)
    index = write_index(folder / "reports", [seen, heard], stems, models)
    return folder / "reports/clip.html", folder / "reports/speech.html", index


class Viewer:
    """The only verdict of a page."""

    def __init__(self, browser):
        self.browser = browser

    def shown(self, selector):
        """Those elements of a CSS selector that can be seen."""
        return [each for each in self.browser.find_elements(By.CSS_SELECTOR, selector) if each.is_displayed()]

    def only(self, selector):
        """The only one."""
        (found,) = self.shown(selector)
        return found

    @property
    def frame(self):
        """What is said of the frame that is shown."""
        return self.only(".frames figcaption").text

    @property
    def cursor(self):
        """Where the cursor is, in percent of the axis."""
        return float(self.only(".cursor").get_attribute("style").removeprefix("left: ").removesuffix("%;"))

    def press(self, key):
        """Press a key in the frame."""
        self.only(".frames").send_keys(key)


@pytest.fixture
def viewer(browser, reports):
    browser.get(reports[0].as_uri())
    return Viewer(browser)


@pytest.fixture(autouse=True)
def quiet(browser):
    """Nothing is asked of the network, and no script fails."""
    browser.get_log("performance"), browser.get_log("browser")
    yield
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [each["params"]["request"]["url"] for each in messages if each["method"] == "Network.requestWillBeSent"]
    assert {address.split(":")[0] for address in asked} <= {"file", "data"}
    assert browser.get_log("browser") == []


def test_keys_buttons_and_the_slider_move_the_frame(viewer):
    assert viewer.frame.startswith("Frame 11, ")  # that of the face that counted most
    viewer.press(Keys.ARROW_LEFT)
    assert viewer.frame.startswith("Frame 10, ")
    viewer.press(Keys.ARROW_RIGHT)
    viewer.press(Keys.ARROW_RIGHT)
    assert viewer.frame.startswith("Frame 11, ")  # there is no other one after it
    previous, following = viewer.shown(".stage .steps button")
    assert (previous.accessible_name, following.accessible_name) == (WORDS["script_previous"], WORDS["script_next"])
    assert not following.is_enabled()
    previous.click()
    assert viewer.frame.startswith("Frame 10, ")
    slider = viewer.only("input[type=range]")
    slider.send_keys(Keys.HOME)
    slider.send_keys(Keys.ARROW_RIGHT)
    assert viewer.frame.startswith("Frame 1, ")
    assert slider.get_attribute("aria-valuetext") == viewer.frame
    assert viewer.only(".place").text == "2 of 12"


def test_people_stand_side_by_side_with_who_is_not_in_the_frame(viewer):
    viewer.only("input[type=range]").send_keys(Keys.HOME)
    assert len(viewer.shown(".crops img")) == 2
    assert not viewer.shown(".absent")
    viewer.press(Keys.ARROW_RIGHT)
    assert len(viewer.shown(".crops img")) == 1
    assert viewer.only(".absent").text == WORDS["script_absent"]


def test_the_heat_map_is_switched_on_and_off_and_says_whose_it_is(viewer):
    toggle = viewer.only(".toggle")
    assert not viewer.shown("canvas")
    toggle.click()
    assert toggle.get_attribute("aria-pressed") == "true"
    assert len(viewer.shown(".crops canvas")) == len(viewer.shown(".heard canvas")) == 1
    assert "the approach resnet, which gave the verdict on the image" in viewer.only(".whose").text
    hot, cold = viewer.browser.execute_script(
        "const painted = document.querySelector('.crops canvas').getContext('2d').getImageData(0, 0, 40, 40).data;"
        "return [15, 35].map((place) => [...painted.slice(4 * 41 * place, 4 * 41 * place + 4)]);"
    )
    assert hot[0] > hot[2] + 100
    assert hot[3] > 150
    assert cold[3] == 0
    viewer.press("h")
    assert not viewer.shown("canvas")


def test_image_and_sound_share_a_cursor_that_a_click_moves(viewer):
    timeline = viewer.only(".timeline")
    inside = viewer.only(".cursors").rect
    ActionChains(viewer.browser).move_to_element_with_offset(timeline, 0, 0).perform()
    place = inside["x"] + 0.6 * inside["width"] - (timeline.rect["x"] + timeline.rect["width"] / 2)
    ActionChains(viewer.browser).move_to_element_with_offset(timeline, round(place), 0).click().perform()
    assert viewer.cursor == pytest.approx(60, abs=0.5)
    assert viewer.frame.startswith("Frame 11, ")  # the nearest
    assert "Sound from 4.1 to 8.1 s: P(fake) 0.96" in viewer.only(".heard .steps").text
    viewer.shown(".heard .steps button")[1].click()
    assert "Sound from 8.1 to " in viewer.only(".heard .steps").text
    assert viewer.cursor == pytest.approx(90, abs=1)
    viewer.press(Keys.ARROW_LEFT)
    assert viewer.cursor < 10
    assert viewer.frame.startswith("Frame 10, ")


def test_of_a_recording_keys_move_the_segment(browser, reports):
    browser.get(reports[1].as_uri())
    viewer = Viewer(browser)
    viewer.only(".heard").find_element(By.TAG_NAME, "button").send_keys(Keys.ARROW_LEFT)
    assert "Sound from 0.0 to 4.0 s" in viewer.only(".heard .steps").text
    browser.find_elements(By.CSS_SELECTOR, ".heard button")[1].send_keys(Keys.ARROW_RIGHT)
    assert "Sound from 4.0 to 8.0 s" in viewer.only(".heard .steps").text


def test_a_second_call_changes_nothing_and_html_that_is_put_in_later_works_too(viewer, reports):
    count = "return document.querySelectorAll('.look *').length"
    before = viewer.browser.execute_script(count)
    viewer.browser.execute_script("kerasImplLook(document); kerasImplLook(document.body)")
    assert viewer.browser.execute_script(count) == before
    viewer.browser.execute_script(
        "const made = new DOMParser().parseFromString(arguments[0], 'text/html');"
        "document.querySelector('main').innerHTML = made.querySelector('main').innerHTML;"
        "kerasImplLook(document.querySelector('main'))",
        reports[0].read_text(encoding="utf-8"),
    )
    viewer.press(Keys.ARROW_LEFT)
    assert viewer.frame.startswith("Frame 10, ")
    assert viewer.browser.execute_script(count) == before


def test_it_fits_a_telephone(viewer):
    telephone = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    with told(viewer, "Emulation.setDeviceMetricsOverride", telephone, off="Emulation.clearDeviceMetricsOverride"):
        width = (
            "return [document.documentElement, ...document.querySelectorAll('.scroll')].map((each) => each.scrollWidth)"
        )
        assert max(viewer.browser.execute_script(width)) <= 390
        assert viewer.only(".timeline").rect["width"] <= 390
        sizes = [button.rect for button in viewer.shown(".look button")]
        assert len(sizes) == 5
        assert all(min(size["width"], size["height"]) >= 44 for size in sizes)


def test_the_list_is_blocks_on_a_telephone_and_has_its_headings_on_paper(browser, reports):
    browser.get(reports[2].as_uri())
    viewer = Viewer(browser)
    telephone = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    with told(viewer, "Emulation.setDeviceMetricsOverride", telephone, off="Emulation.clearDeviceMetricsOverride"):
        assert browser.execute_script("return document.querySelector('.scroll').scrollWidth") <= 390
        cells = viewer.shown("tbody tr:first-child td")
        assert len({cell.rect["x"] for cell in cells}) == 1
        heading = "return getComputedStyle(arguments[0], '::before').content"
        assert browser.execute_script(heading, cells[1]) == '"verdict"'
    with told(viewer, "Emulation.setEmulatedMedia", {"media": "print"}, {"media": ""}):
        headings = [heading.text for heading in viewer.shown("th")]
        assert headings[:2] == ["name", "verdict"]
        assert all(headings)


def test_arrow_keys_work_before_anything_was_clicked_and_players_keep_theirs(viewer):
    ActionChains(viewer.browser).send_keys(Keys.ARROW_LEFT).perform()
    assert viewer.frame.startswith("Frame 10, ")
    viewer.browser.execute_script("document.querySelector('video').focus()")
    ActionChains(viewer.browser).send_keys(Keys.ARROW_LEFT).perform()
    assert viewer.frame.startswith("Frame 10, ")


def test_of_several_viewers_keys_move_the_one_that_was_used_last(viewer, reports):
    viewer.browser.execute_script(
        "const made = new DOMParser().parseFromString(arguments[0], 'text/html');"
        "document.querySelector('main').append(made.querySelector('.look'));"
        "kerasImplLook(document)",
        reports[0].read_text(encoding="utf-8"),
    )

    def frames():
        return [each.text.split(",")[0] for each in viewer.shown(".frames figcaption")]

    ActionChains(viewer.browser).send_keys(Keys.ARROW_LEFT).perform()
    assert frames() == ["Frame 11", "Frame 10"]
    viewer.shown(".frames")[0].click()
    ActionChains(viewer.browser).send_keys(Keys.ARROW_LEFT).perform()
    assert frames() == ["Frame 10", "Frame 10"]


def test_the_cursor_covers_no_title_and_a_tall_picture_leaves_room_for_its_buttons(viewer):
    title, cursor, ticks = (viewer.shown(each)[0].rect for each in (".timeline p", ".cursor", ".timeline .ticks"))
    assert title["y"] + title["height"] <= cursor["y"] + 1
    assert cursor["y"] + cursor["height"] <= ticks["y"] + 1
    screen = viewer.browser.execute_script("return innerHeight")
    assert viewer.only(".shot").rect["height"] <= screen / 2


def test_keys_are_not_told_where_there_is_no_keyboard(viewer):
    assert WORDS["script_keys"] in viewer.shown(".keys")[0].text
    with told(viewer, "Emulation.setTouchEmulationEnabled", {"enabled": True}, {"enabled": False}):
        assert viewer.shown(".keys")[0].text == WORDS["script_point"]


def test_without_scripts_all_frames_and_faces_are_shown(viewer):
    with told(viewer, "Emulation.setScriptExecutionDisabled", {"value": True}, {"value": False}):
        viewer.browser.refresh()
        assert len(viewer.shown(".frames img")) == 12
        assert len(viewer.shown(".crops img")) == 13
        assert_plain(viewer)


def test_on_paper_the_key_frames_are_shown(viewer):
    with told(viewer, "Emulation.setEmulatedMedia", {"media": "print"}, {"media": ""}):
        assert len(viewer.shown(".frames img")) == 5
        assert len(viewer.shown(".crops img")) == 6
        assert viewer.only(".paper").text == WORDS["paper_several"].format(shown=5, count=12, person=1)
        assert not viewer.shown(".screen")
        assert_plain(viewer)


def assert_plain(viewer):
    """Nothing is there that only a script or a hand could use."""
    assert not viewer.shown(".look button, .cursor, .absent, .keys")
    assert len(viewer.shown("svg.plot")) == 3


@contextmanager
def told(viewer, command, on, off):
    """What the browser is told, for a while; ``off`` is how it is told otherwise, or another command."""
    viewer.browser.execute_cdp_cmd(command, on)
    try:
        yield
    finally:
        undo = (off, {}) if isinstance(off, str) else (command, off)
        viewer.browser.execute_cdp_cmd(*undo)


def test_the_script_can_stand_inside_a_page():
    assert "</script" not in SCRIPT
