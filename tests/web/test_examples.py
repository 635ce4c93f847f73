"""Files to try the page with."""

from PIL import Image

from keras_impl.web import examples as examples_module
from keras_impl.web.examples import PORTRAIT_KIND, PORTRAIT_WIDTH, find_examples

VIDEOS = frozenset({".mp4"})


def test_a_genuine_photo_is_there_without_a_demo_and_without_a_network(tmp_path):
    (photo,) = find_examples({".jpg", ".mp4"}, tmp_path)
    assert photo.kind == PORTRAIT_KIND
    photo.copy_to(tmp_path / "out.jpg")
    with Image.open(tmp_path / "out.jpg") as picture:
        assert picture.width == PORTRAIT_WIDTH
        assert picture.height > picture.width


def test_a_photo_that_is_another_is_not_offered(tmp_path, monkeypatch):
    monkeypatch.setattr(examples_module, "PORTRAIT_SHA256", "0" * 64)
    assert find_examples({".jpg"}, tmp_path) == ()


def test_of_the_demo_there_is_one_clip_of_each_kind(tmp_path):
    (tmp_path / "metadata.json").write_text('{"a_real.mp4": {}, "b_real.mp4": {}, "gone_madeup_swapped.mp4": {}}')
    for name in ("a_real.mp4", "b_real.mp4"):
        (tmp_path / name).write_bytes(b"content")
    (clip,) = find_examples(VIDEOS, tmp_path)
    assert clip.path == tmp_path / "a_real.mp4"
    clip.copy_to(tmp_path / "out.mp4")
    assert (tmp_path / "out.mp4").read_bytes() == b"content"


def test_what_no_model_is_for_is_not_offered(tmp_path):
    assert find_examples({".wav"}, tmp_path) == ()
