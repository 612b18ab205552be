"""Honest sheets raise no alarm more often than chance; each way to fake raises its own."""

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from xinfeng.surveys.integrity import (
    Sheets,
    agreement,
    all_alike,
    identical,
    overlapping,
    report,
    round_times,
    speeders,
    straight_lined,
    surveyor_effect,
    to_call_back,
)
from xinfeng.surveys.integrity.chance import as_many, as_many_of
from xinfeng.surveys.integrity.sameness import is_straight

SURVEYORS, PER_SURVEYOR, QUESTIONS = 12, 25, 8


def honest(seed):
    """People who differ in mood, asked by surveyors who work in all three blocks."""
    chance = np.random.default_rng(seed)
    n = SURVEYORS * PER_SURVEYOR
    block = np.arange(n) % 3
    mood = chance.normal(0.3 * block, 0.8, n)[:, None]
    answers = np.clip(np.round(mood + 3 + chance.normal(0, 0.8, (n, QUESTIONS))), 0, 4)
    answers[chance.random(answers.shape) < 0.03] = -1
    surveyor = np.repeat(np.arange(SURVEYORS), PER_SURVEYOR)
    started = np.concatenate([np.arange(PER_SURVEYOR) * 3000.0] * SURVEYORS)
    started += chance.integers(0, 600, n)
    seconds = np.exp(chance.normal(np.log(600), 0.3, n))
    return Sheets(
        answers.astype(np.int64), surveyor, np.arange(n) % 30, block, started, started + seconds
    )


def rows_of(sheets, surveyor):
    return np.flatnonzero(sheets.surveyor == surveyor)


def changed(sheets, rows, answers):
    again = sheets.answers.copy()
    again[rows] = answers
    return replace(sheets, answers=again)


def test_honest_surveyors_are_suspected_as_rarely_as_promised():
    found = [honest(seed) for seed in range(40)]
    effects = [surveyor_effect(sheets.score, sheets, 1) for sheets in found]

    # 40 tests at 5 %: 2 expected, 7 or more in one of 300 series.
    assert sum(effect.p <= 0.05 for effect in effects) < 7
    assert sum(bool(effect.outstanding) for effect in effects) < 7
    assert abs(np.mean([effect.likeness for effect in effects])) < 0.01


def test_honest_sheets_are_as_alike_as_chance_makes_them():
    signs = [identical(honest(seed), 1) for seed in range(12)]

    assert sum(sign.p <= 0.05 for sign in signs) < 4
    assert sum(sign.observed for sign in signs) == pytest.approx(
        sum(sign.expected for sign in signs), abs=12
    )


def test_a_surveyor_who_copies_sheets_has_more_alike_than_when_sheets_are_dealt_out():
    sheets = honest(1)
    copied = rows_of(sheets, 4)[:8]

    sign = identical(changed(sheets, copied, sheets.answers[copied[0]]), 1)

    assert sign.p == 0.001
    assert set(copied) <= set(sign.rows)
    assert sign.observed >= 28 > 2.5 * sign.expected
    assert sign.of == SURVEYORS * PER_SURVEYOR * (PER_SURVEYOR - 1) / 2


def test_many_content_people_are_no_copies():
    """Half of all sheets are “very satisfied” throughout, with every surveyor alike."""
    sheets = honest(2)
    content = np.flatnonzero(np.random.default_rng(5).random(len(sheets)) < 0.5)

    sign = identical(changed(sheets, content, 4), 1)

    assert sign.observed > 500
    assert sign.p > 0.05


def test_empty_sheets_are_not_alike():
    sheets = honest(3)

    sign = identical(changed(sheets, rows_of(sheets, 2), -1), 1)

    assert sign.of == (SURVEYORS - 1) * PER_SURVEYOR * (PER_SURVEYOR - 1) / 2


def test_a_surveyor_who_makes_people_content_stands_out():
    sheets = honest(4)
    rows = rows_of(sheets, 7)

    better = changed(sheets, rows, np.clip(sheets.answers[rows] + 2, 0, 4))

    effect = surveyor_effect(better.score, better, 1)

    assert effect.p <= 0.01
    assert effect.outstanding == (7,)
    assert effect.likeness > 0.03
    assert effect.inflation > 1.5


def test_where_each_place_has_its_own_surveyor_nobody_knows_who_made_the_difference():
    sheets = honest(5)
    confounded = replace(sheets, block=sheets.surveyor)

    assert surveyor_effect(sheets.score, confounded, 1).p is None
    assert (identical(confounded, 1).expected, identical(confounded, 1).p) == (None, None)


def test_places_that_differ_accuse_no_surveyor():
    """A surveyor who works mostly in a discontented block answers for no discontent."""
    sheets = honest(6)
    block = (np.arange(len(sheets)) % PER_SURVEYOR < sheets.surveyor * 2).astype(np.int64)
    moved = replace(
        sheets, block=block, answers=np.clip(sheets.answers - 2 * block[:, None], 0, 4)
    )

    assert surveyor_effect(moved.score, moved, 1).p > 0.05


def test_speeders_are_counted_beside_how_many_the_times_would_bring():
    sheets = honest(7)
    before = speeders(sheets)
    rows = rows_of(sheets, 3)
    ended = sheets.ended.copy()
    ended[rows] = sheets.started[rows] + 60

    after = speeders(replace(sheets, ended=ended))

    # Half of the median is 2.3 standard deviations below it.
    assert before.expected_rate == pytest.approx(0.0104, abs=0.01)
    assert before.p > 0.01
    assert set(rows) <= set(after.rows)
    assert after.p < 1e-6


def test_straight_lines_are_told_beside_independent_answers():
    sheets = honest(8)
    rows = rows_of(sheets, 1)[:10]

    sign = straight_lined(changed(sheets, rows, 2))

    assert set(rows) <= set(sign.rows)
    assert sign.expected < 1 < sign.observed
    by_hand = np.array([[2, 2, 2, -1], [2, 2, -1, -1], [2, 2, 2, 3], [-1] * 4])
    blank = np.zeros(4, dtype=np.int64)
    few = Sheets(by_hand, blank, blank, blank, blank.astype(float), blank.astype(float))
    assert is_straight(few).tolist() == [True, False, False, False]
    # Of 2 sheets used: 1·1·1·(0 + a blank fits) for the first; and for 2 throughout 1·1·1·0.
    assert straight_lined(few).expected == pytest.approx(1.0)


def test_a_community_of_one_voice_is_told_beside_chance():
    sheets = honest(9)
    rows = np.flatnonzero(sheets.community == 11)

    sign = all_alike(changed(sheets, rows, 3), 0)

    assert 11 in sign.rows
    assert sign.of == 30
    assert sign.p < 0.05
    assert all_alike(sheets, 0).p > 0.05


def test_two_interviews_at_once_are_found():
    sheets = honest(10)
    rows = rows_of(sheets, 5)
    started, ended = sheets.started.copy(), sheets.ended.copy()
    started[rows[1]] = started[rows[0]] + 10
    ended[rows[1]] = ended[rows[0]] + 10

    assert overlapping(sheets).rows == ()
    assert overlapping(replace(sheets, started=started, ended=ended)).rows == (int(rows[1]),)


def test_times_written_from_memory_are_round():
    sheets = honest(11)
    rounded = np.round(sheets.started / 300) * 300

    assert round_times(sheets).p > 0.01
    sign = round_times(replace(sheets, started=rounded))
    assert (sign.observed, sign.expected_rate) == (len(sheets), 0.2)


def test_what_is_not_known_is_no_sign():
    nothing = np.full(4, np.nan)
    blank, one = np.full((4, 3), -1), np.zeros(4, dtype=np.int64)
    found = report(Sheets(blank, one, one, one, nothing, nothing), 1)

    assert all(sign.observed == 0 for sign in (*found.signs, *found.alike))
    assert found.effects["score"].p is None
    assert found.effects["seconds"].likeness is None
    with pytest.raises(ValueError, match="one row for each sheet"):
        Sheets(blank, one[:3], one, one, nothing, nothing)


def test_a_report_can_be_made_again():
    assert report(honest(12), 3) == report(honest(12), 3)


def test_call_backs_are_the_smallest_hashes_and_a_tenth_rounded_up():
    codes = [f"S{n:03}" for n in range(41)]

    by_hand = sorted(codes, key=lambda code: sha256(f"seed\t{code}".encode()).digest())[:5]

    assert list(to_call_back(codes, "seed")) == by_hand


def test_agreement_is_told_beside_chance():
    # Cohen's (1960) way: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: kappa 0.4.
    first = np.array([1] * 25 + [0] * 25 + [-1])
    again = np.array([1] * 20 + [0] * 5 + [1] * 10 + [0] * 15 + [1])

    found = agreement(first, again)

    assert (found.compared, found.same) == (50, 0.7)
    assert found.expected == pytest.approx(0.5)
    assert found.kappa == pytest.approx(0.4)
    assert agreement(np.array([1, 1]), np.array([1, 1])).kappa is None
    assert agreement(np.array([-1]), np.array([1])).same is None


def test_tails_of_counts():
    assert as_many(2, 3, 0.5) == pytest.approx(0.5)
    assert as_many_of(2, np.array([0.5, 0.5, 0.5])) == pytest.approx(0.5)
    assert as_many_of(1, np.array([0.1, 0.2])) == pytest.approx(1 - 0.9 * 0.8)
