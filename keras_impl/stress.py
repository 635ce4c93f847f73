"""How a detector copes with degraded faces and with faces of another set."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console


def main(
    model: Annotated[Path, typer.Option(help="A results folder, or one approach's folder in it.")] = Path("results"),
    samples: Annotated[Path, typer.Option(help="Folder that extract_embeddings wrote.")] = Path("embeddings"),
    faces: Annotated[Path, typer.Option(help="Folder that extract_faces wrote, with the crops.")] = Path("data/faces"),
    name: Annotated[
        str | None,
        typer.Option(help="The set's name: it goes into stress/NAME of the results. [default: validation, or samples]"),
    ] = None,
    max_faces: Annotated[
        int | None, typer.Option(min=10, help="Take only so many faces, spread over the sources.")
    ] = None,
    max_fpr: Annotated[float | None, console.max_fpr_option()] = None,
    jobs: Annotated[int | None, console.jobs_option()] = None,
) -> None:
    """Score faces that were compressed, blurred, hidden in part and so on, and tell what that costs.

    Of the faces that the models were trained with, the validation part is taken; of another set, all.
    """
    if name is not None and (Path(name).name != name or name in (".", "..")):
        raise typer.BadParameter("--name is a folder's name, without its path")
    from keras_impl.faces.modality import FACES
    from keras_impl.samples.index import load_samples

    load_samples(samples, FACES)  # so that a folder that isn't there shows before slow imports

    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.errors import DataError
    from keras_impl.evaluation.robustness import measure_robustness
    from keras_impl.prediction.decision import thresholds_of
    from keras_impl.prediction.stress import choose_faces, judge_videos, score_degraded
    from keras_impl.prediction.trained import find_models
    from keras_impl.reporting.robustness import FOLDER, TEXT_NAME, summary_of, write_robustness

    models = find_models(model).image
    if models is None:
        raise DataError("there is no model of faces: name a results folder that has one with --model")
    thresholds = thresholds_of(models, max_fpr)
    tested = choose_faces(models, samples, max_faces)
    if tested.left_out:
        console.say(f"Left out {tested.left_out} faces: training has met them, or others of their source")
    name = name or ("validation" if tested.is_validation else samples.absolute().name)
    out = models.folder / FOLDER / name
    scores = score_degraded(models, tested, faces, out, Workers(jobs or cpu_count()), progress=console)
    with console.working("Computing intervals"):
        robustness = measure_robustness(judge_videos(models, scores, max_fpr), thresholds, FACES)
        write_robustness(out, name, robustness, {each: model.sha256 for each, model in models.trained.items()})
    console.table(*summary_of(robustness))
    console.say(f"Wrote {out / TEXT_NAME}, the same as .csv, and its pictures")


if __name__ == "__main__":
    console.run(main, "stress")
