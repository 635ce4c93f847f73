"""The trained models of a results folder: which there are, whether they are intact, what they were trained on."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from keras_impl.core.configs import check_format, from_json, refuse_other
from keras_impl.core.storage import LARGEST_CARD, read_json, sha256_of_file
from keras_impl.errors import DataError
from keras_impl.faces.config import FaceConfig
from keras_impl.media.formats import SUFFIXES, ModalityName
from keras_impl.media.listing import is_file
from keras_impl.media.names import printable
from keras_impl.models.calibration import OperatingPoints, read_operating_points
from keras_impl.models.card import CARD_NAME
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, SpectrogramPicture
from keras_impl.models.run import KINDS
from keras_impl.samples.subject import SOUND_NAME
from keras_impl.speech.config import SoundConfig

RESULTS = (Path("results"), Path("results/demo"))
"""Where models are looked for, in this order, unless a folder is named."""

MODEL_FILES = {"resnet": "model.keras", "svm_rbf": "model.skops", "svm": "model.skops", "fusion": "model.skops"}
"""The model's file in the folder of each approach; the fusion's is its own SVM."""

DECISIVE = ("fusion", "resnet", "svm_rbf", "svm")
"""Of the approaches that are there, the first one gives the verdict. The order was fixed beforehand, by how
much of the picture each knows, and not by anybody's validation figures."""

CAUTION_NAME = "caution.txt"

UNKNOWN = "unknown"
"""What a card doesn't say."""

ADVICE = "train it again, or name another folder with --model"


@dataclass(frozen=True)
class TrainedModel:
    """One approach's model.

    Attributes
    ----------
    approach : {"resnet", "svm_rbf", "svm", "fusion"}
    path : Path
        Of the model's file, which is what `card` says it is.
    card : dict
        ``model.json``: settings, versions, and what it was trained on; its texts can be printed.
    sample : FaceConfig or SoundConfig
        How files become what it judges.
    network : NetworkConfig or None
        Of a ResNet50, what is to be built for its weights.
    points : OperatingPoints
    """

    approach: str
    path: Path
    card: dict[str, Any]
    sample: FaceConfig | SoundConfig
    network: NetworkConfig | None
    points: OperatingPoints

    @property
    def title(self) -> str:
        """The approach's name for people."""
        return str(self.card.get("approach", self.approach))

    @property
    def modality(self) -> ModalityName:
        """What it judges."""
        return self.card.get("modality", "image")

    @property
    def sha256(self) -> str:
        """Hash of the model's file."""
        return self.card["files"][self.path.name]


@dataclass(frozen=True)
class Models:
    """The models of one modality that work together.

    Attributes
    ----------
    folder : Path
        Where they are.
    trained : dict of str to TrainedModel
        By approach, in the order of `DECISIVE`, the first of which decides; all of the same modality.
    left_out : tuple of str
        What is there and can't be used, with the reason: a line each.
    """

    folder: Path
    trained: dict[str, TrainedModel]
    left_out: tuple[str, ...] = ()

    @property
    def decisive(self) -> TrainedModel:
        """The one that gives the verdict."""
        return next(iter(self.trained.values()))

    @property
    def modality(self) -> ModalityName:
        """What they judge."""
        return self.decisive.modality

    @property
    def sample(self) -> Any:
        """How files become what they judge: the same of all."""
        return self.decisive.sample

    def trained_on(self) -> dict[str, Any]:
        """What the decisive model was trained on, as far as its card says."""
        card, points = self.decisive.card, self.decisive.points
        made_from = object_of(card, "made_from")
        if self.modality == "image":
            extracted, per_file = object_of(made_from, "faces"), "frames_per_video"
        else:
            extracted, per_file = made_from, "segments_per_file"
        return {
            "layout": extracted.get("layout") or UNKNOWN,
            per_file: extracted.get(per_file),
            "protocol": object_of(card, "split").get("protocol") or UNKNOWN,
            "index_sha256": made_from.get("index_sha256"),
            "unseen_videos": {"real": len(points.real), "fake": len(points.fake)},
            "equal_error_rate": points.error if points.is_known else None,
        }


@dataclass(frozen=True)
class ModelSet:
    """The models of a results folder: of the image, of sound, or of both.

    Attributes
    ----------
    folder : Path
        Where they were looked for.
    image, sound : Models or None
        One of them is there at least.
    caution : str
        What the folder says must not be made of them; empty if nothing.
    """

    folder: Path
    image: Models | None
    sound: Models | None
    caution: str = ""

    @property
    def parts(self) -> tuple[Models, ...]:
        """Those that are there, of the image first."""
        return tuple(models for models in (self.image, self.sound) if models)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What is there and can't be used, with the reason: a line each."""
        return tuple(line for models in self.parts for line in models.left_out)

    @property
    def suffixes(self) -> frozenset[str]:
        """Endings of the files that they can judge."""
        return frozenset().union(*(SUFFIXES[models.modality] for models in self.parts))


def find_models(folder: Path | None = None) -> ModelSet:
    """Find the models to use.

    Parameters
    ----------
    folder : Path, optional
        A results folder, with its folder ``sound`` if there is one, or the folder of one approach, of which then
        nothing else is taken. By default `RESULTS`, the first that has a model.

    Raises
    ------
    DataError
        If there is no model, or a file is not the one that its ``model.json`` was written for.
    """
    if folder is None:
        found = next((place for place in RESULTS if _has_models(place)), None)
        if found is None:
            raise DataError(
                f"there is no trained model in {' or '.join(map(str, RESULTS))}: make demo makes one to try, "
                "python -m keras_impl.train_resnet one of your own data"
            )
        return _read_set(found)
    if folder.name in MODEL_FILES and is_file(folder / CARD_NAME):
        return _joined(folder, [_read(folder.parent, [folder.name])])
    if not _has_models(folder):
        raise DataError(f"{folder} has no trained model: give a folder that train_resnet or train_svm wrote into")
    return _read_set(folder)


def _has_models(folder: Path) -> bool:
    return bool(_approaches_in(folder) or _approaches_in(folder / SOUND_NAME))


def _approaches_in(folder: Path) -> list[str]:
    return [name for name in DECISIVE if is_file(folder / name / MODEL_FILES[name])]


def _read_set(folder: Path) -> ModelSet:
    places = [place for place in (folder, folder / SOUND_NAME) if _approaches_in(place)]
    finished = [place for place in places if len(_unfinished_in(place)) < len(_approaches_in(place))]
    found = [_read(place, _approaches_in(place)) for place in finished or places]
    beside = [line for place in places if place not in (finished or places) for line in _unfinished_in(place).values()]
    found[0] = replace(found[0], left_out=(*found[0].left_out, *beside))
    return _joined(folder, found)


def _unfinished_in(folder: Path) -> dict[str, str]:
    """Approaches whose training has not written their card yet, and a line to say so."""
    return {
        name: f"{folder / name} is unfinished, it has no {CARD_NAME}: train it again"
        for name in _approaches_in(folder)
        if not os.path.lexists(folder / name / CARD_NAME)
    }


def _joined(folder: Path, found: list[Models]) -> ModelSet:
    by_modality = {models.modality: models for models in found}
    if len(by_modality) < len(found):
        one, other = found
        raise DataError(f"{one.folder} and {other.folder} both have models of {one.modality}: name one with --model")
    above = [models.folder.parent for models in found if models.folder.name == SOUND_NAME]
    cautions = {_caution_in(place): None for place in (folder, *(models.folder for models in found), *above)}
    return ModelSet(folder, by_modality.get("image"), by_modality.get("sound"), " ".join(filter(None, cautions)))


def _caution_in(folder: Path) -> str:
    path = folder / CAUTION_NAME
    text = path.read_text(encoding="utf-8", errors="replace") if is_file(path) else ""
    return _harmless(" ".join(text.split()))


def _read(folder: Path, approaches: list[str]) -> Models:
    unfinished = _unfinished_in(folder)
    left_out = [line for name, line in unfinished.items() if name in approaches]
    trained = {name: _read_one(folder / name, name) for name in approaches if name not in unfinished}
    if len({model.modality for model in trained.values()}) > 1:
        raise DataError(f"{folder} has models of image and of sound side by side: those of sound go into {SOUND_NAME}")
    if "fusion" in trained:
        partner = trained.get("resnet")
        if partner is None or trained["fusion"].card.get("resnet_sha256") != partner.sha256:
            del trained["fusion"]
            left_out.append(
                f"{folder / 'fusion'} was fitted to another ResNet50 than {folder / 'resnet'}: "
                "run python -m keras_impl.train_fusion again"
            )
        elif partner.modality == "sound":
            del trained["fusion"]
            left_out.append(f"{folder / 'fusion'} is of sound, and only models of the image are fused")
    if not trained:
        raise DataError(left_out[0])
    first, *others = trained.values()
    for other in others:
        names = f"the model in {first.path.parent}", f"that in {other.path.parent}"
        refuse_other(first.sample, other.sample, names, "name one of them with --model, or train both on one set")
    return Models(folder, trained, tuple(left_out))


def _read_one(folder: Path, approach: str) -> TrainedModel:
    path = folder / MODEL_FILES[approach]
    card = _harmless(read_json(folder / CARD_NAME, ADVICE, LARGEST_CARD))
    check_format(card, str(folder / CARD_NAME), ADVICE)
    known = object_of(card, "files").get(path.name)
    if known is None:
        raise DataError(f"{folder / CARD_NAME} has no hash of {path.name}: {ADVICE}")
    if known != sha256_of_file(path):
        raise DataError(f"{path} is not the file that {CARD_NAME} was written for, somebody changed it: {ADVICE}")
    if card.get("modality", "image") not in get_args(ModalityName):
        raise DataError(f"{folder / CARD_NAME} is of neither image nor sound: {ADVICE}")
    where = str(folder / CARD_NAME)
    sample = from_json(KINDS[card.get("modality", "image")].config, card.get("sample"), where, ADVICE)
    network = from_json(NetworkConfig, card.get("network"), where, ADVICE) if approach == "resnet" else None
    if network is not None:
        _check_fit(network, sample, where)
    return TrainedModel(approach, path, card, sample, network, read_operating_points(folder))


def _check_fit(network: NetworkConfig, sample: FaceConfig | SoundConfig, where: str) -> None:
    """Refuse a card that describes a network which can't take the samples that it describes."""
    if isinstance(sample, FaceConfig):
        fits = isinstance(network.picture, FacePicture) and network.picture.size == sample.framing.resnet.size
    else:
        picture = network.picture
        fits = isinstance(picture, SpectrogramPicture) and picture.samples == sample.samples
    if not fits:
        raise DataError(f"{where} describes a network that doesn't take the samples it describes: {ADVICE}")


def _harmless(content: Any) -> Any:
    """The same with all texts made printable: they are somebody else's, and end up on terminals."""
    if isinstance(content, str):
        return printable(content)
    if isinstance(content, list):
        return [_harmless(each) for each in content]
    if isinstance(content, dict):
        return {printable(name): _harmless(each) for name, each in content.items()}
    return content


def object_of(content: Any, name: str) -> dict[str, Any]:
    """A part of a JSON object that should be an object too; empty if it isn't."""
    part = content.get(name) if isinstance(content, dict) else None
    return part if isinstance(part, dict) else {}
