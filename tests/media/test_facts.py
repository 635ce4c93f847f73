"""What stands in a file beside pictures and sound."""

import hashlib

import av
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from keras_impl.media.facts import LONGEST, Track, read_facts


def write_film(path, **tags):
    with av.open(str(path), "w") as container:
        container.metadata.update(tags)
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("aac", rate=16_000, layout="mono")
        for _ in range(25):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode())
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16_000
        container.mux(sound.encode(frame))
        container.mux(sound.encode())
    return path


def test_a_film_is_told_by_hash_length_tracks_and_dates(tmp_path):
    path = write_film(tmp_path / "film.mp4", creation_time="2024-05-06T07:08:09Z", title="Ada's secret")
    facts = read_facts(path)
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts.size == path.stat().st_size
    assert facts.duration == pytest.approx(1, abs=0.1)
    assert facts.tracks == (Track("video", "h264", 64, 48, 25.0), Track("audio", "aac", rate=16_000.0, channels=1))
    told = dict(facts.tags)
    assert told["creation_time"].startswith("2024-05-06T07:08:09")
    assert told["encoder"].startswith("Lavf")
    assert "Ada" not in repr(facts)
    assert not facts.has_place


def test_where_a_film_was_made_is_known_and_not_kept(tmp_path):
    facts = read_facts(write_film(tmp_path / "film.mkv", location="+52.5-13.4/"))
    assert facts.has_place
    assert "52.5" not in repr(facts)


def test_a_photo_is_told_by_its_exif_without_its_place(tmp_path):
    image, path = Image.new("RGB", (40, 30)), tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0131], exif[0x0110] = "Editor\x1b[31m 1.0", "Phone " * 99
    exif.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
    exif.get_ifd(0x8825)[1] = "N"
    image.save(path, exif=exif)
    facts = read_facts(path)
    assert (facts.format, facts.width, facts.height, facts.duration) == ("JPEG", 40, 30, None)
    told = dict(facts.tags)
    assert told["DateTimeOriginal"] == "2024:05:06 07:08:09"
    assert told["Software"] == "Editor\\x1b[31m 1.0"
    assert len(told["Model"]) == LONGEST
    assert facts.has_place


def test_texts_of_a_png_are_told_without_decoding_it(tmp_path):
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Software", "Painter")
    texts.add_text("Comment", "for Ada")
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png", pnginfo=texts)
    assert read_facts(tmp_path / "a.png").tags == (("Software", "Painter"),)


def test_what_is_no_such_file_has_a_hash_all_the_same_and_what_is_missing_has_nothing(tmp_path):
    for name in ("text.mp4", "text.jpg", "text.wav", "text.txt"):
        (tmp_path / name).write_text("text")
        facts = read_facts(tmp_path / name)
        assert (facts.size, facts.format, facts.tracks) == (4, "", ())
    (tmp_path / "cut.mp4").write_bytes(write_film(tmp_path / "film.mp4").read_bytes()[:900])
    assert read_facts(tmp_path / "cut.mp4").format == "an MP4 video or recording"
    assert read_facts(tmp_path / "gone.mp4") is None
    assert read_facts(tmp_path) is None
