"""What residents answered in three years: one series of surveys, drawn, asked and closed.

Weights and published numbers are not made here: the program's own commands make them from
these rows, as a city would. Households, dispositions and answers are simulated; the shares of
`STATED` are what a city has stated in public.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np

from xinfeng.base.sampling import number
from xinfeng.people.models import Role
from xinfeng.surveys.asking import Bank, bank_of
from xinfeng.surveys.asking.reading import read
from xinfeng.surveys.estimating import Asked, Inputs, Sheet
from xinfeng.surveys.models import Disposition

from . import cast, days, survey_draw, survey_field, survey_meeting, survey_sheets
from .activities import Grounds, offset_minutes
from .copy_binary import Flags
from .errands import codes
from .ground import Ints
from .scale import Chance, Scale
from .survey_draw import ADULTS, Listed, Taken
from .survey_field import Field
from .survey_sheets import Sheets
from .units import Register

SERIES = "residents"
QUESTIONNAIRE = "residents"
# Of those asked in their homes, how many were satisfied all in all.
STATED = {2019: 0.898, 2020: 0.974, 2021: 0.985}
# In one year somebody copied sheets; in the last one everybody could answer on the web, too.
_COPIED_IN, _COPIER = 2020, 6
_OPEN_IN = 2021
_QUICK = 0.35


@dataclass(frozen=True)
class Household:
    """The sample at the door of one year."""

    seed: tuple[str, str]
    taken: Taken
    field: Field
    unit_codes: list[str]
    # The households of the sheets, and the sheets themselves, in the same order.
    rows: Ints
    sheets: Sheets
    called_back: Flags

    @property
    def is_copier(self) -> Flags:
        """Whose sheets are copies, by household; nobody's in most years."""
        return np.asarray(self.field.surveyor == _COPIER)


@dataclass(frozen=True)
class Year:
    """One survey; `open` are sheets of the web, open to all."""

    year: int
    since: date
    until: date
    household: Household
    open: Sheets | None

    @property
    def has_copies(self) -> bool:
        return self.year == _COPIED_IN


@dataclass(frozen=True)
class Told:
    """All that is loaded: the list, the questions, the years, and who asked and who ran it."""

    on: Grounds
    listed: Listed
    document: dict[str, Any]
    years: list[Year]
    surveyors: Ints
    office: int
    totals: Mapping[str, Mapping[str, int]]

    @cached_property
    def bank(self) -> Bank:
        return bank_of(self.document)


def made(
    on: Grounds, register: Register | None, first_stranger: int, scale: Scale, chance: Chance
) -> Told | None:
    """None in a city whose pack asks residents nothing."""
    file = on.ground.pack.folder / "questionnaires" / f"{QUESTIONNAIRE}.yaml"
    if not file.is_file():
        return None
    taken = read(file.read_text(encoding="utf-8"), file.name)
    document, bank = taken.document, taken.bank
    known = survey_draw.listed(on.ground, scale, chance)
    totals = _totals(known, bank)
    years = [_year(year, on, known, bank, totals, scale, chance) for year in STATED]
    count = max(each.household.field.surveyors for each in years)
    office = first_stranger + cast.STRANGERS.index(Role.CITY_OFFICE)
    return Told(
        on, known, document, years, _surveyors(on, register, count, chance), office, totals
    )


def _totals(known: Listed, bank: Bank) -> dict[str, dict[str, int]]:
    """Adults by county, and by sex and age as the questionnaire has their classes."""
    people = Counter[str]()
    for county, households in zip(
        known.county.tolist(), known.households.tolist(), strict=True
    ):
        people[str(county)] += round(ADULTS * households)
    whole = sum(people.values())
    found = {"county": dict(people)}
    for margin, code in (bank.margins or {}).items():
        options = survey_sheets.asked_of(bank, code)
        shares = [survey_sheets.share_of(margin, options, each) for each in options]
        counts = days.shared_out(whole, np.array(shares) / sum(shares))
        found[margin] = {
            each.code: int(count) for each, count in zip(options, counts, strict=True)
        }
    return found


def _year(
    year: int, on: Grounds, known: Listed, bank: Bank, totals: Mapping[str, Mapping[str, int]],
    scale: Scale, chance: Chance,
) -> Year:  # fmt: skip
    rng = chance(f"survey of {year}")
    since, until = date(year, 10, 10), date(year, 11, 8)
    seed = survey_draw.seed_of(year, chance.seed)
    taken = survey_draw.drawn(known, f"{' '.join(seed)} HOUSEHOLD", scale)
    field = survey_field.made(taken, since, until, offset_minutes(on.ground), rng)
    unit_codes = codes(len(taken), rng, 6)
    rows = np.flatnonzero(field.is_(Disposition.COMPLETE, Disposition.PARTIAL))
    complete = field.is_(Disposition.COMPLETE)
    sheets = survey_sheets.made(bank, year, taken.community[rows], complete[rows], rng)
    household = Household(
        seed, taken, field, unit_codes, rows, sheets,
        _called_back(taken, f"{' '.join(seed)} HOUSEHOLD"),
    )  # fmt: skip
    copies = np.zeros(len(rows), np.bool_)
    if year == _COPIED_IN:
        copies = household.is_copier[rows] & complete[rows]
        survey_sheets.copied(sheets, np.flatnonzero(copies), rng)
        field.seconds[rows[copies]] = field.seconds[rows[copies]] * _QUICK
    counted = np.flatnonzero(complete[rows])
    survey_meeting.meet(
        sheets, counted, inputs(known, household, bank, totals), STATED[year], copies
    )
    return Year(year, since, until, household, _open(bank, year, scale, rng))


def _open(bank: Bank, year: int, scale: Scale, rng: np.random.Generator) -> Sheets | None:
    if year != _OPEN_IN:
        return None
    n = scale.survey_open
    return survey_sheets.made(
        bank, year, np.arange(n), np.ones(n, np.bool_), rng, survey_sheets.OPEN_SHIFT
    )


def _called_back(taken: Taken, seed: str) -> Flags:
    """The tenth that is drawn to be asked again: the smallest SHA-256 numbers."""
    households = [
        f"{taken.chosen[place].community.code}\t{household}"
        for place, household in zip(
            taken.community.tolist(), taken.number.tolist(), strict=True
        )
    ]
    ranked = sorted(households, key=lambda one: number(f"{seed} call-back", one))
    again = frozenset(ranked[: ceil(len(ranked) / 10)])
    return np.array([one in again for one in households], np.bool_)


def inputs(
    known: Listed, household: Household, bank: Bank, totals: Mapping[str, Mapping[str, int]]
) -> Inputs:
    """As the estimator reads them from the database."""
    taken, field = household.taken, household.field
    by_community: list[Counter[str]] = [Counter() for _each in taken.chosen]
    for place, outcome in zip(taken.community.tolist(), field.outcome.tolist(), strict=True):
        by_community[place][survey_field.DISPOSITIONS[outcome].value] += 1
    communities = [
        Asked(
            each.community.code, each.community.stratum, str(county),
            each.community.stratum.endswith("-urban"), each.chance, each.community.size,
            int(taken.taken[place]), dict(by_community[place]),
        )
        for place, (each, county) in enumerate(
            zip(taken.chosen, taken.county.tolist(), strict=True)
        )
    ]  # fmt: skip
    sheets = [
        Sheet(
            str(row), communities[place].code, communities[place].county,
            int(field.adults[row]), household.sheets.answers[k],
        )
        for k, row in enumerate(household.rows.tolist())
        for place in [int(taken.community[row])]
        if household.sheets.is_complete[k]
    ]  # fmt: skip
    return Inputs(bank, communities, sheets, totals)


def _surveyors(on: Grounds, register: Register | None, count: int, chance: Chance) -> Ints:
    """Grown volunteers who act for no unit; nobody who is judged by it asks."""
    people = on.people
    able = (people.born < days.at("1998-01-01")) & (people.registered < days.at("2019-10-01"))
    able &= np.isnat(people.left)
    able[: people.officials] = False
    if register is not None:
        able[register.member[register.member < len(able)]] = False
    able[list(people.cast)] = False
    pool = np.flatnonzero(able)
    return np.sort(chance("surveyors").choice(pool, count, replace=False))
