"""Shares are whole, exact, and within what each stratum has; numbers can be repeated."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base.sampling import TooFew, allocate, start

STRATA = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("xyz")),
    st.integers(1, 60),
    min_size=1,
)


@given(sizes=STRATA, part=st.floats(0, 1), least=st.integers(0, 2))
def test_points_are_shared_out_whole_and_in_proportion(sizes, part, least):
    fewest = sum(min(least, size) for size in sizes.values())
    most = sum(sizes.values())
    total = fewest + int(part * (most - fewest))

    given_out = allocate(sizes, total, least)

    assert sum(given_out.values()) == total
    for stratum, size in sizes.items():
        assert min(least, size) <= given_out[stratum] <= size
    ranked = sorted(sizes, key=lambda s: sizes[s])
    # A larger stratum never gives fewer points than a smaller one, but for one of rounding.
    for small, large in itertools.pairwise(ranked):
        assert given_out[small] <= given_out[large] + 1


def test_proportional_shares_are_within_one_of_the_exact_ones():
    sizes = {("a",): 500, ("b",): 300, ("c",): 200}

    assert allocate(sizes, 101, 0) == {("a",): 51, ("b",): 30, ("c",): 20}


def test_shares_follow_another_measure_where_one_is_given():
    sizes = {"small": 10, "large": 1000, "even": 1000}

    assert allocate(sizes, 90, by={"small": 1, "large": 1, "even": 1}) == {
        "small": 10, "large": 40, "even": 40,
    }  # fmt: skip
    assert allocate(sizes, 60, 2, by={"small": 0, "large": 0.5, "even": Fraction(3, 2)}) == {
        "small": 2, "large": 15, "even": 43,
    }  # fmt: skip


def test_where_nothing_weighs_anything_all_get_the_same():
    assert allocate({"a": 9, "b": 9}, 6, 0, by={"a": 0, "b": 0}) == {"a": 3, "b": 3}


@pytest.mark.parametrize("total", [1, 19])
def test_what_cannot_be_shared_out_is_refused(total):
    with pytest.raises(TooFew, match="the 2 strata have 18 and need 2 at least"):
        allocate({"a": 9, "b": 9}, total)


def test_a_start_is_the_remainder_of_the_hash():
    # printf 'seed\tA' | sha256sum, as a number, modulo 1000.
    assert start("seed", "A", 1000) == int(HASH, 16) % 1000


HASH = "2851ca9bb35fe2cd9ff12ef7e11ea9ea8bf7a78c86f7cae92b200f51380393f9"
