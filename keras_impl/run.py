"""All steps of a comparison in a row, with a plan first."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console
from keras_impl.datasets import open_data
from keras_impl.media.formats import ModalityName


def main(
    data: Annotated[Path, typer.Option(help="A data set: a folder, or a CSV file.")],
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    layout: Annotated[str | None, typer.Option(help="The data set's layout; detected by default.")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would be done, and how long it takes.")] = False,
    faces: Annotated[Path, typer.Option(help="Where crops go; not for sound.")] = Path("data/faces"),
    samples: Annotated[
        Path | None,
        typer.Option(
            help="Where embeddings go, or all of sound. [default: embeddings, or data/sound]", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where models and report go. [default: results, or results/sound]", show_default=False),
    ] = None,
    per_file: Annotated[
        int | None,
        typer.Option(
            "--frames-per-video",
            "--segments-per-file",
            min=1,
            help="Samples of each file. [default: of few videos 8 faces, of more than 1000 one; 4 segments of sound]",
            show_default=False,
        ),
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Train so often, to validate each file once; 1 validates on a fifth. [default: 5 of up to 1000 files]",
            show_default=False,
        ),
    ] = None,
    backbone_weights: Annotated[
        str | None,
        typer.Option(metavar="imagenet|pretrained|none|FILE", help="As of train_resnet.", show_default=False),
    ] = None,
    facenet_weights: Annotated[
        Path | None, typer.Option(help="FaceNet's 128-d weights; looked for and fetched by default.")
    ] = None,
    jobs: Annotated[int | None, console.jobs_option()] = None,
    seed: Annotated[int, console.seed_option("Seed of everything that is drawn by lot.")] = 0,
) -> None:
    """Compare both approaches on a data set: extract, divide, train, report.

    It does what the steps do one after the other, and says first what that will be. Started again, it goes on
    where it was stopped.
    """
    found = open_data(data, layout, modality)  # first, so that a wrong folder is answered at once
    console.say(f"Reading {data} in the layout {found.layout}")
    for note in found.notes:
        console.say(note)

    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.modalities import MODALITIES
    from keras_impl.pipeline.job import Job
    from keras_impl.pipeline.making import MAKERS
    from keras_impl.pipeline.plan import default_folds, make_plan, tell_plan
    from keras_impl.pipeline.steps import run_all

    chosen = MODALITIES[modality]
    folder = samples or chosen.samples_folder
    job = Job(
        found,
        chosen,
        faces if chosen.extracted_by != chosen.made_ready_by else folder,
        folder,
        out or chosen.results_folder,
        per_file or MAKERS[modality].default_per_file(found.records),
        folds or default_folds(len(found.records)),
        seed,
        backbone_weights,
        facenet_weights,
    )
    workers = Workers(jobs or cpu_count(), apart=True)
    tell_plan(make_plan(job, workers.jobs, console), console)
    if not plan:
        run_all(job, workers, console)


if __name__ == "__main__":
    console.run(main, "run")
