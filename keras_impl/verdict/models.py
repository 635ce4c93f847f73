"""The trained models of a results folder: which there are, whether they are intact, what they were trained on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keras_impl.approaches.operating import OperatingPoints, read_operating_points
from keras_impl.errors import DataError
from keras_impl.storage import read_json, sha256_of_file

RESULTS = (Path("results"), Path("results/demo"))
"""Where models are looked for, in this order, unless a folder is named."""

MODEL_FILES = {"resnet": "model.keras", "svm_rbf": "model.skops", "svm": "model.skops", "fusion": "model.skops"}
"""The model's file in the folder of each approach; the fusion's is its own SVM."""

DECISIVE = ("fusion", "resnet", "svm_rbf", "svm")
"""Of the approaches that are there, the first one gives the verdict. The order was fixed beforehand, by how
much of the picture each knows, and not by anybody's validation figures."""

CARD_NAME, CAUTION_NAME = "model.json", "caution.txt"

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
        ``model.json``: settings, versions, and what it was trained on.
    points : OperatingPoints
    """

    approach: str
    path: Path
    card: dict[str, Any]
    points: OperatingPoints

    @property
    def title(self) -> str:
        """The approach's name for people."""
        return str(self.card.get("approach", self.approach))

    @property
    def sha256(self) -> str:
        """Hash of the model's file."""
        return self.card["files"][self.path.name]


@dataclass(frozen=True)
class Models:
    """The models of a results folder that work together.

    Attributes
    ----------
    folder : Path
        Where they are.
    trained : dict of str to TrainedModel
        By approach, in the order of `DECISIVE`, the first of which decides.
    caution : str
        What the results folder says must not be made of them; empty if nothing.
    left_out : tuple of str
        What is there and can't be used, with the reason: a line each.
    """

    folder: Path
    trained: dict[str, TrainedModel]
    caution: str
    left_out: tuple[str, ...]

    @property
    def decisive(self) -> TrainedModel:
        """The one that gives the verdict."""
        return next(iter(self.trained.values()))

    def trained_on(self) -> dict[str, Any]:
        """What the decisive model was trained on, as far as its card says."""
        card = self.decisive.card
        faces = _object(_object(card, "made_from"), "faces")
        return {
            "layout": faces.get("layout") or UNKNOWN,
            "frames_per_video": faces.get("frames_per_video"),
            "protocol": _object(card, "split").get("protocol") or UNKNOWN,
            "index_sha256": _object(card, "made_from").get("index_sha256"),
            "unseen_videos": {"real": len(self.decisive.points.real), "fake": len(self.decisive.points.fake)},
            "equal_error_rate": self.decisive.points.error if self.decisive.points.is_known else None,
        }


def find_models(folder: Path | None = None) -> Models:
    """Find the models to use.

    Parameters
    ----------
    folder : Path, optional
        A results folder, or the folder of one approach in it. By default `RESULTS`, the first that has a model.

    Raises
    ------
    DataError
        If there is no model, or a file is not the one that its ``model.json`` was written for.
    """
    if folder is None:
        for place in RESULTS:
            if _approaches_in(place):
                return _read(place, _approaches_in(place))
        raise DataError(
            f"there is no trained model in {' or '.join(map(str, RESULTS))}: make demo makes one to try, "
            "python -m keras_impl.train_resnet one of your own data"
        )
    if folder.name in MODEL_FILES and (folder / CARD_NAME).is_file():
        return _read(folder.parent, [folder.name])
    if not _approaches_in(folder):
        raise DataError(f"{folder} has no trained model: give a folder that train_resnet or train_svm wrote into")
    return _read(folder, _approaches_in(folder))


def _approaches_in(folder: Path) -> list[str]:
    return [name for name in DECISIVE if (folder / name / MODEL_FILES[name]).is_file()]


def _read(folder: Path, approaches: list[str]) -> Models:
    trained = {name: _read_one(folder / name, name) for name in approaches}
    left_out = []
    if "fusion" in trained:
        partner = trained.get("resnet")
        if partner is None or trained["fusion"].card.get("resnet_sha256") != partner.sha256:
            del trained["fusion"]
            left_out.append(f"{folder / 'fusion'} was fitted to another ResNet50 than {folder / 'resnet'}")
    if not trained:
        raise DataError(f"{left_out[0]}: run python -m keras_impl.train_fusion again")
    caution = folder / CAUTION_NAME
    told = " ".join(caution.read_text(encoding="utf-8", errors="replace").split()) if caution.is_file() else ""
    return Models(folder, trained, told, tuple(left_out))


def _read_one(folder: Path, approach: str) -> TrainedModel:
    path = folder / MODEL_FILES[approach]
    card = read_json(folder / CARD_NAME, made_by=ADVICE)
    known = _object(card, "files").get(path.name)
    if known is None:
        raise DataError(f"{folder / CARD_NAME} has no hash of {path.name}: {ADVICE}")
    if known != sha256_of_file(path):
        raise DataError(f"{path} is not the file that {CARD_NAME} was written for, somebody changed it: {ADVICE}")
    return TrainedModel(approach, path, card, read_operating_points(folder))


def _object(content: Any, name: str) -> dict[str, Any]:
    """A part of a JSON object that should be an object too; empty if it isn't."""
    part = content.get(name) if isinstance(content, dict) else None
    return part if isinstance(part, dict) else {}
