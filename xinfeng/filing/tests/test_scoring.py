"""Where a city stands: nothing unknown is filled in; a gate is open while it may fall."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.filing import scoring
from xinfeng.filing.scoring import Gate, Taken
from xinfeng.inspections import reading
from xinfeng.inspections.tests.test_city_standard import EXAMPLE, SMALL

TREE = reading.parse(EXAMPLE.read_text(encoding="utf-8"))[0]
NOTHING = Taken(0)
shares = st.dictionaries(
    st.sampled_from(sorted(TREE.lines)),
    st.fractions(min_value=0, max_value=1, max_denominator=100),
)


def test_nothing_known_is_nothing_reached_and_everything_open():
    found = scoring.standing(TREE, {}, NOTHING)
    assert (found.whole.got, found.whole.known, found.whole.whole) == (0, 0, 100)
    assert found.whole.share is None
    assert {each.gate for each in found.modules} == {Gate.OPEN}


def test_everything_met_is_a_hundred():
    found = scoring.standing(TREE, dict.fromkeys(TREE.lines, Fraction(1)), NOTHING)
    assert (found.whole.got, found.whole.known) == (100, 100)
    assert found.modules[0].gate is Gate.PASSED


def test_a_line_takes_its_weight_within_its_method():
    tree = reading.parse(SMALL)[0]
    found = scoring.standing(tree, {"Ⅲ-1": Fraction(66, 100)}, NOTHING)
    filing, field, survey = found.methods
    assert filing.reached.got == Fraction(264, 10)
    assert (field.reached.known, survey.reached.known) == (0, 0)
    assert found.whole.known == 40


def test_a_gate_is_missed_only_when_what_is_open_cannot_save_it():
    module = TREE.modules[0]
    first, *rest = (line.code for line in module.lines)
    some = dict.fromkeys(rest[: len(rest) // 3], Fraction(0))
    assert scoring.standing(TREE, some, NOTHING).modules[0].gate is Gate.MISSED
    assert scoring.standing(TREE, {first: Fraction(0)}, NOTHING).modules[0].gate is Gate.OPEN


def test_the_negative_list_takes_points_and_never_below_nothing():
    known = dict.fromkeys(TREE.lines, Fraction(1))
    assert scoring.standing(TREE, known, Taken(3)).whole.got == 97
    assert scoring.standing(TREE, {}, Taken(3)).whole.got == 0


def test_units_that_are_not_graded_are_left_out_of_the_mean():
    assert scoring.mean([Fraction(1), None, Fraction(1, 3)]) == Fraction(2, 3)
    assert scoring.mean([None]) is None


def test_a_cycle_weighs_its_years_and_keeps_the_coming_ones_open():
    reached = scoring.over_cycle([Fraction(80), Fraction(90), None], (15, 25, 60))
    assert (reached.got, reached.known, reached.whole) == (Fraction(69, 2), 40, 100)


@given(shares)
def test_what_is_reached_is_known_and_what_is_known_is_there(known):
    found = scoring.standing(TREE, known, NOTHING)
    for part in [*(each.reached for each in (*found.methods, *found.modules)), found.whole]:
        assert 0 <= part.got <= part.known <= part.whole


@given(shares, st.sampled_from(sorted(TREE.lines)))
def test_knowing_one_more_line_never_takes_anything_away(known, line):
    before = scoring.standing(TREE, known, NOTHING).whole
    after = scoring.standing(TREE, {line: Fraction(0)} | known, NOTHING).whole
    assert after.got == before.got
    assert after.known >= before.known


@pytest.mark.parametrize("line", sorted(TREE.lines)[:5])
def test_the_weights_of_a_whole_sum_to_a_hundred(line):
    one = scoring.standing(TREE, {line: Fraction(1)}, NOTHING).whole
    assert one.got == one.known > 0
