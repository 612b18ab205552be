"""A place is what the intervals allow, and nobody has one by chance."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base.ranking import FEWEST, ranked, wilson


def test_the_interval_is_the_published_one():
    # Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    assert wilson(81, 263) == (255, 366)
    assert wilson(15, 148) == (62, 160)
    assert wilson(0, 20) == (0, 161)
    assert wilson(1, 29) == (6, 172)


def test_whoever_is_clearly_better_stands_before_and_equals_share_their_places():
    found = ranked({1: (95, 100), 2: (40, 100), 3: (45, 100), 4: (9, 10)}, most_is_best=True)

    assert [(one.key, one.rank, one.rank_to) for one in found] == [
        (1, 1, 1), (3, 2, 3), (2, 2, 3), (4, None, None),
    ]  # fmt: skip
    assert [one.is_tied for one in found] == [False, True, True, False]


def test_of_what_is_bad_the_least_is_best():
    found = ranked({1: (95, 100), 2: (5, 100)}, most_is_best=False)

    assert [(one.key, one.rank) for one in found] == [(2, 1), (1, 2)]


def test_nothing_known_is_in_no_ranking():
    assert ranked({1: (0, 0)}, most_is_best=True) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=12))
def test_a_better_place_is_never_given_for_a_worse_share(shares):
    asked = {key: (hits, hits + misses) for key, (hits, misses) in enumerate(shares)}

    found = [one for one in ranked(asked, most_is_best=True) if one.rank is not None]

    for better, worse in pairwise(found):
        assert better.hits * worse.n >= worse.hits * better.n
    for one in found:
        assert one.n >= FEWEST
        assert 1 <= one.rank <= one.rank_to <= len(found)
        assert one.low <= one.permille <= one.high
