"""Made-up inputs are always the same, and tell a wrong export from a right one."""

import numpy as np
import pytest

from keras_impl.core.openvino import Network
from keras_impl.exporting.export import TOLERANCE_OF_HALF
from keras_impl.exporting.interface import Interface, interface_of
from keras_impl.exporting.made_up import make_up
from keras_impl.models.resnet.heat_maps import explained_network
from keras_impl.prediction.trained import find_models

INTERFACES = {
    "faces": Interface("faces", "uint8", (160, 160, 3), "faces"),
    "small faces": Interface("faces", "uint8", (33, 33, 3), "faces"),
    "sounds": Interface("sounds", "int16", (64_000,), "sound"),
}


@pytest.mark.parametrize("name", INTERFACES)
def test_they_are_the_same_each_time_and_all_different(name):
    interface = INTERFACES[name]
    inputs = make_up(interface)
    assert inputs.dtype == interface.dtype
    assert inputs.shape[1:] == interface.shape
    assert len(inputs) >= 12
    assert len(np.unique(inputs, axis=0)) == len(inputs)
    np.testing.assert_array_equal(inputs, make_up(interface))


def test_loud_sounds_are_clipped_and_not_wrapped():
    sounds = make_up(INTERFACES["sounds"])
    assert (sounds.min(), sounds.max()) == (-32_768, 32_767)


@pytest.mark.slow
def test_usual_mistakes_change_their_logits_by_more_than_is_allowed():
    mistakes = {
        "image": (lambda faces: faces[..., ::-1], lambda faces: faces.swapaxes(1, 2), lambda faces: faces // 2),
        "sound": (lambda sounds: sounds // 2, lambda sounds: np.roll(sounds, 16_000, axis=1)),
    }
    for part in find_models().parts:
        trained = part.trained["resnet"]
        network, inputs = (
            Network(explained_network(trained.path, trained.network)),
            make_up(interface_of(trained.network)),
        )
        right = network(inputs)[0].copy()
        for mistake in mistakes[part.modality.name]:
            wrong = network(np.ascontiguousarray(mistake(inputs)))[0]
            assert np.abs(wrong - right).max() > 10 * TOLERANCE_OF_HALF
