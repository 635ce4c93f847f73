"""Two simple ways to forge a face in a still picture, for clips whose forgery is known.

Both put a changed face back into the picture under a soft mask, which is what leaves the traces
that detectors of blended faces look for. They say nothing about how well a detector does on
forgeries that people have made.
"""

import cv2
import numpy as np

from keras_impl.faces.face import LANDMARKS


def self_blended(image: np.ndarray, landmarks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Blend a face with a slightly transformed copy of itself.

    After Self-Blended Images (Shiohara and Yamasaki 2022, arXiv 2204.08376): the copy is moved,
    scaled and changed in colour and contrast; then it is blended in under a mask around the face.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w, 3)
    landmarks : ndarray of float, shape (5, 2)
        In the order of `keras_impl.faces.face.LANDMARKS`.
    generator : numpy.random.Generator
    """
    eyes_apart = _eyes_apart(landmarks)
    centre = landmarks.mean(axis=0)
    turn = cv2.getRotationMatrix2D(centre.tolist(), generator.uniform(-3, 3), generator.uniform(0.95, 1.05))
    turn[:, 2] = turn[:, 2] + generator.uniform(-0.05, 0.05, 2) * eyes_apart
    copy = _warp(image, turn, image.shape)
    contrast, tint = generator.uniform(0.9, 1.1), generator.uniform(-10, 10, 3)
    copy = np.clip((copy - copy.mean()) * contrast + copy.mean() + tint, 0, 255)
    return _blend(image, copy, face_mask(image.shape, landmarks, generator))


def swapped(
    image: np.ndarray,
    landmarks: np.ndarray,
    donor: np.ndarray,
    donor_landmarks: np.ndarray,
    generator: np.random.Generator,
) -> np.ndarray:
    """Put a donor's face into an image: aligned by landmarks, matched in colour, feathered in.

    Parameters
    ----------
    image, donor : ndarray of uint8, shape (h, w, 3)
    landmarks, donor_landmarks : ndarray of float, shape (5, 2)
    generator : numpy.random.Generator
        Draws the mask's shape.
    """
    turn, _ = cv2.estimateAffinePartial2D(donor_landmarks, landmarks, method=cv2.LMEDS)
    aligned = _warp(donor, turn, image.shape)
    mask = face_mask(image.shape, landmarks, generator)
    inside = mask > 0.5
    mean, spread = image[inside].mean(axis=0), image[inside].std(axis=0)
    donor_mean, donor_spread = aligned[inside].mean(axis=0), aligned[inside].std(axis=0)
    contrast = np.clip(spread / np.maximum(donor_spread, 1), 0.6, 1.6)
    matched = (aligned - donor_mean) * contrast + mean
    return _blend(image, np.clip(matched, 0, 255), mask)


def face_mask(shape: tuple[int, ...], landmarks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Soft ellipse over the inner face, of slightly random size: float (h, w), 0 to 1."""
    points = dict(zip(LANDMARKS, landmarks, strict=True))
    eyes = (points["left_eye"] + points["right_eye"]) / 2
    mouth = (points["mouth_left"] + points["mouth_right"]) / 2
    across = points["right_eye"] - points["left_eye"]
    eyes_apart = _eyes_apart(landmarks)
    half_width = eyes_apart * generator.uniform(0.9, 1.1)
    half_height = max(float(np.linalg.norm(mouth - eyes)), 0.5 * eyes_apart) * generator.uniform(1.0, 1.2)
    mask = np.zeros(shape[:2], np.float32)
    tilt = np.degrees(np.arctan2(across[1], across[0]))
    cv2.ellipse(mask, ((eyes + mouth) / 2, (2 * half_width, 2 * half_height), tilt), 1.0, thickness=-1)
    return cv2.GaussianBlur(mask, (0, 0), sigmaX=max(0.1 * eyes_apart, 1))


def _eyes_apart(landmarks: np.ndarray) -> float:
    """Distance of the eyes, at least one pixel: in a profile they can coincide."""
    return max(float(np.linalg.norm(landmarks[1] - landmarks[0])), 1.0)


def _warp(image: np.ndarray, matrix: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return cv2.warpAffine(image, matrix, shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)


def _blend(image: np.ndarray, changed: np.ndarray, mask: np.ndarray) -> np.ndarray:
    weight = mask[..., None]
    return np.rint(image * (1 - weight) + changed * weight).astype(np.uint8)
