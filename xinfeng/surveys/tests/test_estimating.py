"""From sheets to weights and numbers, without a database."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from xinfeng.surveys.asking import bank_of
from xinfeng.surveys.estimates import Lonely
from xinfeng.surveys.estimating import (
    Asked,
    CannotWeigh,
    Inputs,
    Settings,
    Sheet,
    apart,
    compute,
    count,
    second_opinion,
    weigh,
    work_out,
)
from xinfeng.surveys.estimating.silence import classes, eligible_share, rates

from .answered import sheet
from .build import DOCUMENT

BANK = bank_of(DOCUMENT)
A, B = "430405000000", "430406000000"


def community(code: str, county: str = A, urban: bool = True, **more) -> Asked:
    stratum = f"{county[:6]}-{'urban' if urban else 'rural'}"
    fields = {
        "chance": Fraction(1, 10), "households": 400, "taken": 20,
        "dispositions": {"COMPLETE": 16, "NOT_AT_HOME": 4},
    } | more  # fmt: skip
    return Asked(code, stratum, county, urban, **fields)


def sheets(communities, each=16, seed=1, level=0.9):
    chance = np.random.default_rng(seed)
    return [
        Sheet(f"{place.code}-{n}", place.code, place.county, 2, sheet(DOCUMENT, level, chance))
        for place in communities
        for n in range(each)
    ]


def a_city_asked(each=16, **more):
    communities = [
        community(f"{county[:6]}{urban:d}{n}", county, urban, **more)
        for county in (A, B)
        for urban in (True, False)
        for n in range(4)
    ]
    return Inputs(BANK, communities, sheets(communities, each))


TOTALS = {
    "county": {A: 300_000, B: 100_000},
    "sex": {"f": 190_000, "m": 210_000},
    "age": {"a18_39": 150_000, "a40_65": 250_000},
}


def told_of(inputs, **more):
    return weigh(inputs, Settings(**more))


def test_a_sheet_stands_for_one_over_its_chance_times_adults():
    inputs = a_city_asked()

    weighted = told_of(inputs, non_response=False)

    # 10 communities × 20 households each, and 2 adults.
    assert weighted.base == pytest.approx(np.full(len(inputs.sheets), 400.0))
    assert weighted.design.weights == pytest.approx(weighted.base)


def test_whoever_answers_also_stands_for_the_silent_of_the_stratum():
    silent = {"COMPLETE": 8, "REFUSAL": 12}
    communities = [community("1"), community("2"), community("3", B, dispositions=silent),
                   community("4", B, dispositions=silent)]  # fmt: skip
    answered = sheets(communities[:2]) + sheets(communities[2:], 8)

    weighted = told_of(Inputs(BANK, communities, answered))

    factors = {c["strata"][0]: c["factor"] for c in weighted.told["classes"]}
    assert factors == pytest.approx({"430405-urban": 20 / 16, "430406-urban": 20 / 8})


def test_households_that_could_not_be_asked_are_not_stood_for():
    empty = {"COMPLETE": 16, "VACANT": 4}
    communities = [community("1", dispositions=empty), community("2", dispositions=empty)]

    weighted = told_of(Inputs(BANK, communities, sheets(communities)))

    assert weighted.told["classes"][0]["factor"] == pytest.approx(1.0)


def test_of_unknown_households_as_many_count_as_of_the_known():
    found = {"COMPLETE": 12, "VACANT": 4, "NO_ACCESS": 4}
    communities = [community("1", dispositions=found)]

    assert eligible_share(communities) == pytest.approx(12 / 16)
    assert rates(communities, 12)["response_of_eligible"] == pytest.approx(12 / (12 + 3))
    assert rates(communities, 12)["response"] == pytest.approx(12 / 16)


def test_a_class_of_too_few_joins_its_own_county_first():
    communities = [community("1"), community("2", urban=False), community("3", B)]

    found = classes(communities, {"1": 12, "2": 4, "3": 12}, 10)

    assert [each.strata for each in found] == [
        ("430405-rural", "430405-urban"), ("430406-urban",)
    ]  # fmt: skip


def test_everybody_is_in_one_class_if_hardly_anybody_answered():
    communities = [community("1"), community("2", urban=False), community("3", B)]

    (found,) = classes(communities, {"1": 1}, 10)

    assert len(found.strata) == 3


def test_unknown_adults_count_as_many_as_the_others_on_average_and_are_told():
    inputs = a_city_asked()
    untold = replace(inputs.sheets[0], adults=None)

    weighted = told_of(replace(inputs, sheets=[untold, *inputs.sheets[1:]]))

    assert weighted.told["adults_unknown"] == 1
    assert weighted.base[0] == pytest.approx(400.0)


def test_weights_meet_the_known_totals():
    inputs = replace(a_city_asked(), totals=TOTALS)

    weighted = told_of(inputs)

    assert weighted.told["bounds"] == [0.3, 3.0]
    for margin in weighted.told["margins"]:
        for cell in margin["cells"]:
            assert cell["after"] == pytest.approx(TOTALS[margin["name"]][cell["key"]])
    assert weighted.design.weights.sum() == pytest.approx(400_000)


def test_totals_of_another_population_are_made_to_fit_and_that_is_told():
    inputs = replace(a_city_asked(), totals=TOTALS | {"sex": {"f": 95, "m": 105}})

    (sex,) = [m for m in told_of(inputs).told["margins"] if m["name"] == "sex"]

    assert sex["scaled"] == pytest.approx(2_000)
    assert sum(cell["after"] for cell in sex["cells"]) == pytest.approx(400_000)


def test_whoever_does_not_say_their_age_keeps_their_share():
    inputs = a_city_asked()
    silent = [
        replace(each, answers={**each.answers, "age": ""}) if n < 26 else each
        for n, each in enumerate(inputs.sheets)
    ]

    told = told_of(replace(inputs, sheets=silent, totals=TOTALS)).told

    (age,) = [m for m in told["margins"] if m["name"] == "age"]
    assert age["untold"] == 26
    untold = next(cell for cell in age["cells"] if cell["key"] == "?")
    assert untold["after"] == pytest.approx(400_000 * 26 / 256)


def test_a_cell_of_too_few_joins_its_neighbour():
    inputs = a_city_asked()
    young = [
        replace(each, answers={**each.answers, "age": "a18_39" if n < 3 else "a40_65"})
        for n, each in enumerate(inputs.sheets)
    ]

    told = told_of(replace(inputs, sheets=young, totals=TOTALS)).told

    (age,) = [m for m in told["margins"] if m["name"] == "age"]
    assert age["joined"] == [["a18_39", "a40_65"]]


def test_where_bounds_cannot_be_met_that_is_told():
    totals = {"sex": {"f": 390_000, "m": 10_000}}
    women = [s for s in a_city_asked().sheets if s.answers["sex"] == "f"]
    men = [s for s in a_city_asked().sheets if s.answers["sex"] == "m"]
    inputs = replace(a_city_asked(), sheets=[*women[:12], *men], totals=totals)

    weighted = told_of(inputs)

    assert weighted.told["bounds"] is None
    assert weighted.told["margins"][0]["cells"][0]["after"] == pytest.approx(390_000)


def test_a_community_drawn_with_certainty_is_a_stratum_of_households():
    inputs = a_city_asked()
    certain = replace(inputs.communities[0], chance=Fraction(1))

    design = told_of(replace(inputs, communities=[certain, *inputs.communities[1:]])).design

    # 15 communities in 4 strata, and 16 households of the certain one in a stratum of its own.
    assert (len(design.first.stratum), len(design.first.drawn)) == (15 + 16, 5)


def test_a_lonely_community_is_refused_where_the_rule_says_so():
    communities = [community("1"), community("2"), community("3", B)]
    inputs = Inputs(BANK, communities, sheets(communities))

    with pytest.raises(CannotWeigh, match="one unit only") as refused:
        told_of(inputs, lonely=Lonely.FAIL)
    assert refused.value.code == "design_does_not_hold"
    assert told_of(inputs).told["lonely"] == 1


def test_without_sheets_there_is_nothing_to_weigh():
    with pytest.raises(CannotWeigh) as refused:
        told_of(Inputs(BANK, [community("1")], []))
    assert refused.value.code == "no_sheets"


def rows_of(inputs, **more):
    settings = Settings(**more)
    rows, effect = compute(inputs, settings, weigh(inputs, settings).design)
    return {(r.question, r.statistic, r.option, r.domain, r.key): r for r in rows}, effect


def test_each_scaled_question_has_both_numbers_in_every_part():
    rows, _effect = rows_of(a_city_asked())

    for question in ("estate", "safety", "hotline", "overall"):
        for statistic in ("SATISFIED", "MEAN"):
            there = Counter(key[3] for key in rows if key[:2] == (question, statistic))
            assert there == {"WHOLE": 1, "COUNTY": 2, "KIND": 2, "SEX": 2, "AGE": 2}
    assert {key[2] for key in rows if key[0] == "sex"} == {"f", "m"}


def test_no_opinion_and_blank_leave_the_denominator_and_are_told():
    inputs = a_city_asked()
    said = Counter(str(each.answers.get("overall", "")) for each in inputs.sheets)

    row = rows_of(inputs)[0]["overall", "SATISFIED", "", "WHOLE", ""]

    assert (row.no_opinion, row.blank) == (said["cannot_say"], said[""])
    assert row.estimate.n == len(inputs.sheets) - said["cannot_say"] - said[""]


def test_whoever_was_not_asked_is_not_blank():
    inputs = a_city_asked()
    users = [each for each in inputs.sheets if each.answers["used_hotline"] == "yes"]

    row = rows_of(inputs)[0]["hotline", "MEAN", "", "WHOLE", ""]

    assert row.estimate.n + row.no_opinion + row.blank == len(users)


def test_equal_weights_give_the_plain_share():
    inputs = a_city_asked()
    rated = [each.answers["overall"] for each in inputs.sheets
             if each.answers.get("overall", "cannot_say") != "cannot_say"]  # fmt: skip

    row = rows_of(inputs)[0]["overall", "SATISFIED", "", "WHOLE", ""].estimate

    good = [said in ("very", "quite", "fairly") for said in rated]
    assert row.value == pytest.approx(np.mean(good))
    assert row.low < row.value < row.high


def test_where_all_agree_the_other_questions_lend_their_design_effect():
    inputs = a_city_asked()
    happy = [replace(s, answers={**s.answers, "overall": "very"}) for s in inputs.sheets]

    rows, effect = rows_of(replace(inputs, sheets=happy))
    row = rows["overall", "SATISFIED", "", "WHOLE", ""].estimate

    assert (row.value, row.se, row.high) == (1.0, None, 1.0)
    assert row.method == "Clopper–Pearson"
    assert effect >= 1
    assert row.effective_n == pytest.approx(row.n / effect)


def test_few_answers_are_held_back():
    rows, _effect = rows_of(a_city_asked(each=6))

    assert rows["hotline", "SATISFIED", "", "COUNTY", A].held == "FEW"
    assert rows["overall", "SATISFIED", "", "WHOLE", ""].held == ""


def test_a_mean_never_lies_beyond_its_scale():
    inputs = a_city_asked(each=8)
    happy = [replace(s, answers={**s.answers, "overall": "very"}) for s in inputs.sheets]
    happy[0] = replace(happy[0], answers={**happy[0].answers, "overall": "not"})

    row = rows_of(replace(inputs, sheets=happy))[0]["overall", "MEAN", "", "WHOLE", ""]

    assert row.estimate.high == 100


def test_who_was_not_drawn_is_counted_without_an_error():
    rows = count(Inputs(BANK, [], [replace(s, community="") for s in a_city_asked().sheets]))

    assert {row.domain for row in rows} == {"WHOLE", "COUNTY", "SEX", "AGE"}
    assert all(row.estimate.low is None and row.estimate.se is None for row in rows)
    assert not any(row.is_drawn for row in rows)


def test_a_county_of_its_own_kind_differs_from_the_rest():
    communities = a_city_asked().communities
    inputs = Inputs(
        BANK, communities,
        sheets([c for c in communities if c.county == A], level=0.97)
        + sheets([c for c in communities if c.county == B], level=0.6, seed=2),
    )  # fmt: skip

    found = apart(inputs, weigh(inputs, Settings()).design)

    assert found["overall"][B]["difference"] < -0.2
    assert found["overall"][B]["p"] < 0.001


def test_the_second_opinion_is_near_the_first():
    inputs = replace(a_city_asked(), totals=TOTALS)

    second = second_opinion(inputs, weigh(inputs, Settings()).design)

    assert second["replicates"] == 16
    assert second["jackknife"] == pytest.approx(second["linear"], rel=0.15)


def test_progress_rises_to_the_end():
    heard: list[float] = []

    work_out(a_city_asked(), Settings(), is_drawn=True, tell=heard.append)

    assert heard == sorted(heard)
    assert heard[-1] >= 0.8


def test_a_county_in_which_all_agree_is_called_neither_above_nor_below():
    inputs = a_city_asked()
    agreed = [
        replace(s, answers={**s.answers, "overall": "very"}) if s.county == B else s
        for s in inputs.sheets
    ]

    found = apart(replace(inputs, sheets=agreed), weigh(inputs, Settings()).design)

    assert found["overall"][B]["difference"] > 0
    assert found["overall"][B]["p"] is None
