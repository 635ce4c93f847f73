"""What a prediction says, in English and in Korean: every sentence that the command, the report and the page "
"share.
"""

from typing import Literal, get_args

from keras_impl.verdict.prediction import Prediction, Reason, View, probability

Language = Literal["en", "ko"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

VERDICTS: dict[Language, dict[str, str]] = {
    "en": {
        "likely real": "likely real",
        "likely fake": "likely fake",
        "can't tell": "can't tell",
        "": "not judged",
    },
    "ko": {
        "likely real": "진짜로 보임",
        "likely fake": "가짜로 보임",
        "can't tell": "판단할 수 없음",
        "": "판정하지 못함",
    },
}

SENTENCES: dict[Language, dict[str, str]] = {
    "en": {
        "above": "P(fake) is {p:.2f}{interval}, above the threshold of {threshold:.2f}.",
        "below": "P(fake) is {p:.2f}{interval}, below the threshold of {threshold:.2f}.",
        "between": (
            "P(fake) is {p:.2f}{interval}: above {equal_error:.2f}, where both kinds of error are equal, but "
            "not above "
            "{threshold:.2f}, which keeps false alarms as rare as was asked for."
        ),
        "straddles": (
            "P(fake) is {p:.2f}, but its interval over frames{interval} holds the threshold of {threshold:.2f}."
        ),
        "out_of_range": (
            "P(fake) is {p:.2f}, outside of {lowest:.2f} to {highest:.2f}, which is all that calibration has "
            "met: this "
            "face is unlike those of training."
        ),
        "too_small": (
            "The largest face is {size} px wide; faces under {smallest} px were not learnt from and are not judged."
        ),
        "too_few": "Nobody is seen often enough: at most {faces} faces of one person in {frames} frames.",
        "one_face": "There is one face only, so how sure this is can't be told from differences between frames.",
        "people": (
            "{people} people are in the picture, {supported} of them seen often enough. The verdict is that "
            "on person "
            "{chosen}, whose score is the highest; with many people a false alarm is more likely."
        ),
        "left_out": "{faces} more faces were not judged: the {most} largest of each frame are.",
        "uncalibrated": (
            "Too few videos were held out of training to fix a threshold or to calibrate: 0.5 is used, and "
            "P(fake) is a guess."
        ),
        "caution": "{text}",
    },
    "ko": {
        "above": "P(가짜)는 {p:.2f}{interval}로, 기준값 {threshold:.2f}보다 높습니다.",
        "below": "P(가짜)는 {p:.2f}{interval}로, 기준값 {threshold:.2f}보다 낮습니다.",
        "between": (
            "P(가짜)는 {p:.2f}{interval}입니다. 두 종류의 오류가 같아지는 {equal_error:.2f}보다는 높지만, "
            "요청한 만큼 오경보를 "
            "줄이는 기준값 {threshold:.2f}보다 높지는 않습니다."
        ),
        "straddles": (
            "P(가짜)는 {p:.2f}이지만, 프레임에 따른 구간{interval} 안에 기준값 {threshold:.2f}이 들어 있습니다."
        ),
        "out_of_range": (
            "P(가짜)는 {p:.2f}로, 보정에 쓰인 범위 {lowest:.2f}에서 {highest:.2f}까지를 벗어납니다. 학습에 쓰인 "
            "얼굴들과 다른 얼굴입니다."
        ),
        "too_small": (
            "가장 큰 얼굴의 너비가 {size}픽셀입니다. {smallest}픽셀보다 작은 얼굴은 학습하지 않았으므로 "
            "판정하지 않습니다."
        ),
        "too_few": (
            "충분히 자주 나오는 사람이 없습니다. 프레임 {frames}개 중 한 사람의 얼굴은 많아야 {faces}개입니다."
        ),
        "one_face": "얼굴이 하나뿐이어서, 프레임 사이의 차이로 얼마나 확실한지 말할 수 없습니다.",
        "people": (
            "화면에 {people}명이 있고, 그중 {supported}명이 충분히 자주 나옵니다. 판정은 점수가 가장 높은 "
            "{chosen}번 사람의 것입니다. "
            "사람이 많으면 오경보의 가능성도 커집니다."
        ),
        "left_out": "얼굴 {faces}개는 판정하지 않았습니다. 프레임마다 가장 큰 {most}개만 판정합니다.",
        "uncalibrated": (
            "학습에서 떼어 둔 영상이 너무 적어 기준값을 정하거나 보정하지 못했습니다. 0.5를 기준으로 썼으며, "
            "P(가짜)는 추측일 뿐입니다."
        ),
        "caution": "주의: 이 모델은 무엇도 증명하지 못합니다. ({text})",
    },
}


def verdict_in(prediction: Prediction, language: Language = "en") -> str:
    """The verdict in words."""
    return VERDICTS[language][prediction.verdict or ""]


def sentence(reason: Reason, language: Language = "en") -> str:
    """A reason in words; plain text, which may hold anything that a results folder's caution says."""
    values = dict(reason.values)
    low, high = values.get("low"), values.get("high")
    values["interval"] = f" ({low:.2f}\N{EN DASH}{high:.2f})" if low is not None and low != high else ""
    return SENTENCES[language][reason.code].format(**values)


def interval_of(view: View) -> str:
    """The interval of P(fake), two decimals; a dash without one."""
    if view.low is None or view.high is None:
        return "\N{EN DASH}"
    return f"{probability(view.low):.2f} to {probability(view.high):.2f}"
