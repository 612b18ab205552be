"""What the city counts about points."""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Time, declare

declare(
    Figure(
        name="points_in_circulation",
        title=_("Points in circulation"),
        unit=_("points"),
        definition=_(
            "Points that people hold on the day: earned and given back, less redeemed, taken"
            " back and expired, where the person lives."
        ),
        grain=Grain.DIVISION,
        time=Time.STOCK,
        subject="points.posting",
        personal=True,
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id,
                   posted_on AS starts_on, NULL::date AS ends_on,
                   CASE WHEN kind IN ('EARNED', 'REFUNDED') THEN points ELSE -points
                   END::bigint AS numerator,
                   NULL::bigint AS denominator, '#' || person_id AS label
            FROM points_posting
        """,
    )
)
declare(
    Figure(
        name="redemptions",
        title=_("Redemptions"),
        unit=_("redemptions"),
        definition=_(
            "Rewards redeemed for points on the days of the period, by the merchant's place;"
            " those given back are left out."
        ),
        grain=Grain.DIVISION,
        time=Time.FLOW,
        subject="points.redemption",
        personal=True,
        sql="""
            SELECT id AS row_id, division_id AS unit_id, division_id,
                   redeemed_on AS starts_on, NULL::date AS ends_on, 1::bigint AS numerator,
                   NULL::bigint AS denominator, '#' || reward_id AS label
            FROM points_redemption WHERE state <> 'REFUNDED'
        """,
    )
)
