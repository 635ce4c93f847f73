"""Folders: links, loops, rubbish, and what can't be listed."""

from keras_impl.datasets import read_data
from keras_impl.media.listing import files_below, is_file, is_folder, walk
from keras_impl.prediction.inputs import find_inputs
from tests.datasets import touch


def names(folder):
    return [file.relative_to(folder).as_posix() for file in files_below(folder)]


def test_links_to_folders_are_followed_once(tmp_path):
    touch(tmp_path, "store/a.mp4", "data/real/b.mp4", "data/fake/c.mp4")
    (tmp_path / "data/real/linked").symlink_to(tmp_path / "store")
    (tmp_path / "data/real/again").symlink_to(tmp_path / "store")
    found = names(tmp_path / "data")
    assert found == ["fake/c.mp4", "real/again/a.mp4", "real/b.mp4"]
    assert {record.video for record in read_data(tmp_path / "data")[0]} == set(found)
    assert len(find_inputs([tmp_path / "data"], {".mp4"}).files) == 3


def test_loops_are_harmless_and_a_folder_keeps_its_own_name(tmp_path):
    touch(tmp_path, "real/b.mp4")
    (tmp_path / "a_link").symlink_to(tmp_path / "real")
    (tmp_path / "real/up").symlink_to(tmp_path)
    (tmp_path / "real/self").symlink_to(tmp_path / "real")
    (tmp_path / "real/circle.mp4").symlink_to(tmp_path / "real/circle.mp4")
    assert names(tmp_path) == ["real/b.mp4", "real/circle.mp4"]


def test_broken_links_are_files_that_somebody_will_name(tmp_path):
    (tmp_path / "gone.mp4").symlink_to(tmp_path / "nowhere")
    assert names(tmp_path) == ["gone.mp4"]


def test_what_is_no_folder_has_a_problem_and_no_files(tmp_path):
    (listed,) = walk(tmp_path / "nothing")
    assert (listed.files, listed.problem) == ([], "No such file or directory")


def test_names_that_no_file_can_have_are_neither_file_nor_folder(tmp_path):
    for path in (tmp_path.joinpath(*["a" * 200] * 21), tmp_path / "a\0b"):
        assert not is_file(path)
        assert not is_folder(path)
        assert files_below(path) == []
