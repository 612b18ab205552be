"""The same estimates in the slowest and plainest way, to compare with; nothing is shared."""

import math
from collections import defaultdict


def grouped(rows, key):
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return list(found.values())


def ratio(rows):
    """Rows are dictionaries with w, top, bottom (None is blank) and inside (the domain)."""
    used = [row for row in rows if row["inside"] and row["top"] is not None]
    bottom = sum(row["w"] * row["bottom"] for row in used)
    return sum(row["w"] * row["top"] for row in used) / bottom, bottom


def variance_of_ratio(rows):
    value, bottom = ratio(rows)
    for row in rows:
        used = row["inside"] and row["top"] is not None
        row["z"] = row["w"] * (row["top"] - value * row["bottom"]) / bottom if used else 0.0
    return variance_of_total(rows)


def variance_of_total(rows, depth=0):
    """Of Σ z under strata `h0`, units `u0`, populations `n0`, then `h1` … inside each unit."""
    stratum, unit, population = f"h{depth}", f"u{depth}", f"n{depth}"
    if unit not in rows[0]:
        return 0.0
    found = 0.0
    for inside in grouped(rows, lambda row: row[stratum]):
        units = grouped(inside, lambda row: row[unit])
        n, of = len(units), inside[0][population]
        drawn = 0.0 if of is None else n / of
        totals = [math.fsum(row["z"] for row in members) for members in units]
        middle = math.fsum(totals) / n
        if n > 1:
            spread = math.fsum((each - middle) ** 2 for each in totals)
            found += (1 - drawn) * n / (n - 1) * spread
        if of is not None:
            found += drawn * sum(variance_of_total(members, depth + 1) for members in units)
    return found


def jackknife_of_ratio(rows):
    """Each first-stage unit left out once; the population of the first stage counts."""
    found = 0.0
    for inside in grouped(rows, lambda row: row["h0"]):
        names = sorted({row["u0"] for row in inside})
        n, of = len(names), inside[0]["n0"]
        values = []
        for name in names:
            again = []
            for row in rows:
                same = row["h0"] == inside[0]["h0"]
                weight = row["w"] * (n / (n - 1) if same else 1)
                if same and row["u0"] == name:
                    weight = 0
                again.append({**row, "w": weight})
            values.append(ratio(again)[0])
        middle = sum(values) / n
        drawn = 0 if of is None else n / of
        found += (1 - drawn) * (n - 1) / n * sum((value - middle) ** 2 for value in values)
    return found
