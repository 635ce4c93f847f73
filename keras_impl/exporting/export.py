"""A detector written for other programs, once it has been seen to say what the detector says that it was made of."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_impl.core.openvino import Network
from keras_impl.core.storage import atomic_path, sha256_of_file
from keras_impl.errors import DataError
from keras_impl.exporting.card import card_of, card_paths, write_card
from keras_impl.exporting.formats import FORMATS, FormatName
from keras_impl.exporting.interface import interface_of
from keras_impl.exporting.made_up import make_up
from keras_impl.models.resnet.heat_maps import explained_network
from keras_impl.models.trained import TrainedModel

TOLERANCE, TOLERANCE_OF_HALF = 0.002, 0.02
"""Largest difference of a logit that is taken for rounding. P(fake) moves by a quarter of it at most: in half precision
by 0.005, half of the last digit that verdicts show; in full precision by a tenth of that. What is wrong, such as
channels in another order, differs by far more."""


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes
    ----------
    path : Path
        The file to load.
    megabytes : float
        10^6 bytes, with what belongs to it.
    inputs : int
        Made-up ones on which it was compared.
    largest_difference, tolerance : float
        Of logits.
    cards : tuple of Path
    """

    path: Path
    megabytes: float
    inputs: int
    largest_difference: float
    tolerance: float
    cards: tuple[Path, ...]


def export(trained: TrainedModel, name: FormatName, out: Path, half: bool = False, caution: str = "") -> Exported:
    """Write a trained ResNet50 in another format, with its card.

    Parameters
    ----------
    trained : TrainedModel
    name : str
        A format of `keras_impl.exporting.formats.FORMATS`.
    out : Path
        Folder to write into.
    half : bool, default False
        Whether weights are stored in half precision; what that means is up to the format.
    caution : str, optional
        What must not be made of it, for the card.

    Raises
    ------
    DataError
        If a package is missing, the model can't be read, or what was written gives other logits: then nothing is left.
    """
    form, interface = FORMATS[name], interface_of(trained.network)
    module = form.load_module()
    target = out / f"{interface.stem}{'_half' if half else ''}{form.suffix}"
    inputs = make_up(interface)
    expected = Network(explained_network(trained.path, trained.network))(inputs)[0]
    tolerance = TOLERANCE_OF_HALF if half else TOLERANCE
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder, target.name)
        module.write(trained, half, written)
        difference = _difference(module.load(written)(inputs), expected)
        if not difference <= tolerance:
            raise DataError(
                f"the export to {form.title} gives other logits than the detector (they differ by {difference:.2g}, "
                f"and {tolerance:g} is allowed), so it was not kept: try another --format, or other versions of its "
                "packages"
            )
        for card in card_paths(target):  # they are written last: without them, an export is unfinished
            card.unlink(missing_ok=True)
        files = [written.with_suffix(suffix) for suffix in (*form.beside, form.suffix)]
        hashes = {file.name: sha256_of_file(file) for file in files}
        size = sum(file.stat().st_size for file in files) / 1e6
        for file in files:
            with atomic_path(out / file.name) as temporary:
                shutil.copyfile(file, temporary)
    agreement = {"inputs": len(inputs), "largest_difference": difference, "tolerance": tolerance}
    write_card(target, trained, card_of(trained, name, half, hashes, agreement, caution))
    return Exported(target, size, len(inputs), difference, tolerance, card_paths(target))


def _difference(logits: np.ndarray, expected: np.ndarray) -> float:
    """The largest one; endless where the shapes differ or there is no number."""
    if logits.shape != expected.shape or not np.isfinite(logits).all():
        return float("inf")
    return float(np.abs(logits - expected).max())
