"""MTCNN (Zhang et al. 2016, arXiv 1604.02878) behind an interface that can't be misused.

The networks and weights are those that the mtcnn package ships; they run as stages of that
package, with its own code for boxes. What is replaced, and why:

- the image pyramid: the package derives the number of levels from the image alone, so that a
  ``min_face_size`` above about 22 px makes the last level smaller than the network's window,
  which fails and is reported as "no faces";
- the handling of errors: the package takes every failure (a file that can't be read, one image
  of a batch without candidates) for "no faces"; here input is checked, an image without
  candidates is no failure, and one image can't affect another;
- the loading of weights: the package prefers a file of the same name in the working directory,
  and loads it with pickle; here only the package's own files are read.
"""

from keras_impl.backend import tf  # isort: skip  (first, so that importing mtcnn is quiet too)

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import lz4.frame
import numpy as np
from mtcnn.stages import StageONet, StagePNet, StageRNet
from mtcnn.utils.bboxes import generate_bounding_box, resize_to_square, smart_nms_from_bboxes, upscale_bboxes
from mtcnn.utils.images import normalize_images

from keras_impl.faces.face import Face
from keras_impl.media.image import as_rgb

WINDOW = 12
"""Side in pixels of PNet's window: a level shows faces of WINDOW px."""

SCALE_FACTOR = 0.709
"""Ratio of one pyramid level to the one before; its square is about one half (the paper's)."""

PNET_THRESHOLD, PNET_LEVEL_NMS, PNET_NMS = 0.6, 0.5, 0.7


class FaceDetector:
    """Find faces in RGB images.

    Parameters
    ----------
    min_face_size : float, default 40
        Side in pixels of the smallest face to look for, at least 12. Time falls with its square.

    Raises
    ------
    ValueError
        If ``min_face_size`` is below 12.
    """

    def __init__(self, min_face_size: float = 40) -> None:
        if min_face_size < WINDOW:
            raise ValueError(f"min_face_size must be at least {WINDOW} pixels, not {min_face_size:g}")
        self.min_face_size = min_face_size
        with TemporaryDirectory() as folder:
            pnet, rnet, onet = (_unpacked(name, Path(folder)) for name in ("pnet", "rnet", "onet"))
            self._stages = (_PyramidPNet(weights=pnet), StageRNet(weights=rnet), StageONet(weights=onet))

    def detect(self, images: Sequence[np.ndarray]) -> list[list[Face]]:
        """Find the faces of each image, most confident first.

        Parameters
        ----------
        images : sequence of ndarray of uint8
            RGB, shape (h, w, 3), of any sizes; grey and RGBA images are converted.

        Returns
        -------
        list of list of Face
            One list per image; a face's box is clipped to the image.

        Raises
        ------
        ImageInputError
            If one is not such an image (floats, paths, bytes, a 4-d array).
        """
        return [self._detect_one(image) for image in [as_rgb(image) for image in images]]

    def _detect_one(self, image: np.ndarray) -> list[Face]:
        candidates = None
        normalized = normalize_images(image[None].astype(np.float32))
        for stage in self._stages:
            candidates = stage(
                images_normalized=normalized,
                images_oshapes=np.array([image.shape]),
                bboxes_batch=candidates,
                image=image,
                min_face_size=self.min_face_size,
            )
            if not len(candidates):
                return []
        faces = [_as_face(row, *image.shape[:2]) for row in candidates]
        faces = [face for face in faces if face.box[2] >= 1 and face.box[3] >= 1]
        return sorted(faces, key=lambda face: -face.confidence)


class _PyramidPNet(StagePNet):
    """The proposal stage on a pyramid that ends where the window no longer fits."""

    def __init__(self, weights: str) -> None:
        super().__init__(weights=weights)
        any_size = tf.TensorSpec((1, None, None, 3), tf.float32)
        self._compiled = tf.function(self._model, input_signature=[any_size])

    def __call__(self, image: np.ndarray, min_face_size: float, **_: object) -> np.ndarray:
        """Propose boxes: rows of [0, x1, y1, x2, y2, confidence]; the image is uint8 RGB."""
        proposals = [np.empty((0, 6))]
        for scale in pyramid_scales(image.shape[0], image.shape[1], min_face_size):
            size = [max(WINDOW, int(side * scale)) for side in image.shape[1::-1]]
            level = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
            boxes, scores = self._compiled(normalize_images(level[None].astype(np.float32)))
            found = generate_bounding_box(boxes, scores, PNET_THRESHOLD)
            if len(found):
                found = upscale_bboxes(found, np.array([scale]))
                proposals.append(smart_nms_from_bboxes(found, PNET_LEVEL_NMS, method="union", initial_sort=False))
        proposed = np.concatenate(proposals)
        if not len(proposed):
            return proposed
        kept = smart_nms_from_bboxes(proposed, PNET_NMS, method="union", initial_sort=True)
        return resize_to_square(kept)


def pyramid_scales(height: int, width: int, min_face_size: float) -> list[float]:
    """Scales at which faces from ``min_face_size`` px up to the image's size fit the window."""
    scales, scale = [], WINDOW / min_face_size
    while min(height, width) * scale >= WINDOW:
        scales.append(scale)
        scale *= SCALE_FACTOR
    return scales


def _as_face(row: np.ndarray, height: int, width: int) -> Face:
    """Row of [image, x1, y1, x2, y2, confidence, x of 5 landmarks, y of 5 landmarks]."""
    x1, x2 = np.clip(row[[1, 3]], 0, width)
    y1, y2 = np.clip(row[[2, 4]], 0, height)
    landmarks = np.asarray(row[6:16], float).reshape(2, 5).T
    return Face((float(x1), float(y1), float(x2 - x1), float(y2 - y1)), float(row[5]), landmarks)


def _unpacked(name: str, folder: Path) -> str:
    """Path of a network's shipped weights, decompressed into ``folder``.

    The package can decompress them too, but its way leaves a file object that Python 3.13 and
    later complain about on the user's terminal.
    """
    path = folder / f"{name}.joblib"
    shipped = files("mtcnn") / "assets" / "weights" / f"{name}.lz4"
    path.write_bytes(lz4.frame.decompress(shipped.read_bytes()))
    return str(path)
