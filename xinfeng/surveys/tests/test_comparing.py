"""Estimates beside a threshold, each other, and last year's; and which of them are shown."""

import numpy as np
import pytest

from xinfeng.surveys.estimates import (
    BadDesign,
    Estimate,
    Margin,
    Method,
    Place,
    Policy,
    Stage,
    Verdict,
    against_the_rest,
    change,
    contrast,
    declare,
    domains,
    holm,
    mean,
    places,
    publish,
    rake,
    share,
    stack_apart,
    stack_shared,
    verdict,
)
from xinfeng.surveys.estimates.publishing import HeldBack


def told(name, value, low, high, *, n=400, se=0.01):
    return Estimate(name, n, 0, 4000.0, 30, Method.KORN_GRAUBARD, 0.95, value, se, low, high)


def test_a_threshold_inside_the_interval_is_neither_met_nor_missed():
    assert verdict(told("", 0.93, 0.91, 0.95), 0.90) is Verdict.MET
    assert verdict(told("", 0.93, 0.90, 0.95), 0.90) is Verdict.MET
    assert verdict(told("", 0.93, 0.89, 0.95), 0.90) is Verdict.NOT_KNOWN
    assert verdict(told("", 0.88, 0.86, 0.90), 0.90) is Verdict.NOT_KNOWN
    assert verdict(told("", 0.88, 0.86, 0.899), 0.90) is Verdict.NOT_MET
    assert verdict(told("", 0.99, None, None), 0.90) is Verdict.NOT_KNOWN


def test_areas_share_a_place_where_their_intervals_touch():
    rows = [
        told("c", 0.80, 0.75, 0.85),
        told("a", 0.95, 0.92, 0.97),
        told("b", 0.90, 0.86, 0.93),
        told("silent", 0.99, None, None),
    ]

    assert places(rows) == [
        Place("a", 1, 2, ("b",)),
        Place("b", 1, 2, ("a",)),
        Place("c", 3, 3, ()),
        Place("silent", None, None),
    ]


def test_holm_makes_each_of_many_tests_harder():
    # Worked by hand: 4×0.005, 3×0.01, 2×0.03, and what went before at least.
    assert holm([0.01, 0.04, None, 0.03, 0.005]) == pytest.approx(
        [0.03, 0.06, None, 0.06, 0.02]
    )
    assert holm([0.6, 0.7]) == [1, 1]


def test_few_answers_and_wide_errors_are_held_back_but_counted():
    assert publish(told("", 0.9, 0.8, 0.95, n=29)).reason is HeldBack.FEW
    assert publish(told("", 0.02, 0.01, 0.05, se=0.007)).reason is HeldBack.UNCERTAIN
    assert publish(told("", 0.9, None, None)).reason is HeldBack.UNCERTAIN
    held = publish(told("", 0.9, 0.8, 0.95, n=29))
    assert (held.n, held.estimate) == (29, None)
    assert publish(told("", 0.9, 0.8, 0.95, n=30)).reason is None
    assert publish(told("", 0.9, 0.8, 0.95, n=29), Policy(least_n=10)).reason is None


def two_years(seed=4):
    chance = np.random.default_rng(seed)
    unit = np.repeat(np.arange(40), 10)
    level = chance.normal(0, 1, 40)[unit]
    once = declare(Stage(unit, unit // 20, np.full(400, 300)), weights=np.full(400, 2.0))
    return once, [level + chance.normal(shift, 0.5, 400) for shift in (0.0, 0.3)]


def test_communities_asked_twice_make_a_change_surer_than_two_samples_apart():
    once, ys = two_years()
    y = np.concatenate(ys)
    weights = {"2020": -1, "2021": 1}

    shared, years = stack_shared({"2020": once, "2021": once})
    apart, same_years = stack_apart({"2020": once, "2021": once})
    close = contrast(mean(shared, y, years), weights)
    far = contrast(mean(apart, y, same_years), weights)

    assert close.value == far.value == pytest.approx(0.3, abs=0.1)
    assert close.se < far.se / 3
    assert (close.df, far.df) == (38, 76)
    assert far.se**2 == pytest.approx(sum(mean(once, each).only.se ** 2 for each in ys))


def one_stratum(units, population=300):
    column = np.repeat(units, 10)
    return declare(Stage(column, population=np.full(len(column), population)),
                   weights=np.full(len(column), 2.0))  # fmt: skip


def test_some_communities_asked_twice_make_a_change_surer_as_far_as_they_are_the_same():
    chance = np.random.default_rng(6)
    level = chance.normal(0, 1, 60)
    errors = []
    for first in (0, 10, 20):
        # 20 communities a year, of which 20, 10 or none are the same.
        years = {"2020": one_stratum(np.arange(20)), "2021": one_stratum(np.arange(20) + first)}
        design, by = stack_shared(years)
        units = np.concatenate([np.repeat(np.arange(20) + start, 10) for start in (0, first)])
        y = level[units] + chance.normal(0, 0.2, 400)
        errors.append(contrast(mean(design, y, by), {"2020": -1, "2021": 1}).se)

    assert errors[0] < errors[1] / 2
    assert errors[1] < errors[2]


def test_a_community_that_moved_to_another_stratum_is_not_the_same_one():
    once, _ys = two_years()
    later = declare(
        Stage(np.asarray(once.stages[0].units) + 10, np.repeat([0, 1], 200), np.full(400, 300)),
        weights=np.full(400, 2.0),
    )

    with pytest.raises(BadDesign, match="two strata"):
        stack_shared({"2020": once, "2021": later})


def test_a_population_that_grew_is_refused_and_not_averaged():
    with pytest.raises(BadDesign, match="two populations"):
        stack_shared({"2020": one_stratum(range(5)), "2021": one_stratum(range(5), 320)})


def test_years_that_are_raked_each_keep_their_margins_and_their_gain():
    once, ys = two_years()
    sex = np.tile([0, 1], 200)
    raked = rake(once, Margin("sex", sex, {"0": 500, "1": 300}))
    y = np.concatenate([ys[0] + 5 * sex, ys[1] + 5 * sex])
    alone = mean(raked, y[:400]).only

    design, years = stack_shared({"2020": raked, "2021": raked})
    rows = mean(design, y, years)

    assert rows["2020"].value == pytest.approx(alone.value)
    assert rows["2020"].se == pytest.approx(alone.se)
    assert np.bincount(years.codes, design.weights).tolist() == pytest.approx([800, 800])


def test_a_year_without_variance_leaves_the_change_untested():
    design = declare(Stage(range(80)), weights=[1.0] * 80)
    stacked, years = stack_apart({"2020": design, "2021": design})

    change = contrast(share(stacked, [1, 0] * 40 + [1] * 80, years), {"2020": -1, "2021": 1})

    assert change.value == 0.5
    assert (change.se, change.p, change.low) == (None, None, None)


def test_samples_of_different_stages_are_not_stacked():
    one = declare(Stage(list("abcd")), weights=[1.0] * 4)
    two = declare(
        Stage(list("aabb"), population=[5] * 4), Stage(list("wxyz")), weights=[1.0] * 4
    )

    with pytest.raises(BadDesign, match="differ in their stages"):
        stack_shared({"2020": one, "2021": two})


def test_of_many_alike_areas_none_stands_apart_but_a_different_one_does():
    chance = np.random.default_rng(8)
    area = np.repeat(np.arange(14), 60)
    design = declare(Stage(np.arange(840) // 6, area), weights=np.ones(840))
    alike = chance.normal(0, 1, 840)

    told_apart = against_the_rest(design, alike, domains(area))
    one_low = against_the_rest(design, alike - (area == 5), domains(area))

    assert min(each.p for each in told_apart) > 0.05
    assert [each.name for each in one_low if each.p < 0.01] == ["5"]
    five = one_low[5]
    assert five.p == pytest.approx(14 * five.difference.p)
    assert five.difference.value == pytest.approx(-1, abs=0.3)


def test_an_area_is_compared_with_the_others_by_the_covariance_of_shared_communities():
    """Two halves of the same communities differ more surely than two samples would."""
    chance = np.random.default_rng(9)
    unit = np.repeat(np.arange(30), 10)
    half = np.tile([0, 1], 150)
    design = declare(Stage(unit), weights=np.ones(300))
    y = chance.normal(0, 2, 30)[unit] + chance.normal(0, 0.3, 300)

    first, _second = against_the_rest(design, y, domains(half))

    by_half = mean(design, y, domains(half))
    assert first.difference.se < min(row.se for row in by_half) / 3


def test_a_change_of_years_drawn_apart_is_what_the_stacked_design_says():
    chance = np.random.default_rng(5)
    years = {}
    for year, level in (("2020", 0.8), ("2021", 0.9)):
        unit = np.repeat(np.arange(12), 20)
        design = declare(Stage(unit, unit // 6), weights=chance.uniform(1, 3, 240))
        years[year] = design, (chance.random(240) < level).astype(float)
    stacked, by = stack_apart({name: design for name, (design, _y) in years.items()})
    answers = np.concatenate([y for _design, y in years.values()])

    found = change(
        *(share(design, y).only for design, y in years.values()),
        df=sum(design.df for design, _y in years.values()),
    )

    told = contrast(share(stacked, answers, by), {"2021": 1, "2020": -1})
    assert found.value == pytest.approx(told.value)
    assert (found.se, found.p) == (pytest.approx(told.se), pytest.approx(told.p))
    assert found.df == told.df


def test_a_change_against_a_year_in_which_all_agreed_has_no_test():
    unit = np.repeat(np.arange(6), 10)
    design = declare(Stage(unit), weights=np.ones(60))
    some = share(design, np.arange(60) % 7 != 0).only

    found = change(share(design, np.ones(60)).only, some, 10)

    assert found.value is not None
    assert (found.se, found.low, found.p) == (None, None, None)


def test_an_area_of_few_units_is_tested_with_its_own_degrees_of_freedom():
    unit = np.repeat(np.arange(12), 10)
    design = declare(Stage(unit, np.minimum(unit // 2, 3)), weights=np.ones(120))
    area = domains(np.where(unit < 2, "small", "large"))
    answers = (np.arange(120) % 9 > 1).astype(float)

    found = {each.name: each.difference.df for each in against_the_rest(design, answers, area)}

    assert (found["small"], design.df) == (1, 8)


def test_an_area_in_which_all_agree_differs_by_a_value_without_a_test():
    unit = np.repeat(np.arange(8), 10)
    design = declare(Stage(unit), weights=np.ones(80))
    answers = np.where(unit < 4, 1.0, np.arange(80) % 3 > 0)

    found = against_the_rest(design, answers, domains(np.where(unit < 4, "a", "b")))

    assert found[0].difference.value > 0.3
    assert [each.p for each in found] == [None, None]
