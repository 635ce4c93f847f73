"""Faces cut out already: a pool, and other layouts taken for crops."""

import json

from keras_impl.datasets import find_layout, read_data
from tests.datasets import by_name, reasons, touch


def test_a_pool_names_videos_and_holds_their_faces(tmp_path):
    entries = {
        "a.mp4": {"label": "REAL"},
        "b.mp4": {"label": "FAKE", "original": "a.mp4"},
        "lost.mp4": {"label": "REAL"},
        "c.mp4": {"label": "REAL"},
        "c.mov": {"label": "REAL"},
    }
    touch(tmp_path, *(f"faces/{name}" for name in ("a.jpg", "a.png", "b.jpg", "c.jpg", "unlisted.jpg")))
    (tmp_path / "metadata.json").write_text(json.dumps(entries))
    records, problems = read_data(tmp_path)
    assert [(r.video, r.path.name, r.label, r.source, r.is_crop) for r in records] == [
        ("a.mp4", "a.jpg", 0, "a.mp4", True),
        ("b.mp4", "b.jpg", 1, "a.mp4", True),
    ]
    assert reasons(problems) == {
        "lost.mp4": "is named in metadata.json but has no crop in faces/",
        "c.mp4": "shares the file c.jpg with another entry: keep one",
        "c.mov": "shares the file c.jpg with another entry: keep one",
        "faces/a.png": "is skipped in favour of a.jpg",
        "faces/unlisted.jpg": "has no entry in metadata.json",
    }


def test_videos_beside_the_metadata_make_it_no_pool(tmp_path):
    touch(tmp_path, "a.mp4", "faces/a.jpg")
    (tmp_path / "metadata.json").write_text(json.dumps({"a.mp4": {"label": "REAL"}}))
    assert find_layout(tmp_path) == "dfdc"


def test_folders_and_tables_are_crops_only_if_asked_for(tmp_path):
    touch(tmp_path, "real/a.jpg", "fake/b.png", "fake/c.mp4")
    table = tmp_path / "list.csv"
    table.write_text("path,label\nreal/a.jpg,real\nfake/b.png,fake\nfake/c.mp4,fake\n")
    for path in (tmp_path, table):
        assert not any(record.is_crop for record in read_data(path)[0])
        records, problems = read_data(path, "crops")
        assert {name: record.is_crop for name, record in by_name(records).items()} == {
            "real/a.jpg": True,
            "fake/b.png": True,
        }
        assert reasons(problems) == {"fake/c.mp4": "is not an image of a face"}
