"""The draw can be repeated by anybody; nobody judges their own unit."""

from hashlib import sha256

import numpy as np
import pytest

from xinfeng.base.sampling import TooFew
from xinfeng.inspections.rounds import Frame, Inspectors, Points, assign, draw
from xinfeng.inspections.rounds.routes import NobodyMay

FRAME = Frame(
    {
        f"P{n:04}": ("430402" if n % 3 else "430405", "market" if n % 2 else "street")
        for n in range(120)
    }
)


def test_the_same_seed_draws_the_same_points_in_whatever_order_the_frame_is_read():
    backwards = Frame(dict(reversed(list(FRAME.strata.items()))))

    assert draw(FRAME, 30, "2026-11-25") == draw(backwards, 30, "2026-11-25")
    assert FRAME.digest() == backwards.digest()
    assert draw(FRAME, 30, "2026-11-25") != draw(FRAME, 30, "2026-11-26")


def test_one_changed_point_changes_the_digest_that_was_published():
    moved = Frame({**FRAME.strata, "P0001": ("430407", "market")})

    assert moved.digest() != FRAME.digest()


def test_anybody_with_sha256_finds_the_drawn_points_of_a_stratum():
    drawn = draw(FRAME, 30, "the dice said 4 6 1")
    stratum = ("430402", "market")
    codes = [code for code, where in FRAME.strata.items() if where == stratum]

    by_hand = sorted(codes, key=lambda c: sha256(f"the dice said 4 6 1\t{c}".encode()).digest())

    count = len(drawn.chosen[stratum])
    assert list(drawn.chosen[stratum]) == by_hand[:count]
    assert list(drawn.substitutes[stratum]) == by_hand[count:]


@pytest.mark.parametrize("size", [3, 121])
def test_a_draw_that_cannot_be_is_refused_with_its_numbers(size):
    with pytest.raises(TooFew, match=f"{size} units cannot be drawn"):
        draw(FRAME, size, "seed")


def test_every_point_is_drawn_equally_often_within_its_stratum():
    times = dict.fromkeys(FRAME.strata, 0)
    for seed in range(600):
        for code in draw(FRAME, 30, str(seed)).codes():
            times[code] += 1

    # 600 draws with probability 1/4: 150 expected, standard deviation 10.6.
    assert all(100 < count < 200 for count in times.values())


def _city(points, inspectors, seed=1):
    chance = np.random.default_rng(seed)
    return (
        Points(
            chance.uniform(0, 60_000, (points, 2)), tuple(f"u{n % 12}" for n in range(points))
        ),
        Inspectors(
            chance.uniform(0, 60_000, (inspectors, 2)),
            tuple(frozenset({f"u{n % 12}"}) for n in range(inspectors)),
        ),
    )


def test_each_point_is_visited_once_by_somebody_of_another_unit_with_even_loads():
    points, inspectors = _city(60, 6)

    routes = assign(points, inspectors)

    assert sorted(row for way in routes.visits for row in way) == list(range(60))
    for way, own in zip(routes.visits, inspectors.units, strict=True):
        assert not own & {points.unit[row] for row in way}
        assert len(way) <= 11


def test_the_same_points_and_inspectors_are_routed_alike():
    assert assign(*_city(40, 4)) == assign(*_city(40, 4))


def test_routes_are_far_shorter_than_taking_turns():
    points, inspectors = _city(60, 6)

    routes = assign(points, inspectors)

    turns = sum(
        _way(points.position[k::6], inspectors.position[k]) for k in range(len(inspectors))
    )
    assert routes.metres < turns / 2


def _way(stops, home):
    there = np.vstack([home, stops, home])
    return float(np.hypot(*np.diff(there, axis=0).T).sum())


def test_a_unit_that_every_inspector_belongs_to_is_named():
    points, _ = _city(6, 1)
    all_of_one = Inspectors(np.zeros((2, 2)), (frozenset({"u3"}), frozenset({"u3", "u4"})))

    with pytest.raises(NobodyMay, match="u3"):
        assign(points, all_of_one)


def test_where_most_belong_to_one_unit_the_others_take_more():
    points = Points(np.random.default_rng(2).uniform(0, 1000, (20, 2)), ("u1",) * 20)
    inspectors = Inspectors(
        np.zeros((4, 2)),
        (frozenset({"u1"}), frozenset({"u1"}), frozenset({"u1"}), frozenset()),
    )

    routes = assign(points, inspectors)

    assert [len(way) for way in routes.visits] == [0, 0, 0, 20]


def test_no_points_need_no_way_and_nobody_is_an_error():
    points, inspectors = _city(0, 3)

    assert assign(points, inspectors).metres == 0
    with pytest.raises(ValueError, match="nobody"):
        assign(_city(3, 1)[0], Inspectors(np.zeros((0, 2)), ()))
