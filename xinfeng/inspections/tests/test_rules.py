"""Each kind of rule at its bounds, and what it says when nobody knows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base.figures import Window
from xinfeng.base.refusal import Refusal
from xinfeng.inspections import periods
from xinfeng.inspections.models import Verdict
from xinfeng.inspections.rules import RULES, Inputs, strictly

MET, NOT_MET, NOT_KNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_KNOWN


@pytest.mark.parametrize(
    ("kind", "amounts", "inputs", "verdict", "score"),
    [
        ("binary", {}, Inputs(1), MET, 1000),
        ("binary", {}, Inputs(0), NOT_MET, 0),
        ("count", {"at_least": 3}, Inputs(3), MET, 1000),
        ("count", {"at_least": 3}, Inputs(2), NOT_MET, 0),
        ("threshold", {"at_least": 20}, Inputs(20), MET, 1000),
        ("threshold", {"at_most": 20}, Inputs(21), NOT_MET, 0),
        ("threshold", {"at_most": 50}, Inputs(501, 10_000), NOT_MET, 0),
        ("threshold", {"at_least": 500}, Inputs(1, 2), MET, 1000),
        ("rate", {"at_least_permille": 800}, Inputs(4, 5), MET, 1000),
        ("rate", {"at_least_permille": 800}, Inputs(79, 100), NOT_MET, 0),
        ("rate", {"at_least_permille": 800}, Inputs(0, 0), NOT_KNOWN, None),
        ("ratio", {"target": 4}, Inputs(3), NOT_MET, 750),
        ("ratio", {"target": 4}, Inputs(9), MET, 1000),
        ("all_of", {"samples": 3}, Inputs(3, values=(1, 1, 1)), MET, 1000),
        ("all_of", {"samples": 3}, Inputs(2, values=(1, 1)), NOT_KNOWN, None),
        ("all_of", {"samples": 3}, Inputs(1, values=(1, 0)), NOT_MET, 0),
        ("count_per_distance", {"at_least": 2, "per_m": 500}, Inputs(4, 1000), MET, 1000),
        ("count_per_distance", {"at_least": 2, "per_m": 500}, Inputs(3, 1000), NOT_MET, 0),
        ("deduction", {"target": 5, "each_permille": 200}, Inputs(3), NOT_MET, 600),
        ("deduction", {"target": 5, "each_permille": 200}, Inputs(6), MET, 1000),
        (
            "deduction",
            {"target": 5, "each_permille": 100, "growth_permille": 100},
            Inputs(2),
            NOT_MET,
            400,
        ),
        ("spacing", {"at_least": 300}, Inputs(900, values=(500, 400)), MET, 1000),
        ("spacing", {"at_least": 300}, Inputs(900, values=(700, 200)), NOT_MET, 0),
        ("bonus", {"each_permille": 50, "at_most": 80}, Inputs(1), MET, 50),
        ("bonus", {"each_permille": 50, "at_most": 80}, Inputs(3), MET, 80),
        ("bonus", {"each_permille": 50, "at_most": 80}, Inputs(0), NOT_MET, 0),
    ],
)
def test_rules_at_their_bounds(kind, amounts, inputs, verdict, score):
    outcome = RULES[kind](amounts, inputs)
    assert (outcome.verdict, outcome.score) == (verdict, score)


@pytest.mark.parametrize(
    ("passing", "score"), [(8, 1000), (7, 660), (6, 660), (5, 330), (2, 0)]
)
def test_grades_fall_in_thirds(passing, score):
    amounts = {"samples": 8, "A": 8, "B": 6, "C": 4}
    values = (1,) * passing + (0,) * (8 - passing)
    assert RULES["grades"](amounts, Inputs(passing, values=values)).score == score


def test_events_count_the_stretches_in_which_enough_happened():
    amounts = {"at_least": 1, "stretches": [(0, 29), (30, 60), (61, 90)]}
    outcome = RULES["events"](amounts, Inputs(2, rows=2, days=(5, 45)))
    assert (outcome.verdict, outcome.value, outcome.whole) == (NOT_MET, 2, 3)
    assert RULES["events"](amounts, Inputs(3, days=(5, 45, 61))).verdict is MET


AMOUNTS = {
    "binary": {},
    "count": {"at_least": 3},
    "threshold": {"at_least": 3},
    "rate": {"at_least_permille": 500},
    "ratio": {"target": 7},
    "all_of": {"samples": 3},
    "grades": {"samples": 3, "A": 3, "B": 2, "C": 1},
    "count_per_distance": {"at_least": 2, "per_m": 500},
    "deduction": {"target": 5, "each_permille": 150},
    "events": {"at_least": 1, "stretches": [(0, 10), (11, 20)]},
    "spacing": {"at_least": 300},
    "bonus": {"each_permille": 50, "at_most": 200},
}


@pytest.mark.parametrize("kind", sorted(RULES))
def test_what_nobody_knows_stays_not_known_until_a_standard_says_otherwise(kind):
    outcome = RULES[kind](AMOUNTS[kind], Inputs(None))
    assert (outcome.verdict, outcome.score) == (NOT_KNOWN, None)
    assert strictly(outcome).verdict is NOT_MET


@pytest.mark.parametrize("kind", sorted(RULES))
@given(
    numerator=st.integers(0, 10**6),
    denominator=st.none() | st.integers(0, 10**6),
    values=st.lists(st.integers(0, 1000), max_size=9),
    days=st.lists(st.integers(0, 400), max_size=9),
)
def test_a_score_is_known_exactly_when_the_verdict_is(
    kind, numerator, denominator, values, days
):
    inputs = Inputs(numerator, denominator, len(values), tuple(values), tuple(days))
    outcome = RULES[kind](AMOUNTS[kind], inputs)
    assert (outcome.score is None) == (outcome.verdict is NOT_KNOWN)
    assert outcome.score is None or 0 <= outcome.score <= 1000


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2022", date(2022, 1, 1), date(2023, 1, 1)),
        ("2022Q2", date(2022, 4, 1), date(2022, 7, 1)),
        ("2022q4", date(2022, 10, 1), date(2023, 1, 1)),
        ("2022-06", date(2022, 6, 1), date(2022, 7, 1)),
    ],
)
def test_periods_are_read_and_written(text, since, until):
    assert periods.read(text) == Window(since, until)
    assert periods.written(Window(since, until)) == text.upper()


@pytest.mark.parametrize("text", ["", "2022Q5", "2022-13", "Q2", "22Q2", "2022 Q2"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(Refusal, match="2022Q2"):
        periods.read(text)


def test_stretches_are_whole_months_and_weeks_from_monday():
    quarter = periods.read("2022Q2")
    assert len(periods.stretches(quarter, months=1)) == 3
    weeks = periods.stretches(quarter, weeks=1)
    assert len(weeks) == 12
    assert weeks[0].since == date(2022, 4, 4)
    assert periods.before(quarter) == periods.read("2022Q1")
