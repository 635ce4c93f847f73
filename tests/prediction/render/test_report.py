"""Reports: whole, offline, and harmless whatever a file is called."""

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import PurePath

import av
import numpy as np
import pytest

from keras_impl.errors import MediaError
from keras_impl.faces.cropping import Square
from keras_impl.media.image import write_png
from keras_impl.media.names import file_stem
from keras_impl.media.video import VideoReader
from keras_impl.prediction.reasons import (
    NoFilm,
    NoModel,
    NotJudged,
    TooSlow,
    Unreadable,
    Verbatim,
)
from keras_impl.prediction.render.exhibits import Exhibits, top_faces, top_segments
from keras_impl.prediction.render.film import box_at, film_boxes
from keras_impl.prediction.render.page import render
from keras_impl.prediction.render.pictures import FAKE_COLOUR, REAL_COLOUR, draw_heat, heat_scale
from keras_impl.prediction.render.report import Reporter
from keras_impl.prediction.render.words import catalogue, sentence
from keras_impl.prediction.result import ApproachScore, FoundFace, JudgedFile, Person, UnjudgedImage

HOSTILE = "<script>alert(1)</script>\"'\n&.mp4"


LABELS = catalogue("en").labels


class Stems(dict):
    """What reports and films are called, whatever is judged."""

    def __missing__(self, name):
        return file_stem(PurePath(name).name)


STEMS = Stems()


def markup(text):
    """A text as Jinja escapes it."""
    return escape(text).replace("&#x27;", "&#39;")


class Elements(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self, page):
        super().__init__()
        self.found, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        """Keep an element, and what is open."""
        self.found.append((tag, dict(attributes)))
        if tag not in ("meta", "link", "img", "br", "path", "image", "line", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Make sure that elements end in order."""
        if tag in self.open:
            assert self.open.pop() == tag


@pytest.fixture
def page(judge, models, clip, tmp_path):
    prediction = judge.judge(clip, HOSTILE)
    Reporter(models, tmp_path / "reports", None, 60, STEMS)(clip, prediction)
    (path,) = (tmp_path / "reports").iterdir()
    return path.read_text(encoding="utf-8")


def test_a_report_holds_all_that_it_shows(page):
    elements = Elements(page)
    assert not elements.open
    addresses = [attributes[name] for _, attributes in elements.found for name in ("src", "href") if name in attributes]
    assert len(addresses) > 10
    assert all(address.startswith("data:") for address in addresses)
    assert not re.search(r"https?://|@import|url\(", page)
    tags = [tag for tag, _ in elements.found]
    assert {"video", "svg", "table"} <= set(tags)
    assert "Threshold" in page or "threshold" in page


def test_a_hostile_name_stays_text(page):
    assert [attributes for tag, attributes in Elements(page).found if tag == "script"] == [
        {"type": "application/json"},
        {},
    ]
    assert "<script>alert" not in page
    assert "script&gt;&#34;&#39;" in page


def test_pictures_and_drawings_have_text_for_those_who_cannot_see_them(page):
    for tag, attributes in Elements(page).found:
        if tag == "img":
            assert attributes["alt"]
        if tag in ("svg", "video") and "marker" not in attributes.get("class", ""):
            assert attributes.get("aria-label") or attributes["aria-hidden"]


def test_reports_are_in_korean_too(judge, models, clip, tmp_path):
    Reporter(models, tmp_path / "reports", None, 60, STEMS, "ko")(clip, judge.judge(clip))
    (path,) = (tmp_path / "reports").iterdir()
    content = path.read_text(encoding="utf-8")
    assert '<html lang="ko">' in content
    assert "직접 살펴보기" in content


def test_a_photo_and_a_file_that_cannot_be_judged_have_reports_too(judge, models, face, tmp_path):
    write_png(tmp_path / "photo.png", face)
    (tmp_path / "text.mp4").write_text("text")
    reporter = Reporter(models, tmp_path / "reports", tmp_path / "films", 60, STEMS)
    for name in ("photo.png", "text.mp4"):
        reporter(tmp_path / name, judge.judge(tmp_path / name, name))
    assert 'class="timeline"' not in (tmp_path / "reports/photo.png.html").read_text()
    assert "data:image/jpeg" in (tmp_path / "reports/photo.png.html").read_text()
    unjudged = judge.judge(tmp_path / "text.mp4").problem
    assert markup(unjudged) in (tmp_path / "reports/text.mp4.html").read_text()
    assert not (tmp_path / "films").exists()


def test_the_annotated_video_shows_every_frame_at_its_time_with_a_box(judge, clip, tmp_path):
    prediction = judge.judge(clip)
    film_boxes(clip, prediction.image.people, tmp_path / "film.mp4", 60)
    with VideoReader(clip) as before, VideoReader(tmp_path / "film.mp4") as after:
        assert len(after) == len(before) == 12
        pairs = list(zip(before.read(range(12)), after.read(range(12)), strict=True))
    for original, drawn in pairs:
        assert drawn.time == pytest.approx(original.time, abs=0.002)
        assert drawn.image.shape == original.image.shape
    x, y, _, _ = map(round, prediction.image.people[0].faces[0].box)
    original, drawn = pairs[0]
    edge = (slice(y + 20, y + 40), slice(x - 1, x + 2))
    assert np.abs(drawn.image[edge].astype(int) - original.image[edge]).mean() > 20


def test_a_video_that_cannot_be_filmed_is_judged_all_the_same(judge, models, clip, tmp_path, monkeypatch):
    def fail(*_):
        raise MediaError("takes more than 1 seconds to read", code="too_slow", limit=1)

    monkeypatch.setattr("keras_impl.prediction.render.report.film_boxes", fail)
    noted = Reporter(models, tmp_path, tmp_path, 60, STEMS)(clip, judge.judge(clip))
    assert noted.verdict is not None
    problem = TooSlow(limit=1)
    assert noted.reasons[-1] == NoFilm(problem=problem)
    (page,) = tmp_path.glob("*.html")
    assert markup(f"{LABELS['no_clip']} {sentence(problem)}") in page.read_text()


def test_the_small_clip_is_small_and_has_few_frames(judge, clip, tmp_path):
    film_boxes(clip, judge.judge(clip).image.people, tmp_path / "film.mp4", 60, side=101, most=5)
    with av.open(str(tmp_path / "film.mp4")) as film:
        frames = list(film.decode(video=0))
    assert len(frames) == 4
    assert (frames[0].width, frames[0].height) == (100, 100)


def found(frame, logit, x=0.0):
    crop = np.full((224, 224, 3), 100, np.uint8)
    heat = np.zeros((40, 40), np.float32)
    heat[:20], heat[20:] = 0.01, -0.01
    return FoundFace(
        frame, frame / 10, (x, 0.0, 50.0, 50.0), 1.0, {"resnet": logit}, crop, Square(32, 32, 160), heat, None, None
    )


PERSON = Person(
    1, (found(0, 1.0), found(10, 3.0, 20.0), found(20, -1.0)), {"resnet": ApproachScore("resnet", 1, 0, 2, 0)}, True
)


def test_between_two_frames_a_box_moves_evenly_and_elsewhere_there_is_none():
    assert box_at(PERSON, 5) == ((10.0, 0.0, 50.0, 50.0), 1.0)
    assert box_at(PERSON, 10) == ((20.0, 0.0, 50.0, 50.0), 3.0)
    assert box_at(PERSON, 20)[0][0] == 0
    assert box_at(PERSON, 21) is None
    assert box_at(replace(PERSON, faces=PERSON.faces[1:]), 9) is None


def test_heat_is_orange_where_it_speaks_for_fake_and_blue_where_for_real():
    face = PERSON.faces[0]
    drawn = draw_heat(face, face.heat, heat_scale(PERSON.faces)).astype(int)
    assert drawn[10, 10].tolist() == [100, 100, 100]  # beyond what the network sees
    for row, colour in ((60, FAKE_COLOUR), (160, REAL_COLOUR)):
        towards = np.array(colour) - 100
        assert (np.sign(drawn[row, 112] - 100) == np.sign(towards)).all()


def test_the_faces_that_counted_most_speak_for_the_verdict(judge, models, clip):
    image = judge.judge(clip).image
    for verdict, ordered in (("likely fake", True), ("likely real", False)):
        logits = [face.logits["resnet"] for face in top_faces(replace(image, verdict=verdict))]
        assert logits == sorted(logits, reverse=ordered)


def test_nearest_people_are_named_with_what_they_were_in_training(judge, models, clip):
    from keras_impl.prediction.render.nearest import Neighbour

    exhibits = Exhibits("today", problem=TooSlow(limit=1), neighbours=[Neighbour("p<1>", 0.25, 3, 4)])
    page = render(judge.judge(clip), models, exhibits)
    cells = re.findall(r'<td data-head="(.*?)">(.*?)</td>', str(page))
    heads = [LABELS[name] for name in ("person", "distance", "real_videos", "fake_videos")]
    assert cells[-4:] == list(zip(heads, ["p&lt;1&gt;", "0.25", "3", "4"], strict=True))
    assert markup(f"{LABELS['no_clip']} {sentence(TooSlow(limit=1))}") in page


@pytest.fixture
def heard(both_judge, both_models, talking_clip, tmp_path):
    prediction = both_judge.judge(talking_clip)
    pages = []
    for language in ("en", "ko"):
        Reporter(both_models, tmp_path / language, None, 60, STEMS, language)(talking_clip, prediction)
        (path,) = (tmp_path / language).iterdir()
        pages.append(path.read_text(encoding="utf-8"))
    return prediction, *pages


def test_a_report_shows_sound_beside_the_image(heard):
    prediction, page, korean = heard
    assert prediction.image.verdict
    assert page.count('<svg class="plot') == 3
    assert "<h3>Sound</h3>" in page
    assert "P(fake) in 3 segments of sound: 0.95 to 0.96" in page
    assert len(re.findall(r'<img src="data:image/jpeg[^"]+" alt="Spectrogram of[^"]+ with its heat map"', page)) == 2
    assert LABELS["interval_sound"] in page
    assert LABELS["facts_sound"].format(segments=3, seconds=10) in page
    assert "The sound was judged by the approach resnet." in page
    assert "is not judged" not in page
    assert "<h3>소리</h3>" in korean
    assert "소리의 P(가짜)" in korean


def test_a_report_on_a_recording_shows_sound_only(both_judge, both_models, speech, tmp_path):
    prediction = both_judge.judge(speech)
    Reporter(both_models, tmp_path / "reports", tmp_path / "films", 60, STEMS)(speech, prediction)
    (path,) = (tmp_path / "reports").iterdir()
    page = path.read_text(encoding="utf-8")
    assert page.count('<svg class="plot') == 2
    assert "<video" not in page
    assert LABELS["facts_image"].split("{")[0] not in page
    assert not (tmp_path / "films").exists()


def test_without_a_model_of_sound_a_report_says_so(page, models):
    assert LABELS["limits_no_sound"] in page
    assert markup(sentence(NoModel(part="sound", folder=models.label))) in page


def test_the_segments_that_counted_most_speak_for_the_verdict(both_judge, speech):
    sound = both_judge.judge(speech).sound
    logits = [segment.logits["resnet"] for segment in sound.segments]
    assert [segment.logits["resnet"] for segment in top_segments(sound)] == sorted(logits, reverse=True)[:2]
    real = replace(sound, verdict="likely real")
    assert [segment.logits["resnet"] for segment in top_segments(real)] == sorted(logits)[:2]


def test_what_is_wider_than_a_telephone_can_be_reached_and_has_a_name(heard):
    for page in heard[1:]:
        boxes = [attributes for _, attributes in Elements(page).found if attributes.get("class") == "scroll"]
        assert len(boxes) >= 2
        for attributes in boxes:
            assert (attributes["tabindex"], attributes["role"]) == ("0", "region")
            assert attributes["aria-label"]


def test_what_is_said_in_english_only_is_marked_in_a_korean_page(both_judge, both_models, tmp_path, dark_clip):
    cautious = replace(both_models, caution="Made <up>.")
    (tmp_path / "text.wav").write_text("text")
    Reporter(cautious, tmp_path / "ko", None, 60, STEMS, "ko")(
        tmp_path / "text.wav", both_judge.judge(tmp_path / "text.wav")
    )
    (path,) = (tmp_path / "ko").iterdir()
    korean = path.read_text(encoding="utf-8")
    assert '<span lang="en">Made &lt;up&gt;.</span>' in korean
    assert '소리 파일로 열 수 없습니다(<span lang="en">' in korean
    reason = NotJudged(part="image", problem=Unreadable(detail=Verbatim("breaks <off>")))
    radio = JudgedFile("radio", UnjudgedImage(reason), verdict="likely real", rests_on="sound")
    page = render(radio, both_models, Exhibits("today"), "ko")
    assert '파일을 읽을 수 없습니다(<span lang="en">breaks &lt;off&gt;</span>).</li>' in page
    page = render(radio, both_models, Exhibits("today"), "en")
    assert "breaks &lt;off&gt;" in page
    assert 'lang="en"' not in page


def test_what_this_project_says_itself_is_korean_in_a_korean_page(both_judge, both_models, tmp_path, face):
    caution = catalogue("en").cautions["demo"]
    write_png(tmp_path / "cut.png", face)
    (tmp_path / "cut.mp4").write_bytes((tmp_path / "cut.png").read_bytes())
    prediction = both_judge.judge(tmp_path / "cut.mp4", "cut.mp4")
    Reporter(replace(both_models, caution=caution), tmp_path / "ko", None, 60, STEMS, "ko")(
        tmp_path / "cut.mp4", prediction
    )
    page = (tmp_path / "ko/cut.mp4.html").read_text(encoding="utf-8")
    assert catalogue("ko").cautions["demo"] in page
    assert "실제로는 PNG 이미지입니다" in page
    assert 'lang="en"' not in page


def test_a_caution_is_said_once_in_a_report(judge, models, clip, tmp_path):
    cautious = replace(models, caution="Made up.")
    Reporter(cautious, tmp_path / "reports", None, 60, STEMS)(clip, replace(judge.judge(clip), notes=()))
    (path,) = (tmp_path / "reports").iterdir()
    assert path.read_text().count("Made up.") == 1
