"""Step 5: the approaches side by side, from their score files alone."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from keras_impl import console
from keras_impl.media.formats import ModalityName

Missing = Literal["leave-out", "half"]
"""What becomes of samples that could not be scored."""


def main(
    modality: Annotated[ModalityName, typer.Option(help="Whose default folders are meant.")] = "image",
    results: Annotated[
        Path | None,
        typer.Option(
            help="Folder with one folder per approach. [default: results, or results/sound]", show_default=False
        ),
    ] = None,
    faces: Annotated[
        Path | None, typer.Option(help="Faces folder, to show the most misjudged faces; not shown by default.")
    ] = None,
    samples: Annotated[
        Path | None,
        typer.Option(
            "--samples",
            "--embeddings",
            help="Folder that training read, for a map of its embeddings; left out if it isn't there. "
            "[default: embeddings, or data/sound]",
            show_default=False,
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="The report's title. [default: with the data set's name]", show_default=False)
    ] = None,
    missing: Annotated[
        Missing, typer.Option(help="Samples without a score are left out, or count with P(fake) = 0.5.")
    ] = "leave-out",
    by_protocol: Annotated[
        bool, typer.Option("--by-protocol", help="The results folder has one folder per protocol: compare these.")
    ] = False,
) -> None:
    """Compare all approaches in the results folder on their common validation samples."""
    from keras_impl.modalities import MODALITIES

    results = results or MODALITIES[modality].results_folder
    samples = samples or MODALITIES[modality].samples_folder
    if by_protocol:
        from keras_impl.reporting import protocols

        with console.working("Computing intervals"):
            compared = protocols.compare_protocols(results, missing)
        protocols.tell(compared, results, console)
        return

    from keras_impl.reporting.report import Sources, compare, tell

    with console.working("Computing intervals"):
        comparison = compare(results, (), Sources(faces, samples if samples.is_dir() else None), title, missing)
    tell(comparison, results, console)


if __name__ == "__main__":
    console.run(main, "compare")
