"""What the command says beside its table."""

from dataclasses import replace

from keras_impl.models.published import Known
from keras_impl.prediction.reasons import Above, NotDecoded, Says, Verbatim
from keras_impl.prediction.render.terminal import answers, detectors, reasons
from keras_impl.prediction.result import ImagePrediction, JudgedFile, UnjudgedFile

ABOVE = Above(part="image", p=0.9, low=0.8, high=0.95, threshold=0.5)
SAYS = (Says(image="likely fake", sound=None),)
IMAGE = ImagePrediction("likely fake", (ABOVE,))
ONE = JudgedFile("one.mp4", IMAGE, verdict="likely fake", rests_on="image", answer=SAYS)
BAD = UnjudgedFile("bad.mp4", problems=(NotDecoded(expected="a video", detail=Verbatim("no")),))


def test_one_file_begins_with_what_is_said_of_it():
    assert list(answers([ONE])) == ["Likely fake. The faces look forged to this detector."]
    assert list(reasons([ONE])) == ["P(fake) of the image is 0.90 (0.80\N{EN DASH}0.95), above the threshold of 0.50."]


def test_files_with_the_same_answer_share_a_line_and_the_unjudged_have_none():
    told = list(answers([ONE, replace(ONE, name="two.mp4"), BAD]))
    assert told == ["one.mp4, two.mp4: Likely fake. The faces look forged to this detector."]
    assert [line.split(":")[0] for line in reasons([ONE, replace(ONE, name="two.mp4"), BAD])] == ["one.mp4", "two.mp4"]


def test_a_layout_is_not_taken_for_a_data_set(models):
    told = " ".join(detectors([ONE], models, None))
    assert "not recorded, only how that was laid out: dfdc" in told
    decisive = models.image.decisive
    known = replace(decisive, known=Known(data="faces of DFDC"))
    told = " ".join(detectors([ONE], replace(models, image=replace(models.image, trained={"resnet": known})), None))
    assert "It has learnt from faces of DFDC." in told
    assert "laid out" not in told


def test_the_threshold_and_what_is_not_judged_are_told_once(models):
    told = list(detectors([ONE, ONE], models, 0.1))
    assert sum("no more than 10 of 100 genuine files" in line for line in told) == 1
    assert told[-1] == f"The sound was not judged: there is no model for it in {models.shown}."
