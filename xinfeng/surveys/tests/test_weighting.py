"""Weights that meet margins, and what is refused on the way."""

import numpy as np
import pytest

from xinfeng.surveys.estimates import (
    BadDesign,
    Bounds,
    Margin,
    NotConverged,
    Stage,
    declare,
    mean,
    post_stratify,
    rake,
    respond,
    trim,
)

SEX = np.array(["f", "f", "f", "m", "m", "f", "m", "f"])
AGE = np.array(["old", "young", "old", "young", "young", "young", "old", "old"])


def design(weights=None):
    return declare(Stage(range(8)), weights=np.ones(8) if weights is None else weights)


def sums(labels, weights):
    return {str(cell): float(weights[labels == cell].sum()) for cell in np.unique(labels)}


def test_raked_weights_meet_every_margin():
    raked = rake(
        design(),
        Margin("sex", SEX, {"f": 52, "m": 48}),
        Margin("age", AGE, {"old": 30, "young": 70}),
    )

    assert sums(SEX, raked.weights) == pytest.approx({"f": 52, "m": 48})
    assert sums(AGE, raked.weights) == pytest.approx({"old": 30, "young": 70})


@pytest.mark.parametrize(
    ("targets", "reason"),
    [
        ({"f": 52}, "no target for m"),
        ({"f": 52, "m": 0}, "no target for m"),
        ({"f": 52, "m": 40, "x": 8}, "nobody was asked of x"),
    ],
)
def test_a_class_without_a_target_or_without_answers_is_named(targets, reason):
    with pytest.raises(BadDesign, match=reason):
        post_stratify(design(), Margin("sex", SEX, targets))


def test_margins_of_different_populations_are_refused():
    with pytest.raises(BadDesign, match="different populations: 100 and 90"):
        rake(
            design(), Margin("sex", SEX, {"f": 52, "m": 48}),
            Margin("age", AGE, {"old": 30, "young": 60}),
        )  # fmt: skip


def test_a_blank_in_a_margin_is_refused_and_not_guessed():
    sex = SEX.astype(object)
    sex[2] = None

    with pytest.raises(BadDesign, match="missing in 1 rows"):
        post_stratify(design(), Margin("sex", sex, {"f": 52, "m": 48}))


def test_margins_that_contradict_each_other_do_not_converge():
    same = np.where(SEX == "f", "old", "young")

    with pytest.raises(NotConverged, match="from its targets"):
        rake(
            design(), Margin("sex", SEX, {"f": 50, "m": 50}),
            Margin("age", same, {"old": 30, "young": 70}),
        )  # fmt: skip


def test_raking_within_bounds_meets_both():
    chance = np.random.default_rng(5)
    group, other = chance.integers(0, 3, 600), chance.integers(0, 2, 600)
    start = declare(Stage(range(600)), weights=chance.lognormal(0, 1, 600))
    targets = {"0": 240.0, "1": 200.0, "2": 160.0}
    bounds = Bounds(0.3, 3)

    raked = rake(
        start, Margin("g", group, targets), Margin("o", other, {"0": 280, "1": 320}),
        bounds=bounds,
    )  # fmt: skip

    assert sums(group, raked.weights) == pytest.approx(targets, rel=1e-6)
    assert bounds.low * 0.999999 < raked.weights.min()
    assert raked.weights.max() < bounds.high * 1.000001


def test_bounds_that_no_weights_can_keep_are_told():
    with pytest.raises(NotConverged, match="no weights between"):
        rake(design(), Margin("sex", SEX, {"f": 95, "m": 5}), bounds=Bounds(10, 15))


def test_trimming_keeps_the_sum():
    trimmed = trim(design([1, 1, 1, 2, 2, 3, 9, 30]), Bounds(1, 10))

    assert trimmed.weights.sum() == pytest.approx(49)
    assert trimmed.weights.max() <= 10
    with pytest.raises(BadDesign, match="outside the bounds"):
        trim(design(), Bounds(2, 3))


@pytest.mark.parametrize(
    ("weights", "low", "high", "expected"),
    [
        # What is cut off may lift those that stand at the lower bound …
        ([1, 1, 1, 9], 1, 3, [3, 3, 3, 3]),
        # … and those that the bound has lifted, if nobody else has room.
        ([0.5, 9], 1, 8, [1.5, 8]),
        ([0.1, 2, 2], 1, 8, [1, 1.55, 1.55]),
    ],
)
def test_trimming_keeps_the_sum_at_every_bound(weights, low, high, expected):
    start = declare(Stage(range(len(weights))), weights=weights)

    assert trim(start, Bounds(low, high)).weights.tolist() == pytest.approx(expected)


def test_weights_are_calibrated_once():
    raked = post_stratify(design(), Margin("sex", SEX, {"f": 52, "m": 48}))

    with pytest.raises(BadDesign, match="calibrated already"):
        post_stratify(raked, Margin("sex", SEX, {"f": 52, "m": 48}))


def test_those_who_answered_stand_for_the_others_of_their_cell():
    weights = np.array([2.0, 2, 3, 3, 4])
    answered = np.array([True, False, True, True, True])

    found = respond(weights, ["a", "a", "b", "b", "b"], answered)

    assert found.tolist() == [4, 3, 3, 4]
    with pytest.raises(BadDesign, match="nobody answered in a"):
        respond(weights, ["a", "a", "b", "b", "b"], np.array([False, False, True, True, True]))


def test_a_mean_inside_a_margin_is_certain():
    raked = post_stratify(design(), Margin("sex", SEX, {"f": 52, "m": 48}))

    row = mean(raked, (SEX == "f").astype(float)).only

    assert row.value == pytest.approx(0.52)
    assert row.se == pytest.approx(0, abs=1e-9)


def test_bounds_of_the_base_hold_each_weight_to_its_own():
    base = np.array([1.0, 1.0, 10.0, 10.0, 1.0, 10.0])
    sex = ["f", "f", "f", "m", "m", "m"]
    design = declare(Stage(range(6)), weights=base)

    found = rake(
        design,
        Margin("sex", sex, {"f": 22.0, "m": 11.0}),
        bounds=Bounds(0.5, 2.0, of_base=True),
    )

    factors = found.weights / base
    assert factors.min() >= 0.5
    assert factors.max() <= 2.0
    assert found.weights[:3].sum() == pytest.approx(22)
