"""What the city counts about its places; each figure is the rows behind it."""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Missing, Text, Time, declare

from .models import Tier


def _open_places(extra: str = "") -> str:
    return f"""
        SELECT s.id AS row_id, s.place_id AS unit_id, s.division_id, s.starts_on, s.ends_on,
               1::bigint AS numerator, NULL::bigint AS denominator, p.name AS label
        FROM places_spell s JOIN places_place p ON p.id = s.place_id
        WHERE s.state = 'OPEN' {extra}
    """


def _count_of(name: str, tier: Tier, title: Text, definition: Text) -> None:
    declare(
        Figure(
            name=name,
            title=title,
            unit=_("places"),
            definition=definition,
            grain=Grain.PLACE,
            time=Time.STOCK,
            subject="places.spell",
            sql=_open_places(f"AND p.tier = '{tier.value}'"),
        )
    )


declare(
    Figure(
        name="places",
        title=_("Practice places"),
        unit=_("places"),
        definition=_(
            "Practice places of all four tiers that are open on the day. Planned, suspended and"
            " closed ones do not count."
        ),
        grain=Grain.PLACE,
        time=Time.STOCK,
        subject="places.spell",
        sql=_open_places(),
    )
)
_count_of("centres", Tier.CENTRE, _("Centres"), _("Open centres of the city and its counties."))
_count_of("institutes", Tier.INSTITUTE, _("Institutes"), _("Open institutes of townships."))
_count_of("stations", Tier.STATION, _("Stations"), _("Open stations of villages."))
_count_of("bases", Tier.BASE, _("Bases"), _("Open bases in industries and fields."))

declare(
    Figure(
        name="village_coverage",
        title=_("Villages with a practice place"),
        unit=_("share of villages"),
        definition=_(
            "Villages and communities with at least one open place on the day, of all villages"
            " and communities that exist on that day."
        ),
        grain=Grain.DIVISION,
        time=Time.STATE,
        subject="places.division",
        ratio=True,
        missing=Missing.NOT_KNOWN,
        sql="""
            SELECT d.code AS row_id, d.code AS unit_id, d.code AS division_id,
                   d.valid_from AS starts_on, d.valid_until AS ends_on,
                   (s.division_id IS NOT NULL)::int::bigint AS numerator,
                   1::bigint AS denominator, d.name AS label
            FROM places_division d
            LEFT JOIN (
                SELECT DISTINCT division_id FROM places_spell
                WHERE state = 'OPEN' AND starts_on <= %(as_of)s
                  AND (ends_on IS NULL OR ends_on > %(as_of)s)
            ) s ON s.division_id = d.code
            WHERE d.level = 4 AND d.valid_from <= %(as_of)s
              AND (d.valid_until IS NULL OR d.valid_until > %(as_of)s)
        """,
    )
)


def _per_place(sql: str) -> str:
    return f"""
        SELECT f.id AS row_id, f.place_id AS unit_id, p.division_id, {sql}
    """


def _facility(name: str, kind: str, column: str, title: Text, unit: Text) -> None:
    declare(
        Figure(
            name=name,
            title=title,
            unit=unit,
            definition=_("Sum over the facilities of this kind that the place has on the day."),
            grain=Grain.PLACE,
            time=Time.STOCK,
            subject="places.facility",
            missing=Missing.NOT_KNOWN,
            sql=_per_place(f"""
                f.starts_on, f.ends_on, f.{column}::bigint AS numerator,
                NULL::bigint AS denominator, coalesce(nullif(f.name, ''), p.name) AS label
                FROM places_facility f JOIN places_place p ON p.id = f.place_id
                WHERE f.kind = '{kind}' AND f.{column} IS NOT NULL
            """),
        )
    )


def _has(name: str, kind: str, title: Text) -> None:
    declare(
        Figure(
            name=name,
            title=title,
            unit=_("entries"),
            definition=_(
                "1 when the place has it on the day, 0 when it was looked for and is not there;"
                " not known when nobody has looked."
            ),
            grain=Grain.PLACE,
            time=Time.STOCK,
            subject="places.facility",
            missing=Missing.NOT_KNOWN,
            sql=_per_place(f"""
                f.starts_on, f.ends_on, least(coalesce(f.items, 1), 1)::bigint AS numerator,
                NULL::bigint AS denominator, coalesce(nullif(f.name, ''), p.name) AS label
                FROM places_facility f JOIN places_place p ON p.id = f.place_id
                WHERE f.kind = '{kind}'
            """),
        )
    )


_has("place_plaque", "PLAQUE", _("Plaque and signs of the unified design"))
_has("place_hours_shown", "HOURS_BOARD", _("Opening times shown"))
_has("place_order_channel", "ORDER_POINT", _("Order channel open"))
_has("place_results_shown", "DISPLAY", _("Results shown"))
_facility("place_seats", "HALL", "seats", _("Persons at once in the hall"), _("persons"))
_facility("place_area_m2", "ACTIVITY_AREA", "area_m2", _("Activity area"), _("m²"))
_facility("place_books", "BOOKS", "items", _("Books"), _("volumes"))
_facility("place_fitness_items", "FITNESS", "items", _("Fitness items"), _("items"))

declare(
    Figure(
        name="place_open_minutes",
        title=_("Opening time a week"),
        unit=_("minutes"),
        definition=_("Sum of the weekly opening hours valid on the day, without exceptions."),
        grain=Grain.PLACE,
        time=Time.STOCK,
        subject="places.openinghours",
        in_minutes=True,
        missing=Missing.NOT_KNOWN,
        sql=_per_place("""
            f.starts_on, f.ends_on, (f.closes_minute - f.opens_minute)::bigint AS numerator,
            NULL::bigint AS denominator, p.name AS label
            FROM places_openinghours f JOIN places_place p ON p.id = f.place_id
        """),
    )
)


def _headcount(name: str, kind: str, title: Text) -> None:
    declare(
        Figure(
            name=name,
            title=title,
            unit=_("share"),
            definition=_("Registered volunteers of all counted at the place on the day."),
            grain=Grain.PLACE,
            time=Time.STOCK,
            subject="places.headcount",
            ratio=True,
            missing=Missing.NOT_KNOWN,
            sql=_per_place(f"""
                f.counted_on AS starts_on, f.replaced_on AS ends_on,
                f.volunteers::bigint AS numerator, f.heads::bigint AS denominator,
                p.name AS label
                FROM places_headcount f JOIN places_place p ON p.id = f.place_id
                WHERE f.kind = '{kind}'
            """),
        )
    )


_headcount(
    "place_party_volunteers", "PARTY_MEMBERS", _("Party members registered as volunteers")
)
_headcount(
    "place_public_staff_volunteers", "PUBLIC_STAFF", _("Public staff registered as volunteers")
)


def _duty(name: str, condition: str, numerator: str, title: Text, unit: Text) -> None:
    declare(
        Figure(
            name=name,
            title=title,
            unit=unit,
            definition=_("Counted over the duties entered for the place that run on the day."),
            grain=Grain.PLACE,
            time=Time.STOCK,
            subject="places.duty",
            missing=Missing.NOT_KNOWN,
            sql=_per_place(f"""
                f.starts_on, f.ends_on, {numerator}::bigint AS numerator,
                NULL::bigint AS denominator, p.name AS label
                FROM places_duty f JOIN places_place p ON p.id = f.place_id
                WHERE {condition}
            """),
        )
    )


_duty(
    "place_head_is_secretary",
    "f.kind IN ('SECRETARY', 'HEAD')",
    "(f.kind = 'SECRETARY')::int",
    _("The level's secretary heads the place"),
    _("entries"),
)
_duty("place_staff", "f.kind IN ('KEEPER', 'STAFF')", "1", _("Staff"), _("persons"))
