"""Rules about where and when an activity was, and when it was told to the program."""

from django.utils.translation import gettext_lazy as _

from xinfeng.hours.rules import Rule, declare

declare(
    Rule(
        name="impossible_travel",
        title=_("Too far in too short a time"),
        definition=_(
            "Between the end of one service and the start of the next one of the same person"
            " lie more kilometres than %(kmh)s km/h allow (%(metres)s metres at least)."
        ),
        because=_("%(km)s km in %(minutes)s minutes, from or to credit %(other_credit_id)s."),
        reads=_("times of the credits, positions of the activities"),
        parameters={"kmh": 120, "metres": 2000},
        scenes=("attended",),
        sql="""
            WITH ordered AS (
                SELECT credit_id, person_id, starts_at, lat_e6, lon_e6,
                    lag(credit_id) OVER w AS other_id, lag(ends_at) OVER w AS other_end,
                    lag(lat_e6) OVER w AS other_lat, lag(lon_e6) OVER w AS other_lon
                FROM attended WHERE lat_e6 IS NOT NULL AND starts_at IS NOT NULL
                WINDOW w AS (PARTITION BY person_id ORDER BY starts_at, credit_id)
            ), ways AS (
                SELECT *, greatest(extract(epoch FROM starts_at - other_end), 60) AS seconds,
                    12742016 * asin(sqrt(
                        power(sin(radians((lat_e6 - other_lat) / 2e6)), 2)
                        + cos(radians(lat_e6 / 1e6)) * cos(radians(other_lat / 1e6))
                        * power(sin(radians((lon_e6 - other_lon) / 2e6)), 2))) AS metres
                FROM ordered WHERE starts_at < other_end + interval '6 hours'
            )
            SELECT held.credit_id, jsonb_build_object(
                'other_credit_id', held.other_id, 'km', round(metres / 1000)::int,
                'minutes', (seconds / 60)::int) AS reason
            FROM ways, LATERAL (VALUES (ways.credit_id, ways.other_id),
                (ways.other_id, ways.credit_id)) AS held (credit_id, other_id)
            WHERE metres >= %(metres)s AND metres * 3.6 > seconds * %(kmh)s
        """,
    )
)
declare(
    Rule(
        name="entered_at_once",
        title=_("Entered minutes after the activity was created"),
        definition=_(
            "The time was entered less than %(minutes)s minutes after the activity itself was"
            " created: there was no time to serve in between."
        ),
        because=_("Entered %(after)s minutes after the activity was created."),
        reads=_("time of entry, creation of the activity"),
        parameters={"minutes": 30},
        scenes=("attended",),
        sql="""
            SELECT credit_id, jsonb_build_object('after',
                floor(extract(epoch FROM recorded_at - created_at) / 60)::int,
                'activity_id', activity_id, 'team_id', team_id) AS reason
            FROM attended
            WHERE recorded_at >= created_at
                AND recorded_at < created_at + make_interval(mins => %(minutes)s)
        """,
    )
)
declare(
    Rule(
        name="created_afterwards",
        title=_("Activity created after it took place"),
        definition=_("The activity was created only after the service was over."),
        because=_("The activity was created %(hours)s hours after it was over."),
        reads=_("creation and times of the activity"),
        scenes=("attended",),
        sql="""
            SELECT credit_id, jsonb_build_object('hours',
                ceil(extract(epoch FROM created_at - planned_until) / 3600)::int,
                'activity_id', activity_id, 'team_id', team_id) AS reason
            FROM attended WHERE created_at > planned_until
        """,
    )
)
declare(
    Rule(
        name="over_plan",
        title=_("Longer than planned"),
        definition=_("More than %(percent)s percent of the planned length of the shift."),
        because=_("%(minutes)s minutes are credited, %(planned)s were planned."),
        reads=_("minutes, times of the shift"),
        parameters={"percent": 125},
        scenes=("attended",),
        sql="""
            SELECT credit_id, jsonb_build_object('minutes', minutes, 'planned', planned,
                'shift_id', shift_id, 'team_id', team_id) AS reason
            FROM (SELECT *, (extract(epoch FROM planned_until - planned_from) / 60)::int
                AS planned FROM attended) a
            WHERE minutes * 100 > planned * %(percent)s
        """,
    )
)
