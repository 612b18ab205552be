"""What the city counts about time given."""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Time, declare

declare(
    Figure(
        name="service_minutes",
        title=_("Service time"),
        unit=_("minutes"),
        definition=_(
            "Minutes credited for service on the days of the period, where the service was"
            " given; training is counted apart, and reversals are taken off on the day of the"
            " service."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="hours.credit",
        personal=True,
        in_minutes=True,
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id, earned_on AS starts_on,
                   NULL::date AS ends_on, minutes::bigint AS numerator,
                   NULL::bigint AS denominator, '#' || person_id AS label
            FROM hours_credit WHERE counter = 1
        """,
    )
)
declare(
    Figure(
        name="training_minutes",
        title=_("Training time"),
        unit=_("minutes"),
        definition=_(
            "Minutes credited for training of volunteers on the days of the period, where it"
            " was given; reversals are taken off on the day of the training."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="hours.credit",
        personal=True,
        in_minutes=True,
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id, earned_on AS starts_on,
                   NULL::date AS ends_on, minutes::bigint AS numerator,
                   NULL::bigint AS denominator, '#' || person_id AS label
            FROM hours_credit WHERE counter = 2
        """,
    )
)


def _active_on(days: int) -> str:
    """One pass over the credits, whatever the number of days; the earliest day comes first."""
    sums = ", ".join(
        f"sum(minutes) FILTER (WHERE earned_on <= %(day{n})s"
        f" AND earned_on > (%(day{n})s::date - interval '12 months')::date) AS m{n}"
        for n in range(days)
    )
    counts = ", ".join(
        f"count(*) FILTER (WHERE c.m{n} >= 60 AND p.registered_on <= %(day{n})s"
        f" AND (p.left_on IS NULL OR p.left_on > %(day{n})s)) AS n{n}"
        for n in range(days)
    )
    judged = ", ".join(f"(%(day{n})s::date, v.n{n})" for n in range(days))
    return f"""
        SELECT v.division_id, d.as_of, d.active AS numerator, NULL::bigint AS denominator,
               d.active AS rows
        FROM (
            SELECT p.division_id, {counts}
            FROM (
                SELECT person_id, {sums} FROM hours_credit
                WHERE counter = 1 AND earned_on > (%(day0)s::date - interval '12 months')::date
                  AND earned_on <= %(day{days - 1})s
                GROUP BY person_id
            ) c
            JOIN people_person p ON p.id = c.person_id
            GROUP BY p.division_id
        ) v
        CROSS JOIN LATERAL (VALUES {judged}) AS d (as_of, active)
        WHERE d.active > 0
    """


declare(
    Figure(
        name="active_volunteers",
        title=_("Active volunteers"),
        unit=_("persons"),
        definition=_(
            "Registered volunteers with at least one valid hour of service (60 credited"
            " minutes, reversals taken off) in the 12 months up to the day, where they live."
        ),
        grain=Grain.DIVISION,
        time=Time.STATE,
        subject="people.person",
        personal=True,
        over_days=_active_on,
        sql="""
            SELECT p.id AS row_id, p.division_id AS unit_id, p.division_id,
                   p.registered_on AS starts_on, p.left_on AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, '#' || p.id AS label
            FROM people_person p
            JOIN (
                SELECT person_id FROM hours_credit
                WHERE counter = 1
                  AND earned_on > (%(as_of)s::date - interval '12 months')::date
                  AND earned_on <= %(as_of)s
                GROUP BY person_id HAVING sum(minutes) >= 60
            ) c ON c.person_id = p.id
            WHERE p.registered_on <= %(as_of)s AND (p.left_on IS NULL OR p.left_on > %(as_of)s)
        """,
    )
)
declare(
    Figure(
        name="star_volunteers",
        title=_("Star-rated volunteers"),
        unit=_("persons"),
        definition=_("Persons who hold a star rating of one to five stars on the day."),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="hours.star",
        personal=True,
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id, awarded_on AS starts_on,
                   ended_on AS ends_on, 1::bigint AS numerator, NULL::bigint AS denominator,
                   number AS label
            FROM hours_star
        """,
    )
)
declare(
    Figure(
        name="held_credits",
        title=_("Credits under review"),
        unit=_("credits"),
        definition=_(
            "Credits of the days of the period that a rule of honest hours wants looked at"
            " and nobody has decided on yet, where the service was given; one for each rule."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="hours.hold",
        personal=True,
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id, earned_on AS starts_on,
                   NULL::date AS ends_on, 1::bigint AS numerator, NULL::bigint AS denominator,
                   rule || ' #' || credit_id AS label
            FROM hours_hold WHERE state = 'HELD'
        """,
    )
)
declare(
    Figure(
        name="upheld_holds",
        title=_("Credits taken back after review"),
        unit=_("credits"),
        definition=_(
            "Credits of the days of the period that an office took back after a rule of"
            " honest hours had found them, where the service was given; one for each rule."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="hours.hold",
        personal=True,
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id, earned_on AS starts_on,
                   NULL::date AS ends_on, 1::bigint AS numerator, NULL::bigint AS denominator,
                   rule || ' #' || credit_id AS label
            FROM hours_hold WHERE state = 'UPHELD'
        """,
    )
)
