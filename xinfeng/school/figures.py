"""What the city counts about the night school; each figure is the rows behind it.

A session counts when its activity was closed as held; one that nobody closed is not counted, as
with every other activity.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xinfeng.base.figures import Figure, Grain, Missing, Text, Time, declare

_HELD = """
    FROM school_session s
    JOIN activities_activity a ON a.id = s.activity_id AND a.state = 'HELD'
    JOIN school_nightclass k ON k.id = s.night_class_id
    JOIN school_course c ON c.id = k.course_id
"""


def _sessions(name: str, title: Text, unit: Text, definition: Text, grain: Grain) -> None:
    column = "k.place_id" if grain is Grain.PLACE else "k.division_id"
    declare(
        Figure(
            name=name,
            title=title,
            unit=unit,
            definition=definition,
            grain=grain,
            time=Time.FLOW,
            subject="school.session",
            sql=f"""
                SELECT s.id AS row_id, {column} AS unit_id, k.division_id,
                       s."on" AS starts_on, NULL::date AS ends_on, 1::bigint AS numerator,
                       NULL::bigint AS denominator,
                       c.title || ' ' || s.number || '/' || k.sessions_count AS label
                {_HELD}
            """,
        )
    )


declare(
    Figure(
        name="classes_held",
        title=_("Classes begun"),
        unit=_("classes"),
        definition=_(
            "Classes of the night school whose first session held fell on a day of the period;"
            " each class counts once, however many sessions it has."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="school.nightclass",
        sql=f"""
            SELECT k.id AS row_id, k.division_id AS unit_id, k.division_id,
                   min(s."on") AS starts_on, NULL::date AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, c.title || ' ' || k.code AS label
            {_HELD} GROUP BY k.id, c.id
        """,
    )
)
_sessions(
    "class_sessions",
    _("Sessions held"),
    pgettext_lazy("night school", "sessions"),
    _("Evenings of the night school held on the days of the period, as their activities say."),
    Grain.DIVISION,
)
_sessions(
    "place_class_sessions",
    _("Sessions of the night school at the place"),
    pgettext_lazy("night school", "sessions"),
    _("Evenings of the night school held at the place on the days of the period."),
    Grain.PLACE,
)

_CAME = """
    FROM activities_signup g
    JOIN school_session s ON s.shift_id = g.shift_id
    JOIN school_nightclass k ON k.id = s.night_class_id
    WHERE g.part = 'LEARNER' AND g.state IN ('PRESENT', 'LEFT')
"""

declare(
    Figure(
        name="class_learners",
        title=_("Learners"),
        unit=_("persons"),
        definition=_(
            "Persons who have come to at least one session of the night school up to the day:"
            " each once, where they first came. Heads counted at the door without a name are"
            " left out: see walk-ins."
        ),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="people.person",
        personal=True,
        as_a_whole=True,
        sql=f"""
            SELECT f.person_id AS row_id, f.division_id AS unit_id, f.division_id,
                   f.first_on AS starts_on, NULL::date AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, '#' || f.person_id AS label
            FROM (
                SELECT DISTINCT ON (g.person_id) g.person_id, k.division_id,
                       s."on" AS first_on
                {_CAME} ORDER BY g.person_id, s."on", g.id
            ) f
        """,
    )
)
declare(
    Figure(
        name="class_attendances",
        title=_("Attendances of learners"),
        unit=_("attendances"),
        definition=_(
            "Times that a known learner came to a session on the days of the period. Who was"
            " only counted at the door stands in a figure of its own."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="activities.signup",
        personal=True,
        sql=f"""
            SELECT g.id AS row_id, k.division_id AS unit_id, k.division_id,
                   s."on" AS starts_on, NULL::date AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, '#' || g.person_id AS label
            {_CAME}
        """,
    )
)
declare(
    Figure(
        name="class_walk_ins",
        title=_("Walk-ins"),
        unit=_("heads"),
        definition=_(
            "People who came to a session on the days of the period without being known to the"
            " program: heads that the keeper counted, so the same person may count twice."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="school.walkins",
        sql="""
            SELECT w.id AS row_id, k.division_id AS unit_id, k.division_id,
                   s."on" AS starts_on, NULL::date AS ends_on, w.heads::bigint AS numerator,
                   NULL::bigint AS denominator, c.title || ' ' || k.code AS label
            FROM school_walkins w
            JOIN school_session s ON s.id = w.session_id
            JOIN school_nightclass k ON k.id = s.night_class_id
            JOIN school_course c ON c.id = k.course_id
            WHERE w.heads > 0
        """,
    )
)
declare(
    Figure(
        name="class_satisfaction",
        title=_("Satisfaction with classes"),
        unit=_("share of ratings"),
        definition=_(
            "Of the ratings given on the days of the period by people who attended, those with"
            " 4 or 5 for content, for teaching and for arrangement. Who did not rate is in"
            " neither number."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="school.classrating",
        ratio=True,
        missing=Missing.NOT_KNOWN,
        personal=True,
        sql="""
            SELECT r.id AS row_id, r.division_id AS unit_id, r.division_id,
                   (r.rated_at AT TIME ZONE %(zone)s)::date AS starts_on,
                   NULL::date AS ends_on,
                   (least(r.content, r.teaching, r.arrangement) >= 4)::int::bigint AS numerator,
                   1::bigint AS denominator, '#' || r.person_id AS label
            FROM school_classrating r
        """,
    )
)
declare(
    Figure(
        name="village_class_coverage",
        title=_("Villages with a night class"),
        unit=_("share of villages"),
        definition=_(
            "Villages and communities where at least one session of the night school was held"
            " in the 12 months up to the day, of all villages and communities that exist on"
            " that day."
        ),
        grain=Grain.DIVISION,
        time=Time.STATE,
        subject="places.division",
        ratio=True,
        missing=Missing.NOT_KNOWN,
        sql="""
            SELECT d.code AS row_id, d.code AS unit_id, d.code AS division_id,
                   d.valid_from AS starts_on, d.valid_until AS ends_on,
                   (h.division_id IS NOT NULL)::int::bigint AS numerator,
                   1::bigint AS denominator, d.name AS label
            FROM places_division d
            LEFT JOIN (
                SELECT DISTINCT k.division_id
                FROM school_session s
                JOIN activities_activity a ON a.id = s.activity_id AND a.state = 'HELD'
                JOIN school_nightclass k ON k.id = s.night_class_id
                WHERE s."on" <= %(as_of)s
                  AND s."on" > (%(as_of)s::date - interval '12 months')::date
            ) h ON h.division_id = d.code
            WHERE d.level = 4 AND d.valid_from <= %(as_of)s
              AND (d.valid_until IS NULL OR d.valid_until > %(as_of)s)
        """,
    )
)
