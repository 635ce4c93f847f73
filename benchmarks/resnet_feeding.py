"""Whether training ResNet50 waits for its pictures.

``python benchmarks/resnet_feeding.py`` prints faces a second of feeding alone (read from the store,
changed, batched), of training on one and the same batch again and again, and of training as it is.
The last two should be about equal, and the first much larger. Faces are noise; weights are random.

``--profile`` prints instead where the milliseconds of a training step go, as oneDNN, which computes the
convolutions, reports of itself. Two of its operations may run at the same time, so that they add up to more
than the step.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

if "--profile" in sys.argv:
    os.environ["ONEDNN_VERBOSE"] = "1"  # it is read once, when TensorFlow is loaded

import numpy as np

from keras_impl.core.tensorflow import keras, tf
from keras_impl.faces.cropping import Framing
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet import precision
from keras_impl.models.resnet.config import FacePicture, NetworkConfig
from keras_impl.models.resnet.feeding import Faces, feed_pairs
from keras_impl.models.resnet.recipe import FaceAugmentation, TrainingConfig

FACES, STEPS = 1024, 20

SIDE = 224
"""Of the pictures."""

LANDMARKS = np.array([[77, 62], [147, 62], [112, 110], [85, 162], [139, 162]], float)

NETWORK, RECIPE = NetworkConfig(FacePicture()), TrainingConfig(FaceAugmentation())

FORWARD, BACKWARD, OTHER = "convolutions, forward", "convolutions, backward", "all else by oneDNN"


def main() -> None:
    """Time `STEPS` steps each way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true", help="where the time of a step goes")
    arguments = parser.parse_args()
    model = resnet.build_model(resnet.load_backbone("none", NETWORK), NETWORK, precision.compute_dtype())
    model.compile(keras.optimizers.AdamW(1e-6), keras.losses.BinaryCrossentropy(from_logits=True))
    with tempfile.TemporaryDirectory() as folder:
        faces = noise(Path(folder, "faces.npy"))
        batches = feed_pairs(faces, np.arange(FACES), 0, range(100), RECIPE.pairs_per_batch)
        if arguments.profile:
            profile(model, batches, Path(folder, "onednn.txt"))
            return
        one = next(iter(batches))
        model.train_on_batch(*one)  # compiles
        print(f"feeding alone: {speed(batches, lambda *_: None):.0f} faces a second", flush=True)
        print(f"training on one batch: {speed([one] * (STEPS + 1), model.train_on_batch):.1f}", flush=True)
        print(f"training: {speed(batches, model.train_on_batch):.1f}", flush=True)


def noise(store: Path) -> Faces:
    """Real and fake faces in turn."""
    pixels = np.lib.format.open_memmap(store, "w+", np.uint8, (FACES, SIDE, SIDE, 3))
    pixels[:] = np.random.default_rng(0).integers(0, 256, pixels.shape, np.uint8)
    sources = np.repeat(np.arange(FACES // 2), 2).astype(str)
    landmarks = np.tile(LANDMARKS, (FACES, 1, 1))
    return Faces(pixels, np.arange(FACES) % 2, sources, landmarks, Framing().resnet, RECIPE.augmentation)


def speed(batches: Iterable[tuple[tf.Tensor, tf.Tensor]], use: Callable[..., object]) -> float:
    """Faces a second, after a first batch."""
    seen, start = 0, 0.0
    for step, (pixels, labels) in zip(range(STEPS + 1), batches, strict=False):
        use(pixels, labels)
        if not step:
            start = time.perf_counter()
        else:
            seen += len(pixels)
    return seen / (time.perf_counter() - start)


def profile(model: keras.Model, batches: tf.data.Dataset, log: Path) -> None:
    """Print a table of where the time of a step goes, over `STEPS` steps after a first one."""
    waited = 0.0
    with printed_to(log):
        fed = iter(batches)
        model.train_on_batch(*next(fed))
        skipped, start, busy = log.stat().st_size, time.perf_counter(), time.process_time()
        for _ in range(STEPS):
            asked = time.perf_counter()
            batch = next(fed)
            waited += time.perf_counter() - asked
            model.train_on_batch(*batch)
        taken, busy = time.perf_counter() - start, time.process_time() - busy
    spent = by_operation(log.read_text()[skipped:])
    rows = {"a step": taken, "waiting for the next batch": waited} | {
        name: spent[name] / 1000 for name in (FORWARD, BACKWARD, OTHER)
    }
    print(f"{'milliseconds':28}{'a step':>8}{'share':>8}")
    for name, seconds in rows.items():
        print(f"{name:28}{1000 * seconds / STEPS:8.1f}{seconds / taken:8.1%}")
    print(f"processor cores busy with it: {busy / taken:.2f} of {os.cpu_count()}")


def by_operation(lines: str) -> Counter[str]:
    """Milliseconds that oneDNN reports, forward and backward convolutions and all else apart."""
    spent: Counter[str] = Counter()
    for line in lines.splitlines():
        fields = line.split(",")
        if fields[:4] == ["onednn_verbose", "v1", "primitive", "exec"]:
            operation, direction, milliseconds = fields[5], fields[7], float(fields[-1])
            if operation != "convolution":
                spent[OTHER] += milliseconds
            else:
                spent[BACKWARD if direction.startswith("backward") else FORWARD] += milliseconds
    return spent


@contextmanager
def printed_to(path: Path) -> Iterator[None]:
    """Send what libraries in C print to a file for a while."""
    sys.stdout.flush()
    kept = os.dup(1)
    with path.open("w") as stream:
        os.dup2(stream.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


if __name__ == "__main__":
    main()
