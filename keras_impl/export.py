"""A detector written for other programs: ONNX, OpenVINO, LiteRT or Keras."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console
from keras_impl.exporting.formats import FORMATS, FormatName
from keras_impl.media.formats import ModalityName


def main(
    form: Annotated[FormatName, typer.Option("--format", help="What runs it: docs/export.md says which for what.")],
    out: Annotated[Path, typer.Option(help="Folder to write.")],
    model: Annotated[Path | None, console.model_option()] = None,
    modality: Annotated[
        ModalityName | None,
        typer.Option(help="Only the detector of that. [default: all there are]", show_default=False),
    ] = None,
    half: Annotated[bool, typer.Option("--half", help="Store weights in half precision: half the size.")] = False,
) -> None:
    """Write a detector, a trained ResNet50, with its preprocessing inside, and a card beside it.

    What was written is run on made-up inputs and compared with the detector; it is kept only if both agree.
    """
    FORMATS[form].check()
    from keras_impl.core.storage import check_writable

    check_writable(out)

    from keras_impl.exporting.export import export
    from keras_impl.exporting.sources import caution_of, find_sources
    from keras_impl.prediction.trained import find_models

    models = find_models(model)
    caution = caution_of(models)
    for trained in find_sources(models, modality):
        exported = export(trained, form, out, half, caution)
        console.say(
            f"Wrote {exported.path} ({exported.megabytes:.1f} MB), of {trained.title}: on {exported.inputs} made-up "
            f"inputs its logits differ by {exported.largest_difference:.2g} at most ({exported.tolerance:g} is allowed)"
        )
        console.say(f"Wrote {' and '.join(card.name for card in exported.cards)} beside it")
    if caution:
        console.warn(caution)


if __name__ == "__main__":
    console.run(main, "export")
