"""Listening to a file: segments in which somebody speaks, and the verdict on them."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from keras_impl.models.resnet.config import SpectrogramPicture
from keras_impl.prediction.decision import decide, has_rate, score_of, thresholds_of
from keras_impl.prediction.reasons import OneSegment, Reason, Uncalibrated
from keras_impl.prediction.render.spectrogram import grey_spectrogram
from keras_impl.prediction.result import SoundPrediction, SoundSegment
from keras_impl.prediction.scoring import Scorers, SpeechSamples
from keras_impl.prediction.trained import Models
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.extract import find_in_tracks
from keras_impl.speech.quality import quality_of
from keras_impl.speech.voice_activity import SpeechDetector

SEGMENTS = 8
"""Segments that are listened to, spread over the whole file: half a minute of speech."""


class SoundJudge:
    """Judges what is to be heard in files, one after the other.

    Parameters
    ----------
    models : Models
        Of sound.
    max_fpr : float or None
    threads : int or None
    time_limit, longest : float
        As of `keras_impl.prediction.judge.Judge`.

    Raises
    ------
    DataError
        If a model can't be loaded, or can't promise ``max_fpr``.
    """

    def __init__(
        self,
        models: Models,
        max_fpr: float | None,
        threads: int | None,
        time_limit: float,
        longest: float = math.inf,
    ) -> None:
        self._models, self._time_limit, self._longest = models, time_limit, longest
        self._is_rate_chosen = has_rate(models.decisive.points, max_fpr)
        self._thresholds = thresholds_of(models, max_fpr)
        self._scorers = Scorers(models, threads)
        self._sample: SoundConfig = models.sample
        pictures = (getattr(model.network, "picture", None) for model in models.trained.values())
        self._picture = next(filter(None, pictures), SpectrogramPicture())
        self._detector = SpeechDetector(self._sample.voice)

    def judge(self, path: Path, report: Callable[[str], object]) -> SoundPrediction:
        """Judge the sound of a video or a recording.

        Parameters
        ----------
        path : Path
        report : callable
            Told "listening".

        Raises
        ------
        SoundError
            If there is nothing to judge.
        MediaError
            If it can't be read.
        """
        report("listening")
        how = SEGMENTS, self._detector, self._sample, self._longest
        _, heard, segments = find_in_tracks(path, self._time_limit, *how)
        sounds = [segment.samples for segment in segments]
        logits, maps = self._scorers.score(SpeechSamples(sounds, self._sample))
        scores = {
            name: score_of(name, logits[name].tolist(), threshold) for name, threshold in self._thresholds.items()
        }
        judged = tuple(
            SoundSegment(
                segment.start,
                segment.seconds,
                {name: float(values[place]) for name, values in logits.items()},
                grey_spectrogram(segment.samples, self._picture),
                None if maps is None else _upright(maps.shares[place], len(segment.samples) / self._sample.samples),
            )
            for place, segment in enumerate(segments)
        )
        decisive = self._models.decisive
        heard_as = quality_of(sounds, self._sample.trimming)
        verdict, reason = decide(scores[decisive.approach], decisive.points, "sound", self._is_rate_chosen, heard_as)
        reasons: list[Reason] = [reason]
        if len(segments) == 1:
            reasons.append(OneSegment())
        if not decisive.points.is_known:
            reasons.append(Uncalibrated(part="sound"))
        return SoundPrediction(
            verdict,
            scores,
            reasons=tuple(reasons),
            segments=judged,
            duration=heard.seconds,
            explained=None if maps is None else maps.approach,
        )


def _upright(shares: np.ndarray, filled: float) -> np.ndarray:
    """Shares with time downwards and bands across, low ones first, as a picture of the sound itself.

    ``filled`` is how much of what the network takes the sound fills before it is repeated.
    """
    rows = max(1, round(len(shares) * min(filled, 1)))
    return shares[:rows].T[::-1].astype(np.float32)
