"""What reaches the network: pairs in turn, the same for the same seed, changed alike, never black."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from keras_impl.core.tensorflow import tf
from keras_impl.media.image import read_image
from keras_impl.media.sound_degradation import noise_floor
from keras_impl.models.resnet.augmentation import augment
from keras_impl.models.resnet.draws import Draws
from keras_impl.models.resnet.feeding import Segments, feed_pairs, feed_rows, steps_of
from keras_impl.models.resnet.preview import draw_preview
from keras_impl.models.resnet.recipe import FaceAugmentation, SelfBlending, SoundAugmentation
from keras_impl.models.resnet.self_blending import blending_mask, self_blend
from keras_impl.speech.channels import Channels
from keras_impl.speech.config import SoundConfig
from keras_impl.speech.segments import condition
from tests.models.resnet.noise import WINDOW, as_faces, noisy_faces
from tests.speech.speech import RATE, speak

LANDMARKS = np.array([[75, 90], [150, 90], [112, 130], [85, 165], [140, 165]], np.float32)

PAIRS = 16
"""To a batch."""


@pytest.fixture(scope="module")
def faces():
    return noisy_faces(40)


def draws(seed):
    return Draws(tf.constant([0, seed], tf.int64))


def test_real_and_fake_faces_come_in_turn_whatever_is_done_to_them(faces):
    pixels, labels = next(iter(feed_pairs(faces, np.arange(40), 0, range(1), PAIRS)))
    assert pixels.shape == (2 * PAIRS, 160, 160, 3)
    assert labels.numpy().ravel().tolist() == [0, 1] * PAIRS
    middle = pixels.numpy()[:, 30:130, 30:130]
    assert 0 <= middle.min() <= middle.max() <= 255
    spread = middle.std(axis=(1, 2, 3)).reshape(-1, 2)
    assert (spread[:, 0] < spread[:, 1]).all()  # the fakes are the noisier ones


def test_equal_seeds_and_epochs_give_equal_batches_also_after_an_interruption(faces):
    def batches(epochs, seed=0):
        blended = replace(faces, self_blending=SelfBlending(0.5))
        return [pixels.numpy() for pixels, _ in feed_pairs(blended, np.arange(40), seed, epochs, PAIRS)]

    assert steps_of(np.arange(40), faces.labels, PAIRS) == 1
    whole, rest = batches(range(3)), batches(range(2, 3))
    assert len(whole) == 3
    assert np.array_equal(whole[2], rest[0])
    assert not np.array_equal(whole[0], whole[1])
    assert not np.array_equal(whole[0], batches(range(1), seed=1)[0])


def test_a_few_faces_are_one_batch():
    few = noisy_faces(6)
    (pixels, labels), *others = feed_pairs(few, np.arange(6), 0, range(1), PAIRS)
    assert len(pixels) == len(labels) == 6
    assert not others


def test_rows_come_as_they_are_and_in_order(faces):
    rows = np.array([5, 3, 8])
    fed = np.concatenate([batch.numpy() for batch in feed_rows(faces, rows, 2)])
    assert np.array_equal(fed, faces.crops[rows][:, WINDOW, WINDOW])


def test_both_faces_of_a_pair_are_changed_alike():
    face = tf.constant(np.random.default_rng(0).uniform(50, 200, (224, 224, 3)).astype(np.float32))
    for seed in range(30):
        first, second = augment(tf.stack([face, face]), draws(seed), FaceAugmentation())
        # noise is drawn for each face; all else is the same
        assert np.abs(first - second).mean() < 10
        assert np.abs(np.mean(first) - np.mean(second)) < 1


def test_a_self_blended_face_is_its_real_partner_to_the_bit_but_for_the_mask():
    face = tf.constant(np.random.default_rng(0).uniform(50, 200, (224, 224, 3)).astype(np.float32))
    changed = []
    for seed in range(40):
        real, fake = self_blend(face, tf.constant(LANDMARKS), draws(seed), SelfBlending(1.0)).numpy()
        assert 0 <= fake.min() <= fake.max() <= 255
        for corner in (np.s_[:10, :10], np.s_[:10, -10:], np.s_[-10:, :10], np.s_[-10:, -10:]):  # beyond any mask
            assert np.array_equal(real[corner], fake[corner])
        changed.append((np.abs(real - fake)[100:150, 90:130].mean() > 0.5, np.abs(real - face).mean() > 0.5))
    inside, partners = np.mean(changed, axis=0)
    assert inside > 0.8
    assert partners > 0.4  # the partner is changed in the same ways, too


def test_what_lies_outside_of_the_mask_tells_nothing():
    """A classifier that sees only the border, of faces it has learnt from, knows no more than chance."""
    generator = np.random.default_rng(0)
    borders, labels = [], []
    for seed in range(150):
        face = tf.constant(generator.uniform(50, 200, (224, 224, 3)).astype(np.float32))
        for label, each in enumerate(self_blend(face, tf.constant(LANDMARKS), draws(seed), SelfBlending(1.0)).numpy()):
            border = np.concatenate([each[:10, :10], each[-10:, -10:]])
            borders.append([border.mean(), border.std(), np.abs(np.diff(border, axis=1)).mean()])
            labels.append(label)
    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(borders, labels)
    assert roc_auc_score(labels, fitted.decision_function(borders)) == pytest.approx(0.5, abs=0.01)


def test_a_mixed_pair_is_not_blended_with_itself(faces):
    mixed = replace(faces, self_blending=SelfBlending(1.0))
    pair = tf.stack([tf.zeros((160, 160, 3)), 255 * tf.ones((160, 160, 3))])
    still = replace(faces.augmentation, light_share=0.0, jpeg_share=0.0, blur_share=0.0, noise_share=0.0)
    mixed = replace(mixed, augmentation=still)
    landmarks = tf.constant(LANDMARKS - 32)
    kept = mixed.change(pair, tf.constant([0.3, 0.7]), landmarks, draws(0)).numpy()
    assert (kept[0].max(), kept[1].min()) == (0, 255)
    assert mixed.change(pair, tf.constant([0.0, 1.0]), landmarks, draws(0)).numpy()[1].min() < 255


def test_the_mask_lies_over_eyes_nose_and_mouth_and_not_the_corners():
    masks = [
        blending_mask(tf.constant(LANDMARKS), 224, draws(seed), SelfBlending(1.0)).numpy()[..., 0] for seed in range(20)
    ]
    for mask in masks:
        assert mask[130, 112] > 0.99 * mask.max()
        assert 0.2 < mask.max() <= 1
        assert mask[0, 0] < 0.1 * mask.max()
    rows, columns = LANDMARKS.astype(int).T[::-1]
    assert np.mean([mask[rows, columns] / mask.max() for mask in masks]) > 0.6
    assert np.std([mask.mean() for mask in masks]) > 0.01  # no two are alike


def test_self_blending_takes_the_place_of_fakes(faces):
    for use, blended in ((faces, False), (replace(faces, self_blending=SelfBlending(1.0)), True)):
        pixels, _ = next(iter(feed_pairs(use, np.arange(40), 0, range(1), PAIRS)))
        spread = pixels.numpy()[:, 30:130, 30:130].std(axis=(1, 2, 3)).reshape(-1, 2)
        assert (np.median(spread[:, 1] / spread[:, 0]) < 2) == blended


def test_windows_are_jittered_both_of_a_pair_alike_and_by_no_more_than_said():
    """Of a picture whose red is x and whose green is y, the window's corners say where it was cut."""
    y, x = np.mgrid[:224, :224].astype(np.uint8)
    pixels = np.tile(np.dstack([x, y, np.zeros_like(x)]), (40, 1, 1, 1))
    faces = as_faces(pixels, np.arange(40) % 2)
    pairs = np.arange(40).reshape(-1, 2)
    seeds = np.stack([np.zeros(20, int), np.arange(20)], axis=1)
    views, _, landmarks = faces.take_pairs(pairs, seeds)
    assert np.array_equal(views[:, 0], views[:, 1])
    left, right = (views[:, 0, 80, place, 0].astype(float) for place in (0, -1))
    sides, middles = (right - left + 1) / 160, (left + right) / 2 - 111.5
    config = faces.augmentation
    assert 0.5 * config.scale < np.abs(np.log(sides)).max() < config.scale + 0.01
    assert 0.5 * config.place * 160 < np.abs(middles).max() < config.place * 160 + 1
    for view, points in zip(views[:, 0], landmarks, strict=True):
        column, row = points[0].round().astype(int)  # the left eye, at (77, 62) of the picture
        assert view[row, column, :2].astype(float) == pytest.approx([77, 62], abs=1.5)
    assert np.array_equal(faces.take_pairs(pairs, seeds)[0], views)


def test_the_preview_shows_the_views_of_a_batch(faces, tmp_path):
    draw_preview(tmp_path / "preview.png", faces, np.arange(40), 0)
    assert read_image(tmp_path / "preview.png").shape == (4 * 160, 8 * 160, 3)


CHANNELS = SoundAugmentation(noise_share=0.0, band_share=0.0, codec_share=0.0, channels=Channels(), seconds=1.0)
SOUND = SoundConfig(segment_seconds=2.0)


def segments(augmentation=CHANNELS, count=8):
    """Real ones with a hiss behind them, fakes without."""
    generator = np.random.default_rng(0)
    sounds = []
    for number in range(count):
        hiss = 0.003 * generator.standard_normal(int(1.6 * RATE)) * (number % 2 == 0)
        sounds.append(condition((speak(1.6, seed=number) + hiss).astype(np.float32), SOUND)[0])
    stored = [np.round(sound * 32767).astype(np.int16) for sound in sounds]
    return Segments(stored, np.arange(count) % 2, (np.arange(count) // 2).astype(str), SOUND, augmentation)


def test_segments_are_judged_as_they_are_and_repeated_to_their_length():
    heard = segments()
    taken = heard.take(np.array([2, 1]))
    assert taken.shape == (2, SOUND.samples)
    length = len(heard.sounds[2])
    assert np.array_equal(taken[0, :length], heard.sounds[2])
    assert np.array_equal(taken[0, length:], heard.sounds[2][: SOUND.samples - length])


def test_segments_get_worse_the_same_way_for_the_same_row_and_nothing_without_channels():
    heard = segments()
    rows = np.arange(6)
    worse = heard.take_worse(rows)
    assert np.array_equal(worse, heard.take_worse(rows))
    assert not any(np.array_equal(*pair) for pair in zip(worse, heard.take(rows), strict=True))
    assert heard.take_worse(rows[:0]).shape == (0, SOUND.samples)
    assert len(replace(heard, augmentation=SoundAugmentation()).take_worse(rows)) == 0


def test_what_calibration_has_heard_is_worse_than_clean_sound():
    rows = np.arange(8)
    with_channels = segments().qualities(rows, 0.01)
    clean = segments(SoundAugmentation()).qualities(rows, 0.01)
    assert with_channels["snr"][0] < clean["snr"][0]
    assert with_channels["reverberation"][1] > clean["reverberation"][1]
    assert with_channels["bandwidth"][0] < clean["bandwidth"][0]
    assert segments().qualities(rows[:0], 0.01) == {}


def test_both_segments_of_a_pair_go_through_one_channel_and_a_part_of_each_is_learnt_from():
    heard = segments()
    alike = replace(heard, sounds=[heard.sounds[row // 2 * 2] for row in range(8)])  # a fake is its real partner
    for inputs, targets in feed_pairs(alike, np.arange(8), 0, range(2), 4):
        assert inputs.shape == (8, RATE)
        assert np.array_equal(targets[:, 0], np.tile([0, 1], 4))
        for real, fake in zip(inputs[::2].numpy(), inputs[1::2].numpy(), strict=True):
            assert np.allclose(real, fake, atol=1)


def test_pairs_are_the_same_for_the_same_seed():
    heard = segments()
    pairs, seeds = np.array([[0, 1], [2, 3], [4, 5]]), np.array([[0, 1], [0, 2], [0, 3]])
    once, again = (heard.take_pairs(pairs, seeds).inputs for _ in range(2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, heard.take_pairs(pairs, seeds + 1).inputs)


def test_each_of_a_pair_is_given_the_others_background():
    def floors_of(augmentation):
        pairs = np.array([[row, row + 1] for row in range(0, 8, 2)])
        inputs = segments(augmentation).take_pairs(pairs, np.tile([0, 5], (4, 1))).inputs / 32767
        levels = np.array([[noise_floor(sound)[100:].mean() for sound in pair] for pair in inputs])
        return np.log10(levels).mean(axis=0)

    real, fake = floors_of(SoundAugmentation())
    assert real - fake > 0.5
    real, fake = floors_of(SoundAugmentation(floors=1.0))
    assert abs(real - fake) < 0.15
