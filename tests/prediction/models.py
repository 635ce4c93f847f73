"""Results folders with tiny models, or with files that only look like models."""

from keras_impl.core.configs import FORMAT, as_json
from keras_impl.core.storage import sha256_of_file, write_json
from keras_impl.faces.modality import FACES
from keras_impl.modalities import MODALITIES
from keras_impl.models.approach import APPROACHES
from keras_impl.models.calibration import OperatingPoints, write_operating_points
from keras_impl.models.card import CARD_NAME
from keras_impl.models.resnet.config import FacePicture, NetworkConfig, SpectrogramPicture

POINTS = OperatingPoints(tuple(number / 10 - 5 for number in range(90)), tuple(number / 10 - 3 for number in range(90)))
"""Real videos from -5 to 3.9, fakes from -3 to 5.9: equal error near 0.5."""


def describe_model(results, approach, points=POINTS, **card):
    """Write what training writes beside the model's file, which is there already."""
    folder = results / approach
    name = APPROACHES[approach].model_file
    made_from = {"layout": "asvspoof", "faces": {"layout": "dfdc", "frames_per_video": 1}} | card.pop("made_from", {})
    modality = MODALITIES.get(card.get("modality", "image"), FACES)
    picture = FacePicture() if modality is FACES else SpectrogramPicture()
    described = {
        "format": FORMAT,
        "sample": as_json(modality.config()),
        "network": as_json(NetworkConfig(picture)),
        "approach": f"the approach {approach}",
        "files": {name: sha256_of_file(folder / name)},
        "split": {"protocol": "person"},
        "made_from": made_from,
    }
    write_json(folder / CARD_NAME, described | card)
    write_operating_points(folder, points)


def add_model(results, approach, content=b"numbers", **card):
    """Write a file in a model's place, with its description."""
    (results / approach).mkdir(parents=True, exist_ok=True)
    (results / approach / APPROACHES[approach].model_file).write_bytes(content)
    describe_model(results, approach, **card)
    return results
