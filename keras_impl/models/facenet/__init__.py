"""FaceNet: its weights, its network, and the embeddings of a whole faces folder."""

from keras_impl.faces.config import EMBEDDING_DIMENSIONS as DIMENSIONS

__all__ = ["DIMENSIONS", "INPUT_SIZE"]

INPUT_SIZE = 160
"""Side in pixels of the picture that the network takes."""
