"""What this room tells of a person, and what becomes of points when two accounts are one."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from xinfeng.people import merging, records
from xinfeng.people.records import Row

from .commands.merging import move_redemptions
from .models import Debt, Posting, Redemption
from .queries import COMING

merging.declare(move_redemptions)


@records.section("points", _("My points"))
def points(person_id: int) -> Iterable[Row]:
    for posting in Posting.objects.filter(person_id=person_id).order_by("pk"):
        yield {
            "on": posting.posted_on,
            "kind": posting.kind,
            "points": posting.points if posting.kind in COMING else -posting.points,
            "credit": posting.credit_id,
            "redemption": posting.redemption_id,
        }


@records.section("points_owed", _("Points owed"))
def owed(person_id: int) -> Iterable[Row]:
    for debt in Debt.objects.filter(person_id=person_id).order_by("pk"):
        yield {"credit": debt.credit_id, "points": debt.points, "paid": debt.paid}


@records.section("redemptions", _("Redemptions"))
def redemptions(person_id: int) -> Iterable[Row]:
    mine = Redemption.objects.filter(person_id=person_id).select_related("reward", "merchant")
    for redemption in mine.order_by("pk"):
        yield {
            "number": redemption.pk,
            "reward": redemption.reward.title,
            "merchant": redemption.merchant.name,
            "points": redemption.price_points,
            "state": redemption.state,
            "redeemed_at": redemption.redeemed_at,
            "picked_up_at": redemption.picked_up_at,
            "refunded_at": redemption.refunded_at,
        }
