"""A verdict on videos, images and recordings of one's own, with what it rests on."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli

NOT_ALL_JUDGED = 3
"""Status where a file could not be judged; 1 and 2 are errors of the models and of the command."""


def main(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="FILE_OR_FOLDER...", help="Videos, images, recordings, folders.")
    ],
    model: Annotated[
        Path | None,
        typer.Option(help="A results folder, or one approach's folder in it. [default: results, else results/demo]"),
    ] = None,
    max_false_alarms: Annotated[
        float | None,
        typer.Option(
            min=0.0001,
            max=0.9999,
            help="Share of real files whose image, and whose sound, may be called fake. [default: that of equal error]",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the table.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of the table.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write a page per file there: pictures, timeline, heat maps.")
    ] = None,
    annotated: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write each video there with boxes, as MP4 without sound.")
    ] = None,
    jobs: Annotated[int | None, cli.jobs_option()] = None,
    time_limit: Annotated[
        float, typer.Option(min=1, help="Seconds for looking at a file, and for listening to it.")
    ] = 120,
) -> None:
    """Judge videos, images and recordings: likely real, likely fake, or can't tell, and why.

    Ends with status 0 if all files were judged, and with status 3 if some could not be, each of which is named.
    """
    if json and csv:
        raise typer.BadParameter("--json and --csv exclude each other")
    from keras_impl.verdict.inputs import find_inputs
    from keras_impl.verdict.models import find_models

    models = find_models(model)
    paths = find_inputs(inputs, models.suffixes)
    for line in models.left_out:
        cli.warn(f"Left out: {line}")

    from keras_impl.verdict.batch import Settings, judge_files
    from keras_impl.verdict.judging import thresholds_of
    from keras_impl.verdict.prediction import probability
    from keras_impl.verdict.report import Reporter
    from keras_impl.verdict.tables import as_csv, as_json, headings, rows_of
    from keras_impl.verdict.words import sentence

    write = Reporter(models, report, annotated, time_limit) if report or annotated else None
    judged = judge_files(paths, Settings(models, max_false_alarms, time_limit), jobs, write)
    predictions = list(cli.track(judged, "Judging", len(paths)) if len(paths) > 1 else judged)
    failed = [prediction for prediction in predictions if prediction.verdict is None]
    if json:
        print(as_json(predictions, models))
    elif csv:
        print(as_csv(predictions, models), end="")
    else:
        cli.show_table(headings(models), rows_of(predictions, models))
        for prediction in predictions:
            for reason in prediction.reasons if prediction.verdict else ():
                if reason.code not in ("caution", "uncalibrated", "no_model"):
                    cli.say(f"{prediction.name}: {sentence(reason)}")
        chosen = f"at most {max_false_alarms:g} false alarms" if max_false_alarms else "equal error"
        for part in models.parts:
            decisive, trained_on = part.decisive, part.trained_on()
            of, on = (f" of the {part.modality}", f" on the {part.modality}") if models.sound else ("", "")
            threshold = probability(thresholds_of(part, max_false_alarms)[decisive.approach])
            cli.say(f"Threshold{of}: P(fake) = {threshold:.2f}, fixed in training ({chosen}).")
            cli.say(
                f"Verdicts{on} by {decisive.title} in {decisive.path.parent}, trained on data in "
                f"the layout {trained_on['layout']}, split by {trained_on['protocol']}."
            )
        missing = [name for name, part in (("image", models.image), ("sound", models.sound)) if part is None]
        for modality in missing:
            cli.say(f"The {modality} was not judged: there is no model for it in {models.folder}.")
    if report:
        cli.warn(f"Reports are in {report}")
    if models.caution:
        cli.warn(f"These models prove nothing. {models.caution}")
    for part in models.parts:
        if not part.decisive.points.is_known:
            cli.warn(
                f"Too few files were held out of training on the {part.modality}: the threshold is 0.5, and P(fake) is "
                "a guess."
            )
    for prediction in failed:
        cli.warn(f"Not judged: {prediction.name}: {prediction.problem}")
    if failed:
        sys.exit(NOT_ALL_JUDGED)


if __name__ == "__main__":
    cli.run(main, "predict")
