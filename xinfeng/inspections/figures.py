"""What is counted of filings and evaluations; each figure is the rows behind it."""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Missing, Text, Time, declare

from .models import Item

# The standard whose projects the city publishes as "haves".
STANDARD = "five-haves"


FIGURE_OF = {
    Item.YEARLY_PLAN: "place_yearly_plan",
    Item.MONTHLY_LIST: "place_monthly_lists",
    Item.WEEKLY_SCHEDULE: "place_weekly_schedules",
    Item.LEADING_GROUP_MEETING: "place_leading_group_meetings",
    Item.BUDGET: "place_budget",
    Item.EQUIPMENT_CHECK: "place_equipment_checks",
}


def _filed(item: Item, time: Time, title: Text, definition: Text) -> None:
    ends = "f.valid_until" if time is Time.STOCK else "NULL::date"
    declare(
        Figure(
            name=FIGURE_OF[item],
            title=title,
            unit=_("entries"),
            definition=definition,
            grain=Grain.PLACE,
            time=time,
            subject="inspections.filing",
            sql=f"""
                SELECT f.id AS row_id, f.place_id AS unit_id, p.division_id,
                       f."on" AS starts_on, {ends} AS ends_on, 1::bigint AS numerator,
                       NULL::bigint AS denominator, p.name AS label
                FROM inspections_filing f JOIN places_place p ON p.id = f.place_id
                WHERE f.withdrawn_at IS NULL AND f.item = '{item.value}'
            """,
        )
    )


_HOLDS = _("Entries of the place that hold on the day; withdrawn ones do not count.")
_HAPPENED = _("Entries of the place for days of the period; withdrawn ones do not count.")

_filed(Item.YEARLY_PLAN, Time.STOCK, _("Yearly plan is public"), _HOLDS)
_filed(Item.BUDGET, Time.STOCK, _("Budget is secured"), _HOLDS)
_filed(
    Item.MONTHLY_LIST,
    Time.FLOW,
    _("Monthly lists made public"),
    _HAPPENED,
)
_filed(
    Item.WEEKLY_SCHEDULE,
    Time.FLOW,
    _("Weekly schedules made public"),
    _HAPPENED,
)
_filed(
    Item.LEADING_GROUP_MEETING,
    Time.FLOW,
    _("Meetings of the leading group"),
    _HAPPENED,
)
_filed(
    Item.EQUIPMENT_CHECK,
    Time.FLOW,
    _("Equipment checks"),
    _HAPPENED,
)


def _scores(project: str, numerator: str, denominator: str, condition: str) -> str:
    """Scores of the newest evaluated period that is over on the day.

    A draft moves no published figure; of two published versions the one evaluated last holds.
    """
    return f"""
        SELECT c.id AS row_id, c.place_id AS unit_id, c.division_id,
               e.until - 1 AS starts_on, NULL::date AS ends_on,
               {numerator}::bigint AS numerator, {denominator}::bigint AS denominator,
               p.name AS label
        FROM inspections_evaluation e
        JOIN inspections_score c ON c.evaluation_id = e.id AND c.project = '{project}'
        JOIN places_place p ON p.id = c.place_id
        WHERE e.id = (
            SELECT n.id FROM inspections_evaluation n
            JOIN inspections_standard s ON s.id = n.standard_id
            WHERE s.name = '{STANDARD}' AND s.state = 'PUBLISHED'
              AND n.until <= %(as_of)s::date + 1
            ORDER BY n.until DESC, n.id DESC LIMIT 1
        ) AND {condition}
    """


def _have(name: str, project: str, title: Text) -> None:
    declare(
        Figure(
            name=name,
            title=title,
            unit=_("share of places"),
            definition=_(
                "Places that met every line of this part of the standard, of those for which it"
                " is known, in the last evaluated period that is over on the day. A place that"
                " fails no line but has one nobody knows is left out."
            ),
            grain=Grain.PLACE,
            time=Time.STATE,
            subject="inspections.score",
            ratio=True,
            missing=Missing.NOT_KNOWN,
            sql=_scores(
                project,
                "(cardinality(c.not_met) = 0)::int",
                "1",
                "c.applicable > 0 AND (cardinality(c.not_met) > 0 OR c.known = c.applicable)",
            ),
        )
    )


_have("place_have_venue", "V", _("Have a venue"))
_have("place_have_team", "T", _("Have a team"))
_have("place_have_activities", "A", _("Have activities"))
_have("place_have_projects", "P", _("Have projects"))
_have("place_have_mechanism", "M", _("Have a mechanism"))

declare(
    Figure(
        name="standard_score",
        title=_("Five-haves score"),
        unit=_("of full score"),
        definition=_(
            "Mean score of the places in the last evaluated period that is over on the day."
            " Lines nobody knows are left out of a place's score, and places of which nothing"
            " is known are left out of the mean."
        ),
        grain=Grain.PLACE,
        time=Time.STATE,
        subject="inspections.score",
        ratio=True,
        missing=Missing.NOT_KNOWN,
        sql=_scores("", "c.score_permille", "1000", "c.score_permille IS NOT NULL"),
    )
)
