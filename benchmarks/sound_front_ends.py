"""Which spectrogram ResNet50 should look at: frozen ImageNet features of each, judged by a logistic regression.

``python benchmarks/sound_front_ends.py SOUND BACKBONE`` takes the segments of a sound folder and prints the AUC of
P(fake) in cross-validation (7 folds, two draws) with whole corpora, systems and speakers held out. Whoever
chooses by it on the clips that are reported later makes the report a little too good: say so there.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from keras_impl.core.tensorflow import keras, tf
from keras_impl.media.audio import SAMPLE_RATE
from keras_impl.models.resnet import network as resnet
from keras_impl.models.resnet.config import NetworkConfig, SpectrogramPicture
from keras_impl.models.resnet.recipe import SoundAugmentation, TrainingConfig
from keras_impl.models.resnet.store import as_input, read_segment
from keras_impl.samples.index import load_samples, read_settings
from keras_impl.speech.channels import as_float
from keras_impl.speech.modality import SPEECH

PICTURE = SpectrogramPicture()
NETWORK = NetworkConfig(PICTURE)

FRONT_ENDS = {
    "linear, 257 bins, every 16 ms": (512, 256, 512, None),
    "linear, 257 bins, every 20 ms": (512, 320, 512, None),
    "linear, 513 bins, every 16 ms": (1024, 256, 1024, None),
    "mel, 80 bands, every 16 ms": (512, 256, 512, 80),
    "mel, 128 bands, every 10 ms": (PICTURE.window, PICTURE.hop, PICTURE.fft, PICTURE.bands),
}
"""Window, hop and length of the Fourier transform in samples, and mel bands, if any."""

FOLDS, DRAWS = 7, 2


def main() -> None:
    """Print a line for each front end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sound", type=Path, help="folder that extract_sound wrote")
    parser.add_argument("backbone", help="ImageNet weights, .h5")
    arguments = parser.parse_args()
    index = load_samples(arguments.sound, SPEECH)
    index = index[index["status"] == "ok"]
    _, config = read_settings(arguments.sound, SPEECH)
    segments = (as_float(read_segment(arguments.sound / clip).array) for clip in index["clip"])
    sounds = np.stack([as_input(segment, config) for segment in segments]).astype(np.float32)
    backbone = resnet.load_backbone(arguments.backbone, NETWORK)
    for name, (window, hop, fft, bands) in FRONT_ENDS.items():
        features = frozen_features(backbone, pictures_of(sounds / PICTURE.full_scale, window, hop, fft, bands))
        figures = [f"{rule} {judge(features, index, rule):.3f}" for rule in ("corpus", "system", "person")]
        print(f"{name}: {', '.join(figures)}", flush=True)


def pictures_of(sounds: np.ndarray, window: int, hop: int, fft: int, bands: int | None) -> np.ndarray:
    """Spectrograms in the range of pixels: float32 (n, rows, columns)."""
    power = tf.square(tf.abs(tf.signal.stft(sounds, window, hop, fft)))
    if bands:
        edges = PICTURE.lowest, PICTURE.highest
        power = power @ tf.signal.linear_to_mel_weight_matrix(bands, fft // 2 + 1, SAMPLE_RATE, *edges)
    decibels = 10 * np.log10(power.numpy() + PICTURE.least_power)
    return np.clip((decibels - PICTURE.dark) / PICTURE.range, -0.5, 1.5) * 255 - PICTURE.grey


def frozen_features(backbone: keras.Model, pictures: np.ndarray) -> np.ndarray:
    """Means and root mean squares of the maps of stages 2 to 4."""
    network = keras.applications.ResNet50(include_top=False, weights=None, input_shape=(*pictures.shape[1:], 3))
    network.set_weights(backbone.get_weights())
    ends = [network.get_layer(stage.name).output for stage in NETWORK.stages]
    pooled = [(keras.ops.mean(x, (1, 2)), keras.ops.sqrt(keras.ops.mean(x * x, (1, 2)) + 1e-7)) for x in ends]
    model = keras.Model(network.input, keras.ops.concatenate([each for pair in pooled for each in pair], -1))
    starts = range(0, len(pictures), resnet.BATCH_SIZE)
    batches = (np.repeat(pictures[start : start + resnet.BATCH_SIZE, ..., None], 3, -1) for start in starts)
    return np.concatenate([model(batch).numpy() for batch in batches])


def judge(features: np.ndarray, index: pd.DataFrame, rule: str) -> float:
    """Mean AUC over draws of folds that keep the rule's groups whole."""
    labels, groups = index["label"].to_numpy(), index[rule].to_numpy(str)
    head = make_pipeline(
        StandardScaler(), LogisticRegression(C=TrainingConfig(SoundAugmentation()).head_c, max_iter=1000)
    )
    aucs = []
    for draw in range(DRAWS):
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=draw)
        margins = cross_val_predict(head, features, labels, groups=groups, cv=folds, method="decision_function")
        aucs.append(roc_auc_score(labels, margins))
    return float(np.mean(aucs))


if __name__ == "__main__":
    main()
