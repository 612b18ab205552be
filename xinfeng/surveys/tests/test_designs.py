"""What cannot be how a sample was drawn is refused, with the place and the reason."""

import numpy as np
import pytest

from xinfeng.surveys.estimates import BadDesign, Lonely, Stage, declare, mean, total

ONES = np.ones(4)


@pytest.mark.parametrize(
    ("stages", "weights", "reason"),
    [
        ([], None, "at least one stage"),
        ([Stage([])], [], "nobody was asked"),
        ([Stage("aabb", "xyxx")], ONES, "unit a lies in two strata"),
        ([Stage("abcd", "xxx")], ONES, "strata has 3 rows, units have 4"),
        ([Stage(["a", None, "b", "c"])], ONES, "units is missing in 1 rows"),
        ([Stage("abcd", ["x", "", "x", "y"])], ONES, "strata is missing in 1 rows"),
        ([Stage("abcd", "xxyy", [9, 9, 1, 1])], ONES, "stratum y has a population of 1, but 2"),
        ([Stage("abcd", "xxyy", [9, 8, 7, 7])], ONES, "stratum x has two populations"),
        ([Stage("abcd", population=[np.nan, 9, 9, 9])], ONES, "population is missing in 1"),
        ([Stage("abcd")], None, "weights are missing"),
        ([Stage("aabb", population=[9] * 4)], None, "the last stage's units are not the rows"),
        ([Stage("abcd")], [1, 1, np.nan, 1], "weights are missing in 1 rows"),
        ([Stage("abcd")], [1, 1, 0, 1], "not a number above 0"),
        ([Stage("abcd")], [1, 1, 1], "weights have 3 rows"),
        ([Stage("abcd", "xxxy")], ONES, "stratum y has one unit only"),
        ([Stage("aabb"), Stage("wxyz", population=[5] * 4)], ONES, "a stage above it has none"),
        ([Stage("aabb", population=[9] * 4), Stage("wxyy")], ONES, "unit 1 of the stage above"),
    ],
)
def test_a_design_that_cannot_be_is_refused(stages, weights, reason):
    stages = [
        Stage(*(list(part) if part is not None else None for part in _parts(stage)))
        for stage in stages
    ]

    with pytest.raises(BadDesign, match=reason):
        declare(*stages, weights=weights)


def _parts(stage):
    return stage.units, stage.strata, stage.population


def test_labels_that_repeat_in_other_strata_must_be_declared_so():
    design = declare(Stage([1, 2, 1, 2], ["x", "x", "y", "y"], nested=True), weights=ONES)

    assert design.df == 2


def test_weights_follow_from_the_populations_of_all_stages():
    design = declare(
        Stage(list("aabb"), population=[6] * 4), Stage(list("wxyz"), population=[10, 10, 4, 4])
    )

    # 6/2 communities, and 10/2 or 4/2 households in each.
    assert design.weights.tolist() == [15, 15, 6, 6]


def lonely(rule):
    strata = ["x", "x", "y", "y", "z"]
    return declare(Stage(list("abcde"), strata), weights=[2.0] * 5, lonely=rule)


def test_a_lonely_unit_is_set_beside_the_mean_of_all_or_counts_as_the_others_do():
    y = np.array([1.0, 3, 2, 6, 11])
    # Totals 2, 6, 4, 12, 22; variances of the strata 16 and 64.
    assert total(lonely(Lonely.AVERAGE), y).only.se ** 2 == pytest.approx(80 * 3 / 2)
    grand = np.mean([2, 6, 4, 12, 22])
    assert total(lonely(Lonely.ADJUST), y).only.se ** 2 == pytest.approx(80 + (22 - grand) ** 2)


def test_units_drawn_with_certainty_are_never_lonely_and_vary_no_more():
    design = declare(
        Stage(list("abc"), ["x", "x", "y"], population=[2, 2, 1]), weights=[1.0, 1, 1]
    )

    assert total(design, [5, 7, 9]).only.se == 0


def test_a_sample_of_one_cluster_has_a_value_and_no_interval():
    design = declare(Stage(list("aaa")), weights=[1.0] * 3, lonely=Lonely.ADJUST)

    row = mean(design, [1, 2, 3]).only

    assert row.value == 2
    assert (row.df, row.se, row.low, row.high) == (0, None, None, None)


def test_blank_answers_leave_the_denominator_and_are_counted():
    design = declare(Stage(list("abcd")), weights=ONES)

    row = mean(design, [1, None, 3, np.nan]).only

    assert (row.value, row.n, row.missing, row.missing_share) == (2, 2, 2, 0.5)


def test_a_domain_in_which_nobody_answered_is_not_known_and_never_0():
    design = declare(Stage(list("abcd")), weights=ONES)
    nobody = [None] * 4

    for row in (mean(design, nobody).only, total(design, nobody).only):
        assert (row.value, row.se, row.low, row.design_effect) == (None, None, None, None)
        assert (row.n, row.missing) == (0, 4)
