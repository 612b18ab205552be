"""What the city counts about its teams."""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Time, declare

declare(
    Figure(
        name="teams",
        title=_("Service teams"),
        unit=_("teams"),
        definition=_("Teams founded and not dissolved on the day."),
        grain=Grain.TEAM,
        time=Time.STOCK,
        subject="teams.team",
        sql="""
            SELECT id AS row_id, id AS unit_id, division_id, founded_on AS starts_on,
                   dissolved_on AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, name AS label
            FROM teams_team WHERE state IN ('ACTIVE', 'DISSOLVED')
        """,
    )
)
declare(
    Figure(
        name="place_standing_teams",
        title=_("Standing teams of the place"),
        unit=_("teams"),
        definition=_("Standing teams attached to the place that exist on the day."),
        grain=Grain.PLACE,
        time=Time.STOCK,
        subject="teams.team",
        sql="""
            SELECT id AS row_id, place_id AS unit_id, division_id, founded_on AS starts_on,
                   dissolved_on AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, name AS label
            FROM teams_team
            WHERE kind = 'STANDING' AND place_id IS NOT NULL
              AND state IN ('ACTIVE', 'DISSOLVED')
        """,
    )
)
