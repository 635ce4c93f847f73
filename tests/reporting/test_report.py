"""The report from score files alone."""

import io
import json
import re
import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest

from keras_impl import __version__
from keras_impl.errors import DataError, ScoresError
from keras_impl.evaluation.scores import write_scores
from keras_impl.faces.modality import COLUMNS, FACES
from keras_impl.media.image import write_png
from keras_impl.models.card import CAUTION_NAME
from keras_impl.models.fusion import NAME as FUSION
from keras_impl.models.resnet import NAME as RESNET
from keras_impl.models.shortcuts import NAME as BASELINE
from keras_impl.models.svm import NAMES
from keras_impl.reporting import figures
from keras_impl.reporting.approaches import EXPLAINED
from keras_impl.reporting.html import to_html
from keras_impl.reporting.protocols import compare_protocols
from keras_impl.reporting.report import Sources, compare
from keras_impl.reporting.sentences import sentence_of
from keras_impl.reporting.short_table import short_table
from keras_impl.samples.embeddings import write_embeddings
from keras_impl.samples.index import write_index
from tests.conftest import assert_one_line_error, run_step
from tests.evaluation.tables import skilled, write_approach, write_sound

SAMPLES = 60


@pytest.fixture
def results(tmp_path):
    """Two approaches on 60 videos of 30 people, in two folds."""
    shared = {"person": [f"p{n // 2}" for n in range(SAMPLES)], "fold": np.arange(SAMPLES) // 2 % 2}
    for seed, (name, skill) in enumerate({"good": 1.5, "poor": 0.2}.items()):
        write_scores(tmp_path / "person" / name, skilled(skill, seed, SAMPLES, **shared))
    return tmp_path / "person"


@pytest.fixture
def faces(tmp_path, results):
    """A faces folder for these results, one of whose crops is damaged."""
    rows = []
    for number, row in pd.read_csv(results / "poor/scores.csv").iterrows():
        crop = f"crops/{number}.png"
        write_png(tmp_path / "faces" / crop, np.full((8, 8, 3), number, np.uint8))
        rows.append(dict.fromkeys(COLUMNS, 0) | {name: row[name] for name in ("sample", "video", "source", "label")})
        rows[-1] |= {"original": None, "crop": crop}
    (tmp_path / "faces/crops/0.png").write_bytes(b"")
    write_index(tmp_path / "faces", FACES, rows)
    return tmp_path / "faces"


def text_of(results):
    return (results / "comparison.md").read_text()


def test_everything_is_written(results):
    comparison = compare(results, notes=["A note."], title="A *title*")
    report = text_of(results)
    assert report.startswith("# A \\*title\\*\n")
    assert sentence_of(comparison.evaluation) in report
    assert "A note." in report
    assert re.search(r"\| accuracy \| 0\.\d{3} \(0\.\d\d.to.[01]\.\d\d\) \|", report)
    assert report.count("**How to read it:**") == report.count("![") + 3  # with the tables of figures, pairs, coverage
    assert "it was not checked" in report  # for leaks
    for name in ("roc", "histograms", "reliability", "confusion", "folds"):
        assert (results / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert f"({name}.png)" in report
    table = pd.read_csv(results / "comparison.csv").set_index(["approach", "level", "metric"])
    accuracy = comparison.evaluation.summaries[0].figures["accuracy"]
    assert table.loc[("good", "video", "accuracy"), "value"] == pytest.approx(accuracy.value)
    assert table.loc[("good", "video", "accuracy"), "interval"] == "bootstrap over 30 people"
    assert table.loc[("good - poor", "video", "accuracy"), "low"] > 0
    assert ("good", "face", "accuracy, mean over folds") in table.index


def test_the_page_needs_nothing_else(results):
    compare(results, notes=["<script>alert(1)</script> ![tracker](http://example.org/x.png)"])
    page = (results / "comparison.html").read_text()
    assert '<html lang="en">' in page
    assert "<script" not in page
    assert set(re.findall(r'(?:src|href)="([^,]*),', page)) == {"data:image/png;base64", "data:"}
    assert all(alt for alt in re.findall(r'<img [^>]*alt="([^"]*)"', page))
    assert page.count("<table>") == page.count('<div class="numbers') + page.count('<div class="words')
    assert page.count("<td") == page.count("data-heading=")
    assert "example.org" not in page


def test_markup_in_names_is_shown_and_not_obeyed(tmp_path):
    page = to_html("# a <b>", "<i>", tmp_path)
    assert "<title>&lt;i&gt;</title>" in page
    assert "a &lt;b&gt;" in page


def test_one_class_says_what_is_undefined(tmp_path):
    write_scores(tmp_path / "a", skilled(0.5, 0, labels=(1, 1)))
    (tmp_path / "roc.png").write_bytes(b"of an earlier report")
    compare(tmp_path)
    assert not (tmp_path / "roc.png").exists()
    assert "| AUC | undef. |" in text_of(tmp_path)
    assert "One class is missing" in text_of(tmp_path)


def test_one_approach_alone_is_reported(tmp_path):
    write_scores(tmp_path / "a", skilled(0.5, 0))
    assert sentence_of(compare(tmp_path).evaluation).endswith("there is nothing to compare it with.")
    assert "chance?" not in text_of(tmp_path)


@pytest.mark.parametrize(("missing", "words", "cases"), [("leave-out", "left out", 197), ("half", "= 0.5", 200)])
def test_unscored_faces_are_counted_and_handled_as_asked(tmp_path, missing, words, cases):
    scores = skilled(0.5, 0)
    scores.loc[:2, ["p_fake", "status"]] = (np.nan, "no face")
    write_scores(tmp_path / "a", scores)
    summary = compare(tmp_path, missing=missing).evaluation.summaries[0]
    assert summary.real + summary.fake == cases
    assert "| no face | 3 |" in text_of(tmp_path)
    assert "3 of 200 validation samples could not be scored" in text_of(tmp_path)
    assert words in text_of(tmp_path)


def test_faces_are_shown_only_if_asked_for_and_do_not_stay(results, faces):
    compare(results, sources=Sources(faces=faces))
    assert (results / "most-wrong-poor.png").is_file()
    assert "most-wrong-poor.png" in text_of(results)
    compare(results)
    assert not list(results.glob("most-wrong-*"))
    assert "most-wrong" not in text_of(results)


def test_faces_that_were_asked_for_and_are_not_there_are_an_error(results, tmp_path):
    with pytest.raises(DataError, match="index.csv is missing"):
        compare(results, sources=Sources(faces=tmp_path))


def test_the_map_is_drawn_if_the_embeddings_are_of_these_samples(results, tmp_path):
    samples = pd.read_csv(results / "poor/scores.csv")["sample"].tolist()
    vectors = np.random.default_rng(0).normal(size=(SAMPLES, 128))
    write_embeddings(tmp_path / "embeddings", samples, vectors)
    compare(results, sources=Sources(embeddings=tmp_path / "embeddings"))
    assert (results / "embeddings.png").is_file()
    assert "coloured by label and by person" in text_of(results)
    write_embeddings(tmp_path / "embeddings", [f"other{n}" for n in range(SAMPLES)], vectors)
    compare(results, sources=Sources(embeddings=tmp_path / "embeddings"))
    assert not (results / "embeddings.png").exists()
    assert "has embeddings of 0 of the 60 samples" in text_of(results)


def test_a_caution_beside_the_results_is_in_the_report(results):
    (results / CAUTION_NAME).write_text("Made up,\nall of *it*.\n")
    compare(results)
    assert r"**Made up, all of \*it\*.**" in text_of(results)


def test_leaks_are_shown_as_the_terminal_shows_them(results):
    rows = [("person", 3, 120, 0.025, np.nan, "v1#0", "another|video *of them*"), ("donor", 0, 120, 0, 0.333, "", "x")]
    columns = ["check", "found", "validation", "share", "nearest", "example", "meaning"]
    pd.DataFrame(rows, columns=columns).to_csv(results / "leaks.csv", index=False)
    compare(results)
    assert "| leak | faces | share | nearest | training has |" in text_of(results)
    assert "| person | 3/120 | 2.5% |  | another\\|video \\*of them\\* |" in text_of(results)
    assert "| donor | 0/120 | 0.0% | 0.33 | x |" in text_of(results)
    (results / "leaks.csv").write_bytes(b"")
    with pytest.raises(DataError, match="leaks.csv can't be read"):
        compare(results)


def test_how_it_was_made_is_told_in_a_table_and_what_is_shared_once(results):
    fit = {"training_samples": 1200, "C": 10.0, "tuning_auc": 0.62895}
    shared = {
        "split": {"protocol": "person", "folds": 5, "content_hash": "f" * 64},
        "made_from": {"index_sha256": "e" * 64},
    }
    card = {"approach": "An SVM", "seed": 3, "fits": [fit], "seconds": 90, "versions": {"numpy": "2"}} | shared
    other = {"approach": "A *net*", "seconds": 600.0, "versions": {"numpy": "2", "keras": "3"}} | shared
    other["fits"] = [{"learnt_from": 9, "held_out": 2, "best_epoch": 7}]
    (results / "good/model.json").write_text(json.dumps(card))
    (results / "poor/model.json").write_text(json.dumps(other))
    compare(results)
    report = text_of(results)
    assert "| good | 1,200 faces | C 10, AUC 0.629 in tuning | - | 3 | 90 s |" in report
    assert "| poor | 9 faces; 2 kept for tuning | epoch 7 | - | - | 10 min |" in report
    assert report.count("Divided by protocol person, 5 folds, hash beginning with ffffffffffff.") == 1
    assert report.count("The samples are those of the index whose hash begins with eeeeeeeeeeee.") == 1
    assert "With numpy 2, keras 3." in report
    assert "- **poor**: A \\*net\\*." in report


def test_cards_that_say_nothing_or_nonsense_do_no_harm(results):
    (results / "good/model.json").write_text("[]")
    (results / "poor/model.json").write_text(json.dumps({"fits": 3, "split": [], "versions": "new", "made_from": None}))
    compare(results)
    assert "| poor | - | - | - | - | - |" in text_of(results)


def test_data_set_day_and_version_stand_below_the_title(results, tmp_path):
    compare(results)
    (_, said) = text_of(results).split("\n\n")[:2]
    assert said.startswith("Data set: not known. Compared on ")
    assert said.endswith(f"{date.today().year} by keras\\_impl {__version__}.")
    card = {"approach": "x", "made_from": {"faces": {"data": "my *videos*", "layout": "folders"}}}
    (results / "good/model.json").write_text(json.dumps(card))
    compare(results)
    assert text_of(results).startswith("# Comparison: my \\*videos\\*\n\nData set: my \\*videos\\* (layout folders). ")
    compare_protocols(results.parent)
    assert (results.parent / "protocols.md").read_text().startswith("# Accuracy by protocol: my")


def test_the_package_s_own_approaches_are_explained_and_others_by_their_cards(tmp_path):
    for seed, name in enumerate(("svm", "baseline", "mine")):
        write_approach(tmp_path / name, skilled(1, seed), "image")
    compare(tmp_path)
    report = text_of(tmp_path)
    assert (
        "- **svm** (An approach): a network that recognises people (FaceNet) turns each face into 128 numbers" in report
    )
    assert "- **mine**: An approach." in report
    assert {*NAMES.values(), RESNET, FUSION, BASELINE} == set(EXPLAINED["image"])
    assert set(EXPLAINED["sound"]) == set(EXPLAINED["image"]) - {FUSION}


def test_legends_hide_nothing_and_matrices_share_a_scale(results, monkeypatch):
    drawn = {}
    monkeypatch.setattr(figures, "save", lambda figure, path: drawn.update({path.name: figure}))
    evaluation = compare(results).evaluation
    for draw in (figures.draw_roc, figures.draw_histograms, figures.draw_reliability, figures.draw_confusion):
        draw(results / f"{draw.__name__}.png", evaluation)
    for name, figure in drawn.items():
        figure.savefig(io.BytesIO())  # which lays it out
        assert not any(axes.get_legend() for axes in figure.axes), name
        for legend in figure.legends:
            box = legend.get_window_extent()
            assert all(box.y1 <= axes.get_tightbbox().y0 for axes in figure.axes), name
    assert {image.get_clim() for axes in drawn["draw_confusion.png"].axes for image in axes.images} == {
        (0, max(image.get_array().max() for axes in drawn["draw_confusion.png"].axes for image in axes.images))
    }
    assert drawn["draw_roc.png"].legends


def test_protocols_side_by_side(results):
    pool = results.parent
    for seed, rule in enumerate(("seed", "random")):
        write_scores(pool / rule / "good", skilled(2, seed, SAMPLES))
    found = compare_protocols(pool)
    assert list(found) == ["random", "person", "seed"]  # as strict as they get, then by name
    assert set(found["person"]) == {"good", "poor"}
    for ending in ("csv", "md", "html", "png"):
        assert (pool / f"protocols.{ending}").stat().st_size
    table = pd.read_csv(pool / "protocols.csv").set_index(["protocol", "approach", "metric"])
    low = table.loc[("random", "good", "AUC"), "low"]
    assert low == pytest.approx(found["random"]["good"]["auc"].low, abs=1e-5)
    compare(results)
    assert "(../protocols.md) compares the same approaches under other protocols" in text_of(results)


def test_a_report_on_sound_speaks_of_files_segments_and_speakers(tmp_path):
    videos = [f"f{n // 2:03}.wav" for n in range(SAMPLES)]
    shared = {"labels": (0, 0, 1, 1), "video": videos, "source": videos, "fold": np.arange(SAMPLES) // 4 % 2}
    shared["person"] = [f"p{n // 4}" for n in range(SAMPLES)]
    for seed, name in enumerate(("svm", "baseline")):
        scores = skilled(1.5 - seed, seed, SAMPLES, **shared)
        scores.loc[0, ["p_fake", "status"]] = (np.nan, "silent")
        write_approach(tmp_path / "results" / name, scores, protocol="given")
    leaks = "check,found,validation,share,example,meaning\nsource,0,30,0.0,,the same sentence\n"
    (tmp_path / "results/leaks.csv").write_text(leaks)
    write_embeddings(tmp_path / "data", scores["sample"], np.random.default_rng(0).normal(size=(SAMPLES, 20)))
    comparison = compare(tmp_path / "results", sources=Sources(embeddings=tmp_path / "data"))
    report = text_of(tmp_path / "results")
    assert not re.findall(r"\b(videos?|faces?|people|persons?|FaceNet|crops?)\b", report, re.IGNORECASE)
    assert sentence_of(comparison.evaluation).startswith("On 30 validation files of 15 speakers over 2 folds, ")
    for words in ("Per file, by the mean of the logits (log-odds) of its segments:", "| per segment |",
                  "files of one speaker resemble each other", "validated on other files", "validation segments",
                  "## What does the LFCC front end see?", "of 60 segments, coloured by label and by speaker",
                  "the LFCC front end encodes who somebody is", "1 of 60 validation samples"):  # fmt: skip
        assert words in report, words
    levels = pd.read_csv(tmp_path / "results/comparison.csv")["level"]
    assert set(levels) == {"file", "segment"}
    assert short_table(comparison.evaluation)[0] == ("approach", "accuracy", "95 %", "AUC", "95 %", "EER", "95 %")


def test_sound_of_unknown_speakers_is_redrawn_by_what_is_said(tmp_path):
    write_approach(tmp_path / "svm", skilled(0.5, 0), protocol="source")
    compare(tmp_path)
    assert "It is not known who speaks in each of the files, so what is redrawn is what is said" in text_of(tmp_path)


def test_sound_has_no_faces_to_show(tmp_path, faces):
    write_sound(tmp_path / "sound", svm=1)
    with pytest.raises(DataError, match="is of sound, which has no faces to show: leave out --faces"):
        compare(tmp_path / "sound", sources=Sources(faces=faces))
    assert not (tmp_path / "sound/comparison.md").exists()


def test_protocols_of_sound_side_by_side_with_the_equal_error_rate(tmp_path):
    for rule in ("corpus", "system", "person"):
        write_sound(tmp_path / rule, svm=1, baseline=0)
    found = compare_protocols(tmp_path)
    assert list(found) == ["person", "system", "corpus"]
    report = (tmp_path / "protocols.md").read_text()
    assert "| protocol | approach | accuracy | AUC | equal error rate |" in report
    assert "*system* holds out whole synthesis systems" in report
    assert "frames" not in report
    table = pd.read_csv(tmp_path / "protocols.csv").set_index(["protocol", "approach", "metric"])
    low = table.loc[("system", "svm", "equal error rate"), "low"]
    assert low == pytest.approx(found["system"]["svm"]["eer"].low, abs=1e-5)


def test_approaches_to_sound_are_no_protocol_and_are_not_mixed_with_faces(results):
    pool = results.parent
    write_sound(pool / "sound", svm=1)
    assert list(compare_protocols(pool)) == ["person"]
    write_sound(pool / "system", svm=1)
    with pytest.raises(ScoresError, match="person is of image and system of sound"):
        compare_protocols(pool)


@pytest.mark.slow
def test_the_command_line_fits_80_columns_and_ends_with_what_it_wrote(results):
    (results / "poor").rename(results / "a_name_that_is_far_too_long")
    for arguments, name in ((["--results", "person"], "person/comparison.md"),
                            (["--results", ".", "--by-protocol"], "protocols.md")):  # fmt: skip
        result = run_step("compare", *arguments, cwd=results.parent)
        assert result.returncode == 0, result.stderr
        lines = result.stdout.splitlines()
        assert lines[-1].startswith(f"Wrote {name}")
        assert max(len(line.rstrip()) for line in lines) <= 80, result.stdout
        assert result.stdout.count("…") == (name == "person/comparison.md")  # the name, and no figure


@pytest.mark.slow
def test_the_command_line_fits_80_columns_on_sound_too_and_finds_its_default_folder(tmp_path):
    for folder in ("results/sound", "results/sound/system"):
        write_sound(tmp_path / folder, a_name_that_is_far_too_long=2, svm=0.5)
    write_approach(tmp_path / "results/svm", skilled(1, 0), "image")
    for arguments, name, cut in ((["--modality", "sound"], "results/sound/comparison.md", 1),
                                 (["--modality", "sound", "--by-protocol"], "results/sound/protocols.md", 1),
                                 ([], "results/comparison.md", 1)):  # fmt: skip
        result = run_step("compare", *arguments, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        lines = result.stdout.splitlines()
        assert lines[-1].startswith(f"Wrote {name}")
        assert max(len(line.rstrip()) for line in lines) <= 80, result.stdout
        assert result.stdout.count("…") == cut, result.stdout  # the name, and no figure


def test_by_protocol_without_protocols_says_so_in_one_line(results):
    assert_one_line_error(run_step("compare", "--results", results, "--by-protocol"), "leave out --by-protocol")


@pytest.mark.slow
def test_tensorflow_is_not_needed(results, faces):
    code = (
        "import sys; from pathlib import Path; from keras_impl.reporting.report import Sources, compare;"
        "compare(Path(sys.argv[1]), sources=Sources(Path(sys.argv[2]), Path('nowhere')));"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(results), str(faces)], check=True)
