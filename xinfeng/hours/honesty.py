"""Rules of honest hours that the ledger and the register answer by themselves."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from xinfeng.base import workdays

from .rules import Look, Rule, Severity, declare

ONE_DAY = timedelta(days=1)
# Months in which pupils are at school on working days.
SCHOOL_MONTHS = (3, 4, 5, 6, 9, 10, 11, 12)
# A credit may be entered so long after its day and still lie within one look.
_BACK = timedelta(days=370)

declare(
    Rule(
        name="overlap",
        title=_("Two services at the same time"),
        definition=_(
            "Two credits of one person share at least %(shared)s minutes. The ledger refuses"
            " this since it keeps the times of each credit; the rule finds what is older."
        ),
        because=_(
            "%(minutes)s minutes lie at the same time as credit %(other_credit_id)s of this"
            " person."
        ),
        reads=_("times of the credits"),
        parameters={"shared": 5},
        sql="""
            WITH others AS MATERIALIZED (
                SELECT id, person_id, starts_at, ends_at FROM hours_credit
                WHERE minutes > 0 AND starts_at IS NOT NULL
                    AND earned_on IN (SELECT DISTINCT earned_on FROM looked)
            ), shared AS MATERIALIZED (
                SELECT l.id, o.id AS other_id, least(l.ends_at, o.ends_at)
                    - greatest(l.starts_at, o.starts_at) AS time
                FROM looked l JOIN others o ON o.person_id = l.person_id AND o.id <> l.id
                WHERE o.starts_at < l.ends_at AND o.ends_at > l.starts_at
            )
            SELECT DISTINCT ON (id) id AS credit_id, jsonb_build_object(
                'other_credit_id', other_id,
                'minutes', floor(extract(epoch FROM time) / 60)::int) AS reason
            FROM shared
            WHERE time >= make_interval(mins => %(shared)s)
                AND NOT EXISTS (SELECT 1 FROM hours_credit r
                    WHERE r.source_id = other_id AND r.source_kind = 2)
            ORDER BY id, other_id
        """,
    )
)
declare(
    Rule(
        name="long_day",
        title=_("A very long day"),
        definition=_("More than %(most)s minutes of service of one person on one day."),
        because=_("%(minutes)s minutes are credited for this day; %(most)s are the most."),
        reads=_("credits of the day"),
        parameters={"most": 480},
        sql="""
            SELECT l.id AS credit_id, jsonb_build_object('minutes', d.minutes) AS reason
            FROM looked l JOIN (
                SELECT person_id, earned_on, sum(minutes) AS minutes FROM hours_credit
                WHERE counter = 1 AND earned_on IN (SELECT DISTINCT earned_on FROM looked)
                GROUP BY person_id, earned_on HAVING sum(minutes) > %(most)s
            ) d ON d.person_id = l.person_id AND d.earned_on = l.earned_on
            WHERE l.counter = 1
        """,
    )
)
declare(
    Rule(
        name="round_hours",
        title=_("Only round hours"),
        definition=_(
            "At least %(entries)s credits of one person within %(days)s days were entered by"
            " hand, and every one of them is of whole hours. People come late and go early;"
            " the clock is seldom so round."
        ),
        because=_("All %(entries)s entries by hand are of whole hours."),
        reads=_("minutes and grade of evidence"),
        severity=Severity.SOFT,
        parameters={"entries": 5, "days": 31},
        sql="""
            SELECT l.id AS credit_id, jsonb_build_object('entries', d.entries) AS reason
            FROM looked l JOIN (
                SELECT person_id, count(*) AS entries FROM hours_credit
                WHERE grade = 'C' AND minutes > 0 AND earned_on < %(until)s
                    AND earned_on >= %(until)s::date - %(days)s::int
                GROUP BY person_id
                HAVING count(*) >= %(entries)s AND bool_and(mod(minutes, 60) = 0)
            ) d ON d.person_id = l.person_id
            WHERE l.grade = 'C'
        """,
    )
)


def _deadlines(look: Look) -> dict[str, Any]:
    """Each day of service with the tenth working day after it."""
    days = [
        look.since - _BACK + n * ONE_DAY for n in range((look.until - look.since + _BACK).days)
    ]
    return {"days": days, "dues": _dues(days)}


def _days(look: Look) -> list[date]:
    first = look.since - _BACK
    return [first + n * ONE_DAY for n in range((look.until - first).days)]


def _dues(days: list[date]) -> list[date]:
    working = [days[0] + n * ONE_DAY for n in range(len(days) + 60)]
    working = [day for day in working if workdays.is_working(day)]
    dues, at = [], 0
    for day in days:
        while working[at] <= day:
            at += 1
        dues.append(working[at + 9])
    return dues


declare(
    Rule(
        name="entered_late",
        title=_("Entered too late"),
        definition=_(
            "Entered later than the tenth working day after the service, against order 67,"
            " article 11. The volunteer is not to blame, so the credit counts meanwhile."
        ),
        because=_("Entered %(days)s days after the service; due on %(due_on)s."),
        reads=_("day of service, time of entry, working days"),
        severity=Severity.SOFT,
        given=_deadlines,
        # Hours from before the platform and moved ones come late by their nature.
        sql="""
            SELECT l.id AS credit_id, jsonb_build_object(
                'days', (l.recorded_at AT TIME ZONE %(zone)s)::date - l.earned_on,
                'due_on', d.due_on) AS reason
            FROM looked l
            JOIN unnest(%(days)s::date[], %(dues)s::date[]) AS d (day, due_on)
                ON d.day = l.earned_on
            WHERE (l.recorded_at AT TIME ZONE %(zone)s)::date > d.due_on
                AND l.source_kind NOT IN (6, 7)
        """,
    )
)
declare(
    Rule(
        name="night_entries",
        title=_("Entered in the night"),
        definition=_(
            "One person entered at least %(entries)s credits by hand in one night between"
            " %(from_hour)s and %(until_hour)s o'clock, %(hours)s hours or more after the"
            " service was over."
        ),
        because=_("One of %(entries)s entries by the same person in one night."),
        reads=_("time of entry, who entered"),
        parameters={"entries": 10, "from_hour": 23, "until_hour": 5, "hours": 3},
        sql="""
            WITH entered AS (
                SELECT id, recorded_by_id, extract(hour FROM recorded_at AT TIME ZONE %(zone)s)
                    AS hour, (recorded_at AT TIME ZONE %(zone)s - interval '12 hours')::date
                    AS night
                FROM looked
                WHERE recorded_by_id IS NOT NULL AND grade = 'C' AND source_kind <> 7
                    AND recorded_at >= ends_at + make_interval(hours => %(hours)s)
            ), nights AS (
                SELECT *, count(*) OVER (PARTITION BY recorded_by_id, night) AS entries
                FROM entered WHERE hour >= %(from_hour)s OR hour < %(until_hour)s
            )
            SELECT id AS credit_id, jsonb_build_object('entries', entries) AS reason
            FROM nights WHERE entries >= %(entries)s
        """,
    )
)
declare(
    Rule(
        name="confirmed_at_once",
        title=_("Confirmed without a look"),
        definition=_(
            "An entry by hand was confirmed within %(wait)s seconds after it was submitted, or"
            " one person confirmed at least %(entries)s entries of the same submitter within"
            " %(span)s seconds. Nobody looks at evidence so fast; hours that are sold come so."
        ),
        because=_(
            "Confirmed %(seconds)s seconds after it was submitted; %(together)s entries of this"
            " submitter were confirmed by the same person within %(span)s seconds."
        ),
        reads=_("times of submitting and confirming, who did so"),
        parameters={"wait": 120, "entries": 5, "span": 60},
        # Kinds 3 to 6 stand on a line of an entry; its credit lies not long after its day.
        sql="""
            WITH mine AS MATERIALIZED (
                SELECT l.id, l.source_id FROM looked l WHERE l.source_kind IN (3, 4, 5, 6)
            ), decided AS MATERIALIZED (
                SELECT m.id AS credit_id, e.id, e.team_id, e.submitted_by_id, e.decided_by_id,
                    e.submitted_at, e.decided_at
                FROM mine m JOIN hours_entryline x ON x.id = m.source_id
                JOIN hours_hourentry e ON e.id = x.entry_id
                WHERE e.state = 'CONFIRMED'
            ), begun AS (
                SELECT *, count(*) OVER (PARTITION BY submitted_by_id, decided_by_id
                    ORDER BY decided_at RANGE BETWEEN CURRENT ROW
                    AND make_interval(secs => %(span)s) FOLLOWING) AS following
                FROM (SELECT DISTINCT id, submitted_by_id, decided_by_id, decided_at
                    FROM decided) e
            ), spells AS (
                SELECT id, max(following) OVER (PARTITION BY submitted_by_id, decided_by_id
                    ORDER BY decided_at RANGE BETWEEN make_interval(secs => %(span)s)
                    PRECEDING AND CURRENT ROW) AS together
                FROM begun
            )
            SELECT d.credit_id, jsonb_build_object(
                'seconds', floor(extract(epoch FROM d.decided_at - d.submitted_at))::bigint,
                'together', s.together, 'team_id', d.team_id) AS reason
            FROM decided d JOIN spells s ON s.id = d.id
            WHERE d.decided_at - d.submitted_at < make_interval(secs => %(wait)s)
                OR s.together >= %(entries)s
        """,
    )
)
declare(
    Rule(
        name="self_credit",
        title=_("Entered for oneself"),
        definition=_(
            "A person entered time for themselves by hand. Own applications are no such case:"
            " they are confirmed by a second person."
        ),
        because=_("Entered by the volunteer in person."),
        reads=_("who entered"),
        sql="""
            SELECT id AS credit_id, '{}'::jsonb AS reason FROM looked
            WHERE recorded_by_id = person_id
                AND (grade = 'C' AND source_kind NOT IN (5, 6, 7) OR source_kind IN (3, 4))
        """,
    )
)
declare(
    Rule(
        name="before_registration",
        title=_("Not registered on that day"),
        definition=_(
            "Service on a day before the person registered, or after they left. Hours from"
            " before the platform are no such case."
        ),
        because=_("The service lies %(days)s days outside the time of registration."),
        reads=_("day of service, days of registration and leaving"),
        sql="""
            SELECT l.id AS credit_id, jsonb_build_object('days', CASE
                WHEN l.earned_on < p.registered_on THEN p.registered_on - l.earned_on
                ELSE l.earned_on - p.left_on END) AS reason
            FROM looked l JOIN people_person p ON p.id = l.person_id
            WHERE l.source_kind NOT IN (6, 7)
                AND (l.earned_on < p.registered_on OR l.earned_on > p.left_on)
        """,
    )
)


def _schooldays(look: Look) -> dict[str, Any]:
    days = [
        look.since - _BACK + n * ONE_DAY for n in range((look.until - look.since + _BACK).days)
    ]
    at_school = [d for d in days if d.month in SCHOOL_MONTHS and workdays.is_working(d)]
    return {"schooldays": at_school}


declare(
    Rule(
        name="minor_at_school",
        title=_("A minor in school hours or at night"),
        definition=_(
            "Service of a person under %(age)s in school hours (%(school_from)s to"
            " %(noon_from)s and %(noon_until)s to %(school_until)s o'clock on working days in"
            " term), or between %(night_from)s and %(night_until)s o'clock."
        ),
        because=_("The volunteer was %(years)s years old; the service began at %(began)s."),
        reads=_("times of the credit, year of birth, working days"),
        parameters={
            "age": 18,
            "school_from": 8,
            "noon_from": 12,
            "noon_until": 14,
            "school_until": 17,
            "night_from": 22,
            "night_until": 6,
        },
        given=_schooldays,
        sql="""
            WITH young AS (
                SELECT l.id, l.earned_on,
                    extract(year FROM age(l.earned_on, i.born_on))::int AS years,
                    (l.starts_at AT TIME ZONE %(zone)s)::time AS began,
                    (l.ends_at AT TIME ZONE %(zone)s)::time AS ended
                FROM looked l JOIN people_identity i ON i.person_id = l.person_id
                WHERE i.born_on > l.earned_on - make_interval(years => %(age)s)
                    AND l.starts_at IS NOT NULL
            )
            SELECT id AS credit_id, jsonb_build_object(
                'years', years, 'began', to_char(began, 'HH24:MI')) AS reason
            FROM young
            WHERE began >= make_time(%(night_from)s, 0, 0)
                OR began < make_time(%(night_until)s, 0, 0)
                OR ended > make_time(%(night_from)s, 0, 0)
                OR ended < began
                OR earned_on = ANY(%(schooldays)s::date[]) AND (
                    began < make_time(%(noon_from)s, 0, 0)
                        AND ended > make_time(%(school_from)s, 0, 0)
                    OR began < make_time(%(school_until)s, 0, 0)
                        AND ended > make_time(%(noon_until)s, 0, 0))
        """,
    )
)
