"""A trained approach: its model's file, its card, and what both have to agree on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keras_impl.core.configs import check_format, from_json
from keras_impl.core.storage import LARGEST_CARD, read_json, sha256_of_file
from keras_impl.errors import DataError
from keras_impl.faces.config import FaceConfig
from keras_impl.media.names import printable
from keras_impl.modalities import MODALITIES
from keras_impl.models.calibration import OperatingPoints, read_operating_points
from keras_impl.models.card import CARD_NAME
from keras_impl.models.published import Known, read_known
from keras_impl.samples.modality import Modality
from keras_impl.speech.config import SoundConfig

ADVICE = "train it again, or name another folder with --model"


@dataclass(frozen=True)
class TrainedModel:
    """One approach's model.

    Attributes
    ----------
    approach : str
        A name in `keras_impl.models.approach.APPROACHES`.
    path : Path
        Of the model's file, which is what `card` says it is.
    card : dict
        ``model.json``: settings, versions, and what it was trained on; its texts can be printed.
    modality : Modality
        What it judges.
    sample : FaceConfig or SoundConfig
        How files become what it judges.
    network : Any
        Of the approach's own config type, where it has one: what a logit needs beside the weights.
    points : OperatingPoints
    known : Known
        What somebody published of it.
    """

    approach: str
    path: Path
    card: dict[str, Any]
    modality: Modality
    sample: FaceConfig | SoundConfig
    network: Any
    points: OperatingPoints
    known: Known

    @property
    def title(self) -> str:
        """The approach's name for people."""
        return str(self.card.get("approach", self.approach))

    @property
    def sha256(self) -> str:
        """Hash of the model's file."""
        return str(self.card["files"][self.path.name])

    @property
    def extraction(self) -> dict[str, Any]:
        """What the card says of the extraction of what it learnt from."""
        made_from, key = object_of(self.card, "made_from"), self.modality.extraction_key
        return object_of(made_from, key) if key else made_from


def read_trained(folder: Path, approach: str, model_file: str, config: type | None) -> TrainedModel:
    """Read what is in an approach's result folder, without loading the model.

    Parameters
    ----------
    folder : Path
    approach, model_file, config
        As of `keras_impl.models.approach.Approach`.

    Raises
    ------
    DataError
        If the model is not the file that its card was written for, or the card is damaged, of another format, or
        contradicts itself, or its error rates are those of another model.
    """
    path, where = folder / model_file, str(folder / CARD_NAME)
    card = _harmless(read_json(folder / CARD_NAME, ADVICE, LARGEST_CARD))
    check_format(card, where, ADVICE)
    known = object_of(card, "files").get(path.name)
    if known is None:
        raise DataError(f"{where} has no hash of {path.name}: {ADVICE}")
    if known != sha256_of_file(path):
        raise DataError(f"{path} is not the file that {CARD_NAME} was written for, somebody changed it: {ADVICE}")
    named = card.get("modality", next(iter(MODALITIES)))
    modality = next((each for each in MODALITIES.values() if each.name == named), None)
    if modality is None:
        raise DataError(f"{where} is of neither {' nor '.join(MODALITIES)}: {ADVICE}")
    sample: FaceConfig | SoundConfig = from_json(modality.config, card.get("sample"), where, ADVICE)
    network = from_json(config, card.get("network"), where, ADVICE) if config else None
    if network is not None and not network.fits(sample):
        raise DataError(f"{where} describes a network that doesn't take the samples it describes: {ADVICE}")
    points, published = read_operating_points(folder), read_known(folder, known)
    return TrainedModel(approach, path, card, modality, sample, network, points, published)


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
