"""The draw can be repeated by anybody, and every chance is the one that is kept."""

from collections import Counter
from datetime import date
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base.sampling import TooFew
from xinfeng.surveys.drawing import (
    Adult,
    Birthday,
    Community,
    Frame,
    Way,
    by_birthday,
    by_kish,
    draw,
    draw_communities,
    draw_households,
)
from xinfeng.surveys.drawing.communities import systematic
from xinfeng.surveys.estimates import Stage, declare, total

DAY = date(2021, 9, 1)


def community(code, stratum, size):
    return Community(code, stratum, [f"{code}-{n:03}" for n in range(size)])


def frame(*communities):
    return Frame({each.code: each for each in communities}, DAY)


CITY = frame(
    *(community(f"A{n:02}", "urban", 20 + 7 * n) for n in range(12)),
    community("A99", "urban", 900),
    *(community(f"B{n:02}", "rural", 15 + n) for n in range(8)),
)
WANTED = {"urban": 5, "rural": 3}


def test_the_same_seed_draws_the_same_in_whatever_order_the_frame_is_read():
    backwards = Frame(dict(reversed(list(CITY.communities.items()))), DAY)

    for way in Way:
        assert draw(CITY, WANTED, 10, "dice 4 6 1", way) == draw(
            backwards, WANTED, 10, "dice 4 6 1", way
        )
    first, other = (draw(CITY, WANTED, 10, seed, Way.RANDOM).households for seed in "ab")
    assert first != other


def test_a_changed_household_changes_the_digest_that_was_published():
    moved = Frame({**CITY.communities, "A00": community("A00", "urban", 21)}, DAY)
    later = Frame(CITY.communities, date(2021, 9, 2))

    assert len({CITY.digest(), moved.digest(), later.digest()}) == 3


def test_the_digest_can_be_made_with_a_text_and_sha256():
    small = frame(community("B", "s", 1), community("A", "s", 2))

    text = "2021-09-01\nA\ts\t2\nA-000\nA-001\nB\ts\t1\nB-000\n"

    assert small.digest() == sha256(text.encode()).hexdigest()


@given(sizes=st.lists(st.integers(1, 30), min_size=2, max_size=8), points=st.integers(1, 5))
def test_over_all_starts_each_community_is_drawn_as_often_as_its_chance(sizes, points):
    whole = sum(sizes)
    hits = Counter(
        place for first in range(whole) for place in systematic(sizes, points, first)
    )

    for place, size in enumerate(sizes):
        assert hits[place] == points * size
    assert all(len(systematic(sizes, points, first)) == points for first in range(whole))


def test_a_community_that_no_point_could_miss_is_drawn_with_certainty():
    chosen = draw_communities(CITY.by_stratum(), WANTED, "seed")

    large = next(each for each in chosen if each.community.code == "A99")
    assert large.is_certain
    others = [each for each in chosen if each.community.stratum == "urban" and each != large]
    rest = sum(c.size for c in CITY.by_stratum()["urban"]) - 900
    assert len(others) == 4
    assert all(each.chance == Fraction(4 * each.community.size, rest) for each in others)


def test_what_is_large_only_when_the_largest_is_gone_is_certain_too():
    chosen = draw_communities(
        frame(*(community(c, "s", n) for c, n in [("a", 900), ("b", 60), ("c", 20), ("d", 20)]))
        .by_stratum(), {"s": 3}, "seed",
    )  # fmt: skip

    assert [each.chance for each in chosen] == [1, 1, Fraction(1, 2)]


def test_communities_without_households_are_never_drawn():
    strata = frame(community("a", "s", 0), community("b", "s", 5)).by_stratum()

    assert [each.code for each in strata["s"]] == ["b"]


@pytest.mark.parametrize("way", Way)
def test_the_chances_kept_are_those_by_which_weights_add_up_to_the_frame(way):
    sample = draw(CITY, WANTED, 10, "seed", way)

    assert len(sample.households) == len({each.household for each in sample.households}) == 80
    for stratum, communities in CITY.by_stratum().items():
        weights = sum(1 / h.chance for h in sample.households if h.stratum == stratum)
        assert weights == sum(each.size for each in communities)


def test_all_households_of_a_small_community_are_drawn_for_sure():
    small = community("a", "s", 6)

    assert draw_households(small, 10, "seed", Way.RANDOM) == list(small.households)
    sample = draw(frame(small), {"s": 1}, 10, "seed", Way.RANDOM)
    assert {each.chance for each in sample.households} == {1}


def test_random_households_are_those_with_the_smallest_hashes():
    place = community("a", "s", 40)

    by_hand = sorted(
        place.households, key=lambda h: sha256(f"seed\ta\t{h}".encode()).hexdigest()
    )[:7]

    assert draw_households(place, 7, "seed", Way.RANDOM) == sorted(by_hand)


def test_systematic_households_are_spread_over_the_list():
    place = community("a", "s", 103)
    rows = [place.households.index(h) for h in draw_households(place, 10, "s", Way.SYSTEMATIC)]

    assert {later - sooner for sooner, later in pairwise(rows)} <= {10, 11}
    assert draw_households(place, 10, "s", Way.SYSTEMATIC) == [
        place.households[
            (int(sha256(b"s\ta").hexdigest(), 16) % 103 + k * 103) // 10
        ] for k in range(10)
    ]  # fmt: skip


def test_more_than_there_are_and_strata_that_are_not_there_are_refused():
    with pytest.raises(TooFew, match="rural has 8 communities, not 9"):
        draw(CITY, {"rural": 9}, 10, "seed", Way.RANDOM)
    with pytest.raises(TooFew, match="no stratum hills"):
        draw(CITY, {"hills": 1}, 10, "seed", Way.RANDOM)
    with pytest.raises(ValueError, match="lists a household twice"):
        frame(Community("a", "s", ["1", "1"]))


def test_a_sample_is_estimated_with_the_design_by_which_it_was_drawn():
    sample = draw(CITY, WANTED, 10, "seed", Way.RANDOM)
    households = sample.households
    design = declare(
        Stage([h.design_unit for h in households], [h.design_stratum for h in households]),
        weights=[float(1 / h.chance) for h in households],
    )

    row = total(design, [1.0] * len(households)).only

    assert row.value == pytest.approx(sum(c.size for c in CITY.communities.values()))
    # A99's 10 households are 10 units of a stratum; 4 and 3 communities are those of two more.
    assert design.df == 10 + 4 + 3 - 3


ADULTS = [Adult(34, False), Adult(71, True), Adult(36, True), Adult(68, False)]


def test_each_adult_has_the_same_chance_by_number():
    drawn = Counter(by_kish(ADULTS, f"h{n}", "seed")[0] for n in range(8000))

    assert set(drawn) == {0, 1, 2, 3}
    assert all(1880 < count < 2120 for count in drawn.values())
    assert by_kish(ADULTS, "h1", "seed")[1] == Fraction(1, 4)


def test_the_list_is_men_from_the_oldest_then_women_whatever_the_order_at_the_door():
    for household in ("h1", "h2", "h3", "h4"):
        place, _chance = by_kish(ADULTS, household, "seed")
        again, _chance = by_kish(ADULTS[::-1], household, "seed")
        assert ADULTS[place] == ADULTS[::-1][again]


@pytest.mark.parametrize(
    ("asked_on", "expected"),
    [
        (date(2021, 9, 1), 1),
        (date(2021, 12, 30), 2),
        (date(2021, 1, 15), 2),
        (date(2021, 3, 1), 0),
    ],
)
def test_the_last_birthday_is_the_nearest_one_behind(asked_on, expected):
    birthdays = [Birthday(2, 29), Birthday(8, 31), Birthday(12, 25)]

    assert by_birthday(birthdays, asked_on, "h", "seed")[0] == expected


def test_twins_are_told_apart_by_number_and_an_empty_household_by_nobody():
    twins = [Birthday(5, 5), Birthday(5, 5)]
    drawn = Counter(by_birthday(twins, DAY, f"h{n}", "seed")[0] for n in range(2000))

    assert all(900 < count < 1100 for count in drawn.values())
    with pytest.raises(ValueError, match="nobody"):
        by_birthday([], DAY, "h", "seed")
    with pytest.raises(ValueError, match="nobody"):
        by_kish([], "h", "seed")
