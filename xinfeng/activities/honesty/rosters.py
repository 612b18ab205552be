"""Rules about a whole shift: how its people were confirmed."""

from django.utils.translation import gettext_lazy as _

from xinfeng.hours.rules import Rule, declare

declare(
    Rule(
        name="identical_minutes",
        title=_("The same minutes for everybody"),
        definition=_(
            "At least %(people)s people of one shift, and %(percent)s percent of those without"
            " any check-in, have exactly the same minutes."
        ),
        because=_("%(people)s people of this shift have the same %(minutes)s minutes."),
        reads=_("minutes of the shift, check-ins"),
        parameters={"people": 20, "percent": 80},
        scenes=("attended",),
        sql="""
            WITH same AS (
                SELECT shift_id, minutes, count(*) AS people,
                    sum(count(*)) OVER (PARTITION BY shift_id) AS everybody
                FROM attended WHERE NOT is_checked GROUP BY shift_id, minutes
            )
            SELECT a.credit_id, jsonb_build_object('people', s.people, 'minutes', s.minutes,
                'shift_id', s.shift_id, 'team_id', a.team_id) AS reason
            FROM same s
            JOIN attended a ON a.shift_id = s.shift_id AND a.minutes = s.minutes
            WHERE s.people >= %(people)s AND s.people * 100 >= s.everybody * %(percent)s
                AND NOT a.is_checked
        """,
    )
)
declare(
    Rule(
        name="roster_in_seconds",
        title=_("Whole roster confirmed in seconds"),
        definition=_(
            "After a shift was over, one person confirmed all of its people without a check-in"
            " of their own, %(people)s at least, within %(seconds)s seconds: faster than the"
            " names can be read. A roll call during the shift is no such case."
        ),
        because=_("%(people)s people were confirmed within %(seconds)s seconds."),
        reads=_("times of the roll call, times of entry"),
        parameters={"people": 10, "seconds": 10},
        scenes=("attended",),
        # The moment of each line of the roll call; of an entry without one, the entry's own.
        sql="""
            WITH lines AS (
                SELECT a.credit_id, a.shift_id, a.team_id, a.planned_until,
                    coalesce(k.recorded_by_id, a.recorded_by_id) AS by_id,
                    coalesce(k.said_at, a.recorded_at) AS said_at
                FROM attended a
                LEFT JOIN activities_checkin k ON k.signup_id = a.signup_id
                    AND k.phase = 'IN' AND k.means = 'ROLL_CALL'
                WHERE NOT a.by_oneself
            ), rosters AS (
                SELECT shift_id, count(DISTINCT credit_id) AS people,
                    extract(epoch FROM max(said_at) - min(said_at)) AS seconds
                FROM lines GROUP BY shift_id
                HAVING count(DISTINCT by_id) = 1 AND bool_and(said_at >= planned_until)
            )
            SELECT DISTINCT l.credit_id, jsonb_build_object('people', r.people,
                'seconds', ceil(r.seconds)::int, 'shift_id', r.shift_id,
                'team_id', l.team_id) AS reason
            FROM rosters r JOIN lines l ON l.shift_id = r.shift_id
            WHERE r.people >= %(people)s AND r.seconds < %(seconds)s
        """,
    )
)
