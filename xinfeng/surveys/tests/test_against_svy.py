"""Random designs: our estimates beside those of the package svy, where it is installed."""

from typing import Any

import numpy as np
import pytest

from xinfeng.surveys.estimates import Design, Stage, declare, domains, mean, ratio, total

svy = pytest.importorskip("svy")
pl = pytest.importorskip("polars")
SEEDS = range(12)


def a_sample(seed: int) -> dict[str, Any]:
    """Strata of unequal size, communities of unequal size, uneven weights, blank answers."""
    chance = np.random.default_rng(seed)
    stratum, unit = [], []
    for layer in range(int(chance.integers(2, 7))):
        for place in range(int(chance.integers(2, 9))):
            size = int(chance.integers(2, 15))
            stratum += [f"h{layer}"] * size
            unit += [f"h{layer}c{place}"] * size
    rows = len(unit)
    return {
        "stratum": stratum, "unit": unit, "weight": chance.uniform(0.5, 9, rows),
        "y": chance.normal(60, 20, rows), "x": chance.uniform(1, 3, rows),
        "sex": chance.choice(["f", "m"], rows),
    }  # fmt: skip


def ours(data: dict[str, Any]) -> Design:
    return declare(Stage(data["unit"], data["stratum"]), weights=data["weight"])


def theirs(data: dict[str, Any]) -> Any:
    design = svy.Design(stratum="stratum", psu="unit", wgt="weight")
    return svy.Sample(pl.DataFrame(data), design).estimation


def told(found: Any) -> list[tuple[float, float]]:
    return [(row["est"], row["se"]) for row in found.to_dicts()]


@pytest.mark.parametrize("seed", SEEDS)
def test_means_totals_and_ratios_of_random_designs_are_those_of_svy(seed: int) -> None:
    data = a_sample(seed)
    design, other = ours(data), theirs(data)

    for mine, its in (
        (mean(design, data["y"]), other.mean("y")),
        (total(design, data["y"]), other.total("y")),
        (ratio(design, data["y"], data["x"]), other.ratio("y", "x")),
    ):
        assert [(row.value, row.se) for row in mine] == [
            pytest.approx(each, rel=1e-8) for each in told(its)
        ]


@pytest.mark.parametrize("seed", SEEDS)
def test_domains_of_random_designs_are_those_of_svy(seed: int) -> None:
    data = a_sample(seed)

    mine = mean(ours(data), data["y"], domains(data["sex"], ["f", "m"]))
    its = theirs(data).mean("y", by="sex")

    assert [(row.value, row.se) for row in mine] == [
        pytest.approx(each, rel=1e-8) for each in told(its)
    ]
