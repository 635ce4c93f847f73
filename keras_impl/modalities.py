"""The two modalities, by name."""

from collections.abc import Mapping

from keras_impl.faces.modality import FACES
from keras_impl.media.formats import ModalityName
from keras_impl.samples.modality import Modality
from keras_impl.speech.modality import SPEECH

MODALITIES: Mapping[ModalityName, Modality] = {each.name: each for each in (FACES, SPEECH)}
