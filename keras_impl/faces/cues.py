"""Numbers that describe a face's picture without looking for a face: light, blur, and a hash of its looks.

They are cheap while the pixels are at hand. Later steps find near-duplicates with them and ask how
far one gets without any face recognition.
"""

import cv2
import numpy as np

from keras_impl.media.perceptual_hash import perceptual_hash

CUES = {
    "brightness": "float64",  # mean luma of FaceNet's window, the widest that a network sees, 0 to 255
    "contrast": "float64",  # its standard deviation
    "sharpness": "float64",  # variance of its Laplacian
    "perceptual_hash": "string",  # 16 hexadecimal digits
}
"""Columns of the face index that `picture_cues` fills, with their types."""


def picture_cues(picture: np.ndarray) -> dict[str, float | str]:
    """Describe a picture by the numbers of `CUES`.

    Parameters
    ----------
    picture : ndarray of uint8, shape (h, w, 3)
        RGB.
    """
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return {
        "brightness": float(luma.mean()),
        "contrast": float(luma.std()),
        "sharpness": float(cv2.Laplacian(luma, cv2.CV_64F).var()),
        "perceptual_hash": perceptual_hash(luma),
    }
