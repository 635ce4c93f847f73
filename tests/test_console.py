"""What a step says while it works, where the output is no terminal."""

from keras_impl import console


def test_what_is_worked_on_is_told_in_lines_now_and_then(monkeypatch, capsys):
    with console.working("Something") as tell:
        tell("too early")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(console, "SECONDS_PER_LINE", 0)
    with console.working("Something") as tell:
        tell("step 1 of [2]")
    assert capsys.readouterr().err == "step 1 of [2]\n"


def test_progress_is_told_in_lines_with_a_note(monkeypatch, capsys):
    monkeypatch.setattr(console, "SECONDS_PER_LINE", 0)
    assert list(console.track("ab", "Reading", total=2, note=lambda: "1 bad")) == ["a", "b"]
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("Reading: 2 of 2")
    assert "1 bad" in lines[-1]
