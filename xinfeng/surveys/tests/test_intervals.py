"""Intervals of shares: published examples, and what each does at the ends."""

import numpy as np
import pytest
from scipy import stats

from xinfeng.surveys.estimates import Method, Stage, declare, domains, share
from xinfeng.surveys.estimates.intervals import (
    Observed,
    clopper_pearson,
    korn_graubard,
    logit,
    of_share,
    wilson,
)

MANY = 10**9


def simple(hits, n):
    """A simple random sample, large enough for t to be the normal quantile."""
    p = hits / n
    return Observed(p, p * (1 - p) / n, n, MANY)


def test_wilson_is_that_of_newcombes_table():
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    assert wilson(simple(81, 263)) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(simple(15, 148)) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_the_exact_interval_is_that_of_newcombes_table():
    # Newcombe (1998), table I, method 5. With df as many as n−1 nothing is corrected.
    for hits, n, low, high in [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617)]:
        p = hits / n
        seen = Observed(p, p * (1 - p) / n, n, n - 1)
        assert korn_graubard(seen) == pytest.approx((low, high), abs=5e-5)


def test_nobody_and_everybody_have_the_interval_of_clopper_and_pearson():
    assert clopper_pearson(Observed(0, 0, 20, 19)) == pytest.approx((0, 0.1684), abs=5e-5)
    assert clopper_pearson(Observed(1, 0, 20, 19)) == pytest.approx((0.8316, 1), abs=5e-5)


@pytest.mark.parametrize("method", [Method.LOGIT, Method.WILSON, Method.KORN_GRAUBARD])
def test_at_100_percent_every_method_gives_the_exact_one(method):
    seen = Observed(1, 0, 200, 9)

    assert of_share(seen, method) == clopper_pearson(seen)


def test_the_formula_of_korn_and_graubard():
    seen = Observed(0.985, 0.00002, 2000, 90)
    size = 0.985 * 0.015 / 0.00002
    size *= (stats.t.ppf(0.975, 1999) / stats.t.ppf(0.975, 90)) ** 2
    hits = 0.985 * size

    assert korn_graubard(seen) == pytest.approx(
        (
            stats.beta.ppf(0.025, hits, size - hits + 1),
            stats.beta.ppf(0.975, hits + 1, size - hits),
        )
    )


def test_a_sample_better_than_simple_is_not_taken_for_more_than_it_is():
    seen = Observed(0.9, 0.9 * 0.1 / 500, 200, 150)

    capped, free = korn_graubard(seen, most=200), korn_graubard(seen)

    assert capped[0] < free[0] < free[1] < capped[1]


def test_communities_that_happen_to_agree_claim_no_certainty():
    """Each community said yes nine times of ten: no variance, but no truth either."""
    design = declare(Stage(np.repeat(range(40), 10)), weights=[1.0] * 400)

    for method in (Method.LOGIT, Method.WILSON, Method.KORN_GRAUBARD):
        row = share(design, ([1] * 9 + [0]) * 40, method=method).only
        assert row.se == pytest.approx(0, abs=1e-12)
        assert row.low < 0.87 < 0.92 < row.high


def test_likeness_inside_clusters_is_reckoned_with_where_all_agree():
    alone = clopper_pearson(Observed(1, 0, 400, 19))
    alike = clopper_pearson(Observed(1, 0, 400, 19, effect=2.0))

    assert alike[0] < alone[0]
    assert alike[1] == alone[1] == 1


def test_without_a_second_unit_there_is_no_interval():
    seen = Observed(0.5, 0.0, 30, 0)

    assert [logit(seen), wilson(seen), korn_graubard(seen)] == [None, None, None]


def test_the_plain_interval_of_a_share_is_refused():
    with pytest.raises(ValueError, match="never the plain one"):
        of_share(simple(9, 10), Method.STUDENT)


def test_where_all_agree_the_error_is_not_known_and_the_method_is_named():
    design = declare(Stage(range(80)), weights=[1.0] * 80)
    halves = domains(["left"] * 40 + ["right"] * 40)

    rows = share(design, [1] * 40 + [1, 0] * 20, halves)

    left, right = rows
    assert (left.value, left.se, left.method) == (1, None, Method.CLOPPER_PEARSON)
    assert left.high == 1
    assert 0.9 < left.low < 1
    assert (right.value, right.method) == (0.5, Method.KORN_GRAUBARD)
    assert right.effective_n == pytest.approx(40, rel=0.05)


def test_a_share_is_of_answers_that_are_yes_no_or_blank():
    design = declare(Stage(range(3)), weights=[1.0] * 3)

    with pytest.raises(ValueError, match="1, 0 or blank"):
        share(design, [1, 0, 2])
