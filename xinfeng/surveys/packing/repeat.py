#!/usr/bin/env python3
"""Works out every published number of this survey again, from the answers in this folder.

It needs Python 3.10, numpy and scipy, and nothing of the program that published the numbers:
    python repeat.py
It says what it compared, and ends with 1 if anything differs in the first eight digits.
"""

# mypy: ignore-errors
import csv
import json
import sys
from collections import Counter
from fractions import Fraction
from math import exp, log, sqrt
from pathlib import Path
from statistics import median

import numpy as np
from scipy.special import betaincinv, stdtrit

HERE = Path(__file__).resolve().parent
DIGITS = 1e-8
NOT_ELIGIBLE, UNKNOWN = ("VACANT", "NOT_A_HOME", "NO_ADULT"), ("NO_ACCESS", "")


def say(line):
    sys.stdout.write(line + "\n")


def rows_of(name):
    with open(HERE / name, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


# 1. Weights: one over the chance, times adults; for the silent; to known totals.


def base_weights(sheets, chance):
    told = [float(s["adults"]) for s in sheets if s["adults"]]
    usual = sum(told) / len(told) if told else 1.0
    adults = np.array([float(s["adults"]) if s["adults"] else usual for s in sheets])
    return np.array([float(1 / chance[s["community"]]) for s in sheets]) * adults


def known_and_unknown(community):
    became = Counter(json.loads(community["dispositions"]))
    became[""] += max(int(community["taken"]) - sum(became.values()), 0)
    unknown = sum(became[name] for name in UNKNOWN)
    out = sum(became[name] for name in NOT_ELIGIBLE)
    return sum(became.values()) - unknown - out, unknown, out


def non_response(communities, heard, chance, classes):
    """Those who answered stand for the silent of their class: a factor for each stratum."""
    counts = {c["community"]: known_and_unknown(c) for c in communities}
    known = sum(k + out for k, _unknown, out in counts.values())
    eligible = (known - sum(out for *_, out in counts.values())) / known if known else 1.0
    factors = {}
    for strata in classes:
        asked = answered = 0.0
        for c in communities:
            if c["stratum"] not in strata:
                continue
            one, (k, u, _) = c["community"], counts[c["community"]]
            weight = float(1 / chance[one])
            asked += max(k + eligible * u, heard[one]) * weight
            answered += heard[one] * weight
        factors |= dict.fromkeys(strata, asked / answered if answered else 1.0)
    return factors


def margin(said, labels, weights, population):
    """A column for each cell of a margin, and how many people it should stand for."""
    cells = [cell["key"] for cell in said["cells"] if cell["key"] != "?"]
    of = {key: cell for cell in cells for key in cell.split("+")}
    told = np.array([of.get(label, "?") for label in labels])
    silent = weights[told == "?"].sum() / weights.sum()
    totals = {cell: sum(said["totals"][key] for key in cell.split("+")) for cell in cells}
    scale = population * (1 - silent) / sum(totals.values())
    wanted = {cell: people * scale for cell, people in totals.items()}
    if (told == "?").any():
        wanted["?"] = population * silent
    column = np.array([told == cell for cell in wanted]).T.astype(float)
    return column, np.array(list(wanted.values()))


def rake(weights, margins, bounds):
    base = weights
    for _ in range(500):
        for _ in range(500):
            worst = 0.0
            for column, wanted in margins:
                step = wanted / (weights @ column)
                worst = max(worst, abs(step - 1).max())
                weights = weights * (column @ step)
            if worst < 1e-11:
                break
        if bounds is None:
            return weights
        cut = np.clip(weights, bounds[0] * base, bounds[1] * base)
        if np.allclose(cut, weights, rtol=1e-9, atol=0):
            return weights
        weights = cut
    sys.exit("raking does not end")


# 2. Standard errors: by linearisation, from communities inside strata.


class Design:
    def __init__(self, weights, unit, stratum, lonely, before=None, columns=None):
        self.weights, self.lonely, self.before, self.columns = weights, lonely, before, columns
        _, first, self.unit = np.unique(unit, return_index=True, return_inverse=True)
        _, self.stratum = np.unique(np.asarray(stratum)[first], return_inverse=True)
        self.drawn = np.bincount(self.stratum)
        if columns is not None:
            inside = columns.T @ (columns * before[:, None])
            self.inverse = np.linalg.pinv(inside, hermitian=True)

    def variance(self, moved):
        """Of the total of what each sheet contributes."""
        apart = moved
        if self.columns is not None:
            slopes = self.inverse @ (self.columns.T @ (self.before * moved))
            apart = moved - self.columns @ slopes
        totals = np.bincount(self.unit, self.weights * apart, len(self.stratum))
        means = np.bincount(self.stratum, totals) / self.drawn
        alone = self.drawn == 1
        means[alone] = totals.mean()
        scale = np.where(alone, 1.0, self.drawn / np.maximum(self.drawn - 1, 1))
        if self.lonely != "ADJUST":
            scale[alone] = 0
        found = ((totals - means[self.stratum]) ** 2 * scale[self.stratum]).sum()
        if self.lonely == "AVERAGE" and alone.any():
            found *= len(alone) / max((~alone).sum(), 1)
        return max(found, 0.0)

    def df(self, known):
        units = np.unique(self.unit[known])
        return len(units) - len(np.unique(self.stratum[units]))

    def effect_of_weights(self):
        return len(self.weights) * (self.weights**2).sum() / self.weights.sum() ** 2


def mean_of(design, values, there):
    """Value, variance, that of a simple random sample, answers, degrees of freedom."""
    known, w = ~np.isnan(values) & there, design.weights
    n, size = int(known.sum()), w[known].sum()
    if not n:
        return None
    value = float((w[known] * values[known]).sum() / size)
    moved = np.zeros(len(w))
    moved[known] = (values[known] - value) / size
    simple = 0.0
    if size > n > 1:
        middle = (w[known] * moved[known]).sum() / size
        spread = (w[known] * (moved[known] - middle) ** 2).sum() / size * n / (n - 1)
        simple = spread * size**2 / n * (1 - n / size)
    return value, design.variance(moved), simple, n, design.df(known)


# 3. Intervals, 95 %.


def t(df):
    return float(stdtrit(df, 0.975))


def exact(share, size):
    hits = share * size
    low = 0.0 if share <= 0 else float(betaincinv(hits, size - hits + 1, 0.025))
    high = 1.0 if share >= 1 else float(betaincinv(hits + 1, size - hits, 0.975))
    return low, high


def interval(share, variance, n, df, effect, method):
    edge, simple = not 0 < share < 1, share * (1 - share)
    size = (
        n / max(effect, 1.0)
        if edge
        else (simple / variance if variance * n > 1e-9 * simple else n)
    )
    if df < 1:
        return None, None
    if edge or method == "Korn–Graubard":
        if n < 2:
            return None, None
        return exact(share, min(size * (t(n - 1) / t(df)) ** 2, n))
    if method == "logit":
        odds, half = log(share / (1 - share)), t(df) / sqrt(size * simple)
        return 1 / (1 + exp(half - odds)), 1 / (1 + exp(-half - odds))
    if method == "Wilson":
        square = t(df) ** 2
        middle = (share + square / (2 * size)) / (1 + square / size)
        half = sqrt(square) * sqrt(simple / size + square / (4 * size**2)) / (1 + square / size)
        return middle - half, middle + half
    sys.exit(f"this script does not know the interval {method}")


# 4. Every question, in every part of the population.


def several(value):
    return value.split("|") if value else []


def asked_of(questions, sheets):
    """Who was led to a question by the answers before it."""
    found = {}
    for q in questions:
        found[q["code"]] = np.array([
            all(
                found[c["question"]][row] and set(several(s[c["question"]])) & set(c["among"])
                for c in q["only_if"]
            )
            for row, s in enumerate(sheets)
        ], dtype=bool)  # fmt: skip
    return found


def wanted(questions, sheets):
    """(question, statistic, option) with values (NaN: no rating), no opinion and blank."""
    asked = asked_of(questions, sheets)
    for q in questions:
        said = [several(s[q["code"]]) for s in sheets]
        silent = {o["code"] for o in q["options"] if o["no_opinion"]}
        given = np.array([bool(each) for each in said]) & asked[q["code"]]
        quiet = given & np.array([bool(silent & set(each)) for each in said])
        rated, blank = given & ~quiet, asked[q["code"]] & ~given

        def holds(codes, said=said, rated=rated):
            hit = np.array([float(bool(codes & set(each))) for each in said])
            return np.where(rated, hit, np.nan)

        if q["kind"] == "scale":
            good = {o["code"] for o in q["options"] if o["satisfied"]}
            worth = {o["code"]: o["score"] or 0 for o in q["options"]}
            score = np.array([float(worth[e[0]]) if r else np.nan
                              for e, r in zip(said, rated, strict=True)])  # fmt: skip
            yield (q, "SATISFIED", ""), holds(good), quiet, blank
            yield (q, "MEAN", ""), score, quiet, blank
        else:
            for o in q["options"]:
                if not o["no_opinion"]:
                    yield (q, "SHARE", o["code"]), holds({o["code"]}), quiet, blank


def one_number(design, what, values, there, effect, method):
    """n, value, standard error, low, high."""
    q, statistic, _option = what
    found = mean_of(design, values, there)
    if found is None:
        return 0, None, None, None, None
    value, variance, _simple, n, df = found
    se = sqrt(variance) if df >= 1 else None
    if statistic == "MEAN":
        if se is None:
            return n, value, None, None, None
        scores = [o["score"] for o in q["options"] if o["score"] is not None]
        half = t(df) * se
        return n, value, se, max(value - half, min(scores)), min(value + half, max(scores))
    if min(value, 1 - value) < 1e-12:
        value, se = float(round(value)), None
    low, high = interval(value, variance, n, df, effect, method)
    return n, value, se, low, high


def domain(sheets, kind, key):
    column = {"COUNTY": "county", "KIND": "kind", "SEX": "sex", "AGE": "age"}.get(kind)
    return np.array([column is None or s[column] == key for s in sheets])


# 5. Compare.


class Comparison:
    def __init__(self):
        self.compared, self.wrong = 0, []

    def look(self, what, published, again):
        if published == "":
            return
        self.compared += 1
        theirs = float(published)
        if again is None or abs(theirs - again) > DIGITS * max(abs(theirs), 1e-3):
            self.wrong.append(f"{what}: published {theirs:.10g}, again {again}")


def design_of(sample, sheets, communities, compare):
    chance = {c["community"]: Fraction(c["chance"]) for c in communities}
    at = {c["community"]: c for c in communities}
    mine = [at[s["community"]] for s in sheets]
    base = base_weights(sheets, chance)
    for s, weight in zip(sheets, base, strict=True):
        compare.look(f"base weight of {s['id']}", s["base_weight"], weight)
    heard = Counter(s["community"] for s in sheets)
    factors = dict.fromkeys({c["stratum"] for c in communities}, 1.0)
    if sample["settings"]["non_response"]:
        factors = non_response(communities, heard, chance, sample["classes"])
    before = base * np.array([factors[c["stratum"]] for c in mine])
    certain = [c["certain"] == "1" for c in mine]
    unit = [f"{c['community']}/{row}" if sure else c["community"]
            for row, (c, sure) in enumerate(zip(mine, certain, strict=True))]  # fmt: skip
    stratum = [f"{c['stratum']}/{c['community']}" if sure else c["stratum"]
               for c, sure in zip(mine, certain, strict=True)]  # fmt: skip
    lonely = sample["settings"]["lonely"]
    if not sample["margins"]:
        return Design(before, unit, stratum, lonely)
    population = float(sum(sample["margins"][0]["totals"].values()))
    before = before * (population / before.sum())
    margins = [
        margin(each, [s[each["name"]] for s in sheets], before, population)
        for each in sample["margins"]
    ]
    weights = rake(before, margins, sample["bounds"])
    columns = np.concatenate([column for column, _wanted in margins], axis=1)
    for s, weight in zip(sheets, weights, strict=True):
        compare.look(f"weight of {s['id']}", s["weight"], weight)
    return Design(weights, unit, stratum, lonely, before, columns)


def estimate_again(sample, questions, sheets, design, published, compare):
    numbers = list(wanted(questions, sheets))
    effect = 1.0
    if design is not None:
        whole = np.ones(len(sheets), dtype=bool)
        effects = []
        for what, values, _quiet, _blank in numbers:
            if what[1] == "SATISFIED" and (found := mean_of(design, values, whole)):
                _value, variance, simple, _n, df = found
                if simple > 0 and df >= 1 and 0 < found[0] < 1:
                    effects.append(variance / simple)
        effect = max(median(effects) if effects else design.effect_of_weights(), 1.0)
    table = {(q["code"], s, o): (((q, s, o)), v, quiet, blank)
             for (q, s, o), v, quiet, blank in numbers}  # fmt: skip
    for row in published:
        what, values, quiet, blank = table[row["question"], row["statistic"], row["option"]]
        there = domain(sheets, row["domain"], row["key"])
        if design is None:
            known = values[there & ~np.isnan(values)]
            found = len(known), float(known.mean()) if len(known) else None, None, None, None
        else:
            found = one_number(
                design, what, values, there, effect, sample["settings"]["method"]
            )
        name = " ".join(
            row[k] for k in ("mode", "question", "statistic", "option", "domain", "key")
        )
        counts = (int((there & quiet).sum()), int((there & blank).sum()))
        told = dict(zip(("n", "value", "se", "low", "high"), found, strict=True))
        told |= dict(zip(("no_opinion", "blank"), counts, strict=True))
        for column, again in told.items():
            compare.look(f"{name} {column}", row[column], again)


def main():
    design = json.loads((HERE / "design.json").read_text(encoding="utf-8"))
    questions, compare = design["questions"], Comparison()
    data, communities = rows_of("data.csv"), rows_of("communities.csv")
    published = rows_of("estimates.csv")
    for sample in design["samples"]:
        mode = sample["mode"]
        sheets = [s for s in data if s["mode"] == mode]
        inside = [c for c in communities if c["mode"] == mode]
        rows = [r for r in published if r["mode"] == mode]
        made = design_of(sample, sheets, inside, compare) if sample["drawn"] else None
        estimate_again(sample, questions, sheets, made, rows, compare)
        say(f"{mode}: {len(sheets)} sheets, {len(rows)} published rows")
    for line in compare.wrong[:20]:
        say(line)
    say(f"{compare.compared} numbers compared, {len(compare.wrong)} differ")
    return 1 if compare.wrong or not compare.compared else 0


if __name__ == "__main__":
    sys.exit(main())
