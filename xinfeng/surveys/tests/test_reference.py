"""Our estimates are R's, to 8 digits."""

import numpy as np
import pytest

from xinfeng.surveys.estimates import (
    Bounds,
    Margin,
    Method,
    Ratio,
    Stage,
    Sum,
    contrast,
    declare,
    domains,
    jackknife,
    mean,
    post_stratify,
    rake,
    ratio,
    share,
    stack_apart,
    stack_shared,
    total,
    trim,
)
from xinfeng.surveys.estimates.intervals import Observed, korn_graubard
from xinfeng.surveys.estimates.quantities import everybody
from xinfeng.surveys.tests import reference

pytestmark = pytest.mark.skipif(
    not reference.HERE.exists(), reason="the reference is not in this copy"
)
DESIGNS = ["srs", "strat", "clus1"]
TYPES = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}


def told(key):
    return reference.values()[key]


def same(found, expected, atol=1e-9):
    np.testing.assert_allclose(
        np.ravel(np.asarray(found, dtype=float)), np.ravel(expected), rtol=1e-8, atol=atol
    )


def agree(estimates, key, *, atol=1e-9):
    """Value, standard error, interval with t, and design effect, where R tells them."""
    expected = told(key)
    same([row.value for row in estimates], expected["est"])
    same([row.se for row in estimates], expected["se"], atol)
    if "ci_t" in expected and "df" in expected and estimates.df == expected["df"]:
        same([(row.low, row.high) for row in estimates], expected["ci_t"])
    if "deff" in expected:
        same([row.design_effect for row in estimates], expected["deff"])


@pytest.mark.parametrize("name", DESIGNS)
def test_means_totals_and_ratios_are_those_of_r(name):
    design, data = reference.design(name), reference.sample(name)
    at = f"taylor/{name}/"

    assert design.df == told(at + "degf")
    agree(mean(design, data["api00"]), at + "mean_api00")
    agree(total(design, data["enroll"]), at + "total_enroll")
    agree(ratio(design, data["api.stu"], data["enroll"]), at + "ratio_api.stu_enroll")


@pytest.mark.parametrize("name", DESIGNS)
def test_domains_are_those_of_r(name):
    design, data = reference.design(name), reference.sample(name)
    at, by = f"taylor/{name}/", domains(data["stype"])
    found = mean(design, data["api00"], by)

    agree(found, at + "mean_api00_by_stype")
    same(found.covariance, told(at + "mean_api00_by_stype")["cov"])
    agree(total(design, data["enroll"], by), at + "total_enroll_by_stype")
    high = domains(np.where(data["api00"] > 700, "high", ""))
    row = mean(design, data["enroll"], high).only
    expected = told(at + "domain_mean_enroll_api00gt700")
    assert (row.df, row.value) == (expected["df"], pytest.approx(expected["est"], rel=1e-8))
    same([row.se, row.low, row.high], [expected["se"], *expected["ci_t"][0]])


@pytest.mark.parametrize("name", DESIGNS)
def test_shares_are_those_of_r(name):
    design, data = reference.design(name), reference.sample(name)
    expected = told(f"taylor/{name}/prop_stype")

    for number, kind in enumerate("EHM"):
        row = mean(design, (data["stype"] == kind).astype(float)).only
        same([row.value, row.se], [expected["est"][number], expected["se"][number]])
    wide = data["sch.wide"] == "Yes"
    by = share(design, wide, domains(data["stype"]), method=Method.LOGIT)
    expected = told(f"taylor/{name}/prop_schwide_by_stype")
    same([row.value for row in by], expected["est"][3:])
    same([row.se for row in by], expected["se"][3:])


@pytest.mark.parametrize("name", DESIGNS)
def test_intervals_of_shares_are_those_of_r(name):
    design, data = reference.design(name), reference.sample(name)
    wide = data["sch.wide"] == "Yes"
    at = f"taylor/{name}/ciprop_schwide/"
    row = share(design, wide, method=Method.LOGIT).only

    same([row.value, row.se], [told(at + "logit")["est"], told(at + "logit")["se"]])
    same([row.low, row.high], told(at + "logit")["ci"])
    seen = Observed(row.value, row.se**2, row.n, design.df)
    same(korn_graubard(seen), told(at + "beta")["ci"])


def calibrated():
    design, data = reference.design("clus1"), reference.table("apiclus1")
    kind, wide = Margin("type", data["stype"], TYPES), Margin("wide", data["sch.wide"], WIDE)
    return {
        "poststrat_clus1": post_stratify(design, kind),
        "rake_clus1": rake(design, kind, wide),
    }


@pytest.mark.parametrize("name", ["poststrat_clus1", "rake_clus1"])
def test_calibrated_weights_and_their_errors_are_those_of_r(name):
    design, data = calibrated()[name], reference.table("apiclus1")
    at = f"wt/{name}/"
    expected = told(at + "weights")
    weights = design.weights

    same(
        [weights.sum(), (weights**2).sum(), weights.min(), weights.max(), *weights[:6]],
        [*(expected[part] for part in ("sum", "sumsq", "min", "max")), *expected["first6"]],
    )
    agree(mean(design, data["api00"]), at + "mean_api00")
    agree(total(design, data["enroll"]), at + "total_enroll")
    for number, kind in enumerate("EHM"):
        row = mean(design, (data["stype"] == kind).astype(float)).only
        # What a margin says is certain.
        same([row.value, row.se], [told(at + "prop_stype")["est"][number], 0], atol=1e-9)


@pytest.mark.parametrize("name", ["poststrat", "rake"])
def test_the_jackknife_calibrates_each_replicate_as_r_does(name):
    data = reference.table("apiclus1")
    design = reference.design("clus1_nofpc")
    margins = [Margin("type", data["stype"], TYPES), Margin("wide", data["sch.wide"], WIDE)]
    design = rake(design, *margins[: 1 if name == "poststrat" else 2])
    everyone = everybody(len(design))
    at = f"wt/{name}_JK1_clus1/"

    mean_of = jackknife(design, Ratio(data["api00"], None, everyone))
    total_of = jackknife(design, Sum(data["enroll"], everyone))

    assert mean_of.replicates == 15
    same(
        [*mean_of.values, *mean_of.se],
        [told(at + "mean_api00")[part] for part in ("est", "se")],
    )
    same(
        [*total_of.values, *total_of.se],
        [told(at + "total_enroll")[part] for part in ("est", "se")],
    )


def test_trimmed_weights_are_those_of_r_but_nothing_is_called_certain_any_more():
    data = reference.table("apiclus1")
    before = calibrated()["poststrat_clus1"]
    design = trim(before, Bounds(20, 45))
    expected = told("wt/trim_clus1/weights")
    weights = design.weights

    same(
        [weights.sum(), (weights**2).sum(), weights.min(), weights.max(), *weights[:6]],
        [*(expected[part] for part in ("sum", "sumsq", "min", "max")), *expected["first6"]],
    )
    same(mean(design, data["api00"]).only.value, told("wt/trim_clus1/mean_api00")["est"])
    same(total(design, data["enroll"]).only.value, told("wt/trim_clus1/total_enroll")["est"])
    elementary = mean(design, (data["stype"] == "E").astype(float)).only
    same(elementary.value, told("wt/trim_clus1/prop_stype")["est"][0])
    # R says 1e-16, though trimming has just moved this share from 0.714 to 0.731.
    assert elementary.se > 0.01


def test_two_independent_years_differ_as_in_r():
    first, second = reference.table("apisrs"), reference.table("apistrat")
    design, years = stack_apart(
        {
            "2025": declare(
                Stage(np.arange(200), np.full(200, "all"), first["fpc"]), weights=first["pw"]
            ),
            "2026": declare(
                Stage(np.arange(200), second["stype"], second["fpc"]), weights=second["pw"]
            ),
        }
    )
    y = np.concatenate([first["api99"], second["api00"]])

    for name, values in {"y": y, "hi": (y > 650).astype(float)}.items():
        found = mean(design, values, years)
        change = contrast(found, {"2025": -1, "2026": 1})
        expected = told(f"year/indep/{name}")
        same([row.value for row in found], expected["est"])
        same([row.se for row in found], expected["se"])
        same([change.value, change.se], [expected["diff"], expected["diff_se"]])
        same([change.low, change.high, change.p], [*expected["ci_t"], expected["p"]])
        assert change.df == expected["df"]


def test_two_years_in_the_same_districts_differ_as_in_r():
    data = reference.table("apiclus1")
    once = declare(Stage(data["dnum"], population=data["fpc"]), weights=data["pw"])
    design, years = stack_shared({"2025": once, "2026": once})

    found = mean(design, np.concatenate([data["api99"], data["api00"]]), years)
    change = contrast(found, {"2025": -1, "2026": 1})

    expected = told("year/overlap/y")
    same(found.covariance, expected["cov"])
    same([change.value, change.se], [expected["diff"], expected["diff_se"]])
    assert change.df == expected["df"]
    assert change.se < expected["naive_se"] / 10


@pytest.mark.parametrize("name", DESIGNS)
def test_the_change_of_the_same_people_is_that_of_r(name):
    design, data = reference.design(name), reference.sample(name)

    row = mean(design, data["api00"] - data["api99"]).only

    expected = told(f"taylor/{name}/contrast_api00_minus_api99")
    same([row.value, row.se], [expected["est"], expected["se"]])


@pytest.mark.parametrize("name", DESIGNS)
def test_what_r_tells_in_other_words_is_the_same_too(name):
    design, data = reference.design(name), reference.sample(name)
    at = f"taylor/{name}/"
    wide = (data["sch.wide"] == "Yes").astype(float)

    # Beside a simple random sample with replacement, the design effect is less by n ÷ N.
    row = mean(design, data["api00"]).only
    left = 1 - row.n / row.population
    same(row.design_effect * left, told(at + "mean_api00_deff_replace")["deff"])
    yes = mean(design, wide).only
    same([yes.value, yes.se], [told(at + "prop_sch.wide")[part][1] for part in ("est", "se")])
    same((yes.low, yes.high), told(at + "ciprop_schwide/mean")["ci"])
    expected = told(at + "total_stype")
    for number, kind in enumerate("EHM"):
        row = total(design, (data["stype"] == kind).astype(float)).only
        same([row.value, row.se], [expected["est"][number], expected["se"][number]])


@pytest.mark.parametrize("name", ["poststrat", "rake"])
def test_weights_before_the_jackknife_are_those_of_r(name):
    data = reference.table("apiclus1")
    margins = [Margin("type", data["stype"], TYPES), Margin("wide", data["sch.wide"], WIDE)]
    design = rake(reference.design("clus1_nofpc"), *margins[: 1 if name == "poststrat" else 2])
    weights, expected = design.weights, told(f"wt/{name}_JK1_clus1/weights")

    np.testing.assert_allclose(
        [weights.sum(), (weights**2).sum(), weights.min(), weights.max(), *weights[:6]],
        [*(expected[part] for part in ("sum", "sumsq", "min", "max")), *expected["first6"]],
        rtol=1e-8,
    )
