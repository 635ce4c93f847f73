"""How ResNet50's pictures come out of faces: they are the windows themselves, in ImageNet's channel order and range."""

from keras_impl.core.tensorflow import keras  # isort: skip

from keras_impl.models.resnet.config import FacePicture


def build_view(picture: FacePicture) -> keras.Model:
    """The network from faces, (n, size, size, 3), RGB, 0..255, to pictures as ImageNet's ResNet50 takes them."""
    faces = keras.Input((picture.size, picture.size, 3), name="faces")
    return keras.Model(faces, keras.applications.resnet50.preprocess_input(faces))
