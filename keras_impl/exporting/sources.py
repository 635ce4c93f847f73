"""Which detectors of a folder can be exported, and what must not be made of them."""

from keras_impl.errors import DataError
from keras_impl.media.formats import ModalityName
from keras_impl.models.resnet import NAME
from keras_impl.models.trained import TrainedModel
from keras_impl.prediction.reasons import DemoModel
from keras_impl.prediction.render.words import sentence
from keras_impl.prediction.trained import ModelSet


def find_sources(models: ModelSet, modality: ModalityName | None) -> list[TrainedModel]:
    """The trained ResNet50 of the image and of sound, or of one of them; at least one.

    Raises
    ------
    DataError
        If there is none.
    """
    parts = [part for part in models.parts if modality in (None, part.modality.name)]
    found = [part.trained[NAME] for part in parts if NAME in part.trained]
    if not found:
        of = f" of {modality}" if modality else ""
        raise DataError(
            f"{models.shown} has no ResNet50{of}, and no other approach is exported: name a folder that has one with "
            "--model"
        )
    return found


def caution_of(models: ModelSet) -> str:
    """What has to stand on each card; empty if nothing."""
    told = [sentence(DemoModel(gives_verdicts=True))] if models.is_demo else []
    return " ".join([*told, *filter(None, [models.caution])])
