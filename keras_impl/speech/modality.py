"""The index of a sound folder: what is known of each segment.

A sound folder also holds ``segments/`` (FLAC: lossless), the pooled features in ``embeddings.npz``, and the split.
"""

from pathlib import Path

from keras_impl.samples.modality import FROM_DATA, SOUND_NAME, LeakCheck, Modality, Nouns, ReportStyle, ShortcutCues
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.cues import CUES

SEGMENTS_NAME = "segments"

COLUMNS = {
    "sample": "string",  # unique: file#segment
    **FROM_DATA,
    "system": "string",  # what made a fake's voice; of a real one "human" and who speaks, or else the source
    "corpus": "string",  # corpus or repository, where the data set tells
    "segment": "int64",  # place among the file's segments, from 0
    "start": "float64",  # seconds
    "seconds": "float64",
    **CUES,
    "clip": "string",  # path relative to the sound folder
}

SPEECH = Modality(
    name="sound",
    nouns=Nouns(file="file", files="files", sample="segment", samples="segments", person="speaker"),
    columns=COLUMNS,
    file_column="clip",
    groups=("system", "corpus"),
    order=("video", "segment"),
    missing_name="soundless.csv",
    config=SoundConfig,
    per_file="segments_per_file",
    extraction_key=None,
    extracted_by="python -m keras_impl.extract_sound",
    made_ready_by="python -m keras_impl.extract_sound",
    samples_folder=Path("data/sound"),
    results_folder=Path("results") / SOUND_NAME,
    features="LFCC statistics",
    features_have_unit_length=False,
    leak_checks=(
        # Many corpora let all their speakers say the same sentences, and all systems too, so that no rule but
        # "source" could keep these apart; which systems and corpora are on both sides is up to the rule.
        LeakCheck("video", "group", "the same file", is_forbidden=True),
        LeakCheck("source", "group", "the same said, or its original"),
        LeakCheck("near-duplicate", "hash", "an almost identical sound", is_forbidden=True),
        LeakCheck("person", "group", "another file of the speaker", is_forbidden=True),
        # the "system" of a real file is who speaks, which is counted as such
        LeakCheck("system", "group of fakes", "another fake of its system"),
        LeakCheck("corpus", "group", "another file of its corpus"),
    ),
    cues=ShortcutCues(
        "Logistic regression on duration, silence, level, bandwidth, noise, reverberation, codec traces and format",
        logarithmic=("file_seconds", "file_bytes", "sample_rate", "bandwidth", "reverberation"),
        linear=("silence", "lead", "trail", "level", "channels", "noise_floor", "snr", "holes", "cutoff"),
        named=("codec",),
    ),
    companion=None,
    report=ReportStyle(
        # Real files have no system and are kept together by who speaks.
        resampled={"system": "systems and speakers", "corpus": "corpora", "person": "speakers", "source": "sources"},
        unknown_people="It is not known who speaks in each of the files, so what is redrawn is what is said: all "
        "files of a sentence or a recording.",
        encoder="the LFCC front end",
        headline=("accuracy", "auc", "eer"),
        aside=(),
        interval="95 %",
        name_letters=12,
        shows_samples=False,
        has_shortcut_section=True,
        about_protocols="""\
The same sound, divided into training and validation by different protocols. Under *random*, segments of
one file can be on both sides; *video* keeps a file on one side, *source* also what else says the
same, *person* everything of one speaker. *system* holds out whole synthesis systems, which tells what
a detector is worth on tomorrow's, and *corpus* whole repositories or corpora. What an approach loses
on the way down is what it owed to having heard the same file, speaker, system or corpus before.""",
        reading_protocols="""\
**How to read it:** each mark is what an approach reached under a protocol, each bar the range in
which it would fall with another draw of such speakers, systems or corpora (95 % interval); at the
dotted line it does no better than guessing. Of the equal error rate, less is better.
If marks fall from one rule to the next, the higher figure doesn't hold for what is new.""",
    ),
)
