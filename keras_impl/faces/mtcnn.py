"""MTCNN (Zhang et al. 2016, arXiv 1604.02878): faces in images, fast on a CPU.

The networks and weights are those that the mtcnn package ships, run by OpenVINO; what lies between them is done
here, on all frames of a video at once:

- the image pyramid starts at the smallest face looked for and ends where the network's window no
  longer fits (the package derives its length from the image alone, so that a ``min_face_size``
  above about 22 px fails, which it reports as "no faces"); its levels are made by area averaging,
  of 8-bit pixels;
- only the patches that a network looks at are cut out and scaled, not the whole image;
- landmarks are found again in a square that they define themselves, so that they depend on the face, and not on
  which of many boxes around it happened to win;
- input is checked: the package takes every failure (a file that can't be read, one image of a
  batch without candidates) for "no faces".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from keras_impl.core.openvino import Network
from keras_impl.faces.chunks import BATCH_PIXELS
from keras_impl.faces.cropping import Settling, square_of
from keras_impl.faces.face import Box, Face
from keras_impl.faces.mtcnn_boxes import WINDOW, adjusted, boxes_of_cells, landmarks_in, squared, suppressed
from keras_impl.faces.mtcnn_graphs import build_onet, build_pnet, build_rnet
from keras_impl.media.image import as_rgb

SCALE_FACTOR = 0.709
"""Ratio of one pyramid level to the one before; its square is about one half (the paper's)."""

PNET_THRESHOLD, RNET_THRESHOLD = 0.6, 0.7
"""Least confidence of the first two networks for a box to go on (the package's)."""

LEAST_CONFIDENCE = 0.8
"""What the last network must be sure of for a box to count as a face (the package's)."""

LEVEL_OVERLAP, OVERLAP = 0.5, 0.7
"""Largest overlap of two boxes within a level of the pyramid, and afterwards (the package's)."""

RNET_SIDE, ONET_SIDE = 24, 48
"""Sides in pixels of the patches that the two networks look at."""

OUTSIDE = (128, 128, 128)
"""Colour of what a patch shows beyond the image's border: the networks' zero."""

LARGEST_PIECE, PIECE_STEP = 64, 8
"""Most patches that a network looks at together, and what their number is a multiple of."""


class MTCNN:
    """Find faces in RGB images; as `keras_impl.faces.face.FaceDetector` says.

    Parameters
    ----------
    min_face_size : float, default 40
        Side in pixels of the smallest face to look for, at least 12. Time falls with its square.
    threads : int or None, default None
        Processor threads to use; all that there are by default.
    settling : Settling, optional
        How landmarks are found again.

    Raises
    ------
    ValueError
        If ``min_face_size`` is below 12.
    WeightsError
        If the mtcnn package's files are damaged.
    """

    def __init__(self, min_face_size: float = 40, threads: int | None = None, settling: Settling | None = None) -> None:
        if min_face_size < WINDOW:
            raise ValueError(f"min_face_size must be at least {WINDOW} pixels, not {min_face_size:g}")
        self.min_face_size = min_face_size
        self._settling = settling or Settling()
        self._pnet = Network(build_pnet(), threads)
        self._rnet = Network(build_rnet(), threads)
        self._onet = Network(build_onet(), threads)

    def detect(self, images: Sequence[np.ndarray]) -> list[list[Face]]:
        """Find the faces of each image, most confident first.

        Parameters
        ----------
        images : sequence of ndarray of uint8
            RGB, shape (h, w, 3), of any sizes; grey and RGBA images are converted. Neighbours of
            equal size are worked on together, which is faster.

        Returns
        -------
        list of list of Face
            One list per image; a face's box is clipped to the image, and its longer side is no shorter than
            the smallest face looked for.

        Raises
        ------
        ImageInputError
            If one is not such an image (floats, paths, bytes, a 4-d array).
        """
        checked = [as_rgb(image) for image in images]
        return [faces for batch in _batches(checked) for faces in self._detect_batch(batch)]

    def _detect_batch(self, images: Sequence[np.ndarray]) -> list[list[Face]]:
        """Faces of images of one size."""
        proposed = self._propose(images)
        refined = self._refine(images, proposed.images, squared(proposed.boxes))
        refined = refined[refined.scores > RNET_THRESHOLD].apart(OVERLAP)
        seen = self._look(images, refined.images, squared(refined.boxes))
        found = self._settle(images, seen[seen.scores > LEAST_CONFIDENCE].apart(OVERLAP, "smaller"))
        return [
            # the networks move a box's sides, so that what was found at the smallest size may end up smaller
            [face for face in found.faces_of(place, image.shape) if face.box.longer_side >= self.min_face_size]
            for place, image in enumerate(images)
        ]

    def _propose(self, images: Sequence[np.ndarray]) -> "_Candidates":
        """First network: all of the image, at all sizes."""
        height, width = images[0].shape[:2]
        found, largest = [_Candidates.none()], list(images)
        for scale in pyramid_scales(height, width, self.min_face_size):
            size = [max(WINDOW, int(side * scale)) for side in (width, height)]
            level = np.stack([cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in largest])
            if len(found) == 1:
                largest = list(level)  # the others are made of it, so that the whole image is read only once
            offsets, probabilities = self._pnet(level)
            scores = probabilities[..., 1]
            cells = np.nonzero(scores > PNET_THRESHOLD)
            boxes = boxes_of_cells(cells[1], cells[2], offsets[cells]) * np.tile([width, height], 2) / np.tile(size, 2)
            found.append(_Candidates(cells[0], boxes, scores[cells]).apart(LEVEL_OVERLAP))
        return _Candidates.together(found).apart(OVERLAP)

    def _refine(self, images: Sequence[np.ndarray], which: np.ndarray, boxes: np.ndarray) -> "_Candidates":
        """Second network: what the first one proposed, as squares."""
        if not len(boxes):
            return _Candidates.none()
        offsets, probabilities = _in_pieces(self._rnet, _patches(images, which, boxes, RNET_SIDE))
        return _Candidates(which, adjusted(boxes, offsets), probabilities[:, 1])

    def _look(self, images: Sequence[np.ndarray], which: np.ndarray, boxes: np.ndarray) -> "_Candidates":
        """Third network: what the second one left, as squares."""
        if not len(boxes):
            return _Candidates.none()
        offsets, shares, probabilities = _in_pieces(self._onet, _patches(images, which, boxes, ONET_SIDE))
        return _Candidates(which, adjusted(boxes, offsets), probabilities[:, 1], landmarks_in(boxes, shares))

    def _settle(self, images: Sequence[np.ndarray], found: "_Candidates") -> "_Candidates":
        """Third network again: the landmarks that it finds in the square that its own landmarks define."""
        landmarks = found.known_landmarks
        for _ in range(self._settling.times if len(found.boxes) else 0):
            lefts, tops, sides = np.array([square_of(points, self._settling.share) for points in landmarks]).T
            squares = np.stack([lefts, tops, lefts + sides, tops + sides], axis=1)
            _, shares, _ = _in_pieces(self._onet, _patches(images, found.images, squares, ONET_SIDE))
            again = landmarks_in(squares, shares)
            near = np.array([self._settling.is_near(*pair) for pair in zip(landmarks, again, strict=True)])
            landmarks = np.where(near[:, None, None], again, landmarks)
        return replace(found, landmarks=landmarks)


def pyramid_scales(height: int, width: int, min_face_size: float) -> list[float]:
    """Scales at which faces from ``min_face_size`` px up to the image's size fit the window."""
    scales, scale = [], WINDOW / min_face_size
    while min(height, width) * scale >= WINDOW:
        scales.append(scale)
        scale *= SCALE_FACTOR
    return scales


@dataclass(frozen=True)
class _Candidates:
    """Boxes that may hold a face, of several images.

    Attributes
    ----------
    images : ndarray of int, shape (n,)
        Which image each is in.
    boxes : ndarray of float, shape (n, 4)
        x1, y1, x2, y2 in pixels.
    scores : ndarray of float, shape (n,)
        The confidence of the network that looked last.
    landmarks : ndarray of float, shape (n, 5, 2), or None
        Set by the last network.
    """

    images: np.ndarray
    boxes: np.ndarray
    scores: np.ndarray
    landmarks: np.ndarray | None = None

    @classmethod
    def together(cls, parts: Sequence["_Candidates"]) -> "_Candidates":
        """The candidates of all parts, none of which has landmarks."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("images", "boxes", "scores")))

    @classmethod
    def none(cls) -> "_Candidates":
        return cls(np.empty(0, int), np.empty((0, 4)), np.empty(0))

    def __getitem__(self, rows: np.ndarray) -> "_Candidates":
        landmarks = None if self.landmarks is None else self.landmarks[rows]
        return _Candidates(self.images[rows], self.boxes[rows], self.scores[rows], landmarks)

    @property
    def known_landmarks(self) -> np.ndarray:
        """Landmarks: float (n, 5, 2); only the last network gives some."""
        return np.empty((0, 5, 2)) if self.landmarks is None else self.landmarks

    def apart(self, threshold: float, relative_to: Literal["union", "smaller"] = "union") -> "_Candidates":
        """Those that don't overlap a better one of the same image by more than ``threshold``."""
        kept = [np.empty(0, int)]
        for image in np.unique(self.images):
            rows = np.flatnonzero(self.images == image)
            kept.append(rows[suppressed(self.boxes[rows], self.scores[rows], threshold, relative_to)])
        return self[np.concatenate(kept)]

    def faces_of(self, image: int, shape: tuple[int, ...]) -> list[Face]:
        """Faces of an image of shape (h, w, ...), most confident first; what lies outside is clipped off."""
        height, width = shape[:2]
        faces = []
        for row in np.flatnonzero(self.images == image):
            x1, x2 = np.clip(self.boxes[row, [0, 2]], 0, width).tolist()
            y1, y2 = np.clip(self.boxes[row, [1, 3]], 0, height).tolist()
            if x2 - x1 >= 1 and y2 - y1 >= 1:
                confidence = float(self.scores[row])
                certainty = (confidence - LEAST_CONFIDENCE) / (1 - LEAST_CONFIDENCE)
                faces.append(Face(Box(x1, y1, x2 - x1, y2 - y1), confidence, self.known_landmarks[row], certainty))
        return sorted(faces, key=lambda face: -face.confidence)


def _patches(images: Sequence[np.ndarray], which: np.ndarray, boxes: np.ndarray, side: int) -> np.ndarray:
    """Cut the boxes out of their images and scale them: uint8 (n, side, side, 3).

    The sampling is bilinear at side x side points, as the package does it, corner to corner; the
    networks' confidence depends on that.
    """
    height, width = images[0].shape[:2]
    corners = boxes * np.tile([(width - 1) / width, (height - 1) / height], 2)
    starts, steps = corners[:, :2], (corners[:, 2:] - corners[:, :2]) / (side - 1)
    patches = np.empty((len(boxes), side, side, 3), np.uint8)
    for place, (image, (x, y), (step_x, step_y)) in enumerate(zip(which, starts, steps, strict=True)):
        grid = np.array([[step_x, 0, x], [0, step_y, y]])
        how = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
        cv2.warpAffine(images[image], grid, (side, side), patches[place], how, cv2.BORDER_CONSTANT, OUTSIDE)
    return patches


def _in_pieces(network: Network, patches: np.ndarray) -> list[np.ndarray]:
    """Run a network on patches in batches of few different sizes: OpenVINO keeps memory for each size it has met."""
    answers = []
    for start in range(0, len(patches), LARGEST_PIECE):
        piece = patches[start : start + LARGEST_PIECE]
        padding = [(0, -len(piece) % PIECE_STEP), (0, 0), (0, 0), (0, 0)]
        answers.append([output[: len(piece)] for output in network(np.pad(piece, padding))])
    return [np.concatenate(parts) for parts in zip(*answers, strict=True)]


def _batches(images: Sequence[np.ndarray]) -> Iterator[list[np.ndarray]]:
    """Runs of images of one size, of `BATCH_PIXELS` at most but for a single one."""
    batch: list[np.ndarray] = []
    for image in images:
        if batch and (image.shape != batch[0].shape or (len(batch) + 1) * image[..., 0].size > BATCH_PIXELS):
            yield batch
            batch = []
        batch.append(image)
    if batch:
        yield batch


def make_detector(min_face_size: float, threads: int | None, settling: Settling) -> MTCNN:
    """As `keras_impl.faces.detectors.DetectorModule` says."""
    return MTCNN(min_face_size, threads, settling)
