"""Samples and values of the reference; see tests/data/survey_reference/README.md."""

import csv
import json
from functools import cache
from pathlib import Path

import numpy as np

from xinfeng.surveys.estimates import Design, Stage, declare

HERE = Path(__file__).resolve().parents[3] / "tests" / "data" / "survey_reference"
TEXT = {"stype", "sch.wide", "strat", "st"}


@cache
def values() -> dict:
    return json.loads((HERE / "survey.json").read_text())


@cache
def table(name: str) -> dict[str, np.ndarray]:
    with (HERE / f"{name}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        column: np.array([row[column] for row in rows])
        if column in TEXT
        else np.array([float(row[column] or "nan") for row in rows])
        for column in rows[0]
    }


def design(name: str) -> Design:
    """The designs that the reference's R script declares, by its names."""
    sample, _, without = name.partition("_")
    data = table(f"api{sample}")
    fpc = None if without else data["fpc"]
    if sample == "clus1":
        return declare(Stage(data["dnum"], population=fpc), weights=data["pw"])
    rows = np.arange(len(data["pw"]))
    strata = data["stype"] if sample == "strat" else None
    weights = None if name == "srs" else data["pw"]
    return declare(Stage(rows, strata, fpc), weights=weights)


def sample(name: str) -> dict[str, np.ndarray]:
    return table("api" + name.partition("_")[0])
