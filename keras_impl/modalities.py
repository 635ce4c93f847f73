"""Both modalities, by name."""

from collections.abc import Mapping
from typing import Any

from keras_impl.faces import degradations as of_faces
from keras_impl.faces.modality import FACES
from keras_impl.media.formats import ModalityName
from keras_impl.samples.degradations import Degradation
from keras_impl.samples.modality import Modality
from keras_impl.speech import degradations as of_speech
from keras_impl.speech.modality import SPEECH

MODALITIES: Mapping[ModalityName, Modality] = {"image": FACES, "sound": SPEECH}

DEGRADATIONS: Mapping[ModalityName, tuple[Degradation[Any], ...]] = {
    "image": of_faces.DEGRADATIONS,
    "sound": of_speech.DEGRADATIONS,
}
"""What detectors are measured under."""
