"""What a prediction says, in English and in Korean: every sentence that the command, the report and the page share."""

from typing import Literal, get_args

from keras_impl.prediction.result import Prediction, Reason, View, probability

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

PARTS: dict[Language, dict[str | None, dict[str, str]]] = {
    "en": {
        None: {"whose": "", "topic": "", "units": "frames", "unlike": "this face is unlike those"},
        "image": {
            "whose": " of the image",
            "topic": "The image",
            "units": "frames",
            "unlike": "this face is unlike those",
        },
        "sound": {
            "whose": " of the sound",
            "topic": "The sound",
            "units": "segments",
            "unlike": "this voice is unlike those",
        },
    },
    "ko": {
        None: {"whose": "", "topic": "", "units": "프레임", "unlike": "얼굴들과 다른 얼굴"},
        "image": {"whose": "화면의 ", "topic": "화면은", "units": "프레임", "unlike": "얼굴들과 다른 얼굴"},
        "sound": {"whose": "소리의 ", "topic": "소리는", "units": "조각", "unlike": "목소리들과 다른 목소리"},
    },
}
"""How sentences name the part of the file that they are about."""

SENTENCES: dict[Language, dict[str, str]] = {
    "en": {
        "above": "P(fake){whose} is {p:.2f}{interval}, above the threshold of {threshold:.2f}.",
        "below": "P(fake){whose} is {p:.2f}{interval}, below the threshold of {threshold:.2f}.",
        "close": (
            "P(fake){whose} is {p:.2f}{interval}, too close to the threshold of {threshold:.2f} to call: the odds are "
            "less than 3 to 2."
        ),
        "between": (
            "P(fake){whose} is {p:.2f}{interval}: above {equal_error:.2f}, where both kinds of error are equal, but "
            "not above "
            "{threshold:.2f}, which keeps false alarms as rare as was asked for."
        ),
        "straddles": (
            "P(fake){whose} is {p:.2f}, but its interval over {units}{interval} holds the threshold of {threshold:.2f}."
        ),
        "out_of_range": (
            "P(fake){whose} is {p:.2f}, outside of {lowest:.2f} to {highest:.2f}, which is all that calibration has "
            "met: {unlike} of training."
        ),
        "too_small": ("The largest face is {size} px wide; faces under {smallest} px are not judged."),
        "too_few": "Nobody is seen often enough: at most {faces} faces of one person in {frames} frames.",
        "faint": (
            "What was found may be no face: the detector's certainty is {certainty:.2f}, and {least:.2f} is the "
            "least for a verdict."
        ),
        "missing_frames": "{frames} of the frames that were looked for can't be decoded: the file is damaged.",
        "one_face": "There is one face only, so how sure this is can't be told from differences between frames.",
        "people": (
            "{people} people are in the picture, {supported} of them seen often enough. The verdict is that "
            "on person "
            "{chosen}, whose score is the highest; with many people a false alarm is more likely."
        ),
        "left_out": "{faces} more faces were not judged: the {most} largest of each frame are.",
        "no_film": "The video with boxes could not be written: it {problem}.",
        "no_report": "The report could not be written: {problem}.",
        "both": (
            "Image: {image}; sound: {sound}. A file is likely fake if either is, and likely real only if both are."
        ),
        "one_segment": (
            "There is one segment of sound only, so how sure this is can't be told from differences between segments."
        ),
        "no_face": "The image was not judged: there is no face of at least {smallest} px in it.",
        "no_sound_track": "The sound was not judged: there is no sound track.",
        "silent": "The sound was not judged: it is silent.",
        "too_short": "The sound was not judged: there is less than a second of it at a stretch.",
        "no_speech": "The sound was not judged: nobody speaks in it.",
        "unreadable": "{topic} was not judged: the file {problem}.",
        "no_model": "{topic} was not judged: there is no model for it in {folder}.",
        "uncalibrated": (
            "Too few files were held out of training to fix a threshold or to calibrate: 0.5 is used, and "
            "P(fake){whose} is a guess."
        ),
        "caution": "{text}",
    },
    "ko": {
        "above": "{whose}P(가짜)는 {p:.2f}{interval}로, 기준값 {threshold:.2f}보다 높습니다.",
        "below": "{whose}P(가짜)는 {p:.2f}{interval}로, 기준값 {threshold:.2f}보다 낮습니다.",
        "close": (
            "{whose}P(가짜)는 {p:.2f}{interval}로, 기준값 {threshold:.2f}에 너무 가까워 판정하지 않습니다. 승산이 "
            "3 대 2에 미치지 못합니다."
        ),
        "between": (
            "{whose}P(가짜)는 {p:.2f}{interval}입니다. 두 종류의 오류가 같아지는 {equal_error:.2f}보다는 높지만, "
            "요청한 만큼 오경보를 "
            "줄이는 기준값 {threshold:.2f}보다 높지는 않습니다."
        ),
        "straddles": (
            "{whose}P(가짜)는 {p:.2f}이지만, {units}에 따른 구간{interval} 안에 기준값 {threshold:.2f}이 들어 있습니다."
        ),
        "out_of_range": (
            "{whose}P(가짜)는 {p:.2f}로, 보정에 쓰인 범위 {lowest:.2f}에서 {highest:.2f}까지를 벗어납니다. 학습에 쓰인 "
            "{unlike}입니다."
        ),
        "too_small": ("가장 큰 얼굴의 너비가 {size}픽셀입니다. {smallest}픽셀보다 작은 얼굴은 판정하지 않습니다."),
        "too_few": (
            "충분히 자주 나오는 사람이 없습니다. 프레임 {frames}개 중 한 사람의 얼굴은 많아야 {faces}개입니다."
        ),
        "faint": (
            "찾은 것이 얼굴이 아닐 수 있습니다. 검출기의 확신도가 {certainty:.2f}로, 판정에 필요한 "
            "{least:.2f}에 미치지 못합니다."
        ),
        "missing_frames": "찾으려던 프레임 중 {frames}개를 디코딩할 수 없습니다. 파일이 손상되었습니다.",
        "one_face": "얼굴이 하나뿐이어서, 프레임 사이의 차이로 얼마나 확실한지 말할 수 없습니다.",
        "people": (
            "화면에 {people}명이 있고, 그중 {supported}명이 충분히 자주 나옵니다. 판정은 점수가 가장 높은 "
            "{chosen}번 사람의 것입니다. "
            "사람이 많으면 오경보의 가능성도 커집니다."
        ),
        "left_out": "얼굴 {faces}개는 판정하지 않았습니다. 프레임마다 가장 큰 {most}개만 판정합니다.",
        "no_film": "얼굴을 표시한 영상을 만들지 못했습니다: {problem}.",
        "no_report": "보고서를 저장하지 못했습니다: {problem}.",
        "both": (
            "화면: {image}, 소리: {sound}. 둘 중 하나라도 가짜로 보이면 파일을 가짜로, 둘 다 "
            "진짜로 보일 때만 진짜로 봅니다."
        ),
        "one_segment": "소리 조각이 하나뿐이어서, 조각 사이의 차이로 얼마나 확실한지 말할 수 없습니다.",
        "no_face": "화면은 판정하지 않았습니다. {smallest}픽셀 이상의 얼굴이 없습니다.",
        "no_sound_track": "소리는 판정하지 않았습니다. 소리가 들어 있지 않습니다.",
        "silent": "소리는 판정하지 않았습니다. 아무 소리도 들리지 않습니다.",
        "too_short": "소리는 판정하지 않았습니다. 이어지는 소리가 1초도 되지 않습니다.",
        "no_speech": "소리는 판정하지 않았습니다. 말하는 사람이 없습니다.",
        "unreadable": "{topic} 판정하지 않았습니다: {problem}.",
        "no_model": "{topic} 판정하지 않았습니다. {folder}에 그에 맞는 모델이 없습니다.",
        "uncalibrated": (
            "학습에서 떼어 둔 파일이 너무 적어 기준값을 정하거나 보정하지 못했습니다. 0.5를 기준으로 썼으며, "
            "{whose}P(가짜)는 추측일 뿐입니다."
        ),
        "caution": "{text}",
    },
}


LABELS: dict[Language, dict[str, str]] = {
    "en": {
        "language": "English",
        "verdict": "Verdict",
        "p_fake": "P(fake)",
        "interval": "95 % interval over frames",
        "interval_sound": "95 % interval over segments",
        "threshold": "threshold",
        "none": "none",
        "why": "Why",
        "p_fake_image": "P(fake) of the image",
        "p_fake_sound": "P(fake) of the sound",
        "facts": "{faces} faces in {frames} frames",
        "facts_sound": "{segments} segments in {seconds:.0f} seconds of sound",
        "views": "What each approach says",
        "approach": "approach",
        "decides": "decides",
        "clip": "The clip with boxes",
        "clip_told": (
            "The judged clip with a box around each face; orange above the threshold, blue below. Without sound."
        ),
        "picture_told": "The judged picture with a box around each face; orange above the threshold, blue below.",
        "no_clip": "The clip can't be shown: it {problem}.",
        "timeline": "P(fake) over time",
        "timeline_told": (
            "P(fake) in {count} frames: from {lowest:.2f} to {highest:.2f}; the threshold is {threshold:.2f}."
        ),
        "timeline_sound_told": (
            "P(fake) in {count} segments: from {lowest:.2f} to {highest:.2f}; the threshold is {threshold:.2f}."
        ),
        "sound": "Sound",
        "segments": "Segments that counted most",
        "segment_told": "Spectrogram of the sound from {start:.1f} to {end:.1f} seconds",
        "segment_heat_told": "The same segment: orange where it speaks for fake, blue where it speaks for real",
        "segment_note": "Time runs to the right, frequency upwards to 8 kHz; lighter is louder.",
        "segment_heat": (
            "Orange places speak for fake to ResNet50, blue ones for real; the colours of all segments are on one "
            "scale. They show what this network reacted to, which need not be where a forger was at work."
        ),
        "peaks": "Frames at the peaks",
        "peak_told": "Frame at {time:.1f} seconds, P(fake) {p:.2f}",
        "faces": "Faces that counted most",
        "face_told": "The face at {time:.1f} seconds",
        "heat_told": "The same face: orange where it speaks for fake, blue where it speaks for real",
        "heat": (
            "ResNet50 looks at what is inside the thin frame. Orange places speak for fake, blue ones for real; the "
            "colours of all faces are on one scale. All places together, and a constant, make up the score. "
            "They show "
            "what this network reacted to, which need not be where a forger was at work."
        ),
        "no_heat": "Without a ResNet50 there is no heat map.",
        "nearest": "Nearest people of the training",
        "nearest_told": (
            "By FaceNet's embedding, which is all that the SVM knows: mean cosine distance to the person's training "
            "faces. Below 0.3 it is mostly the same person, above 0.7 mostly another."
        ),
        "person": "person",
        "distance": "distance",
        "real_videos": "real videos",
        "fake_videos": "fake videos",
        "people": "All people in the picture",
        "supported": "counts",
        "yes": "yes",
        "no": "no",
        "faces_count": "faces",
        "model": "Model and limits",
        "model_told": "Verdict on the image by {title} ({approach}); file {sha256}.",
        "model_sound_told": "Verdict on the sound by {title} ({approach}); file {sha256}.",
        "trained_told": (
            "Trained on data in the layout {layout}, split by {protocol}. The threshold is from {real} real "
            "and {fake} "
            "fake files that it had not learnt from; {error} of these are on the wrong side of the threshold "
            "of equal "
            "error."
        ),
        "limits": (
            "A verdict is an estimate from a few moments of the file, not proof. The model knows the kinds of fakes "
            "that it was trained on, and no others; compression, filters, poor light and noise can mislead it. The "
            "interval covers how much these moments differ, and not what the model doesn't know."
        ),
        "limits_both": (
            "The thresholds for image and sound are each fixed by itself: of real files more are called fake by one "
            "of the two than by either alone."
        ),
        "limits_no_sound": "The sound is not judged.",
        "limits_no_image": "The image is not judged.",
        "caution": "These models prove nothing.",
        "unjudged": "This file could not be judged: it {problem}.",
        "report": "Report",
    },
    "ko": {
        "language": "한국어",
        "verdict": "판정",
        "p_fake": "P(가짜)",
        "interval": "프레임에 따른 95% 구간",
        "interval_sound": "조각에 따른 95% 구간",
        "threshold": "기준값",
        "none": "없음",
        "why": "이유",
        "p_fake_image": "화면의 P(가짜)",
        "p_fake_sound": "소리의 P(가짜)",
        "facts_sound": "소리 {seconds:.0f}초에서 조각 {segments}개",
        "facts": "프레임 {frames}개에서 얼굴 {faces}개",
        "views": "각 방법의 판단",
        "approach": "방법",
        "decides": "판정에 사용",
        "clip": "얼굴을 표시한 영상",
        "clip_told": (
            "판정한 영상. 얼굴마다 상자가 있으며, 주황색은 기준값보다 높음, 파란색은 낮음을 뜻합니다. 소리는 없습니다."
        ),
        "picture_told": "판정한 사진. 얼굴마다 상자가 있으며, 주황색은 기준값보다 높음, 파란색은 낮음을 뜻합니다.",
        "no_clip": "영상을 보여 드릴 수 없습니다: {problem}.",
        "timeline": "시간에 따른 P(가짜)",
        "timeline_told": ("프레임 {count}개의 P(가짜): 최저 {lowest:.2f}, 최고 {highest:.2f}, 기준값 {threshold:.2f}."),
        "timeline_sound_told": (
            "조각 {count}개의 P(가짜): 최저 {lowest:.2f}, 최고 {highest:.2f}, 기준값 {threshold:.2f}."
        ),
        "sound": "소리",
        "segments": "판정에 가장 크게 작용한 조각",
        "segment_told": "{start:.1f}초에서 {end:.1f}초까지의 소리 스펙트로그램",
        "segment_heat_told": "같은 조각: 주황색은 가짜, 파란색은 진짜를 가리키는 곳",
        "segment_note": "시간은 오른쪽으로, 주파수는 위로 8kHz까지이며, 밝을수록 큰 소리입니다.",
        "segment_heat": (
            "ResNet50에게 주황색은 가짜를, 파란색은 진짜를 가리키는 곳이며, 모든 조각의 색은 같은 척도를 씁니다. "
            "신경망이 반응한 곳일 뿐, 반드시 조작된 곳은 아닙니다."
        ),
        "peaks": "가장 높은 순간의 프레임",
        "peak_told": "{time:.1f}초의 프레임, P(가짜) {p:.2f}",
        "faces": "판정에 가장 크게 작용한 얼굴",
        "face_told": "{time:.1f}초의 얼굴",
        "heat_told": "같은 얼굴: 주황색은 가짜, 파란색은 진짜를 가리키는 곳",
        "heat": (
            "ResNet50은 가는 테두리 안쪽만 봅니다. 주황색은 가짜를, 파란색은 진짜를 가리키는 곳이며, 모든 "
            "얼굴의 색은 같은 척도를 "
            "씁니다. 모든 곳의 값과 상수 하나를 더하면 점수가 됩니다. 신경망이 반응한 곳일 뿐, 반드시 조작된 "
            "곳은 아닙니다."
        ),
        "no_heat": "ResNet50 모델이 없어 히트맵을 만들 수 없습니다.",
        "nearest": "학습 데이터에서 가장 가까운 사람",
        "nearest_told": (
            "SVM이 아는 것은 FaceNet 임베딩뿐입니다. 표의 값은 그 사람의 학습 얼굴들까지의 평균 코사인 "
            "거리입니다. 0.3보다 작으면 대개 "
            "같은 사람, 0.7보다 크면 대개 다른 사람입니다."
        ),
        "person": "사람",
        "distance": "거리",
        "real_videos": "진짜 영상",
        "fake_videos": "가짜 영상",
        "people": "화면에 나온 모든 사람",
        "supported": "판정에 포함",
        "yes": "예",
        "no": "아니요",
        "faces_count": "얼굴 수",
        "model": "모델과 한계",
        "model_told": "화면을 판정한 모델: {title} ({approach}), 파일 {sha256}.",
        "model_sound_told": "소리를 판정한 모델: {title} ({approach}), 파일 {sha256}.",
        "trained_told": (
            "{layout} 형식의 데이터로 학습했고 {protocol} 기준으로 나누었습니다. 기준값은 학습하지 않은 진짜 "
            "파일 {real}개와 가짜 파일 "
            "{fake}개에서 정했으며, 그중 {error}가 두 오류가 같아지는 기준값의 반대쪽에 있습니다."
        ),
        "limits": (
            "판정은 파일의 몇 순간에서 얻은 추정일 뿐 증거가 아닙니다. 모델은 학습한 종류의 가짜만 알며, 압축, 필터, "
            "어두운 조명, 잡음에 속을 수 있습니다. 구간은 이 순간들이 서로 얼마나 다른지만 나타내고, 모델이 모르는 "
            "것은 나타내지 않습니다."
        ),
        "limits_both": (
            "화면과 소리의 기준값은 따로 정했으므로, 둘 중 하나 때문에 가짜로 불리는 진짜 파일은 하나만 볼 때보다 "
            "많습니다."
        ),
        "limits_no_sound": "소리는 판정하지 않습니다.",
        "limits_no_image": "화면은 판정하지 않습니다.",
        "caution": "이 모델들은 아무것도 증명하지 못합니다.",
        "unjudged": "이 파일은 판정하지 못했습니다: {problem}.",
        "report": "보고서",
    },
}
"""Headings and other fixed words of reports and of the page."""


def verdict_in(prediction: Prediction, language: Language = "en") -> str:
    """The verdict in words."""
    return VERDICTS[language][prediction.verdict or ""]


def sentence(reason: Reason, language: Language = "en") -> str:
    """A reason in words; plain text, which may hold anything that a results folder's caution says."""
    values = PARTS[language][reason.part] | dict(reason.values)
    low, high = values.get("low"), values.get("high")
    values["interval"] = f" ({low:.2f}\N{EN DASH}{high:.2f})" if low is not None and low != high else ""
    if reason.code == "both":
        values |= {part: VERDICTS[language][values[part]] for part in ("image", "sound")}
    return SENTENCES[language][reason.code].format(**values)


def interval_of(view: View) -> str:
    """The interval of P(fake), two decimals; a dash without one."""
    if view.low is None or view.high is None:
        return "\N{EN DASH}"
    return f"{probability(view.low):.2f}\N{EN DASH}{probability(view.high):.2f}"
