"""Readers and files that are cut off, changed, or spliced of two: what can be read, or one line that says why not."""

import json
import multiprocessing
import random
from itertools import product

import numpy as np
import pytest
from PIL import Image

from keras_impl.errors import MediaError
from keras_impl.media.audio import SoundReader
from keras_impl.media.still import open_frames
from tests.conftest import write_video
from tests.speech.speech import speak, write_film, write_sound

COPIES = 400
MOST_MEMORY = 1_500
"""Megabytes that reading all of them takes at most."""


def make_donors(folder):
    """One small file of each kind, by name."""
    folder.mkdir()
    speech = speak(1)
    for name, codec in {"a.wav": None, "a.flac": None, "a.mp3": "libmp3lame", "a.ogg": "libopus"}.items():
        write_sound(folder / name, speech, 48_000 if codec == "libopus" else 16_000, codec)
    for name, codec in {"a.mp4": "libx264", "a.avi": "mpeg4", "b.avi": "libx264", "a.mkv": "libx264"}.items():
        write_video(folder / name, frames=12, codec=codec)
    write_film(folder / "film.mp4", speech)
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 4), np.uint8)
    for name in ("a.png", "a.webp", "a.jpg", "a.bmp"):
        picture = Image.fromarray(image if name in ("a.png", "a.webp") else image[..., :3])
        exif = Image.Exif()
        exif[0x0112] = 6
        picture.save(folder / name, **({} if name == "a.bmp" else {"exif": exif}))
    return sorted(folder.iterdir())


def damage(content, other, draw):
    """Cut a file off, overwrite bytes of it (mostly of its header), or put another one's header before it."""
    copy = bytearray(content)
    kind = draw.choice(("cut", "flips", "header", "splice"))
    if kind == "cut":
        return copy[: draw.randrange(len(copy))]
    if kind == "splice":
        place = draw.randrange(1, 400)
        return bytearray(other[:place]) + copy[draw.choice((0, place)) :]
    last = min(300, len(copy)) if kind == "header" else len(copy)
    for _ in range(draw.choice((1, 5, 50))):
        copy[draw.randrange(last)] = draw.randrange(256)
    return copy


def read_all(folder):
    """Write down what comes of each copy, and how much memory was in use."""
    import resource

    outcomes = {}
    for path in sorted(folder.glob("copy_*")):
        for read in (_look, _listen):
            try:
                outcomes[f"{path.name} {read.__name__}"] = read(path)
            except MediaError as error:
                outcomes[f"{path.name} {read.__name__}"] = str(error)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    (folder / "outcomes.json").write_text(json.dumps({"outcomes": outcomes, "megabytes": megabytes}))


def _look(path):
    with open_frames(path, 1, 20) as reader:
        asked = reader.spread(min(4, len(reader)))
        frames = list(reader.read(asked))
        assert len(frames) + len(reader.missing) == len(set(asked))
        assert all(frame.image.dtype == np.uint8 and frame.image.ndim == 3 for frame in frames)
        return len(frames)


def _listen(path):
    with SoundReader(path, 20) as reader:
        blocks = list(reader.blocks())
        assert all(np.isfinite(block).all() for block in blocks)
        return sum(map(len, blocks))


@pytest.mark.heavy
def test_damaged_files_give_what_there_is_or_one_line(tmp_path):
    draw = random.Random(0)
    donors = make_donors(tmp_path / "donors")
    contents = {path.name: path.read_bytes() for path in donors}
    pairs = list(product(contents, contents))
    for number in range(COPIES):
        name, other = draw.choice(pairs)
        (tmp_path / f"copy_{number:03}_{name}").write_bytes(damage(contents[name], contents[other], draw))
    process = multiprocessing.get_context("spawn").Process(target=read_all, args=(tmp_path,))
    process.start()
    process.join(timeout=600)
    status = process.exitcode  # None if it hangs, negative if it crashed, 1 after an exception
    process.kill()
    assert status == 0
    found = json.loads((tmp_path / "outcomes.json").read_text())
    assert len(found["outcomes"]) == 2 * COPIES
    assert found["megabytes"] < MOST_MEMORY
    reasons = [outcome for outcome in found["outcomes"].values() if isinstance(outcome, str)]
    assert COPIES / 2 < len(reasons) < 1.8 * COPIES  # the damage is neither too little nor too much
    assert all(reason and "\n" not in reason for reason in reasons)
