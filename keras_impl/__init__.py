"""Tell deepfake videos from real ones, two ways, and compare the two honestly.

Faces are cropped from videos by MTCNN. Approach one feeds FaceNet's 128-d embeddings to an SVM;
approach two fine-tunes a ResNet50 on the crops. Everywhere in this package label 1 means fake and
P or score means P(fake).

The steps are modules: ``python -m keras_impl`` lists them.
"""

__version__ = "0.1.0"
