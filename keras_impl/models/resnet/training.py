"""The recipe by which ResNet50 learns, stage by stage: head, all convolutions, calibration.

`fit_head` sets the head to a logistic regression on the pooled features, computed once and kept on disk: the
network starts from the best that ImageNet's features alone can do. `fine_tune` then trains all convolutions
on pairs of a real face and a fake made from it. `calibrate` makes the logit mean what it says.
Faces held out of training choose the epoch and the calibration.
"""

from keras_impl.core.tensorflow import keras, tf  # isort: skip

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from keras_impl.core.arrays import read_arrays, write_arrays
from keras_impl.core.storage import write_text
from keras_impl.errors import DataError, TrainingError
from keras_impl.models.resnet.feeding import Samples, feed_pairs, feed_rows, steps_of
from keras_impl.models.resnet.network import BATCH_SIZE
from keras_impl.models.resnet.pairs import draw_pairs
from keras_impl.models.resnet.recipe import TrainingConfig

FEATURES_NAME, STATE_NAME, BEST_NAME = "features.npz", "state.npz", "best.npz"
AGAIN = "delete the folder that it is in, and run the same command again"
HISTORY_NAME, TENSORBOARD_NAME = "history.csv", "tensorboard"


@dataclass(frozen=True)
class Course:
    """How a training went.

    Attributes
    ----------
    history : DataFrame
        One row per epoch; epoch 0 is the head alone. Columns ``epoch``, ``seconds``, ``loss``, and
        ``held_out_auc`` and ``held_out_loss``, nan where nothing is held out.
    best_epoch : int
        The one whose weights were kept.
    broke_down : bool
        Whether it ended because the loss was no longer a number.
    """

    history: pd.DataFrame
    best_epoch: int
    broke_down: bool


def compute_features(model: keras.Model, samples: Samples, rows: np.ndarray) -> np.ndarray:
    """The pooled features of the given faces: float32 (len(rows), features)."""
    features = keras.Model(model.input, model.get_layer("features").output)
    return features.predict(feed_rows(samples, rows, BATCH_SIZE), verbose=0)


def compute_logits(model: keras.Model, samples: Samples, rows: np.ndarray, worse: bool = False) -> np.ndarray:
    """The logits of the given faces, or of the same made worse: float64 (len(rows),)."""
    if not len(rows):
        return np.empty(0)
    return model.predict(feed_rows(samples, rows, BATCH_SIZE, worse), verbose=0)[:, 0].astype(float)


def fit_head(
    model: keras.Model,
    samples: Samples,
    learnt: np.ndarray,
    seed: int,
    config: TrainingConfig,
    features_path: Path | None = None,
) -> None:
    """Set the head to a logistic regression on the standardised features of pairs to learn from.

    Parameters
    ----------
    model, samples, learnt, seed, config
        As for `fine_tune`.
    features_path : Path, optional
        Where the features are kept, and taken from if a run that was cut short has left them there.
    """
    rows = draw_pairs(learnt, samples.labels, samples.sources, seed, epoch=0)[: config.head_samples // 2].ravel()
    features = None if features_path is None else _read_features(features_path, rows)
    if features is None:
        features = compute_features(model, samples, rows)
        if features_path is not None:
            write_arrays(features_path, rows=rows, features=features)
    scaler = StandardScaler().fit(features)
    head = LogisticRegression(C=config.head_c, max_iter=1000).fit(scaler.transform(features), samples.labels[rows])
    model.get_layer("standardised").set_weights([scaler.mean_, scaler.scale_**2])
    model.get_layer("margin").set_weights([head.coef_.T, head.intercept_])
    model.get_layer("logit").set_weights([np.ones((1, 1)), np.zeros(1)])


def fine_tune(
    model: keras.Model,
    samples: Samples,
    learnt: np.ndarray,
    held_out: np.ndarray,
    seed: int,
    config: TrainingConfig,
    folder: Path,
    report: Callable[[str], object] = lambda _: None,
) -> Course:
    """Train head and all convolutions, in place, and keep the weights of the best epoch.

    The features that the head is fitted to, and after each epoch all that is needed to go on, are written
    to ``folder``; what is there already is gone on from.

    Parameters
    ----------
    model : keras.Model
        From `keras_impl.models.resnet.network.build_model`.
    samples : Samples
    learnt, held_out : ndarray of int
        Rows to learn from, and rows that choose the best epoch by AUC. Without the latter, the last
        epoch is kept.
    seed : int
    config : TrainingConfig
    folder : Path
        Where the state is kept; of this run alone.
    report : callable, optional
        Called after each step with a line that says how far training is.

    Returns
    -------
    Course

    Raises
    ------
    TrainingError
        If a class is missing from what is to be learnt from.
    """
    if set(samples.labels[learnt]) != {0, 1}:
        raise TrainingError("the training part has only one class: add real and fake files and extract again")
    steps = steps_of(learnt, samples.labels, config.pairs_per_batch)
    warm_up = round(config.warm_up * steps * config.epochs)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps * config.epochs - warm_up, warmup_target=config.learning_rate, warmup_steps=warm_up
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=config.weight_decay),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    model.optimizer.build(model.trainable_variables)
    keeper = _Keeper(folder, steps, config, lambda: _judge(model, samples, learnt, held_out), report)
    keeper.set_model(model)
    finished = keeper.take_up()
    if finished is None:
        fit_head(model, samples, learnt, seed, config, folder / FEATURES_NAME)
        keeper.finish_epoch(0, loss=math.nan)
        (folder / FEATURES_NAME).unlink(missing_ok=True)  # now the head is in the state
        finished = 0
    if not keeper.is_over():
        batches = feed_pairs(samples, learnt, seed, range(finished, config.epochs), config.pairs_per_batch)
        model.fit(
            batches,
            initial_epoch=finished,
            epochs=config.epochs,
            steps_per_epoch=steps,
            shuffle=False,  # the pairs come in random order
            callbacks=[keeper],
            verbose=0,
        )
    _read_values(folder / BEST_NAME, model.variables)
    return Course(keeper.history, keeper.best_epoch(), keeper.broke_down)


def calibrate(
    model: keras.Model, logits: np.ndarray, labels: np.ndarray, config: TrainingConfig
) -> tuple[float, float]:
    """Make the model's logits those of true frequencies (Platt 1999).

    Parameters
    ----------
    model : keras.Model
        Its layer ``logit`` is set.
    logits : ndarray of float, shape (n,)
        What the model gives for faces that it has not learnt from.
    labels : ndarray of int, shape (n,)
    config : TrainingConfig

    Returns
    -------
    tuple of (float, float)
        Slope and offset from the logits given to calibrated ones; 1 and 0, which change nothing, if there
        aren't ``config.calibration_samples`` faces of each class, or the slope would not be above 0: how certain the
        logits are is what calibration may change, not which face has the higher one.
    """
    slope, offset = 1.0, 0.0
    if np.bincount(labels, minlength=2).min() >= config.calibration_samples:
        line = LogisticRegression(C=np.inf).fit(logits[:, None], labels)
        if line.coef_[0, 0] > 0:
            slope, offset = float(line.coef_[0, 0]), float(line.intercept_[0])
    model.get_layer("logit").set_weights([np.array([[slope]]), np.array([offset])])
    return slope, offset


def _judge(model: keras.Model, samples: Samples, learnt: np.ndarray, held_out: np.ndarray) -> dict[str, float] | None:
    """AUC and loss on the held-out faces, nan without both classes; None if a logit is no number.

    Where nothing is held out, a batch of what is learnt from shows whether logits are numbers.
    """
    rows = held_out if len(held_out) else learnt[:BATCH_SIZE]
    labels, logits = samples.labels[rows], compute_logits(model, samples, rows)
    if not np.isfinite(logits).all():
        return None
    if len(set(samples.labels[held_out])) < 2:
        return {"held_out_auc": math.nan, "held_out_loss": math.nan}
    loss = np.logaddexp(0, np.where(labels, -logits, logits)).mean()
    return {"held_out_auc": float(roc_auc_score(labels, logits)), "held_out_loss": float(loss)}


class _Keeper(keras.callbacks.Callback):
    """Judges each epoch, and keeps its figures, the best weights, and all that it takes to go on."""

    def __init__(
        self,
        folder: Path,
        steps: int,
        config: TrainingConfig,
        judge: Callable[[], dict[str, float] | None],
        report: Callable[[str], object],
    ) -> None:
        super().__init__()
        self.history = pd.DataFrame()
        self.broke_down = False
        self._folder, self._steps, self._config, self._judge, self._report = folder, steps, config, judge, report
        self._started = time.monotonic()

    def take_up(self) -> int | None:
        """Load the state of an interrupted run; return how many epochs it has finished, None if there is none."""
        state = self._folder / STATE_NAME
        if not state.is_file():
            return None
        _read_values(state, self._all_variables())
        finished = int(self.model.optimizer.iterations) // self._steps
        history = pd.read_csv(self._folder / HISTORY_NAME)
        self.history = history[history["epoch"] <= finished]  # it is written before the state is
        return finished

    def is_over(self) -> bool:
        """Whether all epochs are done, or the last `TrainingConfig.patience` of them brought nothing."""
        last = self.history["epoch"].iloc[-1]
        return last >= self._config.epochs or last - self.best_epoch() >= self._config.patience

    def finish_epoch(self, epoch: int, loss: float) -> None:
        """Judge and keep what the epoch has made of the model, unless it has ruined it."""
        seconds, figures = round(time.monotonic() - self._started, 1), self._judge()
        if figures is None:
            self.broke_down = True
            return
        row = {"epoch": epoch, "seconds": seconds, "loss": loss} | figures
        self.history = pd.concat([self.history, pd.DataFrame([row])], ignore_index=True)
        write_text(self._folder / HISTORY_NAME, self.history.to_csv(index=False))
        _log_to_tensorboard(self._folder / TENSORBOARD_NAME, row)
        if self.best_epoch() == epoch:
            write_arrays(self._folder / BEST_NAME, *map(np.asarray, self.model.variables))
        write_arrays(self._folder / STATE_NAME, *map(np.asarray, self._all_variables()))

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Start the clock for the remaining time."""
        self._clock, self._seen = time.monotonic(), 0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note where it is."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict) -> None:
        """Tell how far it is; stop where the loss is no longer a number."""
        if not math.isfinite(logs["loss"]):
            self.model.stop_training = self.broke_down = True
            return
        self._seen += 1
        per_second = self._seen / (time.monotonic() - self._clock)
        left = (self._config.epochs - self._epoch) * self._steps - batch - 1
        self._report(
            f"ResNet50: epoch {self._epoch + 1} of {self._config.epochs}, step {batch + 1} of {self._steps}, "
            f"loss {logs['loss']:.3f}, {per_second:.2f} steps/s, {timedelta(seconds=round(left / per_second))} left"
        )

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Keep the epoch, unless it has ruined the model, which its last step may do without showing in the loss."""
        if not all(np.isfinite(variable).all() for variable in self.model.trainable_variables):
            self.broke_down = True
        if not self.broke_down:
            self.finish_epoch(epoch + 1, logs["loss"])
        self.model.stop_training = self.broke_down or self.is_over()

    def best_epoch(self) -> int:
        """The finished epoch with the highest held-out AUC, the last one if nothing is held out."""
        figures = self.history["held_out_auc"]
        return int(self.history["epoch"].iloc[-1 if figures.isna().all() else figures.argmax()])

    def _all_variables(self) -> list[keras.Variable]:
        return self.model.variables + self.model.optimizer.variables


def _read_values(path: Path, variables: list[keras.Variable]) -> None:
    values = read_arrays(path, AGAIN)
    if len(values) != len(variables) or any(
        values[f"arr_{place}"].shape != tuple(variable.shape) for place, variable in enumerate(variables)
    ):
        raise DataError(f"{path} is of another network: {AGAIN}")
    for place, variable in enumerate(variables):
        variable.assign(values[f"arr_{place}"])


def _read_features(path: Path, rows: np.ndarray) -> np.ndarray | None:
    """Features that were kept of the same rows, None if there are none."""
    if not path.is_file():
        return None
    kept = read_arrays(path, AGAIN)
    return kept["features"] if np.array_equal(kept["rows"], rows) else None


def _log_to_tensorboard(folder: Path, figures: dict[str, float]) -> None:
    """Log an epoch for TensorBoard, which needn't be installed for it."""
    values = [tf.compat.v1.Summary.Value(tag=name, simple_value=figures[name]) for name in figures if name != "epoch"]
    with tf.summary.create_file_writer(str(folder)).as_default():
        summary = tf.compat.v1.Summary(value=values).SerializeToString()
        tf.summary.experimental.write_raw_pb(summary, figures["epoch"])
