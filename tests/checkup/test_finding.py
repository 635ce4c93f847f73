"""What is made of findings."""

import pytest

from keras_impl.checkup.finding import Finding, can_judge, look, summary

OK = Finding("Python", "ok", "3.13")
NOTE = Finding("browser", "note", "none found")
SMALL = Finding("memory", "limited", "1 GB")
BROKEN = Finding("trial", "verdicts", "av is missing")


@pytest.mark.parametrize(
    ("findings", "judges", "told"),
    [
        ([OK, NOTE], True, "Verdicts can be given, and models trained."),
        ([OK, SMALL, NOTE], True, "training or the page may not work: see memory."),
        ([OK, SMALL, BROKEN, BROKEN], False, "Verdicts can't be given: see trial."),
    ],
)
def test_the_summary_names_what_is_in_the_way(findings, judges, told):
    assert can_judge(findings) == judges
    assert summary(findings).endswith(told)


@pytest.mark.parametrize("content", ["import no_such_library", "def check():\n    open('/no/such/file')"])
def test_a_check_that_breaks_on_a_damaged_installation_is_a_finding(tmp_path, monkeypatch, content):
    (tmp_path / "broken_check.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "broken_check", raising=False)
    (found,) = look("cache", "broken_check", "check")
    assert (found.subject, found.level) == ("cache", "limited")
    assert "no_such_library" in found.found or "/no/such/file" in found.found
    assert "Install the package again" in found.advice
