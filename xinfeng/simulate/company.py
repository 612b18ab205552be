"""What the few who can sign in have beside a name: sealed numbers, skills, a child, a shop.

Made row by row after the load, in its transaction: it is a handful of rows.
"""

from datetime import datetime, timedelta

from django.db.models import Count

from xinfeng.base import crypto, id_number
from xinfeng.people.models import (
    CareKind,
    CareState,
    Guardianship,
    Identity,
    Person,
    Profile,
    Role,
)
from xinfeng.people.models.identity import about
from xinfeng.points.models import Merchant, MerchantState, Reward
from xinfeng.units.models import MemberRole, Point, UnitMember

from .cast import CHILD, USERNAMES

OWNER = "owner"
# Fixed letters of numbers that nobody has: the prefix was never given out.
_PHONES = "19900000{number:03}"
_REWARDS = [("毛巾礼盒", 20, 200), ("理发一次", 30, 60), ("大米 5 公斤", 80, 40)]


def equip(at: datetime) -> None:
    """Give the cast what a visitor wants to try."""
    cast = {
        person.username: person
        for person in Person.objects.using(OWNER).filter(
            username__in=[*USERNAMES.values(), CHILD]
        )
    }
    for number, name in enumerate(sorted(cast), start=1):
        _numbers(cast[name], number, at)
    volunteer = cast[USERNAMES[Role.VOLUNTEER]]
    Profile.objects.using(OWNER).create(
        person=volunteer, division_id=volunteer.division_id, categories=["environment"],
        availability=0b111 << 15,
    )  # fmt: skip
    _child(cast, at)
    _shop(cast, at)
    _unit(cast)


def _numbers(person: Person, number: int, at: datetime) -> None:
    """An ID number that is in itself right, and a telephone number, both sealed."""
    identity = Identity.objects.using(OWNER).get(pk=person.pk)
    first = f"{person.division_id // 10**6}{identity.born_on:%Y%m%d}{number:02}"
    first += "2" if identity.sex == "F" else "1"
    card, phone = first + id_number.check_sign(first), _PHONES.format(number=number)
    Identity.objects.using(OWNER).filter(pk=person.pk).update(
        id_number_sealed=crypto.seal(card, about=about("id_number", person.pk)),
        id_number_digest=crypto.digest("id_number", card),
        phone_sealed=crypto.seal(phone, about=about("phone", person.pk)),
        phone_digest=crypto.digest("phone", phone),
        verified_at=at - timedelta(days=30),
        verified_how="simulated",
    )


def _child(cast: dict[str, Person], at: datetime) -> None:
    child, guardian = cast.get(CHILD), cast[USERNAMES[Role.GUARDIAN]]
    if child is None:
        return
    Guardianship.objects.using(OWNER).create(
        ward=child, guardian=guardian, division_id=child.division_id, kind=CareKind.GUARDIAN,
        state=CareState.CONFIRMED, asked_at=at - timedelta(days=40),
        confirmed_at=at - timedelta(days=39),
    )  # fmt: skip


def _shop(cast: dict[str, Person], at: datetime) -> None:
    """The resident of the cast keeps a shop that gives things for points."""
    keeper = cast[USERNAMES[Role.RESIDENT]]
    shop = Merchant.objects.using(OWNER).create(
        code="M0001", name="便民积分超市", division_id=keeper.division_id, keeper=keeper,
        address="文明实践站一楼", hours_note="每天 8:00–18:00", state=MerchantState.APPROVED,
        proposed_at=at - timedelta(days=60), decided_by=cast[USERNAMES[Role.COUNTY_OFFICE]],
        decided_at=at - timedelta(days=58),
    )  # fmt: skip
    for number, (title, points, stock) in enumerate(_REWARDS, start=1):
        Reward.objects.using(OWNER).create(
            code=f"R{number:04}", merchant=shop, title=title, price_points=points,
            supplied=stock, stock=stock, offered_at=at - timedelta(days=57),
        )  # fmt: skip


def _unit(cast: dict[str, Person]) -> None:
    """The team leader heads the unit with most points near by; the keeper is its liaison."""
    leader, keeper = cast[USERNAMES[Role.TEAM_LEADER]], cast[USERNAMES[Role.KEEPER]]
    county = keeper.division_id // 10**6 * 10**6
    near = Point.objects.using(OWNER).inside(county, county + 10**6)
    busiest = near.values_list("unit").annotate(n=Count("pk")).order_by("-n", "unit").first()
    if busiest is None:
        return
    members = UnitMember.objects.using(OWNER).filter(unit_id=busiest[0])
    members.filter(role=MemberRole.HEAD).update(person=leader)
    members.filter(role=MemberRole.LIAISON).update(person=keeper)
