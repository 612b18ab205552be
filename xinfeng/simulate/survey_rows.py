"""Surveys as rows: the list, the questions, samples with their chances, the field, answers."""

import json
from datetime import date
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from xinfeng.base import canonical
from xinfeng.surveys.models import (
    Attempt,
    CallBack,
    CallBackOutcome,
    Disposition,
    Frame,
    FrameCommunity,
    FrameTotal,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    Sample,
    SampleCommunity,
    SampleUnit,
    Stratum,
    Survey,
    Surveyor,
)

from . import survey_draw, survey_field
from .activities import offset_minutes
from .copy_binary import Blob, blobs, coded, documents
from .errands import NEVER, SECOND
from .ground import Ints
from .loading import Loader
from .scale import Chance
from .survey_field import DISPOSITIONS, PARTS
from .surveys import QUESTIONNAIRE, SERIES, Told, Year

FRAME = "H2019"
_SOURCE = "模拟数据"
_OUTCOMES = [each.value for each in CallBackOutcome]
_SURE, _UNSURE, _NEVER, _MISSED = range(4)


class _Ids:
    """How many rows of each table there are."""

    def __init__(self) -> None:
        self.sample = self.stratum = self.community = self.unit = 0
        self.surveyor = self.attempt = self.call_back = 0


def load(loader: Loader, told: Told, chance: Chance) -> None:
    _load_frame(loader, told)
    _load_questionnaire(loader, told)
    ids = _Ids()
    for number, year in enumerate(told.years, start=1):
        _load_survey(loader, told, year, number)
        _load_household(loader, told, year, number, ids, chance(f"rows of {year.year}"))
        if year.open is not None:
            _load_open(loader, told, year, number, ids, chance(f"open in {year.year}"))


def _load_frame(loader: Loader, told: Told) -> None:
    known, city = told.listed, told.on.ground.pack.code
    made_at = _night(survey_draw.AS_OF)
    loader.add(
        Frame,
        {
            "id": np.array([1]), "code": [FRAME], "name": ["2019 年户数"],
            "division_id": city, "as_of": np.array([survey_draw.AS_OF], "M8[D]"),
            "source": [_SOURCE], "digest": [known.digest], "communities": len(known.code),
            "households": int(known.households.sum()), "made_by_id": told.office + 1,
            "made_at": np.array([made_at]),
        },
    )  # fmt: skip
    loader.add(
        FrameCommunity,
        {
            "id": np.arange(1, len(known.code) + 1), "frame_id": 1, "division_id": known.code,
            "is_urban": known.is_urban, "households": known.households,
        },
    )  # fmt: skip
    rows = [
        (margin, key, people)
        for margin, keys in told.totals.items()
        for key, people in keys.items()
    ]
    loader.add(
        FrameTotal,
        {
            "id": np.arange(1, len(rows) + 1), "frame_id": 1,
            "margin": [row[0] for row in rows], "key": [row[1] for row in rows],
            "people": np.array([row[2] for row in rows]), "source": _SOURCE,
        },
    )  # fmt: skip


def _load_questionnaire(loader: Loader, told: Told) -> None:
    at, office = np.array([_night(survey_draw.AS_OF)]), told.office + 1
    loader.add(
        Questionnaire,
        {
            "id": np.array([1]), "code": [QUESTIONNAIRE],
            "owner_id": told.on.ground.pack.code, "created_by_id": office, "created_at": at,
        },
    )  # fmt: skip
    loader.add(
        QuestionnaireVersion,
        {
            "id": np.array([1]), "questionnaire_id": 1, "number": 1,
            "document": documents([told.document], np.array([0])),
            "digest": [sha256(canonical.canonical(told.document)).hexdigest()],
            "state": ["LOCKED"], "created_by_id": office, "created_at": at, "changed_at": at,
            "locked_by_id": office, "locked_at": at,
        },
    )  # fmt: skip


def _load_survey(loader: Loader, told: Told, year: Year, number: int) -> None:
    secret, dice = year.household.seed
    planned, opened, closed = (
        np.array([_night(day)]) for day in (year.since, year.since, year.until)
    )
    before = 86_400 * SECOND
    loader.add(
        Survey,
        {
            "id": np.array([number]), "code": [f"S{year.year}"],
            "name": [f"{year.year} 年居民满意度调查"],
            "name_en": [f"Survey of residents {year.year}"], "series": [SERIES],
            "year": year.year, "questionnaire_id": 1,
            "division_id": told.on.ground.pack.code,
            "since": np.array([year.since], "M8[D]"), "until": np.array([year.until], "M8[D]"),
            "frame_id": 1, "secret": [secret],
            "commitment": [sha256(secret.encode()).hexdigest()], "dice": [dice],
            "state": ["CLOSED"], "planned_by_id": told.office + 1,
            "planned_at": planned - 30 * before, "drawn_by_id": told.office + 1,
            "drawn_at": planned - 14 * before, "opened_at": opened - before,
            "closed_at": closed + before, "published_by_id": None, "published_at": None,
        },
    )  # fmt: skip
    count = year.household.field.surveyors
    first = (number - 1) * len(told.surveyors) + 1
    loader.add(
        Surveyor,
        {
            "id": np.arange(first, first + count), "survey_id": number,
            "person_id": told.surveyors[:count] + 1,
            "division_id": told.on.ground.pack.code,
            "number": np.arange(1, count + 1),
        },
    )  # fmt: skip


def _sample(loader: Loader, number: int, ids: _Ids, **more: object) -> int:
    ids.sample += 1
    loader.add(
        Sample,
        {
            "id": np.array([ids.sample]), "survey_id": number, "allocation": "PROPORTIONAL",
            "least": survey_draw.LEAST, "way": "SYSTEMATIC", "adult": "BIRTHDAY",
            "lonely": "ADJUST", **more,
        },
    )  # fmt: skip
    return ids.sample


def _load_household(
    loader: Loader, told: Told, year: Year, number: int, ids: _Ids, rng: np.random.Generator
) -> None:
    own = year.household
    taken, field = own.taken, own.field
    sample = _sample(
        loader, number, ids, mode="HOUSEHOLD", is_headline=np.array([True]),
        communities=len(taken.chosen), per_community=int(taken.taken.max()), open_code="",
    )  # fmt: skip
    strata = _load_strata(loader, told, year, sample, ids)
    first = (number - 1) * len(told.surveyors)
    _load_communities(loader, year, sample, strata, first, ids)
    city, n = told.on.ground.pack.code, len(taken)
    person = told.surveyors[field.surveyor] + 1
    loader.add(
        SampleUnit,
        {
            "id": ids.unit + np.arange(1, n + 1), "sample_id": sample,
            "community_id": ids.community + 1 + taken.community, "division_id": city,
            "code": own.unit_codes, "number": taken.number, "web_digest": None,
            "address_sealed": "", "phone_sealed": "", "surveyor_id": first + 1 + field.surveyor,
            "person_id": person, "disposition": _disposition(field.outcome),
            "is_final": field.is_final, "attempts": field.attempts,
            "done_on": np.where(
                field.is_final, field.kept_on(year.since), np.datetime64("NaT", "D")
            ),
            "is_called_back": own.called_back, "pair": None,
        },
    )  # fmt: skip
    _load_attempts(loader, told, year, ids, rng)
    _load_call_backs(loader, told, year, ids, rng)
    _load_answers(loader, told, year, sample, first, ids, rng)
    ids.unit += n
    ids.community += len(taken.chosen)


def _load_strata(
    loader: Loader, told: Told, year: Year, sample: int, ids: _Ids
) -> dict[str, int]:
    known, wanted = told.listed, year.household.taken.wanted
    keys = list(wanted)
    of = np.array([keys.index(key) for key in known.keys])
    households = np.bincount(of, known.households).astype(np.int64)
    first = [known.keys.index(key) for key in keys]
    loader.add(
        Stratum,
        {
            "id": ids.stratum + np.arange(1, len(keys) + 1), "sample_id": sample, "key": keys,
            "county": known.county[first], "is_urban": known.is_urban[first],
            "communities": np.bincount(of), "households": households,
            "wanted": np.array([wanted[key] for key in keys]),
        },
    )  # fmt: skip
    found = {key: ids.stratum + place for place, key in enumerate(keys, start=1)}
    ids.stratum += len(keys)
    return found


def _load_communities(
    loader: Loader, year: Year, sample: int, strata: dict[str, int], first: int, ids: _Ids
) -> None:
    taken = year.household.taken
    n = len(taken.chosen)
    loader.add(
        SampleCommunity,
        {
            "id": ids.community + np.arange(1, n + 1), "sample_id": sample,
            "stratum_id": np.array([strata[e.community.stratum] for e in taken.chosen]),
            "division_id": np.array([int(e.community.code) for e in taken.chosen]),
            "households": np.array([e.community.size for e in taken.chosen]),
            "taken": taken.taken,
            "chance_num": np.array([e.chance.numerator for e in taken.chosen]),
            "chance_den": np.array([e.chance.denominator for e in taken.chosen]),
            "surveyor_id": first + 1 + survey_field.surveyor_of(n),
        },
    )  # fmt: skip


def _load_attempts(
    loader: Loader, told: Told, year: Year, ids: _Ids, rng: np.random.Generator
) -> None:
    field = year.household.field
    tries = survey_field.tries(field, year.since, offset_minutes(told.on.ground), rng)
    n = len(tries.unit)
    loader.add(
        Attempt,
        {
            "id": ids.attempt + np.arange(1, n + 1), "unit_id": ids.unit + 1 + tries.unit,
            "key": _uuids(n, rng), "disposition": _disposition(tries.outcome),
            "on": tries.on,
            "part": coded(tries.part.astype(np.uint8), [*(each.value for each in PARTS), ""]),
            "again_on": None, "again_part": "",
            "by_id": told.surveyors[field.surveyor[tries.unit]] + 1,
            "division_id": told.on.ground.pack.code,
        },
    )  # fmt: skip
    ids.attempt += n


def _load_call_backs(
    loader: Loader, told: Told, year: Year, ids: _Ids, rng: np.random.Generator
) -> None:
    """Asked again by the colleague with the next number; a copier's households often not."""
    own = year.household
    rows = np.flatnonzero(own.called_back & own.field.is_(Disposition.COMPLETE))
    n = len(rows)
    drawn = rng.random(n)
    outcome = np.select([drawn < 0.88, drawn < 0.91], [_SURE, _UNSURE], _MISSED)
    if year.has_copies:
        outcome = np.where(own.is_copier[rows] & (drawn < 0.8), _NEVER, outcome)
    known = np.isin(outcome, [_SURE, _UNSURE])
    colleague = (own.field.surveyor[rows] + 1) % own.field.surveyors
    last = np.datetime64(year.until)
    loader.add(
        CallBack,
        {
            "id": ids.call_back + np.arange(1, n + 1), "unit_id": ids.unit + 1 + rows,
            "division_id": told.on.ground.pack.code,
            "outcome": coded(outcome.astype(np.uint8), _OUTCOMES),
            "minutes": np.ma.array(rng.integers(5, 14, n), mask=~known),
            "answers": documents([{}], np.zeros(n, np.int64)), "pair": None,
            "by_id": told.surveyors[colleague] + 1,
            "on": np.minimum(own.field.done_on[rows] + 3, last),
        },
    )  # fmt: skip
    ids.call_back += n


def _load_answers(
    loader: Loader, told: Told, year: Year, sample: int, first: int, ids: _Ids,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """In the order of their ids, as the close leaves them."""
    own = year.household
    rows, sheets = own.rows, own.sheets
    started = own.field.started[rows]
    ended = started + own.field.seconds[rows] * SECOND
    place = own.taken.community[rows]
    loader.add(
        Response,
        {
            "id": _uuids(len(rows), rng), "sample_id": sample,
            "community_id": ids.community + 1 + place,
            "division_id": told.on.ground.pack.code, "county": own.taken.county[place],
            "spot": "", "surveyor_id": first + 1 + own.field.surveyor[rows],
            "answers": _answers(sheets.answers), "adults": own.field.adults[rows],
            "arrangement": sheets.arrangement, "language": sheets.language,
            "on": own.field.done_on[rows], "started_at": started, "ended_at": ended,
            "seconds": own.field.seconds[rows], "is_complete": sheets.is_complete,
            "quota_id": None, "pair": None,
        },
    )  # fmt: skip


def _load_open(
    loader: Loader, told: Told, year: Year, number: int, ids: _Ids, rng: np.random.Generator
) -> None:
    """Of whoever came by: nobody knows from where, so nothing is said of anybody else."""
    assert year.open is not None
    sample = _sample(
        loader, number, ids, mode="WEB_OPEN", is_headline=np.array([False]), communities=None,
        per_community=None, open_code=f"all{year.year}",
    )  # fmt: skip
    n, days = len(year.open), (year.until - year.since).days
    nowhere = np.ma.array(np.zeros(n, np.int64), mask=np.ones(n, np.bool_))
    never = np.full(n, NEVER)
    loader.add(
        Response,
        {
            "id": _uuids(n, rng), "sample_id": sample, "community_id": nowhere,
            "division_id": told.on.ground.pack.code, "county": nowhere, "spot": "",
            "surveyor_id": nowhere, "answers": _answers(year.open.answers), "adults": nowhere,
            "arrangement": year.open.arrangement, "language": year.open.language,
            "on": np.datetime64(year.since) + rng.integers(0, days, n),
            "started_at": never, "ended_at": never,
            "seconds": np.clip(rng.lognormal(5.3, 0.4, n), 40, 1800).astype(np.int64),
            "is_complete": year.open.is_complete, "quota_id": None, "pair": None,
        },
    )  # fmt: skip


def _answers(sheets: list[dict[str, object]]) -> Blob:
    own = [b"\x01" + json.dumps(each, ensure_ascii=False).encode() for each in sheets]
    return blobs(own, np.arange(len(own)))


def _disposition(outcome: Ints) -> object:
    return coded(outcome.astype(np.uint8), [each.value for each in DISPOSITIONS])


def _uuids(count: int, rng: np.random.Generator) -> NDArray[np.void]:
    """Random ones (version 4), sorted."""
    raw = np.frombuffer(rng.bytes(16 * count), np.uint8).reshape(-1, 16).copy()
    raw[:, 6] = raw[:, 6] & 0x0F | 0x40
    raw[:, 8] = raw[:, 8] & 0x3F | 0x80
    order = np.lexsort(raw.T[::-1])
    return np.ascontiguousarray(raw[order]).view("V16").reshape(-1)


def _night(day: date) -> np.datetime64:
    """Late on a day, in UTC."""
    return np.datetime64(f"{day.isoformat()}T11:00:00", "s")
