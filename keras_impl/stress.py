"""How a detector copes with degraded faces or sound, and with another set."""

from pathlib import Path
from typing import Annotated

import typer

from keras_impl import console
from keras_impl.media.formats import ModalityName


def main(
    modality: Annotated[ModalityName, console.modality_option()] = "image",
    model: Annotated[
        Path | None,
        typer.Option(
            help="A results folder, or one approach's folder in it. [default: results; of sound, results/sound]",
            show_default=False,
        ),
    ] = None,
    samples: Annotated[Path | None, console.samples_option()] = None,
    faces: Annotated[Path, typer.Option(help="Folder that extract_faces wrote; not for sound.")] = Path("data/faces"),
    name: Annotated[
        str | None,
        typer.Option(help="The set's name: it goes into stress/NAME of the results. [default: validation, or samples]"),
    ] = None,
    max_samples: Annotated[
        int | None,
        typer.Option(
            "--max-samples", "--max-faces", min=10, help="Take only so many faces or segments, spread over the sources."
        ),
    ] = None,
    max_fpr: Annotated[float | None, console.max_fpr_option()] = None,
    jobs: Annotated[int | None, console.jobs_option()] = None,
) -> None:
    """Score faces that were compressed, blurred, hidden in part and so on, or sound that was compressed, noisy or in a
    room, and tell what that costs.

    Of what the models were trained with, the validation part is taken; of another set, all.
    """
    if name is not None and (Path(name).name != name or name in (".", "..")):
        raise typer.BadParameter("--name is a folder's name, without its path")
    from keras_impl.modalities import MODALITIES
    from keras_impl.samples.index import load_samples

    chosen = MODALITIES[modality]
    folder = samples or chosen.samples_folder
    load_samples(folder, chosen)  # so that a folder that isn't there shows before slow imports

    import pandas as pd
    from joblib import cpu_count

    from keras_impl.core.parallel import Workers
    from keras_impl.errors import DataError
    from keras_impl.evaluation.robustness import measure_robustness
    from keras_impl.prediction.decision import thresholds_of
    from keras_impl.prediction.stress import choose_samples, judge_videos, score_degraded
    from keras_impl.prediction.trained import find_folds, find_models
    from keras_impl.reporting.robustness import FOLDER, TEXT_NAME, summary_of, write_robustness

    found = find_models(model or chosen.results_folder)
    models = found.image if modality == "image" else found.sound
    if models is None:
        raise DataError(f"there is no model of {modality}: name a results folder that has one with --model")
    folds = find_folds(models)
    thresholds = [thresholds_of(each, max_fpr) for each in folds]
    tested = [choose_samples(each, folder, max_samples) for each in folds]
    if not tested[0].is_validation:  # of another set; the first fold's model is the one that judges
        folds, thresholds, tested = folds[:1], thresholds[:1], tested[:1]
    if len(folds) == 1 and tested[0].left_out:
        console.say(
            f"Left out {tested[0].left_out} {chosen.nouns.samples}: training has met them, or others of their source"
        )
    name = name or ("validation" if tested[0].is_validation else folder.absolute().name)
    out = models.folder / FOLDER / name
    workers, judged = Workers(jobs or cpu_count()), []
    for number, (each, of_it) in enumerate(zip(folds, tested, strict=True)):
        if len(folds) > 1:
            console.say(f"Fold {number + 1} of {len(folds)}")
        files = faces if modality == "image" else folder
        scores = score_degraded(each, of_it, files, out / str(number) if number else out, workers, progress=console)
        judged.append(judge_videos(each, scores, max_fpr).assign(fold=number))
    with console.working("Computing intervals"):
        robustness = measure_robustness(pd.concat(judged, ignore_index=True), thresholds[0], chosen)
        write_robustness(
            out, name, robustness, {each: model.sha256 for each, model in folds[0].trained.items()}, chosen
        )
    console.table(*summary_of(robustness, chosen))
    console.say(f"Wrote {out / TEXT_NAME}, the same as .csv, and its pictures")


if __name__ == "__main__":
    console.run(main, "stress")
