"""The trained models of a results folder: which there are, whether they are intact, what they were trained on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from keras_impl.core.configs import refuse_other
from keras_impl.errors import DataError
from keras_impl.media.listing import is_file
from keras_impl.media.names import printable
from keras_impl.models import shipped
from keras_impl.models.approach import APPROACHES, Approach
from keras_impl.models.card import CARD_NAME, FOLDS_NAME, read_caution
from keras_impl.models.trained import TrainedModel, object_of, read_trained
from keras_impl.samples.modality import SOUND_NAME, Modality

UNKNOWN = "unknown"
"""What a card doesn't say."""


@dataclass(frozen=True)
class Models:
    """The models of one modality that work together.

    Attributes
    ----------
    folder : Path
        Where they are.
    trained : dict of str to TrainedModel
        By approach, in the order of `keras_impl.models.approach.APPROACHES`, the first of which decides; all of the
        same modality.
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
    def modality(self) -> Modality:
        """What they judge."""
        return self.decisive.modality

    @property
    def sample(self) -> Any:
        """How files become what they judge: the same of all."""
        return self.decisive.sample

    @property
    def is_demo(self) -> bool:
        """Whether any of them has learnt from made-up fakes, as those of the demo have."""
        return any(model.extraction.get("made_up") is True for model in self.trained.values())

    def trained_on(self) -> dict[str, Any]:
        """What the decisive model was trained on, as far as its card says."""
        card, points = self.decisive.card, self.decisive.points
        made_from, per_file = object_of(card, "made_from"), self.modality.per_file
        extracted = self.decisive.extraction
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
    def shown(self) -> str:
        """What the folder is called."""
        return shipped.TITLE if self.folder == shipped.FOLDER else printable(str(self.folder))

    @property
    def label(self) -> str:
        """The same without where it is on this machine, for what is passed on."""
        return printable(self.folder.name) if self.folder.is_absolute() and self.shown != shipped.TITLE else self.shown

    def is_shipped(self, part: Models) -> bool:
        """Whether a part's models are those that come with the package."""
        return part.folder == shipped.FOLDER or shipped.FOLDER in part.folder.parents

    def place_of(self, part: Models) -> str:
        """Where the decisive model of a part is, for people."""
        return shipped.TITLE if self.is_shipped(part) else printable(str(part.decisive.path.parent))

    @property
    def is_demo(self) -> bool:
        """Whether any of them has learnt from made-up fakes, so that no verdict may rest on them."""
        return any(part.is_demo for part in self.parts)

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
        return frozenset[str]().union(*(models.modality.suffixes for models in self.parts))


def find_folds(models: Models) -> list[Models]:
    """The models of all folds that were kept, of those approaches of which every fold was; at least the first fold's.

    Raises
    ------
    DataError
        If a model is not the file that its card was written for.
    """
    kept = {name: _folds_in(model.path.parent / FOLDS_NAME) for name, model in models.trained.items()}
    most = max(len(folds) for folds in kept.values())
    if not most:
        return [models]
    names = [name for name, folds in kept.items() if len(folds) == most]
    first = replace(models, trained={name: models.trained[name] for name in names})
    others = []
    for place in range(most):
        trained = {}
        for name in names:
            approach = APPROACHES[name]
            trained[name] = read_trained(kept[name][place], name, approach.model_file, approach.config)
        others.append(replace(first, trained=trained))
    return [first, *others]


def _folds_in(folder: Path) -> list[Path]:
    found = [path for path in folder.glob("*") if path.name.isdigit() and path.is_dir()]
    return sorted(found, key=lambda path: int(path.name))


def find_models(folder: Path | None = None) -> ModelSet:
    """Find the models to use.

    Parameters
    ----------
    folder : Path, optional
        A results folder, with its folder ``sound`` if there is one, or the folder of one approach, of which then
        nothing else is taken. By default what comes with the package (`keras_impl.models.shipped`).

    Raises
    ------
    DataError
        If there is no model, or a file is not the one that its ``model.json`` was written for.
    """
    if folder is None:
        if not _has_models(shipped.FOLDER):
            raise DataError("the detector that comes with the package is missing: install it again, or name --model")
        return _read_set(shipped.FOLDER)
    if folder.name in APPROACHES and is_file(folder / CARD_NAME):
        return _joined(folder, [_read(folder.parent, [folder.name])])
    if not _has_models(folder):
        raise DataError(f"{folder} has no trained model: name a results folder that a training step wrote into")
    return _read_set(folder)


def _has_models(folder: Path) -> bool:
    return bool(_approaches_in(folder) or _approaches_in(folder / SOUND_NAME))


def _approaches_in(folder: Path) -> list[str]:
    return [name for name, approach in APPROACHES.items() if is_file(folder / name / approach.model_file)]


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
    by_modality = {models.modality.name: models for models in found}
    if len(by_modality) < len(found):
        one, other = found
        raise DataError(
            f"{one.folder} and {other.folder} both have models of {one.modality.name}: name one with --model"
        )
    above = [models.folder.parent for models in found if models.folder.name == SOUND_NAME]
    cautions = {read_caution(place): None for place in (folder, *(models.folder for models in found), *above)}
    return ModelSet(folder, by_modality.get("image"), by_modality.get("sound"), " ".join(filter(None, cautions)))


def _read(folder: Path, names: list[str]) -> Models:
    unfinished = _unfinished_in(folder)
    left_out = [line for name, line in unfinished.items() if name in names]
    trained = {}
    for name in names:
        if name not in unfinished:
            approach = APPROACHES[name]
            trained[name] = read_trained(folder / name, name, approach.model_file, approach.config)
    if len({model.modality.name for model in trained.values()}) > 1:
        raise DataError(f"{folder} has models of image and of sound side by side: those of sound go into {SOUND_NAME}")
    for name in list(trained):
        reason = _unusable(APPROACHES[name], trained)
        if reason:
            left_out.append(f"{folder / name} {reason}")
            del trained[name]
    if not trained:
        raise DataError(left_out[0])
    first, *others = trained.values()
    for other in others:
        sides = f"the model in {first.path.parent}", f"that in {other.path.parent}"
        refuse_other(first.sample, other.sample, sides, "name one of them with --model, or train both on one set")
    return Models(folder, trained, tuple(left_out))


def _unusable(approach: Approach, trained: Mapping[str, TrainedModel]) -> str:
    """Why an approach can't judge beside the others, to follow its folder's name; empty if it can."""
    model = trained[approach.name]
    if model.modality.name not in approach.modalities:
        return f"judges {model.modality.name}, which this approach can't: only {' and '.join(approach.modalities)}"
    for name in approach.needs:
        partner = trained.get(name)
        if partner is None or model.card.get(f"{name}_sha256") != partner.sha256:
            return f"was fitted to another model than {name}'s: train it again"
    return ""
