"""How many to ask: known examples, and that more is never needed for less."""

import numpy as np
import pytest

from xinfeng.base.sampling import TooFew
from xinfeng.surveys.designing import (
    Plan,
    Rule,
    Size,
    Stratum,
    design_effect,
    half_width,
    power_of_change,
    share_out,
    size_for_change,
    size_for_share,
    size_to_show,
)


def test_the_sizes_of_textbooks():
    # ±5 points at 50 %: 385; ±3 points: 1,068.
    assert size_for_share(0.5, 0.05).answers == 385
    assert size_for_share(0.5, 0.03).answers == 1068


def test_what_it_takes_to_show_the_changes_that_the_city_published():
    assert size_for_change(0.974, 0.985) == Size(2604, 2604)
    assert size_for_change(0.898, 0.974) == Size(162, 162)


def test_clusters_a_small_population_and_silence_change_how_many_are_asked():
    twice = size_for_share(0.5, 0.05, Plan(effect=2.0))
    few = size_for_share(0.5, 0.05, Plan(population=600))
    silent = size_for_share(0.5, 0.05, Plan(response=0.6))

    assert twice.answers == 769
    assert few.answers == 235
    assert silent == Size(385, 642)
    assert size_for_share(0.5, 0.05, Plan(population=300, response=0.5)) == Size(169, None)


def test_the_margin_that_answers_buy_is_the_one_that_they_were_asked_for():
    plan = Plan(effect=1.7, population=20_000)
    needed = size_for_share(0.8, 0.02, plan)

    assert half_width(0.8, needed.answers, plan) == pytest.approx(0.02, rel=1e-3)
    assert half_width(0.8, 20_000, plan) == 0


def test_power_is_what_was_asked_for_and_grows_with_answers():
    plan = Plan(effect=1.5)
    needed = size_for_change(0.90, 0.93, plan).answers

    assert power_of_change(0.90, 0.93, needed, plan) == pytest.approx(0.80, abs=0.001)
    assert power_of_change(0.90, 0.93, needed // 4, plan) < 0.35
    assert power_of_change(0.90, 0.93, 50, Plan(population=50)) == 1


def test_power_is_how_often_simulated_years_differ_significantly():
    chance = np.random.default_rng(1)
    n = size_for_change(0.85, 0.90).answers
    before, after = (chance.binomial(n, p, 20_000) / n for p in (0.85, 0.90))
    middle = (before + after) / 2

    found = np.abs(before - after) / np.sqrt(2 * middle * (1 - middle) / n) > 1.959964

    assert found.mean() == pytest.approx(0.80, abs=0.01)


def test_to_show_that_a_threshold_is_kept_takes_more_the_nearer_it_is():
    far, near = size_to_show(0.95, 0.90), size_to_show(0.92, 0.90)

    assert far.answers < near.answers / 5
    chance = np.random.default_rng(2)
    seen = chance.binomial(far.answers, 0.95, 20_000) / far.answers
    above = (seen - 0.90) / np.sqrt(0.9 * 0.1 / far.answers) > 1.959964
    assert above.mean() == pytest.approx(0.80, abs=0.04)


def test_the_design_effect_of_clusters_and_weights():
    assert design_effect(20, 0.05) == pytest.approx(1.95)
    assert design_effect(1, 0.05, weights_cv=0.5) == pytest.approx(1.25)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: size_for_share(0, 0.05),
        lambda: size_for_share(0.5, 0),
        lambda: size_for_change(0.9, 0.9),
        lambda: size_to_show(0.9, 0.9),
        lambda: Plan(response=0),
        lambda: Plan(population=0),
    ],
)
def test_what_has_no_answer_is_refused(ask):
    with pytest.raises(ValueError, match=r"."):
        ask()


STRATA = {"town": Stratum(8000, 0.2), "suburb": Stratum(1500, 0.5), "hills": Stratum(500, 0.4)}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule.EQUAL, {"town": 34, "suburb": 33, "hills": 33}),
        (Rule.PROPORTIONAL, {"town": 80, "suburb": 15, "hills": 5}),
        # 1600 : 750 : 200
        (Rule.NEYMAN, {"town": 63, "suburb": 29, "hills": 8}),
    ],
)
def test_each_rule_shares_out_in_its_way(rule, expected):
    found = share_out(STRATA, 100, rule)

    assert sum(found.values()) == 100
    assert all(abs(found[name] - expected[name]) <= 1 for name in STRATA)


def test_a_minimum_lifts_small_strata_and_nobody_else():
    found = share_out(STRATA, 100, Rule.PROPORTIONAL, least=10)

    assert found["hills"] == 10
    # The others share 90 as 8000 : 1500.
    assert (found["town"], found["suburb"]) == (76, 14)


def test_a_stratum_gives_no_more_than_it_has():
    assert share_out({"a": Stratum(3), "b": Stratum(900)}, 60, Rule.EQUAL) == {"a": 3, "b": 57}


def test_too_few_for_the_minimum_or_too_many_for_the_strata_are_refused():
    with pytest.raises(TooFew):
        share_out(STRATA, 5, Rule.EQUAL)
    with pytest.raises(TooFew):
        share_out(STRATA, 10_001, Rule.EQUAL)


def test_neyman_gives_the_smallest_variance():
    def variance(given):
        return sum(
            stratum.size**2 * stratum.spread**2 / given[name]
            for name, stratum in STRATA.items()
        )

    best = variance(share_out(STRATA, 100, Rule.NEYMAN))

    assert best <= min(variance(share_out(STRATA, 100, rule)) for rule in Rule)
