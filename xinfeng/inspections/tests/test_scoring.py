"""Scores name what is known, intervals know that lines of one point are alike."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinfeng.inspections.rounds import (
    Estimate,
    Lines,
    OpenLine,
    Readings,
    Scope,
    Visited,
    improve,
    score,
    total,
)
from xinfeng.inspections.rounds.intervals import korn_graubard, together
from xinfeng.inspections.rounds.scoring import METHODS, YEARS


def read(met, *, unit=None, worth=None, stands_for=None, module=()):
    """A score of points (rows) × lines (columns); None: nobody knows."""
    grid = np.array(met, dtype=float)
    points, lines = grid.shape
    point, line = np.meshgrid(np.arange(points), np.arange(lines), indexing="ij")
    rows = score(
        Visited(
            area=["430402"] * points,
            unit=unit or ["u"] * points,
            type=["market"] * points,
            stands_for=np.array(stands_for or [1.0] * points),
        ),
        Lines(
            [f"L{n}" for n in range(lines)],
            ["field"] * lines,
            np.array(worth or [1.0] * lines),
            module,
        ),
        Readings(point.ravel(), line.ravel(), grid.ravel()),
    )
    return {(row.scope, row.key): row for row in rows}


def test_a_score_is_the_share_met_of_what_is_known_and_what_is_not_known_is_counted_beside():
    row = read([[1, 0], [1, None], [None, 1]])[Scope.ROUND, ""]

    assert (row.points, row.n, row.known, row.met) == (3, 6, 4, 3)
    assert row.share == pytest.approx(3 / 4)
    assert row.low < row.share < row.high


def test_lines_of_a_module_stand_in_no_score_but_the_modules_own():
    met = [[1, 1, 0], [1, 0, 0], [1, 1, 1]]
    rows = read(met, unit=["a", "a", "b"], module=["", "", "M"])
    alone = read([each[:2] for each in met], unit=["a", "a", "b"])

    for key in [
        (Scope.ROUND, ""),
        (Scope.METHOD, "field"),
        (Scope.UNIT, "a"),
        (Scope.UNIT, "b"),
    ]:
        assert rows[key] == alone[key]
    assert (rows[Scope.MODULE, "M"].n, rows[Scope.MODULE, "M"].met) == (3, 1)
    assert rows[Scope.LINE, "L2"].share == pytest.approx(1 / 3)
    assert rows[Scope.TYPE, "market"].n == 9
    assert (Scope.MODULE, "") not in rows
    assert not [key for key in alone if key[0] is Scope.MODULE]


def test_a_unit_of_which_only_lines_of_a_module_were_read_is_not_known():
    row = read([[1, 0], [None, 0]], unit=["a", "b"], module=["", "M"])[Scope.UNIT, "b"]

    assert (row.known, row.share, row.rank) == (0, None, None)


def test_where_nothing_is_known_there_is_no_score_and_no_place():
    rows = read([[1, 1], [1, 0], [None, None]], unit=["a", "a", "b"])
    row = rows[Scope.UNIT, "b"]

    assert (row.n, row.known, row.share, row.low, row.rank) == (2, 0, None, None, None)


def test_one_point_has_a_score_but_neither_interval_nor_place():
    row = read([[1, 1], [1, 0], [0, 1]], unit=["a", "a", "b"])[Scope.UNIT, "b"]

    assert (row.share, row.low, row.high, row.rank) == (0.5, None, None, None)


def test_a_heavier_line_and_a_point_that_stands_for_more_count_more():
    assert read([[1, 0], [1, 0]], worth=[3.0, 1.0])[Scope.ROUND, ""].share == pytest.approx(
        0.75
    )
    assert read([[1], [0]], stands_for=[4.0, 1.0])[Scope.ROUND, ""].share == pytest.approx(0.8)


def test_points_that_speak_with_one_voice_tell_less_than_as_many_readings_of_many_points():
    alike = [[1] * 10, [0] * 10] * 10
    mixed = [[1, 0] * 5] * 20

    one_voice, many = read(alike)[Scope.ROUND, ""], read(mixed)[Scope.ROUND, ""]

    assert one_voice.share == many.share == 0.5
    assert one_voice.high - one_voice.low > 2.5 * (many.high - many.low)


def test_units_whose_intervals_touch_are_tied_and_a_sure_winner_is_first_alone():
    good, middle, low = (
        [[1] * 20] * 20,
        [[1, 0] * 10] * 20,
        [[1, 0, 0, 1] * 5] * 19 + [[0] * 20],
    )
    rows = read(good + middle + low, unit=["a"] * 20 + ["b"] * 20 + ["c"] * 20)
    a, b, c = (rows[Scope.UNIT, key] for key in "abc")

    assert (a.rank, a.rank_to, a.tied) == (1, 1, ())
    assert (b.rank, b.rank_to, b.tied) == (2, 3, ("c",))
    assert (c.rank, c.rank_to, c.tied) == (2, 3, ("b",))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from([0, 1, None]), min_size=4, max_size=4),
                min_size=2, max_size=12))  # fmt: skip
def test_every_interval_holds_its_share_and_every_count_fits(met):
    for row in read(met).values():
        assert 0 <= row.met <= row.known <= row.n
        assert (row.share is None) == (row.known == 0)
        if row.low is not None:
            assert -1e-9 <= row.low <= row.share + 1e-9 <= row.high + 2e-9 <= 1 + 3e-9


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    chance = np.random.default_rng(4)
    held = 0
    for _ in range(300):
        level = chance.beta(6, 2, 25)
        met = (chance.uniform(size=(25, 8)) < level[:, None]).astype(float)
        row = read(met)[Scope.ROUND, ""]
        held += row.low <= 6 / 8 <= row.high

    # 95 % is promised; 300 trials scatter by 1.3 %.
    assert held / 300 > 0.91


def test_without_clusters_the_interval_is_clopper_and_pearsons():
    share, known = np.array([0.8]), np.array([50])
    variance = share * (1 - share) / known

    low, high = korn_graubard(share, variance, known, known)

    # 40 of 50, exact: 66.3 % to 90.0 %.
    assert (round(low[0], 3), round(high[0], 3)) == (0.663, 0.900)


def test_a_total_of_methods_stays_open_where_one_is_not_known():
    field = Estimate(0.7, 0.6, 0.8)

    open_total = total(METHODS, {"field": field, "filing": None})
    whole = total(METHODS, dict.fromkeys(METHODS, field))

    assert (open_total.of, open_total.estimate) == (40, None)
    assert (open_total.least, open_total.most) == (pytest.approx(28), pytest.approx(88))
    assert (whole.of, whole.estimate.share) == (100, pytest.approx(0.7))
    assert whole.least == whole.most == pytest.approx(70)


def test_the_years_of_a_cycle_weigh_15_25_and_60():
    years = {"1": Estimate(0.6, 0.6, 0.6), "2": Estimate(0.7, 0.7, 0.7),
             "3": Estimate(0.9, 0.9, 0.9)}  # fmt: skip

    assert total(YEARS, years).estimate.share == pytest.approx(0.09 + 0.175 + 0.54)


def test_parts_that_know_no_interval_give_none_to_the_whole():
    assert together([(1, Estimate(0.5, 0.4, 0.6)), (1, Estimate(0.7, None, None))]).low is None


def test_the_best_choice_of_what_to_mend_is_the_one_found_by_trying_all():
    chance = np.random.default_rng(3)
    lines = [
        OpenLine((f"P{n}", "L"), f"u{n % 3}", float(chance.integers(1, 40)),
                 int(chance.integers(10, 200)))
        for n in range(12)
    ]  # fmt: skip

    found = improve(lines, 400, per_unit={"u0": 120})

    def fits(choice):
        own = sum(line.minutes for line in choice if line.unit == "u0")
        return sum(line.minutes for line in choice) <= 400 and own <= 120

    best = max(
        sum(line.gain for line in choice)
        for size in range(13)
        for choice in itertools.combinations(lines, size)
        if fits(choice)
    )
    assert found.is_best
    assert found.gain == found.bound == pytest.approx(best)
    assert fits(found.chosen)


def test_without_time_or_without_open_lines_nothing_is_chosen():
    assert improve([], 600).chosen == ()
    nothing = improve([OpenLine(("P1", "L1"), "u", 1.0, 30)], 0)
    assert (nothing.chosen, nothing.worth, nothing.missed) == ((), None, 2.0)
