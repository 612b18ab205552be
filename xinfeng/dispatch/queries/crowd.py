"""Who could serve, read as columns for the matching: a million rows in a few seconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

from xinfeng.activities.models import HOLDING
from xinfeng.base import scope
from xinfeng.dispatch.asking import YOUNGEST, Asked
from xinfeng.dispatch.ground import Ground, Ints
from xinfeng.dispatch.matching import Volunteers
from xinfeng.dispatch.models import OfferState
from xinfeng.dispatch.stretches import DAYS, Horizon

# Whose turn it is: orders of so many days count as load.
LOAD = timedelta(days=90)


@dataclass(frozen=True)
class Vocabulary:
    """Which bit stands for which ability, language and age; only those that are asked for."""

    skills: tuple[str, ...]
    qualifications: tuple[str, ...]
    ages: tuple[int, ...]
    languages: tuple[str, ...]

    @classmethod
    def of(cls, asked: Iterable[Asked]) -> "Vocabulary":
        asked = list(asked)
        return cls(
            tuple(sorted({code for one in asked for code in one.skills})),
            tuple(sorted({code for one in asked for code in one.qualifications})),
            tuple(sorted({one.least_age for one in asked if one.least_age})),
            tuple(sorted({one.language for one in asked if one.language})),
        )

    def needs(self, one: Asked) -> int:
        """The abilities an order asks for; an age is an ability like any other here."""
        held = [
            *(code in one.skills for code in self.skills),
            *(code in one.qualifications for code in self.qualifications),
            *(age == one.least_age for age in self.ages),
        ]
        return sum(1 << bit for bit, wanted in enumerate(held) if wanted)

    def language(self, one: Asked) -> int:
        return 1 << self.languages.index(one.language) if one.language else 0


@dataclass(frozen=True)
class Crowd:
    """The volunteers as columns, row by row."""

    person: Ints
    volunteers: Volunteers

    @cached_property
    def _sorted(self) -> Ints:
        return np.argsort(self.person, kind="stable")

    def row(self, person_ids: Iterable[int]) -> Ints:
        """Rows of these persons; whoever is not among them is left out."""
        wanted = np.array(sorted(person_ids), np.int64)
        if not len(self.person):
            return wanted[:0]
        at = np.searchsorted(self.person, wanted, sorter=self._sorted)
        rows = self._sorted[np.minimum(at, len(self.person) - 1)]
        return np.asarray(rows[self.person[rows] == wanted])


def crowd(
    villages: Ints,
    words: Vocabulary,
    horizon: Horizon,
    ground: Ground,
    *,
    at_once: int,
) -> Crowd:
    """Volunteers of these villages who have said when they are free, promises taken off."""
    with scope.whole_city():
        person, home, week, can, speaks = _rows(
            _crowd_sql(words), _wanted(words, villages, horizon), 5
        )
        # Rows come in no order; the same city reads the same each time.
        line = np.argsort(person, kind="stable")
        person, home, week, can, speaks = (c[line] for c in (person, home, week, can, speaks))
        held = promised(horizon)
        load, outstanding = loads(horizon.at)
        rated = ratings()
    free = horizon.of_weeks(week)
    for one, starts_at, ends_at in held:
        row = _find(person, one)
        if row is not None:
            free[row] &= ~horizon.taken(starts_at, ends_at)
    at = np.searchsorted(ground.codes, home)
    known = ground.codes[np.minimum(at, len(ground.codes) - 1)] == home
    keep = known & (free != 0)
    room = np.maximum(at_once - _spread(person, outstanding), 0)
    return Crowd(
        person[keep],
        Volunteers(
            position=ground.xy[at[keep]],
            can=can[keep],
            free=free[keep],
            speaks=speaks[keep],
            # Ages are among the abilities.
            is_adult=np.ones(int(keep.sum()), bool),
            room=room[keep],
            load=_spread(person, load)[keep],
            rating=_spread(person, rated)[keep],
        ),
    )


def promised(
    horizon: Horizon, person_ids: Sequence[int] | None = None, *, but: int | None = None
) -> list[tuple[int, datetime, datetime]]:
    """What people hold or are asked for in the time ahead: person, from, to.

    `but` is an offer that is not counted: the one about which is decided.
    """
    asked = {
        "since": horizon.at,
        "until": horizon.at + timedelta(days=DAYS + 1),
        "holding": list(HOLDING),
        "live": [OfferState.OFFERED, OfferState.ACCEPTED],
        "people": None if person_ids is None else list(person_ids),
        "but": but,
    }
    return [(one, since, until) for one, since, until in fetched(_PROMISED, asked)]


def loads(
    at: datetime, person_ids: Sequence[int] | None = None
) -> tuple[dict[int, int], dict[int, int]]:
    """Orders taken lately, and those that are still ahead or not answered, by person."""
    asked = {
        "since": at - LOAD,
        "now": at,
        "live": [OfferState.OFFERED, OfferState.ACCEPTED],
        "accepted": OfferState.ACCEPTED,
        "people": None if person_ids is None else list(person_ids),
    }
    rows = list(fetched(_LOADS, asked))
    load = {one: taken for one, taken, _ahead in rows if taken}
    return load, {one: ahead for one, _taken, ahead in rows if ahead}


def ratings(person_ids: Sequence[int] | None = None) -> dict[int, int]:
    """The mean of what residents said of each, in hundredths of a point."""
    asked = {
        "accepted": OfferState.ACCEPTED,
        "people": None if person_ids is None else list(person_ids),
    }
    return {one: round(mean) for one, mean in fetched(_RATINGS, asked)}


def youngest_born(horizon: Horizon, age: int) -> Any:
    """The latest birthday with which somebody is of this age today."""
    today = timezone.localtime(horizon.at).date()
    try:
        return today.replace(year=today.year - age)
    except ValueError:
        # Who was born on a 29 February has their birthday on 1 March.
        return today.replace(year=today.year - age, day=28)


def _crowd_sql(words: Vocabulary) -> str:
    """Each ability as one bit; the codes themselves travel as parameters."""
    bits = [f"(p.skills @> ARRAY[%(skill{n})s]::varchar[])" for n in range(len(words.skills))]
    bits += [f"coalesce(q.codes @> ARRAY[%(paper{n})s]::varchar[], false)"
             for n in range(len(words.qualifications))]  # fmt: skip
    bits += [f"coalesce(i.born_on <= %(born{n})s, false)" for n in range(len(words.ages))]
    tongues = [f"(p.languages @> ARRAY[%(tongue{n})s]::varchar[])"
               for n in range(len(words.languages))]  # fmt: skip
    return _CROWD.format(can=_as_bits(bits), speaks=_as_bits(tongues))


def _as_bits(flags: Sequence[str]) -> str:
    shifted = [f"({flag}::int::bigint << {bit})" for bit, flag in enumerate(flags)]
    return " | ".join(shifted) or "0"


def _wanted(words: Vocabulary, villages: Ints, horizon: Horizon) -> dict[str, Any]:
    return {
        "villages": villages.tolist(),
        "on": timezone.localtime(horizon.at).date(),
        "papers": list(words.qualifications),
        "youngest": youngest_born(horizon, YOUNGEST),
        **{f"skill{n}": code for n, code in enumerate(words.skills)},
        **{f"paper{n}": code for n, code in enumerate(words.qualifications)},
        **{f"born{n}": youngest_born(horizon, age) for n, age in enumerate(words.ages)},
        **{f"tongue{n}": code for n, code in enumerate(words.languages)},
    }


def _rows(sql: str, wanted: dict[str, Any], width: int) -> list[Ints]:
    """Columns of whole numbers, none of them null, sent as one value: no row becomes an object.

    COPY would hand over each row by itself, which took longer than reading them.
    """
    names = [f"c{n}" for n in range(width)]
    line = " || ".join(f"int8send({name})" for name in names)
    # Our own words through and through; what is asked for travels as parameters.
    packed = f"SELECT string_agg({line}, ''::bytea) FROM ({sql}) t({', '.join(names)})"  # noqa: S608
    [(sent,)] = fetched(packed, wanted)
    table = np.frombuffer(sent or b"", ">i8").reshape(-1, width)
    return [table[:, n].astype(np.int64) for n in range(width)]


def fetched(sql: str, wanted: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, wanted)
        rows: list[Any] = cursor.fetchall()
    return rows


def _find(person: Ints, one: int) -> int | None:
    row = int(np.searchsorted(person, one))
    return row if row < len(person) and person[row] == one else None


def _spread(person: Ints, counted: dict[int, int]) -> Ints:
    """Counts of a few laid over the column of all."""
    column = np.zeros(len(person), np.int64)
    if len(person):
        keys = np.fromiter(counted, np.int64, len(counted))
        values = np.fromiter(counted.values(), np.int64, len(counted))
        rows = np.minimum(np.searchsorted(person, keys), len(person) - 1)
        there = person[rows] == keys
        column[rows[there]] = values[there]
    return column


# Who has not said when they are free is not proposed by a plan; a clerk may still ask them.
_CROWD = """
    SELECT p.person_id::bigint, p.division_id::bigint, p.availability::bigint,
           ({can})::bigint, ({speaks})::bigint
    FROM people_profile p
    JOIN people_person n ON n.id = p.person_id
    LEFT JOIN people_identity i ON i.person_id = p.person_id
    LEFT JOIN (
        SELECT person_id, array_agg(code) AS codes FROM people_qualification
        WHERE code = ANY(%(papers)s) AND checked_at IS NOT NULL
          AND (valid_until IS NULL OR valid_until >= %(on)s)
        GROUP BY person_id
    ) q ON q.person_id = p.person_id
    WHERE p.division_id = ANY(%(villages)s) AND p.availability > 0
      AND n.state = 'ACTIVE' AND n.registered_on IS NOT NULL AND n.left_on IS NULL
      AND (i.born_on IS NULL OR i.born_on <= %(youngest)s)
"""
_PROMISED = """
    SELECT s.person_id, h.starts_at, h.ends_at
    FROM activities_shift h JOIN activities_signup s ON s.shift_id = h.id
    WHERE h.ends_at > %(since)s AND h.starts_at < %(until)s AND s.state = ANY(%(holding)s)
      AND (%(people)s::bigint[] IS NULL OR s.person_id = ANY(%(people)s))
    UNION ALL
    SELECT person_id, starts_at, ends_at FROM dispatch_offer
    WHERE state = ANY(%(live)s) AND person_id IS NOT NULL AND ends_at > %(since)s
      AND (%(people)s::bigint[] IS NULL OR person_id = ANY(%(people)s))
      AND id IS DISTINCT FROM %(but)s
"""
_LOADS = """
    SELECT person_id, count(*) FILTER (WHERE state = %(accepted)s),
           count(*) FILTER (WHERE ends_at > %(now)s)
    FROM dispatch_offer
    WHERE state = ANY(%(live)s) AND person_id IS NOT NULL AND ends_at > %(since)s
      AND (%(people)s::bigint[] IS NULL OR person_id = ANY(%(people)s))
    GROUP BY person_id
"""
# In whole hundredths, unrated services left out.
_RATINGS = """
    SELECT o.person_id, avg(100.0 * r.overall)
    FROM dispatch_offer o
    JOIN dispatch_rating r ON r.order_id = o.order_id AND r.attempt = o.attempt
    WHERE o.state = %(accepted)s AND o.person_id IS NOT NULL
      AND (%(people)s::bigint[] IS NULL OR o.person_id = ANY(%(people)s))
    GROUP BY o.person_id
"""
