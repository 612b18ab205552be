"""Errors against a plain second computation, and against all samples of a small population."""

from itertools import combinations, product

import numpy as np
import pytest

from xinfeng.surveys.estimates import (
    Domains,
    Margin,
    Ratio,
    Stage,
    Sum,
    declare,
    domains,
    jackknife,
    mean,
    rake,
    ratio,
    total,
)
from xinfeng.surveys.estimates.quantities import everybody
from xinfeng.surveys.tests import brute


def random_rows(seed, *, stages, finite):
    """A random sample of strata, communities and households, with blanks and a domain."""
    chance = np.random.default_rng(seed)
    rows = []
    for stratum in range(int(chance.integers(1, 5))):
        communities = int(chance.integers(2, 6))
        of = communities + int(chance.integers(0, 9)) if finite else None
        for community in range(communities):
            households = int(chance.integers(2, 7))
            within = households + int(chance.integers(0, 20)) if finite else None
            for household in range(households):
                row = {
                    "h0": stratum, "u0": f"{stratum}-{community}", "n0": of,
                    "w": float(chance.uniform(1, 9)), "bottom": float(chance.uniform(1, 3)),
                    "top": None if chance.random() < 0.1 else float(chance.normal(5, 3)),
                    "inside": bool(chance.random() < 0.7),
                }  # fmt: skip
                if stages == 2:
                    row |= {"h1": 0, "u1": household, "n1": within}
                rows.append(row)
    return rows


def declared(rows):
    def column(name):
        return np.array([row[name] for row in rows])

    finite = rows[0]["n0"] is not None
    stages = [Stage(column("u0"), column("h0"), column("n0") if finite else None)]
    if "u1" in rows[0]:
        stages.append(Stage(column("u1"), population=column("n1") if finite else None))
    top = np.array([np.nan if row["top"] is None else row["top"] for row in rows])
    inside = Domains(np.where(column("inside"), 0, -1), ("in",))
    return declare(*stages, weights=column("w")), top, column("bottom"), inside


@pytest.mark.parametrize("finite", [True, False])
@pytest.mark.parametrize("stages", [1, 2])
@pytest.mark.parametrize("seed", range(12))
def test_random_designs_give_what_the_plain_computation_gives(seed, stages, finite):
    rows = random_rows(seed, stages=stages, finite=finite)
    design, top, bottom, inside = declared(rows)

    row = ratio(design, top, bottom, inside).only

    assert row.value == pytest.approx(brute.ratio(rows)[0], rel=1e-12)
    assert row.se**2 == pytest.approx(brute.variance_of_ratio(rows), rel=1e-10)


@pytest.mark.parametrize("finite", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_the_jackknife_is_that_of_the_plain_computation(seed, finite):
    rows = random_rows(100 + seed, stages=1, finite=finite)
    design, top, bottom, inside = declared(rows)

    found = jackknife(design, Ratio(top, bottom, inside))

    assert found.se[0] ** 2 == pytest.approx(brute.jackknife_of_ratio(rows), rel=1e-10)
    assert found.replicates == len({row["u0"] for row in rows})


@pytest.mark.parametrize("seed", range(6))
def test_of_a_total_both_opinions_are_the_same(seed):
    rows = random_rows(200 + seed, stages=1, finite=True)
    design, top, _bottom, inside = declared(rows)

    assert jackknife(design, Sum(top, inside)).se[0] == pytest.approx(
        total(design, top, inside).only.se, rel=1e-10
    )


POPULATION = {
    "north": {"a": [3, 8, 1], "b": [5, 5, 9], "c": [0, 2, 7], "d": [4, 6, 11]},
    "south": {"e": [12, 1, 2], "f": [7, 3, 3], "g": [9, 9, 1]},
}


def every_sample():
    """All ways to draw 2 communities of each stratum and 2 households of each of them."""
    per_stratum = []
    for stratum, communities in POPULATION.items():
        ways = []
        for pair in combinations(communities, 2):
            for picks in product(combinations(range(3), 2), repeat=2):
                ways.append(
                    [
                        (
                            stratum,
                            len(communities),
                            name,
                            household,
                            communities[name][household],
                        )
                        for name, chosen in zip(pair, picks, strict=True)
                        for household in chosen
                    ]
                )
        per_stratum.append(ways)
    return [first + second for first, second in product(*per_stratum)]


def test_over_all_samples_of_a_population_total_and_variance_are_right_on_average():
    totals, variances = [], []
    for sample in every_sample():
        stratum, of, community, household, y = zip(*sample, strict=True)
        design = declare(
            Stage(community, stratum, of), Stage(household, population=[3] * len(sample))
        )
        row = total(design, y).only
        totals.append(row.value)
        variances.append(row.se**2)

    truth = sum(y for stratum in POPULATION.values() for ys in stratum.values() for y in ys)
    assert np.mean(totals) == pytest.approx(truth, rel=1e-12)
    # Equally likely samples: the mean of the estimated variances is the variance itself.
    assert np.mean(variances) == pytest.approx(np.var(totals), rel=1e-10)


def test_domains_vary_together_as_their_contrast_does_alone():
    rows = random_rows(7, stages=2, finite=True)
    design, top, _bottom, _inside = declared(rows)
    half = np.array(["left", "right"])[np.arange(len(rows)) % 2]
    together = total(design, top, domains(half))

    difference = total(design, np.where(half == "left", top, -top)).only

    v = together.covariance
    assert difference.se**2 == pytest.approx(v[0, 0] + v[1, 1] - 2 * v[0, 1], rel=1e-10)


def test_raked_means_have_the_error_that_replicates_show():
    """Many small clusters, where linearisation and jackknife must nearly agree."""
    chance = np.random.default_rng(3)
    size = 600
    cluster, sex, old = (
        np.arange(size) // 3,
        chance.integers(0, 2, size),
        chance.random(size) < 0.4,
    )
    y = 2.0 * sex + 3.0 * old + chance.normal(0, 0.5, size)
    design = declare(Stage(cluster), weights=chance.uniform(5, 15, size))
    raked = rake(
        design,
        Margin("sex", sex, {"0": 3200, "1": 2800}),
        Margin("age", np.where(old, "old", "young"), {"old": 2500, "young": 3500}),
    )

    linear = mean(raked, y).only
    again = jackknife(raked, Ratio(y, None, everybody(size)))

    assert linear.se == pytest.approx(again.se[0], rel=0.03)
    # The margins explain most of y, so knowing them makes the mean much surer.
    assert linear.se < mean(design, y).only.se / 2
