"""What the city counts about orders: the funnel, what was late, what people said of it.

A duplicate counts as the order it was merged into, a draft as nothing. An order that was
dispatched again counts once, on the day on which it reached the step the last time. Who did not
rate is neither satisfied nor dissatisfied: such orders stand in a figure of their own.
"""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Missing, Text, Time, declare

from .models.ratings import GOOD

_DAY = "({column} AT TIME ZONE %(zone)s)::date"
_DONE = "o.confirmed_at IS NOT NULL AND o.state IN ('TO_RATE', 'CALL_BACK', 'CLOSED')"


def _orders(
    column: str,
    condition: str = "true",
    *,
    unit: str = "o.division_id",
    numerator: str = "1",
    denominator: str = "NULL",
    until: str = "NULL::date",
) -> str:
    """Orders by the day on which they reached a step; the rows name no person."""
    day = _DAY.format(column=f"o.{column}")
    return f"""
        SELECT o.id AS row_id, {unit}::bigint AS unit_id, o.division_id,
               {day} AS starts_on, {until} AS ends_on,
               ({numerator})::bigint AS numerator, {denominator}::bigint AS denominator,
               i.name || ' ' || o.code AS label
        FROM dispatch_order o JOIN dispatch_menuitem i ON i.id = o.item_id
        WHERE o.{column} IS NOT NULL AND o.state <> 'MERGED' AND {condition}
    """


def _flow(name: str, title: Text, definition: Text, sql: str) -> None:
    declare(
        Figure(
            name=name,
            title=title,
            unit=_("orders"),
            definition=definition,
            grain=Grain.DIVISION,
            time=Time.FLOW,
            subject="dispatch.order",
            personal=True,
            sql=sql,
        )
    )


_flow(
    "orders_placed",
    _("Orders placed"),
    _(
        "Orders of residents that came in on the days of the period, by whichever channel,"
        " where they are to be served. Drafts and duplicates are left out."
    ),
    _orders("placed_at"),
)
_flow(
    "orders_verified",
    _("Orders verified"),
    _("Orders that an office or keeper verified on the days of the period."),
    _orders("verified_at"),
)
_flow(
    "orders_dispatched",
    _("Orders dispatched"),
    _(
        "Orders offered to volunteers or teams on the days of the period. One dispatched again"
        " counts once, on the last of these days."
    ),
    _orders("dispatched_at"),
)
_flow(
    "orders_accepted",
    _("Orders accepted"),
    _("Orders that volunteers themselves took on, on the days of the period."),
    _orders("accepted_at"),
)
_flow(
    "orders_done",
    _("Orders done"),
    _(
        "Orders whose service was confirmed on the days of the period by the resident, by who"
        " ordered for them, or by an office that asked. One that was found not done and is"
        " dispatched again is not done."
    ),
    _orders("confirmed_at", _DONE),
)
_flow(
    "orders_rated",
    _("Orders rated"),
    _("Orders that the resident rated on the days of the period."),
    _orders("rated_at"),
)
_flow(
    "orders_unrated",
    _("Orders never rated"),
    _(
        "Orders done and closed on the days of the period without anybody having rated them."
        " They count neither as satisfied nor as dissatisfied."
    ),
    _orders("closed_at", "o.state = 'CLOSED' AND o.rated_at IS NULL"),
)
declare(
    Figure(
        name="orders_rated_share",
        title=_("Orders that were rated"),
        unit=_("share of orders closed after service"),
        definition=_(
            "Of the orders closed after their service on the days of the period, those that"
            " somebody rated. The others are unrated, not content: satisfaction says nothing of"
            " them."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="dispatch.order",
        ratio=True,
        missing=Missing.NOT_KNOWN,
        personal=True,
        sql=_orders(
            "closed_at",
            "o.state = 'CLOSED'",
            numerator="(o.rated_at IS NOT NULL)::int",
            denominator="1",
        ),
    )
)
_flow(
    "orders_unserved",
    _("Orders ended without service"),
    _(
        "Orders refused, cancelled or handed to the hotline on the days of the period; each"
        " says why on its own timeline."
    ),
    _orders(
        "closed_at",
        "o.placed_at IS NOT NULL AND o.state IN ('REFUSED', 'CANCELLED', 'TRANSFERRED')",
    ),
)

declare(
    Figure(
        name="orders_on_time",
        title=_("Orders done in time"),
        unit=_("share of orders done"),
        definition=_(
            "Of the orders done on the days of the period, those in which no deadline of the"
            " city was missed at any step. The resident's own days are not counted against"
            " anybody."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="dispatch.order",
        ratio=True,
        missing=Missing.NOT_KNOWN,
        personal=True,
        sql=_orders(
            "confirmed_at", _DONE, numerator="(o.late_steps = 0)::int", denominator="1"
        ),
    )
)
declare(
    Figure(
        name="orders_open",
        title=_("Open orders"),
        unit=_("orders"),
        definition=_(
            "Orders placed and not closed on the day, those on hold included: somebody must"
            " still act on each of them."
        ),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="dispatch.order",
        personal=True,
        sql=_orders("placed_at", until=_DAY.format(column="o.closed_at")),
    )
)
declare(
    Figure(
        name="place_orders",
        title=_("Orders through the place"),
        unit=_("orders"),
        definition=_("Orders of the days of the period that came in through the place."),
        grain=Grain.PLACE,
        time=Time.FLOW,
        subject="dispatch.order",
        personal=True,
        sql=_orders("placed_at", "o.place_id IS NOT NULL", unit="o.place_id"),
    )
)


def _ratings(numerator: str, denominator: str, condition: str = "true") -> str:
    return f"""
        SELECT r.id AS row_id, r.division_id AS unit_id, r.division_id,
               r.rated_on AS starts_on, NULL::date AS ends_on,
               ({numerator})::bigint AS numerator, {denominator}::bigint AS denominator,
               o.code || ' (' || r.attempt || ')' AS label
        FROM dispatch_rating r JOIN dispatch_order o ON o.id = r.order_id
        WHERE {condition}
    """


declare(
    Figure(
        name="order_satisfaction",
        title=_("Satisfaction with orders"),
        unit=_("share of ratings"),
        definition=_(
            "Of the ratings given on the days of the period, those with 4 or 5 of 5. The second"
            " number is how many rated: who did not rate is in neither, see orders never rated."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="dispatch.rating",
        ratio=True,
        missing=Missing.NOT_KNOWN,
        personal=True,
        sql=_ratings(f"(r.overall >= {GOOD})::int", "1"),
    )
)
declare(
    Figure(
        name="order_fees_asked",
        title=_("Ratings that tell of a fee"),
        unit=_("ratings"),
        definition=_(
            "Ratings of the days of the period in which somebody says that a fee was asked."
            " Service is free; each is called back."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="dispatch.rating",
        personal=True,
        good="down",
        sql=_ratings("1", "NULL", "r.fee_asked"),
    )
)
declare(
    Figure(
        name="order_complaints",
        title=_("Complaints about orders"),
        unit=_("complaints"),
        definition=_(
            "Complaints that residents made about an order on the days of the period."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="dispatch.complaint",
        personal=True,
        good="down",
        sql="""
            SELECT c.id AS row_id, c.division_id AS unit_id, c.division_id,
                   (c.made_at AT TIME ZONE %(zone)s)::date AS starts_on, NULL::date AS ends_on,
                   1::bigint AS numerator, NULL::bigint AS denominator, c.code AS label
            FROM dispatch_complaint c
        """,
    )
)

declare(
    Figure(
        name="place_order_channel_open",
        title=_("Order channel open and in use"),
        unit=_("entries"),
        definition=_(
            "1 when an order point is entered for the place on the day, or when an order came"
            " in through the place in the 12 months up to the day; 0 when somebody looked for"
            " an order point and there is none; not known when there is neither."
        ),
        grain=Grain.PLACE,
        time=Time.STATE,
        subject="places.place",
        missing=Missing.NOT_KNOWN,
        personal=True,
        sql="""
            SELECT p.id AS row_id, p.id AS unit_id, p.division_id,
                   CASE WHEN f.has = 1 OR u.label IS NULL THEN f.starts_on ELSE u.last_on END
                       AS starts_on,
                   NULL::date AS ends_on,
                   greatest(coalesce(f.has, 0), coalesce(u.has, 0))::bigint AS numerator,
                   NULL::bigint AS denominator,
                   CASE WHEN f.has = 1 OR u.label IS NULL THEN f.label ELSE u.label END
                       AS label
            FROM places_place p
            LEFT JOIN (
                SELECT DISTINCT ON (e.place_id) e.place_id, e.starts_on,
                       least(coalesce(e.items, 1), 1) AS has,
                       coalesce(nullif(e.name, ''), h.name) AS label
                FROM places_facility e JOIN places_place h ON h.id = e.place_id
                WHERE e.kind = 'ORDER_POINT' AND e.starts_on <= %(as_of)s
                  AND (e.ends_on IS NULL OR e.ends_on > %(as_of)s)
                ORDER BY e.place_id, has DESC, e.starts_on, e.id
            ) f ON f.place_id = p.id
            LEFT JOIN (
                SELECT DISTINCT ON (o.place_id) o.place_id, 1 AS has,
                       (o.placed_at AT TIME ZONE %(zone)s)::date AS last_on,
                       i.name || ' ' || o.code AS label
                FROM dispatch_order o JOIN dispatch_menuitem i ON i.id = o.item_id
                WHERE o.place_id IS NOT NULL AND o.state <> 'MERGED'
                  AND (o.placed_at AT TIME ZONE %(zone)s)::date <= %(as_of)s
                  AND (o.placed_at AT TIME ZONE %(zone)s)::date
                      > (%(as_of)s::date - interval '12 months')::date
                ORDER BY o.place_id, o.placed_at DESC, o.id DESC
            ) u ON u.place_id = p.id
            WHERE f.place_id IS NOT NULL OR u.place_id IS NOT NULL
        """,
    )
)
