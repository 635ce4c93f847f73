"""What `from keras_impl import Detector, predict` gives: the command's meaning, for programs."""

from os import PathLike
from pathlib import Path

from keras_impl.prediction.inputs import find_inputs
from keras_impl.prediction.judge import TIME_LIMIT, Judge
from keras_impl.prediction.many import Settings, judge_files
from keras_impl.prediction.result import Prediction
from keras_impl.prediction.trained import ModelSet, find_models


def predict(
    *paths: str | PathLike[str],
    model: str | PathLike[str] | None = None,
    max_fpr: float | None = None,
    jobs: int | None = None,
    time_limit: float = TIME_LIMIT,
    allow_demo: bool = False,
) -> list[Prediction]:
    """Judge videos, images and recordings: likely real, likely fake, or can't tell.

    A file is likely fake if what is to be seen or what is to be heard in it is, each as far as there is a model for it.

    Parameters
    ----------
    *paths : str or path-like
        Videos (mp4, mov, mkv, avi, webm, m4v), images (jpg, png, webp, bmp, heic), recordings (wav, flac, mp3, m4a,
        aac, ogg, opus) and folders, of which all files are taken that there is a model for.
    model : str or path-like, optional
        A results folder, or one approach's folder in it; by default what comes with the
        package.
    max_fpr : float, optional
        Share of real files, above 0 and below 1, whose image may be called fake, and likewise their sound; by
        default the threshold is the model's own.
    jobs : int, optional
        Worker processes for several files; by default one per core. Scripts that judge several files need the
        usual ``if __name__ == "__main__":``.
    time_limit : float, default 120
        Seconds that looking at one file may take, and as many listening to it.
    allow_demo : bool, default False
        Whether models of the demo give verdicts, too; by default they say "can't tell". Either way their verdicts bear
        a ``stamp``.

    Returns
    -------
    list of Prediction
        One per file, in order. Its ``image`` and ``sound`` say what came of each, and ``rests_on`` which of the two
        its ``verdict``, ``p_fake`` and ``score`` are of; ``p_fake`` is None where nothing could be scored. A file that
        can't be judged is among them: its ``verdict`` is None and its ``problem`` says why. Each call loads the models
        anew: for many calls there is `Detector`.

    Raises
    ------
    DataError
        If there is no model, it was tampered with, it can't promise ``max_fpr``, or a folder is empty.
    WeightsError
        If FaceNet's weights can't be had.
    ValueError
        If no path is given, or ``max_fpr`` is out of range.

    Examples
    --------
    >>> from keras_impl import predict
    >>> (prediction,) = predict("clip.mp4", max_fpr=0.05)  # doctest: +SKIP
    >>> prediction.verdict, prediction.rests_on, round(prediction.p_fake, 2)  # doctest: +SKIP
    ('likely fake', 'sound', 0.93)
    """
    if not paths:
        raise ValueError("give at least one path")
    _check_rate(max_fpr)
    models = find_models(None if model is None else Path(model))
    files = find_inputs([Path(path) for path in paths], models.suffixes).files
    return list(judge_files(files, Settings(models, max_fpr, time_limit, allow_demo=allow_demo), jobs))


class Detector:
    """Models that are loaded once, for programs that judge one file after the other.

    Parameters
    ----------
    models : ModelSet
        From `keras_impl.prediction.trained.find_models`; `load` finds them by their folder.
    max_fpr, time_limit, allow_demo
        As of `predict`.
    threads : int, optional
        Processor threads to use; by default all.

    Raises
    ------
    DataError, WeightsError, ValueError
        As `predict`.

    Examples
    --------
    >>> from keras_impl import Detector
    >>> detector = Detector.load("results")  # doctest: +SKIP
    >>> detector.predict("clip.mp4").verdict  # doctest: +SKIP
    'likely fake'
    """

    def __init__(
        self,
        models: ModelSet,
        max_fpr: float | None = None,
        threads: int | None = None,
        time_limit: float = TIME_LIMIT,
        allow_demo: bool = False,
    ) -> None:
        _check_rate(max_fpr)
        self._judge = Judge(models, max_fpr, threads, time_limit, allow_demo=allow_demo)

    @classmethod
    def load(
        cls,
        model: str | PathLike[str] | None = None,
        max_fpr: float | None = None,
        threads: int | None = None,
        time_limit: float = TIME_LIMIT,
        allow_demo: bool = False,
    ) -> "Detector":
        """Load the models of a results folder, or of one approach's folder in it; arguments as of `predict`."""
        return cls(find_models(None if model is None else Path(model)), max_fpr, threads, time_limit, allow_demo)

    def predict(self, path: str | PathLike[str]) -> Prediction:
        """Judge a file. What is wrong with it is in the prediction, not raised."""
        return self._judge.judge(Path(path), str(path))


def _check_rate(max_fpr: float | None) -> None:
    if max_fpr is not None and not 0 < max_fpr < 1:
        raise ValueError(f"max_fpr must be above 0 and below 1, not {max_fpr}")
