"""Weights of a drawn sample, step by step: chance, adults, silence, known totals."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xinfeng.surveys.estimates import BadDesign, Bounds, Design, NotConverged, Stage, declare
from xinfeng.surveys.estimates import rake as raked
from xinfeng.surveys.estimates.labels import Floats

from . import silence
from .margins import Ready, ready
from .rows import COUNTY, Asked, Inputs, Settings, Sheet


class CannotWeigh(Exception):
    """Why no weights can be made: `code` is stable, the text is for whoever mends it."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Weighted:
    """The design with final weights, the weights before all steps, and each step told."""

    design: Design
    base: Floats
    told: dict[str, Any]


def weigh(inputs: Inputs, settings: Settings) -> Weighted:
    """Base weights, non-response, raking. Raises CannotWeigh."""
    if not inputs.sheets:
        raise CannotWeigh("no_sheets", "no complete sheet counts")
    at = {each.code: each for each in inputs.communities}
    of_sheet = [at[sheet.community] for sheet in inputs.sheets]
    adults, unknown = _adults(inputs.sheets)
    base = np.array([each.household_weight for each in of_sheet]) * adults
    classes = _classes(inputs, settings)
    factor = {name: each.factor for each in classes for name in each.strata}
    weights = base * np.array([factor[each.stratum] for each in of_sheet])
    try:
        design, steps = _calibrated(inputs, settings, _declared(of_sheet, weights, settings))
    except NotConverged as wrong:
        raise CannotWeigh("totals_do_not_meet", str(wrong)) from wrong
    except BadDesign as wrong:
        raise CannotWeigh("design_does_not_hold", str(wrong)) from wrong
    told = {
        **_households(inputs, of_sheet),
        "adults_unknown": unknown,
        "classes": [each.as_json() for each in classes],
        **steps,
        **_spread(design, base),
    }
    return Weighted(design, base, told)


def _adults(sheets: Sequence[Sheet]) -> tuple[Floats, int]:
    """Of how many one was chosen; where nobody wrote it down, the mean of the others."""
    told = np.array([np.nan if s.adults is None else s.adults for s in sheets], dtype=float)
    untold = np.isnan(told)
    told[untold] = 1.0 if untold.all() else told[~untold].mean()
    return told, int(untold.sum())


def _classes(inputs: Inputs, settings: Settings) -> list[silence.Class]:
    if not settings.non_response:
        strata = sorted({each.stratum for each in inputs.communities})
        return [silence.Class((name,), 0, 0, 1.0) for name in strata]
    sheets = Counter(sheet.community for sheet in inputs.sheets)
    return silence.classes(inputs.communities, sheets, settings.least_in_class)


def _declared(of_sheet: Sequence[Asked], weights: Floats, settings: Settings) -> Design:
    """Communities in strata; one drawn with certainty is a stratum, its households the units.

    They were drawn with unequal chances, so no population is declared: rather too wide.
    """
    units = [
        f"{each.code}/{row}" if each.is_certain else each.code
        for row, each in enumerate(of_sheet)
    ]
    strata = [
        f"{each.stratum}/{each.code}" if each.is_certain else each.stratum for each in of_sheet
    ]
    return declare(Stage(units, strata), weights=weights, lonely=settings.lonely)


def _calibrated(
    inputs: Inputs, settings: Settings, design: Design
) -> tuple[Design, dict[str, Any]]:
    """Raked to the known totals, within bounds if that can be."""
    wanted = [name for name in settings.margins if inputs.totals.get(name)]
    if not wanted:
        return design, {"margins": [], "bounds": None}
    population = float(sum(inputs.totals[wanted[0]].values()))
    # Bounds are on how far raking moves a weight, so that all begin at the same population.
    design = _scaled(design, population)
    margins = [_ready(name, inputs, settings, design.weights, population) for name in wanted]
    bounds: Bounds | None = Bounds(settings.low, settings.high, of_base=True)
    try:
        found = raked(design, *(each.margin for each in margins), bounds=bounds)
    except NotConverged:
        bounds = None
        found = raked(design, *(each.margin for each in margins))
    return found, {
        "population": population,
        "margins": [each.as_json(design.weights, found.weights) for each in margins],
        "bounds": None if bounds is None else [bounds.low, bounds.high],
    }


def _scaled(design: Design, population: float) -> Design:
    weights = design.weights * (population / design.weights.sum())
    return declare(*design.stages, weights=weights, lonely=design.lonely)


def _ready(
    name: str, inputs: Inputs, settings: Settings, weights: Floats, population: float
) -> Ready:
    return ready(
        name, margin_labels(name, inputs), _ordered(name, inputs), weights, population,
        settings.least_in_cell,
    )  # fmt: skip


def margin_labels(name: str, inputs: Inputs) -> list[str]:
    """What each sheet says of a margin; "" says nothing."""
    if name == COUNTY:
        return [sheet.county for sheet in inputs.sheets]
    question = (inputs.bank.margins or {}).get(name, "")
    return [str(sheet.answers.get(question) or "") for sheet in inputs.sheets]


def _ordered(name: str, inputs: Inputs) -> Mapping[str, int]:
    """Totals in the order of the question's options, so that neighbours are alike."""
    totals = inputs.totals[name]
    asked = inputs.bank.questions.get((inputs.bank.margins or {}).get(name, ""))
    order = [option.code for option in asked.options] if asked else sorted(totals)
    rank = {key: place for place, key in enumerate(order)}
    return dict(sorted(totals.items(), key=lambda item: (rank.get(item[0], 99), item[0])))


def _households(inputs: Inputs, of_sheet: Sequence[Asked]) -> dict[str, Any]:
    heard = {each.code for each in of_sheet}
    return {
        "households": dict(silence.counted(inputs.communities)),
        "rates": silence.rates(inputs.communities, len(of_sheet)),
        "communities": len(inputs.communities),
        "certain": sum(each.is_certain for each in inputs.communities),
        "silent_communities": sum(each.code not in heard for each in inputs.communities),
    }


def _spread(design: Design, base: Floats) -> dict[str, Any]:
    final = design.weights
    return {
        "weights": {
            "smallest": float(final.min()), "largest": float(final.max()),
            "mean": float(final.mean()), "effect": design.weight_effect,
            "base_smallest": float(base.min()), "base_largest": float(base.max()),
        },
        "strata": len(design.first.drawn), "units": len(design.first.stratum),
        "df": design.df,
        "lonely": int((design.first.drawn == 1).sum()),
    }  # fmt: skip
