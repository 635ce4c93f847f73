"""Numbers that describe a crop without looking for a face: light, blur, and a hash of its looks.

They are cheap while the pixels are at hand. Later steps find near-duplicates with them and ask how
far one gets without any face recognition.
"""

import cv2
import numpy as np

from keras_impl.media.likeness import perceptual_hash

CUES = {
    "brightness": "float64",  # mean luma of the crop, 0 to 255
    "contrast": "float64",  # its standard deviation
    "sharpness": "float64",  # variance of its Laplacian, at the size the crop is stored in
    "perceptual_hash": "string",  # 16 hexadecimal digits
}
"""Columns of the face index that `crop_cues` fills, with their types."""


def crop_cues(crop: np.ndarray) -> dict[str, float | str]:
    """Describe a crop by the numbers of `CUES`.

    Parameters
    ----------
    crop : ndarray of uint8, shape (h, w, 3)
        RGB.
    """
    luma = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    return {
        "brightness": float(luma.mean()),
        "contrast": float(luma.std()),
        "sharpness": float(cv2.Laplacian(luma, cv2.CV_64F).var()),
        "perceptual_hash": perceptual_hash(luma),
    }
