"""Rules that compare a team with its peers."""

from django.utils.translation import gettext_lazy as _

from xinfeng.hours.rules import Rule, declare

declare(
    Rule(
        name="hours_per_head",
        title=_("Far more hours than other teams"),
        definition=_(
            "The minutes per head of a team with at least %(heads)s people lie above the median"
            " of its peers (teams of its type in its county, %(peers)s at least) by more than"
            " %(mads)s times their median deviation (%(floor)s minutes at least). Held are the"
            " credits of those who themselves lie above."
        ),
        because=_(
            "The team has %(per_head)s minutes per head; the median of %(peers)s teams like it"
            " is %(median)s, the bound %(bound)s. This person has %(minutes)s."
        ),
        reads=_("credits of the team and of its peers"),
        parameters={"heads": 5, "peers": 8, "mads": 6, "floor": 20},
        scenes=("attended",),
        sql="""
            WITH heads AS (
                SELECT team_id, person_id, sum(minutes) AS minutes FROM attended
                WHERE team_id IS NOT NULL GROUP BY team_id, person_id
            ), per_team AS (
                SELECT h.team_id, t.kind, t.division_id / 1000000 AS county,
                    (sum(h.minutes) / count(*))::float8 AS per_head
                FROM heads h JOIN teams_team t ON t.id = h.team_id
                GROUP BY h.team_id, t.kind, county HAVING count(*) >= %(heads)s
            ), middle AS (
                SELECT kind, county, count(*) AS peers,
                    percentile_cont(0.5) WITHIN GROUP (ORDER BY per_head) AS median
                FROM per_team GROUP BY kind, county HAVING count(*) >= %(peers)s
            ), spread AS (
                SELECT m.kind, m.county, m.peers, m.median, m.median + %(mads)s * greatest(
                    percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(t.per_head - m.median)),
                    %(floor)s) AS bound
                FROM per_team t JOIN middle m ON m.kind = t.kind AND m.county = t.county
                GROUP BY m.kind, m.county, m.peers, m.median
            )
            SELECT a.credit_id, jsonb_build_object('team_id', t.team_id,
                'per_head', round(t.per_head)::int, 'peers', s.peers,
                'median', round(s.median)::int, 'bound', round(s.bound)::int,
                'minutes', h.minutes) AS reason
            FROM per_team t
            JOIN spread s ON s.kind = t.kind AND s.county = t.county
            JOIN heads h ON h.team_id = t.team_id
            JOIN attended a ON a.team_id = h.team_id AND a.person_id = h.person_id
            WHERE t.per_head > s.bound AND h.minutes > s.bound
        """,
    )
)
declare(
    Rule(
        name="new_team",
        title=_("A new team with very many hours"),
        definition=_("A team has more than %(hours)s hours in its first %(days)s days."),
        because=_("The team has %(hours_given)s hours in its first %(days)s days."),
        reads=_("credits of the team, day of its founding"),
        parameters={"hours": 500, "days": 7},
        scenes=("attended",),
        sql="""
            WITH first AS (
                SELECT a.credit_id, a.minutes, a.team_id FROM attended a
                JOIN teams_team t ON t.id = a.team_id
                WHERE a.earned_on >= t.founded_on AND a.earned_on < t.founded_on + %(days)s::int
            ), loud AS (
                SELECT team_id, sum(minutes) / 60 AS hours FROM first
                GROUP BY team_id HAVING sum(minutes) > %(hours)s * 60
            )
            SELECT f.credit_id, jsonb_build_object('team_id', l.team_id,
                'hours_given', l.hours) AS reason
            FROM loud l JOIN first f ON f.team_id = l.team_id
        """,
    )
)
