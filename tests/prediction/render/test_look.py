"""What there is to look at: all frames with their boxes, all faces, heat maps as numbers, whose they are."""

import base64
import json
import re
from dataclasses import replace

import cv2
import numpy as np
import pytest

from keras_impl.media.image import write_png
from keras_impl.prediction.reasons import NoFace
from keras_impl.prediction.render.exhibits import Exhibits
from keras_impl.prediction.render.page import render
from keras_impl.prediction.render.pictures import draw_snapshot, heat_scale
from keras_impl.prediction.render.words import catalogue
from keras_impl.prediction.result import ApproachScore

WORDS = catalogue("en").look


def data_of(page):
    """What the script takes."""
    (content,) = re.findall(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(content)


def shown(prediction, models, people):
    """The HTML of a prediction with other people in it."""
    return str(render(replace(prediction, image=replace(prediction.image, people=people)), models, Exhibits("today")))


def view(prediction, other):
    """The same, with what the second approach says of everybody."""
    people = tuple(
        replace(person, scores=person.scores | {"svm": replace(person.score, approach="svm", logit=other)})
        for person in prediction.image.people
    )
    return replace(prediction, image=replace(prediction.image, people=people))


def test_all_frames_that_were_searched_are_there_with_boxes_in_their_own_pixels(judge, models, clip):
    prediction = judge.judge(clip)
    page = str(render(prediction, models, Exhibits("today")))
    image = prediction.image
    assert re.findall(r'<svg viewBox="([\d ]+)"', page) == ["0 0 256 256"] * 12
    x, y, width, height = (round(side, 1) for side in image.people[0].faces[0].box)
    assert page.count(f'x="{x}" y="{y}" width="{width}" height="{height}"') >= 2
    assert "Frame 0, 0.0 s: face 1 P(fake) " in page
    assert [int(place) for place in re.findall(r'<li[^>]* data-frame="(\d+)">', page)] == list(range(12))
    assert data_of(page)["times"] == [round(shot.time, 3) for shot in image.snapshots]


def test_frames_without_a_face_are_shown_too(judge, models, dark_clip):
    prediction = judge.judge(dark_clip)
    assert isinstance(prediction.problems[0], NoFace)
    assert [(shot.width, shot.height) for shot in prediction.image.snapshots] == [(256, 256)] * 4
    page = str(render(prediction, models, Exhibits("today")))
    assert page.count(f": {WORDS['no_face']}") == 4
    assert WORDS["faces"] not in page


def test_heat_maps_travel_as_bytes_in_one_scale(judge, models, clip):
    prediction = judge.judge(clip)
    (person,) = prediction.image.people
    faces = [replace(face, heat=face.heat * (number + 1)) for number, face in enumerate(person.faces)]
    faces[3] = replace(faces[3], heat=-faces[3].heat)
    person = replace(person, faces=tuple(faces))
    page = shown(prediction, models, (person,))
    scale = heat_scale(faces)
    for face, told in zip(faces, data_of(page)["faces"][0], strict=True):
        levels = np.frombuffer(base64.b64decode(told["levels"]), np.int8).reshape(told["rows"], told["columns"])
        assert levels / 127 * scale == pytest.approx(np.clip(face.heat, -scale, scale), abs=scale / 200)
        left, _, side = face.window
        assert told["place"][0] == pytest.approx(left / 224, abs=1e-3)
        assert told["place"][2] == pytest.approx(side / 224, abs=1e-3)


def test_the_viewer_begins_with_the_face_that_counted_most(judge, models, clip):
    image = judge.judge(clip).image
    for verdict, place in (("likely fake", 11), ("likely real", 0)):
        prediction = replace(judge.judge(clip), image=replace(image, verdict=verdict))
        assert data_of(str(render(prediction, models, Exhibits("today"))))["first"] == place


def test_on_paper_are_the_frames_that_counted_most_and_one_of_everybody_else(judge, models, clip):
    prediction = judge.judge(clip)
    (one,) = prediction.image.people
    other = replace(one, number=2, faces=one.faces[7:8], is_supported=False)
    pages = [shown(prediction, models, people) for people in ((one,), (one, other))]
    words = {"shown": 4, "count": 12, "person": 1}
    assert WORDS["paper_one"].format(**words) in pages[0]
    assert WORDS["paper_several"].format(**words | {"shown": 5}) in pages[1]
    for page, frames, crops in zip(pages, (4, 5), (4, 6), strict=True):
        assert page.count('<li class="key" style=') == frames
        assert page.count('<li class="key" data-frame=') == crops


def test_whose_the_heat_maps_are_is_said_and_whether_they_explain_the_verdict(judge, models, clip):
    prediction = judge.judge(clip)
    titles = {"title": "the approach resnet", "decisive": "the approach resnet"}
    assert str(render(prediction, models, Exhibits("today"))).count(WORDS["heat_decides_image"].format(**titles)) == 2
    others = replace(models.image, trained=dict(reversed(models.image.trained.items())))
    page = str(render(prediction, replace(models, image=others), Exhibits("today")))
    assert WORDS["heat_other_image"].format(**titles | {"decisive": "the approach svm"}) in page
    nobodys = replace(prediction, image=replace(prediction.image, explained=None))
    page = str(render(nobodys, models, Exhibits("today")))
    assert WORDS["no_heat"] in page
    assert data_of(page)["heat_told"] == ""


def test_approaches_that_disagree_are_named(judge, models, clip):
    prediction = judge.judge(clip)
    agreed = str(render(view(prediction, prediction.image.score.logit), models, Exhibits("today")))
    assert WORDS["disagreement"].split("{")[0] not in agreed
    page = str(render(view(prediction, 99.0), models, Exhibits("today")))
    assert WORDS["disagreement"].format(above="the approach svm", below="the approach resnet") in page


def test_several_people_have_a_legend_with_what_becomes_of_their_scores(judge, models, clip):
    prediction = judge.judge(clip)
    (one,) = prediction.image.people
    score = {"resnet": ApproachScore("resnet", -9.0, None, None, 0.0)}
    other = replace(one, number=2, faces=one.faces[:1], scores=score, is_supported=False)
    page = shown(prediction, models, (one, other))
    legend = page[page.index('<ul class="legend">') : page.index("</ul>", page.index('<ul class="legend">'))]
    assert "Face 1 (decides)" in legend
    assert "Face 2 (does not count)" in legend
    assert "P(fake) 0.00; found in one frame" in page
    assert WORDS["may_not_be"] in page
    assert '<ul class="legend">' not in str(render(prediction, models, Exhibits("today")))


def test_a_picture_is_called_one_and_is_kept_larger_than_a_frame(judge, models, face, tmp_path):
    write_png(tmp_path / "photo.png", cv2.resize(face, (1200, 1200)))
    prediction = judge.judge(tmp_path / "photo.png")
    page = str(render(prediction, models, Exhibits("today")))
    assert "The picture: face 1" in page
    assert WORDS["searched"] not in page
    kept = cv2.imdecode(np.frombuffer(prediction.image.snapshots[0].jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert kept.shape == (960, 960, 3)


def test_the_players_poster_is_a_frame_with_boxes(judge, models, clip):
    prediction = judge.judge(clip)
    assert '<video class="clip"' in (page := str(render(prediction, models, Exhibits("today", b"film"))))
    assert 'poster="data:image/jpeg;base64,' in page
    shot, (person,) = prediction.image.snapshots[0], prediction.image.people
    plain, drawn = (
        cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR).astype(int)
        for content in (shot.jpeg, draw_snapshot(shot, [person]))
    )
    x, y, _, high = map(round, person.faces[0].box)
    changed = np.abs(plain - drawn).mean(axis=2)
    assert changed[y + 10 : y + high - 10, x].mean() > 30
    assert changed[y + high + 10 :].mean() < 5


def test_what_the_script_is_given_cannot_end_its_element(judge, models, clip):
    resnet = models.image.trained["resnet"]
    hostile = replace(resnet, card=resnet.card | {"approach": "</script><script>alert(1)"})
    named = replace(models, image=replace(models.image, trained=models.image.trained | {"resnet": hostile}))
    page = str(render(judge.judge(clip), named, Exhibits("today")))
    assert "alert(1)" in data_of(page)["heat_told"]
    assert "<script>alert" not in page
