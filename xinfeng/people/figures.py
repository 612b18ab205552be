"""What the city counts about its people."""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Time, declare

declare(
    Figure(
        name="volunteers",
        title=_("Registered volunteers"),
        unit=_("persons"),
        definition=_(
            "Persons registered as volunteers on the day who have not left. Registered is not"
            " active: see active volunteers."
        ),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="people.person",
        personal=True,
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id,
                   registered_on AS starts_on, left_on AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, '#' || id AS label
            FROM people_person WHERE registered_on IS NOT NULL
        """,
    )
)
