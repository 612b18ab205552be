"""A division's code is its path in the tree."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base import codes
from xinfeng.base.codes import Level

VILLAGE = st.integers(11, 65).flatmap(
    lambda province: st.integers(0, 99_999_999).map(
        lambda rest: province * 10**10 + rest * 100 + rest % 98 + 1
    )
)


@given(VILLAGE)
def test_a_village_lies_under_each_division_above_it(code):
    above = codes.ancestors(code, Level.VILLAGE)

    assert len(above) == 3
    for ancestor, level in zip(above, Level, strict=False):
        lo, hi = codes.span(ancestor, level)
        assert lo <= code < hi


@given(VILLAGE)
def test_a_parent_is_the_last_of_the_ancestors(code):
    assert codes.parent(code, Level.VILLAGE) == codes.ancestors(code, Level.VILLAGE)[-1]


@pytest.mark.parametrize(
    ("code", "level"),
    [
        (430400000000, Level.CITY),
        (430405000000, Level.COUNTY),
        (430405007000, Level.TOWNSHIP),
        (430405007006, Level.VILLAGE),
    ],
)
def test_the_zeros_say_the_level(code, level):
    assert codes.level_of(code) is level
    assert codes.pad(codes.short(code, level)) == code


@pytest.mark.parametrize("wrong", ["43040", "", "430a", "４３０４", "4304050070060"])
def test_what_is_no_code_is_refused_in_words(wrong):
    with pytest.raises(ValueError, match="is not a division code"):
        codes.pad(wrong)


def test_above_the_city_there_is_nothing():
    assert codes.parent(430400000000, Level.CITY) is None


@given(VILLAGE, VILLAGE)
def test_two_divisions_of_one_level_share_nothing_or_everything(one, other):
    for level in Level:
        lo, hi = codes.span(one, level)

        assert (codes.span(other, level) == (lo, hi)) == (lo <= other < hi)


@given(VILLAGE)
def test_the_span_of_a_part_lies_within_the_span_of_the_whole(code):
    spans = [codes.span(code, level) for level in Level]

    for (lo, hi), (inner_lo, inner_hi) in pairwise(spans):
        assert lo <= inner_lo < inner_hi <= hi
