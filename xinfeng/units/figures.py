"""What the city counts about units and points."""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Time, declare

declare(
    Figure(
        name="units",
        title=_("Responsible units"),
        unit=_("responsible units"),
        definition=_(
            "Units that on the day answer for points, in the division they belong to."
        ),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="units.unit",
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id,
                   since AS starts_on, until AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, name AS label
            FROM units_unit
        """,
    )
)
declare(
    Figure(
        name="points",
        title=_("Registered points"),
        unit=_("registered points"),
        definition=_(
            "Points that are registered on the day, in use or suspended, in the division they"
            " lie in; closed ones are left out."
        ),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="units.point",
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id,
                   since AS starts_on, until AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, name AS label
            FROM units_point
        """,
    )
)
