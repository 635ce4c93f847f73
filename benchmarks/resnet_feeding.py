"""Whether training ResNet50 waits for its pictures.

``python benchmarks/resnet_feeding.py`` prints faces a second of feeding alone (read from the store,
changed, batched), of training on one and the same batch again and again, and of training as it is.
The last two should be about equal, and the first much larger. Faces are noise; weights are random.
"""

import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from keras_impl.approaches import resnet, training
from keras_impl.approaches.feeding import Faces, feed_pairs
from keras_impl.approaches.store import FORMS, STORE_NAME
from keras_impl.backend import keras, tf

FACES, STEPS = 1024, 20


def main() -> None:
    """Time `STEPS` steps each way."""
    generator = np.random.default_rng(0)
    model = resnet.build_model(resnet.load_backbone("none"), training.compute_dtype())
    model.compile(keras.optimizers.AdamW(1e-6), keras.losses.BinaryCrossentropy(from_logits=True))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, STORE_NAME)
        pixels = np.lib.format.open_memmap(path, "w+", np.uint8, (FACES, *FORMS["image"].shape))
        pixels[:] = generator.integers(0, 256, pixels.shape, np.uint8)
        sources = np.repeat(np.arange(FACES // 2), 2).astype(str)
        landmarks = np.full((FACES, 5, 2), np.nan, np.float32)
        faces = Faces(pixels, np.arange(FACES) % 2, sources, landmarks)
        batches = feed_pairs(faces, np.arange(FACES), 0, range(100))
        one = next(iter(batches))
        model.train_on_batch(*one)  # compiles
        print(f"feeding alone: {speed(batches, lambda *_: None):.0f} faces a second", flush=True)
        print(f"training on one batch: {speed([one] * (STEPS + 1), model.train_on_batch):.1f}", flush=True)
        print(f"training: {speed(batches, model.train_on_batch):.1f}", flush=True)


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


if __name__ == "__main__":
    main()
