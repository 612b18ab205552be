"""满意率 and 满意度 are two numbers, with the same denominator, told side by side."""

import pytest

from xinfeng.surveys.estimates import Scale, Stage, declare, domains, satisfaction

SCALE = Scale(
    {"很满意": 100, "满意": 80, "基本满意": 60, "不满意": 30, "很不满意": 0},
    satisfied=frozenset({"很满意", "满意", "基本满意"}),
    no_opinion=frozenset({"说不清"}),
)


def design(n):
    return declare(Stage(range(n)), weights=[1.0] * n)


def test_both_numbers_come_from_the_same_answers():
    answers = ["很满意", "满意", "基本满意", "不满意", "很不满意", "说不清", None, ""]

    found = satisfaction(design(8), answers, SCALE)

    assert found.share.only.value == pytest.approx(3 / 5)
    assert found.mean.only.value == pytest.approx(270 / 5)
    assert (found.share.only.n, found.share.only.missing) == (5, 3)
    (counted,) = found.counted
    assert (counted.rated, counted.no_opinion, counted.blank) == (5, 1, 2)


def test_a_good_share_may_hide_a_middling_mean():
    found = satisfaction(design(40), ["基本满意"] * 39 + ["很不满意"], SCALE)

    assert found.share.only.value == pytest.approx(0.975)
    assert found.mean.only.value == pytest.approx(58.5)


def test_by_area_each_has_its_own_denominator():
    areas = domains(["a", "a", "b", "b"])

    found = satisfaction(design(4), ["满意", "说不清", "不满意", "很满意"], SCALE, areas)

    assert [row.value for row in found.share] == [1, 0.5]
    assert [(each.rated, each.no_opinion) for each in found.counted] == [(1, 1), (2, 0)]


def test_only_silence_is_not_known():
    found = satisfaction(design(3), ["说不清", None, None], SCALE)

    assert found.share.only.value is None
    assert found.mean.only.value is None


def test_an_answer_that_is_not_on_the_scale_is_refused():
    with pytest.raises(ValueError, match="not on the scale: 一般"):
        satisfaction(design(2), ["满意", "一般"], SCALE)
    with pytest.raises(ValueError, match="satisfied without a score"):
        Scale({"yes": 1}, frozenset({"maybe"}))
