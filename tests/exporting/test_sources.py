"""What of a folder can be exported."""

from dataclasses import replace

import pytest

from keras_impl.errors import DataError
from keras_impl.exporting.sources import caution_of, find_sources
from keras_impl.prediction.trained import find_models


def test_of_both_parts_or_of_the_one_that_is_named():
    models = find_models()
    assert [each.modality.name for each in find_sources(models, None)] == ["image", "sound"]
    assert [each.modality.name for each in find_sources(models, "sound")] == ["sound"]


def test_a_folder_without_a_network_is_told():
    models = find_models()
    with pytest.raises(DataError, match="the package has no ResNet50 of sound"):
        find_sources(replace(models, sound=None), "sound")
    image = replace(models.image, trained={"svm": models.image.trained["resnet"]})
    with pytest.raises(DataError, match="has no ResNet50, and no other approach is exported"):
        find_sources(replace(models, image=image, sound=None), None)


def test_what_the_demo_learnt_from_stands_on_the_card():
    models = find_models()
    assert caution_of(models) == ""
    assert caution_of(replace(models, caution="Look out.")) == "Look out."
    trained = models.image.trained["resnet"]
    card = trained.card | {"made_from": {"faces": {"made_up": True}}}
    image = replace(models.image, trained={"resnet": replace(trained, card=card)})
    assert caution_of(replace(models, image=image)).startswith("Demo model: not for real use.")
