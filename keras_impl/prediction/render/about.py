"""Which file was judged, and by which detector: what a report says of both."""

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import Any

from keras_impl.core.versions import __version__
from keras_impl.media.facts import FileFacts, Track
from keras_impl.media.formats import ModalityName
from keras_impl.models.published import STRANGERS, ErrorRates, Rate
from keras_impl.prediction.reasons import Verbatim
from keras_impl.prediction.render.html import foreign
from keras_impl.prediction.render.words import Language, catalogue, learnt_from, term_in
from keras_impl.prediction.result import ImagePrediction, Prediction, SoundPrediction
from keras_impl.prediction.trained import Models, ModelSet

LIBRARIES = {"OpenVINO": "openvino", "PyAV": "av", "OpenCV": "opencv-python-headless"}
"""Packages that decide about the last digits of a figure, by the names that they go by."""


def detectors_of(prediction: Prediction, models: ModelSet, language: Language) -> list[dict[str, Any]]:
    """The models that judged each part of a file: what they are, how often they err, the hash of the file."""
    judged = []
    if isinstance(prediction.image, ImagePrediction) and models.image:
        judged.append(models.image)
    if isinstance(prediction.sound, SoundPrediction) and models.sound:
        judged.append(models.sound)
    return [_detector(part, models.is_shipped(part), language) for part in judged]


def _detector(models: Models, is_shipped: bool, language: Language) -> dict[str, Any]:
    words, decisive = catalogue(language).labels, models.decisive
    who = words[f"model_{models.modality.name}"].format(title=decisive.title)
    whose = words["shipped"].format(version=__version__) if is_shipped else words["own_model"]
    told = [f"{who} {whose}", learnt_from(models, language), _tested(models, language)]
    rates = decisive.known.rates
    if not rates:
        told.append(words["errors_none"])
    if _misses_most_elsewhere(rates, models.modality.name):
        told.append(words["misses"])
    return {"told": told, "errors": [_errors(each, language) for each in rates], "sha256": decisive.sha256}


def _tested(models: Models, language: Language) -> str:
    """What was kept apart, and how many files set the thresholds."""
    words, data = catalogue(language).labels, models.trained_on()
    kept_apart = words.get(f"apart_{data['protocol']}") or words["apart_other"].format(
        protocol=term_in(data["protocol"], language)
    )
    name = "trained_uncalibrated" if data["equal_error_rate"] is None else "trained"
    return words[name].format(protocol=kept_apart, **data["unseen_videos"])


def _misses_most_elsewhere(rates: Sequence[ErrorRates], part: ModalityName) -> bool:
    """Whether a detector finds fewer than half of the fakes in each data set but its own, as far as that is known."""
    found = [each.tpr.value for each in rates if each.tpr and each.name != STRANGERS[part]]
    return bool(found) and max(found) < 0.5


def _errors(rates: ErrorRates, language: Language) -> list[str]:
    name = term_in(rates.name, language)
    shown = foreign(name, language) if isinstance(name, Verbatim) else name
    return [shown, f"{rates.real} / {rates.fake}", *map(_of_hundred, (rates.fpr, rates.tpr, rates.fnr, rates.unsure))]


def _of_hundred(rate: Rate | None) -> str:
    if rate is None:
        return "\N{EN DASH}"
    value = f"{100 * rate.value:.0f}"
    if rate.low is None or rate.high is None:
        return value
    return f"{value} ({100 * rate.low:.0f}\N{EN DASH}{100 * rate.high:.0f})"


def libraries() -> str:
    """What read the file and ran the networks, with versions: for whoever wants the same figures again."""
    return ", ".join(f"{title} {version(package)}" for title, package in LIBRARIES.items())


def facts_of(prediction: Prediction, language: Language) -> list[dict[str, str]]:
    """Which file it is, as names and what they tell; only its own name, never where it lay."""
    words = catalogue(language).labels
    told = [(words["file_name"], PurePath(prediction.name).name)]
    if prediction.facts:
        told += _facts(prediction.facts, language)
    return [{"name": name, "told": text} for name, text in told]


def _facts(facts: FileFacts, language: Language) -> Iterator[tuple[str, str]]:
    words = catalogue(language).labels
    yield words["file_sha256"], facts.sha256
    yield words["file_size"], words["file_bytes"].format(size=f"{facts.size:,}")
    if facts.format:
        yield words["file_format"], term_in(facts.format, language)
    if facts.duration is not None:
        yield words["file_length"], words["seconds"].format(time=facts.duration)
    if facts.width:
        yield words["file_pixels"], f"{facts.width} \N{MULTIPLICATION SIGN} {facts.height}"
    for track in facts.tracks:
        yield _track(track, language)
    yield from facts.tags
    if facts.has_place:
        yield words["file_place"], words["file_place_told"]


def _track(track: Track, language: Language) -> tuple[str, str]:
    words, codec = catalogue(language).labels, track.codec or catalogue(language).terms["unknown"]
    if track.kind == "video":
        return words["file_video"], words["file_video_told"].format(
            codec=codec, width=track.width, height=track.height, rate=track.rate
        )
    if track.kind == "audio":
        return words["file_audio"], words["file_audio_told"].format(
            codec=codec, rate=track.rate, channels=track.channels
        )
    return words["file_other"], f"{track.kind}, {codec}"
