"""A verdict on videos, images and recordings of one's own, with what it rests on."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keras_impl import console

if TYPE_CHECKING:
    from keras_impl.core.guard import Ended
    from keras_impl.prediction.result import Prediction
    from keras_impl.prediction.trained import ModelSet

NOT_ALL_JUDGED = 3
"""Status where a file could not be judged; 1 and 2 are errors of the models and of the command."""


def main(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="FILE_OR_FOLDER...", help="Videos, images, recordings, folders.")
    ],
    model: Annotated[Path | None, console.model_option()] = None,
    max_fpr: Annotated[float | None, console.max_fpr_option()] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of the table.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV instead of the table.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write a page per file there: pictures, timeline, heat maps.")
    ] = None,
    annotated: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write each video there with boxes, as MP4 without sound.")
    ] = None,
    jobs: Annotated[int | None, console.jobs_option()] = None,
    time_limit: Annotated[
        float, typer.Option(min=1, help="Seconds for looking at a file, and for listening to it.")
    ] = 120,
    allow_demo: Annotated[bool, console.allow_demo_option()] = False,
) -> None:
    """Judge videos, images and recordings: likely real, likely fake, or can't tell, and why.

    Ends with status 0 if all files were judged, and with status 3 if some could not be, or a report could not be
    written; each is named.
    """
    if json and csv:
        raise typer.BadParameter("--json and --csv exclude each other")
    from keras_impl.core.storage import check_writable
    from keras_impl.media.names import listed, printable, unique_stems
    from keras_impl.prediction.inputs import check_inputs, find_inputs

    check_inputs(inputs)
    for folder in filter(None, (report, annotated)):
        check_writable(folder)

    from keras_impl.prediction.trained import find_models

    models = find_models(model)
    found = find_inputs(inputs, models.suffixes)
    for line in models.left_out:
        console.warn(f"Skipped: {line}")
    if found.without_model:
        names = listed([str(path) for path in found.without_model])
        console.warn(f"Skipped, as there is no model for them in {models.shown}: {names}")

    from keras_impl.core import guard
    from keras_impl.prediction.many import Settings, judge_files
    from keras_impl.prediction.reasons import NoReport
    from keras_impl.prediction.render.words import sentence

    stems = unique_stems([printable(str(path)) for path in found.files])
    write = None
    if report or annotated:
        from keras_impl.prediction.render.report import Reporter

        write = Reporter(models, report, annotated, time_limit, stems)
    if len(found.files) == 1:  # which this process judges itself
        guard.arm(lambda ended: _give_up(found.files[0], ended))
    settings = Settings(models, max_fpr, time_limit, allow_demo=allow_demo)
    judged = judge_files(found.files, settings, jobs, write, apart=True)
    predictions: list[Prediction] = []
    try:
        predictions.extend(console.track(judged, "Judging", len(found.files)) if len(found.files) > 1 else judged)
    finally:  # whatever ends it, what is judged is told
        if predictions or not found.files:
            _show(predictions, models, max_fpr, "json" if json else "csv" if csv else "table")
    if report:
        from keras_impl.prediction.render.report import INDEX_NAME, write_index

        if len(predictions) > 1:
            console.warn(f"Reports are in {report}; {write_index(report, predictions, stems, models)} lists them")
        else:
            console.warn(f"The report is in {report}")
            if (report / INDEX_NAME).is_file():
                console.warn(f"{report / INDEX_NAME} lists the reports of an earlier call, without this one")
    unwritten = [(each.name, note) for each in predictions for note in each.notes if isinstance(note, NoReport)]
    for name, note in unwritten:
        console.warn(f"No report of {name}: {sentence(note.problem)}")
    unjudged: dict[str, list[str]] = {}
    for prediction in predictions:
        if prediction.verdict is None:
            unjudged.setdefault(prediction.problem, []).append(prediction.name)
    for problem, files in unjudged.items():
        console.warn(f"Not judged: {listed(files)}: {problem}")
    for folder, problem in found.unlisted:
        console.warn(f"Not judged: {folder}: The folder can't be listed ({problem}).")
    if unjudged or unwritten or found.unlisted:
        sys.exit(NOT_ALL_JUDGED)


def _give_up(path: Path, ended: "Ended") -> None:
    """Say what became of the only file, in the last moment of this process."""
    from keras_impl.prediction.reasons import problem_of
    from keras_impl.prediction.render.words import sentence

    console.warn(f"Not judged: {path}: {sentence(problem_of(ended))}")
    os._exit(NOT_ALL_JUDGED)


def _show(predictions: list["Prediction"], models: "ModelSet", max_fpr: float | None, form: str) -> None:
    """Print what came of the files, and what the verdicts rest on."""
    from keras_impl.prediction.reasons import Uncalibrated
    from keras_impl.prediction.render.tables import as_csv, as_json, headings, rows_of
    from keras_impl.prediction.render.terminal import answers, detectors, reasons
    from keras_impl.prediction.render.words import catalogue, sentence

    if form == "json":
        print(as_json(predictions, models))
    elif form == "csv":
        print(as_csv(predictions, models), end="")
    else:
        table = headings(models), rows_of(predictions, models)
        if len(predictions) > 1:
            console.table(*table)
        for line in answers(predictions):
            console.say(line)
        if len(predictions) <= 1:
            console.table(*table)
        for line in (*reasons(predictions), *detectors(predictions, models, max_fpr)):
            console.say(line)
    if models.is_demo:
        console.warn(catalogue("en").labels["stamp"].capitalize())
    if models.caution:
        console.warn(f"{catalogue('en').labels['caution']} {models.caution}")
    for part in models.parts:
        if not part.decisive.points.is_known:
            console.warn(sentence(Uncalibrated(part=part.modality.name)))


if __name__ == "__main__":
    console.run(main, "predict", crash_status=NOT_ALL_JUDGED)
