"""What the city counts about activities and projects."""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Missing, Text, Time, declare

_HELD = """
    SELECT a.id AS row_id, {unit} AS unit_id, a.division_id, a.held_on AS starts_on,
           NULL::date AS ends_on, {numerator} AS numerator, {denominator} AS denominator,
           a.title AS label
    FROM activities_activity a WHERE a.state = 'HELD' AND a.audience = 'OPEN' {extra}
"""

declare(
    Figure(
        name="activities_held",
        title=_("Activities held"),
        unit=_("activities"),
        definition=_(
            "Activities that took place up to the day, since records began. Called-off and"
            " announced ones do not count, nor visits to those who placed an order."
        ),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="activities.activity",
        sql=_HELD.format(
            unit="a.division_id", numerator="1::bigint", denominator="NULL::bigint", extra=""
        ),
    )
)
declare(
    Figure(
        name="activities_in_month",
        title=_("Activities in the period"),
        unit=_("activities"),
        definition=_(
            "Activities that took place on the days of the period. Visits to those who placed"
            " an order are counted as orders."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="activities.activity",
        sql=_HELD.format(
            unit="a.division_id", numerator="1::bigint", denominator="NULL::bigint", extra=""
        ),
    )
)
declare(
    Figure(
        name="place_activities",
        title=_("Activities of the place"),
        unit=_("activities"),
        definition=_(
            "Activities of the place that took place on the days of the period. Visits to those"
            " who placed an order are counted as orders."
        ),
        grain=Grain.PLACE,
        time=Time.FLOW,
        subject="activities.activity",
        sql=_HELD.format(
            unit="a.place_id",
            numerator="1::bigint",
            denominator="NULL::bigint",
            extra="AND a.place_id IS NOT NULL",
        ),
    )
)
declare(
    Figure(
        name="place_records_entered",
        title=_("Activities whose records were entered"),
        unit=_("share"),
        definition=_(
            "Activities of the place in the period whose service records were entered, of those"
            " held (order 67, article 11)."
        ),
        grain=Grain.PLACE,
        time=Time.FLOW,
        subject="activities.activity",
        ratio=True,
        missing=Missing.NOT_KNOWN,
        sql=_HELD.format(
            unit="a.place_id",
            numerator="(a.recorded_on IS NOT NULL)::int::bigint",
            denominator="1::bigint",
            extra="AND a.place_id IS NOT NULL",
        ),
    )
)
declare(
    Figure(
        name="activities_recorded_in_time",
        title=_("Records entered in time"),
        unit=_("share"),
        definition=_(
            "Of the activities held on the days of the period, those whose records were entered"
            " within ten working days (order 67, article 11)."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="activities.activity",
        ratio=True,
        missing=Missing.NOT_KNOWN,
        sql=_HELD.format(
            unit="a.division_id",
            numerator="(a.recorded_on IS NOT NULL AND a.recorded_on <= a.due_on)::int::bigint",
            denominator="1::bigint",
            extra="AND a.due_on IS NOT NULL",
        ),
    )
)
declare(
    Figure(
        name="activities_overdue",
        good="down",
        title=_("Activities whose records are overdue"),
        unit=_("activities"),
        definition=_(
            "Activities whose ten working days were over on the day without their records"
            " having been entered."
        ),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="activities.activity",
        sql="""
            SELECT a.id AS row_id, a.division_id AS unit_id, a.division_id,
                   a.due_on + 1 AS starts_on, a.recorded_on AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, a.title AS label
            FROM activities_activity a
            WHERE a.state = 'HELD' AND a.audience = 'OPEN' AND a.due_on IS NOT NULL
              AND (a.recorded_on IS NULL OR a.recorded_on > a.due_on + 1)
        """,
    )
)
declare(
    Figure(
        name="categories_in_use",
        title=_("Service categories in use"),
        unit=_("categories"),
        definition=_(
            "Categories of service with at least one activity held up to the day. Counted for"
            " the city as a whole."
        ),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="activities.category",
        as_a_whole=True,
        sql="""
            SELECT c.id AS row_id, f.city AS unit_id, f.city AS division_id,
                   f.held_on AS starts_on, NULL::date AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, c.name AS label
            FROM activities_category c
            CROSS JOIN LATERAL (
                SELECT a.held_on, a.division_id / 100000000 * 100000000 AS city
                FROM activities_activity a
                WHERE a.category_id = c.id AND a.state = 'HELD' AND a.audience = 'OPEN'
                ORDER BY a.held_on, a.id LIMIT 1
            ) f
        """,
    )
)


def _projects(name: str, title: Text, extra: str) -> None:
    declare(
        Figure(
            name=name,
            title=title,
            unit=_("projects"),
            definition=_("Service projects of the place that run on the day."),
            grain=Grain.PLACE,
            time=Time.STOCK,
            subject="activities.project",
            sql=f"""
                SELECT j.id AS row_id, j.place_id AS unit_id, p.division_id, j.starts_on,
                       j.ends_on, 1::bigint AS numerator, NULL::bigint AS denominator,
                       j.name AS label
                FROM activities_project j JOIN places_place p ON p.id = j.place_id
                WHERE true {extra}
            """,
        )
    )


_projects("place_projects", _("Projects of the place"), "")
_projects("place_brand_projects", _("Own brand projects"), "AND j.is_brand")
