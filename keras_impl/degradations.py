"""What detectors are measured under, by modality; apart from the modalities, as a verdict needs none of it."""

from collections.abc import Mapping
from typing import Any

from keras_impl.faces import degradations as of_faces
from keras_impl.media.formats import ModalityName
from keras_impl.samples.degradations import Degradation
from keras_impl.speech import degradations as of_speech

DEGRADATIONS: Mapping[ModalityName, tuple[Degradation[Any], ...]] = {
    "image": of_faces.DEGRADATIONS,
    "sound": of_speech.DEGRADATIONS,
}
