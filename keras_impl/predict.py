"""A verdict on videos and images of one's own, with what it rests on."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from keras_impl import cli

NOT_ALL_JUDGED = 3
"""Status where a file could not be judged; 1 and 2 are errors of the models and of the command."""


def main(
    inputs: Annotated[list[Path], typer.Argument(metavar="FILE_OR_FOLDER...", help="Videos, images, folders of them.")],
    model: Annotated[
        Path | None,
        typer.Option(help="A results folder, or one approach's folder in it. [default: results, else results/demo]"),
    ] = None,
    max_false_alarms: Annotated[
        float | None,
        typer.Option(
            min=0.0001, max=0.9999, help="Share of real videos that may be called fake. [default: that of equal error]"
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
    time_limit: Annotated[float, typer.Option(min=1, help="Seconds that reading one file may take.")] = 120,
) -> None:
    """Judge videos and images: likely real, likely fake, or can't tell, and why.

    Ends with status 0 if all files were judged, and with status 3 if some could not be, each of which is named.
    """
    if json and csv:
        raise typer.BadParameter("--json and --csv exclude each other")
    from keras_impl.verdict.inputs import find_inputs
    from keras_impl.verdict.models import find_models

    paths = find_inputs(inputs)
    models = find_models(model)
    for line in models.left_out:
        cli.warn(f"Left out: {line}")

    from keras_impl.verdict.batch import Settings, judge_files
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
            for reason in prediction.reasons:
                if reason.code not in ("caution", "uncalibrated"):
                    cli.say(f"{prediction.name}: {sentence(reason)}")
        thresholds = {view.threshold for prediction in predictions if (view := prediction.view)}
        chosen = f"at most {max_false_alarms:g} false alarms" if max_false_alarms else "equal error"
        for threshold in thresholds:
            cli.say(f"Threshold: P(fake) = {probability(threshold):.2f}, fixed in training ({chosen}).")
        trained_on = models.trained_on()
        cli.say(
            f"Verdicts by {models.decisive.title} in {models.decisive.path.parent}, trained on data in the layout "
            f"{trained_on['layout']}, split by {trained_on['protocol']}."
        )
    if report:
        cli.warn(f"Reports are in {report}")
    if models.caution:
        cli.warn(f"These models prove nothing. {models.caution}")
    if not models.decisive.points.is_known:
        cli.warn("Too few videos were held out of training: the threshold is 0.5, and P(fake) is a guess.")
    for prediction in failed:
        cli.warn(f"Not judged: {prediction.name}: {prediction.problem}")
    if failed:
        sys.exit(NOT_ALL_JUDGED)


if __name__ == "__main__":
    cli.run(main, "predict")
