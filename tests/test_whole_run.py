"""The five commands in a row, as a user types them, on a small set with bad files in it."""

import json
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from keras_impl.degradations import DEGRADATIONS
from keras_impl.errors import DataError
from keras_impl.evaluation.robustness import FIGURES
from keras_impl.evaluation.scores import read_scores, write_scores
from keras_impl.media.image import write_png
from keras_impl.prediction.render.words import catalogue
from keras_impl.prediction.stress import choose_samples
from keras_impl.prediction.trained import find_models
from keras_impl.samples.degradations import conditions_of
from tests.conftest import ROOT, assert_one_line_error, run_step

pytestmark = pytest.mark.slow

PEOPLE = 12


@pytest.fixture(scope="module")
def project(clips, tmp_path_factory):
    """A working folder whose data/videos holds 12 real clips, 24 fakes, and four bad files."""
    folder = tmp_path_factory.mktemp("project")
    videos = folder / "data" / "videos"
    videos.mkdir(parents=True)
    entries = json.loads((clips / "metadata.json").read_text())
    reals = sorted(name for name, entry in entries.items() if entry["label"] == "REAL")[::9][:PEOPLE]
    chosen = {name: entry for name, entry in entries.items() if name in reals or entry["original"] in reals}
    for name in chosen:
        shutil.copy(clips / name, videos)
    (videos / "empty.mp4").touch()
    (videos / "text.mp4").write_text("not a video\n" * 50)
    whole = (clips / reals[0]).read_bytes()
    (videos / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    shutil.copy(clips / reals[0], videos / "unlisted.mp4")
    bad = {name: {"label": "FAKE", "original": None} for name in ("empty.mp4", "text.mp4", "cut.mp4")}
    (videos / "metadata.json").write_text(json.dumps(chosen | bad))
    return folder


UNTRAINED = ("--backbone-weights", "none", "--epochs", 3)
"""What it learns isn't asked here: random weights, and few epochs."""


@pytest.fixture(scope="module")
def results(project):
    """What each step printed, all run."""
    steps = [
        ["extract_faces", "--frames-per-video", 1],
        ["extract_embeddings"],
        ["find_people", "--faces", "data/faces"],
        ["make_split"],
        ["train_svm"],
        ["train_resnet", *UNTRAINED],
        ["train_fusion"],
        ["train_baseline"],
        ["compare"],
    ]
    printed = {}
    for step, *arguments in steps:
        result = run_step(step, *arguments, cwd=project)
        assert result.returncode == 0, result.stderr
        assert "Traceback" not in result.stderr
        printed[step] = result
    return printed


def test_each_step_ends_with_what_it_wrote(project, results):
    written = {
        "extract_faces": "data/faces/index.csv",
        "extract_embeddings": "embeddings/embeddings.npz",
        "find_people": "the column person of embeddings/index.csv",
        "make_split": "embeddings/split.json",
        "train_svm": "results/svm/scores.csv",
        "train_resnet": "results/resnet/scores.csv",
        "train_fusion": "results/fusion/scores.csv",
        "train_baseline": "results/baseline/scores.csv",
        "compare": "results/comparison.md",
    }
    for step, path in written.items():
        assert results[step].stdout.strip().splitlines()[-1].startswith(f"Wrote {path}")
        assert (project / path.split()[-1]).is_file()


def test_bad_files_are_named_and_the_rest_went_on(project, results):
    problems = pd.read_csv(project / "data/faces/problems.csv").set_index("name")["reason"]
    assert set(problems.index) == {"empty.mp4", "text.mp4", "cut.mp4", "unlisted.mp4"}
    assert problems["unlisted.mp4"] == "has no entry in metadata.json"
    assert "Skipped 4" in results["extract_faces"].stderr
    index = pd.read_csv(project / "data/faces/index.csv")
    assert index["video"].nunique() >= 3 * PEOPLE - 2


def test_both_approaches_scored_the_same_samples(project, results):
    svm, resnet = (pd.read_csv(project / "results" / name / "scores.csv") for name in ("svm", "resnet"))
    faceless = pd.read_csv(project / "data/faces/faceless.csv").set_index("video")["status"]
    assert faceless.to_dict() == {"cut.mp4": "unreadable", "empty.mp4": "unreadable", "text.mp4": "unreadable"}
    assert set(svm["status"][svm["video"].isin(faceless.index)]) <= {"unreadable"}
    assert (svm["status"][~svm["video"].isin(faceless.index)] == "ok").all()
    shared = ["sample", "video", "source", "split", "label", "status"]
    assert svm[shared].equals(resnet[shared])
    for split, rows in svm.groupby("split"):
        assert rows["label"].mean() == 0.5, split
    assert not set(svm["source"][svm["split"] == "train"]) & set(svm["source"][svm["split"] == "validation"])


def test_the_table_fits_80_columns(results):
    table = [
        line
        for line in results["compare"].stdout.splitlines()
        if line.startswith((" approach", " svm", " resnet", " fusion", " baseline"))
    ]
    assert len(table) == 5
    assert [line for line in results["make_split"].stdout.splitlines() if line.startswith(" donor")]
    assert all(len(line.rstrip()) <= 80 and "…" not in line for line in table)


def test_a_second_run_gives_the_same_index_and_split(project, results, tmp_path):
    faces, embeddings = tmp_path / "faces", tmp_path / "embeddings"
    assert run_step("extract_faces", "--frames-per-video", 1, "--out", faces, cwd=project).returncode == 0
    assert run_step("extract_embeddings", "--faces", faces, "--out", embeddings, cwd=project).returncode == 0
    for name in ("index.csv", "problems.csv"):
        assert (faces / name).read_bytes() == (project / "data/faces" / name).read_bytes()
    for name in ("index.csv", "split.json"):
        assert (embeddings / name).read_bytes() == (project / "embeddings" / name).read_bytes()


def test_a_contact_sheet_is_drawn_for_each_person(project, results):
    people = pd.read_csv(project / "embeddings/index.csv").query("label == 0")["person"]
    assert len(list((project / "embeddings/people").glob("*.png"))) == people.nunique()
    assert (project / "embeddings/people.png").is_file()


def test_the_leak_table_is_part_of_the_report(project, results):
    leaks = pd.read_csv(project / "results/leaks.csv").set_index("check")
    assert leaks.loc["source", "found"] == 0
    assert "near-duplicate" in (project / "results/comparison.md").read_text()


@pytest.mark.heavy
def test_other_splits_with_folds_run_through(project, results, tmp_path):
    split = tmp_path / "folds.json"
    made = run_step("make_split", "--protocol", "video", "--folds", 2, "--repeats", 2, "--out", split, cwd=project)
    assert made.returncode == 0, made.stderr
    arguments = ["--split", split, "--out", tmp_path / "results"]
    assert run_step("train_svm", *arguments, "--kernel", "rbf", cwd=project).returncode == 0
    assert run_step("train_baseline", *arguments, cwd=project).returncode == 0
    scores = pd.read_csv(tmp_path / "results/svm_rbf/scores.csv")
    assert scores["fold"].unique().tolist() == [0, 1, 2, 3]
    less = ["--max-folds", 1, "--max-training-faces", 10, *UNTRAINED]
    elsewhere = ["--split", split, "--out", tmp_path / "less"]
    assert run_step("train_resnet", *elsewhere, *less, cwd=project).returncode == 0
    few = pd.read_csv(tmp_path / "less/resnet/scores.csv")
    assert few["fold"].unique().tolist() == [0]
    assert 10 <= (few["split"] == "train").sum() < (scores["split"] == "train")[scores["fold"] == 0].sum()
    compared = run_step("compare", "--results", tmp_path / "results", cwd=project)
    assert compared.returncode == 0, compared.stderr


def test_resnet_leaves_its_logs_its_curves_and_nothing_unfinished(project, results):
    folder = project / "results/resnet"
    history = pd.read_csv(folder / "history.csv")
    assert history["epoch"].iloc[0] == 0
    assert history["held_out_auc"].between(0, 1).all()
    assert (project / "results/learning_curves.png").is_file()
    assert list((folder / "tensorboard/fold-0").iterdir())
    assert not (folder / "unfinished").exists()
    model = json.loads((folder / "model.json").read_text())
    assert {"format", "sample", "network", "training", "fits", "compute_dtype", "split", "made_from"} <= set(model)


def test_a_clip_gets_a_verdict_with_reasons_from_all_three(project, results, tmp_path):
    clip = sorted((project / "data/videos").glob("*_real.mp4"))[0].relative_to(project)
    result = run_step("predict", clip, "data/videos/text.mp4", "--report", tmp_path, "--model", "results", cwd=project)
    assert result.returncode == 3, result.stderr
    assert "Not judged: data/videos/text.mp4: The file can't be opened as a video" in result.stderr
    heading = next(line.split() for line in result.stdout.splitlines() if line.split()[:1] == ["file"])
    assert heading[-2:] == ["resnet", "svm"]
    assert "The image was judged by ResNet50 and FaceNet + SVM (rbf), fused in results/fusion." in result.stdout
    pages = [path.read_text() for path in tmp_path.glob("*.mp4.html")]
    assert sorted(catalogue("en").look["heat_image"] in page for page in pages) == [False, True]


def test_degraded_faces_are_scored_as_training_scored_them_and_not_twice(project, results):
    first = run_step("stress", cwd=project)
    assert first.returncode == 0, first.stderr
    assert max(map(len, first.stdout.splitlines())) <= 80
    folder = project / "results/stress/validation"
    table = pd.read_csv(folder / "stress.csv")
    assert set(table["approach"]) == {"fusion", "resnet", "svm"}
    assert len(table) == 3 * len(FIGURES) * len(conditions_of(DEGRADATIONS["image"]))
    assert {path.name for path in folder.glob("*.png")} == {"stress.png", "stress_fpr.png"}
    scored = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    for approach, apart in (("svm", 1e-3), ("resnet", 3e-2)):  # in bfloat16, by two libraries
        scores = read_scores(project / "results" / approach / "scores.csv").set_index("sample")
        validation = scores[scores["split"] == "validation"]["p_fake"].dropna()
        assert {line["name"] for line in scored} == set(validation.index)
        clean = {line["name"]: line["content"]["logits"][approach][0] for line in scored}
        assert expit(pd.Series(clean)).to_dict() == pytest.approx(validation.to_dict(), abs=apart)
    again = run_step("stress", "--max-fpr", 0.4, cwd=project)
    assert f"{len(scored)} of {len(scored)} faces are scored already" in again.stdout
    assert run_step("compare", cwd=project).returncode == 0
    report = (project / "results/comparison.md").read_text()
    assert "What is left of it on degraded faces" in report
    assert "](stress/validation/stress.png)" in report


def test_faces_of_another_set_are_all_taken_and_those_learnt_from_never(project, results, tmp_path):
    models = find_models(project / "results").image
    own, other = project / "embeddings", tmp_path / "other"
    tested = choose_samples(models, own)
    assert tested.is_validation
    assert len(choose_samples(models, own, 3).index) == 3
    shutil.copytree(own, other)
    index = pd.read_csv(other / "index.csv")
    for column in ("sample", "video", "source"):
        index[column] = "x" + index[column]
    index.to_csv(other / "index.csv", index=False)
    settings = json.loads((other / "settings.json").read_text())
    settings["sample"]["min_face_size"] = None  # as of crops that came ready-made
    (other / "settings.json").write_text(json.dumps(settings))
    strange = choose_samples(models, other)
    assert not strange.is_validation
    assert len(strange.index) == len(index) > len(tested.index)
    index = pd.read_csv(own / "index.csv")
    index[~index["sample"].isin(tested.index["sample"])].to_csv(other / "index.csv", index=False)
    with pytest.raises(DataError, match="have been learnt from"):
        choose_samples(models, other)


def test_other_frames_of_videos_that_were_learnt_from_are_left_out(project, results, tmp_path):
    models = find_models(project / "results").image
    index = pd.read_csv(project / "embeddings/index.csv")
    shutil.copytree(project / "embeddings", tmp_path / "other")
    index["sample"] = index["video"] + "#later"
    index.to_csv(tmp_path / "other/index.csv", index=False)
    tested = choose_samples(models, tmp_path / "other")
    scores = read_scores(project / "results/resnet/scores.csv")
    learnt = scores[scores["split"] == "train"]
    assert not tested.is_validation
    assert not tested.index["source"].isin(learnt["source"]).any()
    assert tested.left_out == index["source"].isin(learnt["source"]).sum() > 0


def test_a_published_detector_judges_and_knows_what_it_has_learnt_from(project, results, tmp_path):
    run_step("stress", cwd=project)
    out = tmp_path / "passed on"
    published = run_step("publish", "--model", "results/resnet", "--out", out, cwd=project)
    assert published.returncode == 0, published.stderr
    scores = read_scores(project / "results/resnet/scores.csv")
    names = set(scores["video"]) | set(scores["source"])
    for path in (out / "resnet").iterdir():
        assert not any(name.encode() in path.read_bytes() for name in names), path
        assert str(project).encode() not in path.read_bytes(), path
    models = find_models(out).image
    (rates,) = models.decisive.known.rates
    validation = scores[(scores["split"] == "validation") & (scores["status"] == "ok")]
    assert rates.real + rates.fake == validation["video"].nunique()
    assert f"({rates.real} genuine, {rates.fake} fake videos)" in (out / "resnet/card.md").read_text()
    tested = choose_samples(models, project / "embeddings")
    assert not tested.is_validation
    assert set(tested.index["sample"]) >= set(validation["sample"])
    assert not set(tested.index["source"]) & set(scores["source"][scores["split"] == "train"])
    judged = run_step("predict", next((project / "data/videos").glob("*.mp4")), "--model", out, cwd=project)
    assert "people it had not seen" in judged.stdout  # and how many of 100 of their videos get such an answer


def test_what_any_approach_has_learnt_from_is_no_validation_face(project, results, tmp_path):
    shutil.copytree(project / "results", tmp_path / "results")
    path = tmp_path / "results/svm/scores.csv"
    scores = read_scores(path)
    met = choose_samples(find_models(tmp_path / "results").image, project / "embeddings").index["sample"].iloc[0]
    scores.loc[scores["sample"] == met, "split"] = "train"
    write_scores(path.parent, scores)
    tested = choose_samples(find_models(tmp_path / "results").image, project / "embeddings")
    assert met not in set(tested.index["sample"])


def test_a_fold_killed_in_training_is_taken_up_where_it_was(project, results, tmp_path):
    out = ["--out", tmp_path, *UNTRAINED]
    arguments = [sys.executable, "-m", "keras_impl.train_resnet", *map(str, out)]
    process = subprocess.Popen(arguments, cwd=project, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while process.poll() is None and not list(tmp_path.glob("resnet/unfinished/*/fold-0/state.npz")):
        time.sleep(0.05)
    process.kill()
    process.wait()
    again = run_step("train_resnet", *out, cwd=project)
    assert again.returncode == 0, again.stderr
    assert "Going on with the run in" in again.stdout
    whole, taken_up = (pd.read_csv(path / "resnet/scores.csv") for path in (project / "results", tmp_path))
    assert taken_up["p_fake"].to_numpy() == pytest.approx(whole["p_fake"].to_numpy(), abs=0.01, nan_ok=True)


def test_the_preview_is_all_that_is_written(project, results, tmp_path):
    preview = ["--preview", "--self-blended", 1, "--degraded", 1, "--backbone-weights", "none", "--out", tmp_path]
    result = run_step("train_resnet", *preview, cwd=project)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "preview.png").is_file()
    assert not (tmp_path / "resnet/unfinished").exists()
    assert not (tmp_path / "resnet/scores.csv").exists()


def test_strict_makes_leaks_an_error_and_writes_no_split(project, results, tmp_path):
    split = tmp_path / "leaky.json"
    result = run_step("make_split", "--protocol", "random", "--strict", "--out", split, cwd=project)
    assert_one_line_error(result, "validation faces leak", "its original")
    assert not split.exists()


@pytest.mark.heavy
def test_a_crop_lost_later_is_named_and_the_rest_is_compared(project, results, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    scores = pd.read_csv(copy / "results/svm/scores.csv")
    index = pd.read_csv(copy / "data/faces/index.csv").set_index("sample")
    lost = scores["sample"][scores["split"] == "validation"].iloc[0]
    (copy / "data/faces" / index["crop"][lost]).write_bytes(b"")
    result = run_step("extract_embeddings", cwd=copy)
    assert result.returncode == 0
    assert f"{lost}: its crop" in result.stderr
    assert run_step("train_svm", cwd=copy).returncode == 0
    assert_one_line_error(run_step("compare", cwd=copy), f"{lost} was scored by only one")
    few = ("--max-training-faces", 12)  # whom it learns from is not what is asked here
    again = run_step("train_resnet", *UNTRAINED, *few, cwd=copy)
    assert again.returncode == 0, again.stderr
    assert f"{lost}: its crop can't be read" in again.stderr
    scores = pd.read_csv(copy / "results/resnet/scores.csv").set_index("sample")
    assert scores.loc[lost, "status"] == "crop unreadable"
    assert (scores["status"] == "ok").sum() > PEOPLE
    for approach in ("fusion", "baseline"):
        shutil.rmtree(copy / "results" / approach)
    assert run_step("compare", cwd=copy).returncode == 0


def change_settings(path, change):
    settings = json.loads(path.read_text())
    change(settings)
    path.write_text(json.dumps(settings))


def test_samples_of_two_framings_and_of_another_format_are_refused(project, results, tmp_path):
    """Before anything is trained; naming both sides, and what to run again."""
    copy = tmp_path / "copy"
    for name in ("data/faces", "embeddings", "results"):
        shutil.copytree(project / name, copy / name)
    change_settings(copy / "data/faces/settings.json", lambda known: known["sample"].update(min_face_size=60.0))
    refused = run_step("train_resnet", "--backbone-weights", "none", cwd=copy)
    assert_one_line_error(refused, "data/faces", "embeddings", "min_face_size: 60.0 and 40.0", "extract_embeddings")
    change_settings(copy / "embeddings/settings.json", lambda known: known["sample"].update(min_face_size=60.0))
    refused = run_step("train_fusion", cwd=copy)
    assert_one_line_error(refused, "results/resnet", "embeddings", "min_face_size: 40.0 and 60.0", "train_resnet")
    change_settings(copy / "embeddings/settings.json", lambda known: known.pop("format"))
    refused = run_step("train_svm", cwd=copy)
    assert_one_line_error(refused, "has an earlier format", "run python -m keras_impl.extract_embeddings again")
    change_settings(copy / "results/svm/model.json", lambda known: known.update(format=1))
    refused = run_step("predict", project / "data/videos/unlisted.mp4", "--model", copy / "results/svm", cwd=copy)
    assert_one_line_error(refused, "has format 1", "train it again")


def test_a_tampered_split_is_refused(project, results, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(project / "embeddings", copy / "embeddings")
    path = copy / "embeddings/split.json"
    path.write_text(path.read_text().replace('"validation": [', '"validation": ["stranger#0",', 1))
    assert_one_line_error(run_step("train_svm", cwd=copy), "not an intact split")


@pytest.fixture(scope="module")
def ten_faces(face, tmp_path_factory):
    """A working folder with five real crops, a fake of each, and all that the training steps need."""
    folder = tmp_path_factory.mktemp("ten")
    write_crops(folder / "crops", face, range(10))
    for step in (["extract_faces", "--data", "crops", "--layout", "crops"], ["extract_embeddings"]):
        result = run_step(*step, cwd=folder)
        assert result.returncode == 0, result.stderr
    return folder


def write_crops(folder, face, numbers):
    """Write a face with little noise into real/, with more of it into fake/, in turn."""
    generator = np.random.default_rng(0)
    for number in numbers:
        kind = ("real", "fake")[number % 2]
        noisy = face + generator.normal(0, (3, 25)[number % 2], face.shape)
        write_png(folder / kind / f"v{number // 2}_{kind}.png", noisy.clip(0, 255).astype(np.uint8))


def train_on_a_small_disk(folder, *arguments):
    """Run train_resnet as a user would, where no file can grow beyond 20 MB: a state has more than 100."""
    code = f"""
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, 20_000_000))
sys.argv = ["train_resnet", *{list(map(str, arguments))}]
runpy.run_module("keras_impl.train_resnet", run_name="__main__", alter_sys=True)
"""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", code]
    return subprocess.run(run, capture_output=True, text=True, cwd=folder, env=environment, check=False)


@pytest.mark.heavy
def test_ten_faces_are_enough_for_every_step_to_end_well(ten_faces):
    for step in (["train_svm"], ["train_resnet", "--backbone-weights", "none"], ["train_fusion"], ["compare"]):
        result = run_step(*step, cwd=ten_faces)
        assert result.returncode == 0, result.stderr
        assert "Traceback" not in result.stderr
    for approach in ("svm", "resnet", "fusion"):
        scores = pd.read_csv(ten_faces / "results" / approach / "scores.csv")
        assert scores["p_fake"].between(0, 1).sum() >= 2, approach
    assert "2 validation videos" in result.stdout


@pytest.mark.heavy
def test_a_disk_that_fills_up_in_training_costs_nothing_but_time(ten_faces, tmp_path):
    out = ["--out", tmp_path, "--backbone-weights", "none"]
    full = train_on_a_small_disk(ten_faces, *out)
    assert_one_line_error(full, "can't be written", "free space there and run the same command again")
    again = run_step("train_resnet", *out, cwd=ten_faces)
    assert again.returncode == 0, again.stderr
    assert "Going on with the run in" in again.stdout
    assert not (tmp_path / "resnet/unfinished").exists()
    assert pd.read_csv(tmp_path / "resnet/scores.csv")["p_fake"].between(0, 1).all()


def test_faces_of_one_class_are_told_in_one_line(face, tmp_path):
    write_crops(tmp_path / "crops", face, range(0, 10, 2))
    assert run_step("extract_faces", "--data", "crops", "--layout", "crops", cwd=tmp_path).returncode == 0
    embedded = run_step("extract_embeddings", cwd=tmp_path)
    assert embedded.returncode == 0, embedded.stderr
    told = "all 5 faces are real: a split needs real and fake ones"
    assert f"No split was made: {told}" in embedded.stdout + embedded.stderr
    assert_one_line_error(run_step("make_split", cwd=tmp_path), told)
    for step in (["train_svm"], ["train_resnet", "--backbone-weights", "none"]):
        assert_one_line_error(run_step(*step, cwd=tmp_path), "split.json is missing", "make_split")
