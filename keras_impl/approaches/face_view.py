"""What ResNet50 looks at of a face: the middle of the crop, in its own pixels.

What a forgery leaves behind is small: edges, blur, noise that doesn't match. Shrinking the crop would blur
what is looked for.
"""

from keras_impl.backend import keras  # isort: skip

from keras_impl.faces.cropping import SIZE

VIEW_SIZE = 160
"""Side in pixels of the middle of the crop, which is all that is looked at."""

PREPROCESSING = f"RGB crop at {SIZE} px; view of {VIEW_SIZE} px, channel order and means are inside the model"


def build_view() -> keras.Model:
    """The network from crops, (n, 224, 224, 3), RGB, 0..255, to pictures as ImageNet's ResNet50 takes them."""
    faces = keras.Input((SIZE, SIZE, 3), name="faces")
    view = keras.layers.CenterCrop(VIEW_SIZE, VIEW_SIZE, name="view")(faces)
    return keras.Model(faces, keras.applications.resnet50.preprocess_input(view))
