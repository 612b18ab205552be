"""What the pages of points show: one's own statement, the catalogue, a merchant's desk."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import F, Sum
from django.urls import reverse

from xinfeng.base import pack, scope
from xinfeng.base.standing import Standing
from xinfeng.hours import sources
from xinfeng.hours.models import Credit
from xinfeng.people.models import Person
from xinfeng.people.queries import masked_names

from . import permissions
from .models import (
    Account,
    Debt,
    Merchant,
    MerchantQuerySet,
    Posting,
    PostingKind,
    Redemption,
    RedemptionState,
    Reward,
    RewardQuerySet,
)

PAGE = 30
COMING = (PostingKind.EARNED, PostingKind.REFUNDED)


@dataclass(frozen=True)
class Purse:
    """What a person has, owes and has begun."""

    balance: int
    owed: int
    spare_minutes: int


@dataclass(frozen=True)
class Line:
    """One movement of points, with sign, and what it stands on."""

    posting: Posting
    points: int
    title: str
    href: str


@dataclass(frozen=True)
class Statement:
    purse: Purse
    expires_on: date
    minutes_a_point: int
    waiting: list[Redemption]
    lines: list[Line]
    after: int | None


@dataclass(frozen=True)
class Catalogue:
    rewards: list[Reward]
    after: int | None


@dataclass(frozen=True)
class MerchantPage:
    merchant: Merchant
    rewards: list[Reward]
    may_run: bool
    may_decide: bool
    may_name_clerks: bool


@dataclass(frozen=True)
class Handed:
    redemption: Redemption
    name: str


@dataclass(frozen=True)
class Desk:
    """What a merchant works with: what it has taken in, who still comes, who hands out."""

    balance: int
    redemptions: list[Handed]
    clerks: list[Person]
    after: int | None


def purse(person: Person) -> Purse:
    with scope.reading(person_id=person.pk, spans=[]):
        account = Account.objects.filter(person=person).order_by("pk").first()
        owed = Debt.objects.filter(person=person, paid__lt=F("points")).aggregate(
            owed=Sum(F("points") - F("paid"))
        )["owed"]
    return Purse(
        balance=account.balance if account else 0,
        owed=owed or 0,
        spare_minutes=account.spare_minutes if account else 0,
    )


def statement(person: Person, *, after: int | None, on: date) -> Statement:
    with scope.reading(person_id=person.pk, spans=[]):
        own = Posting.objects.filter(person=person)
        own = own.filter(pk__lt=after) if after else own
        found = list(own.select_related("redemption__reward").order_by("-pk")[: PAGE + 1])
        reserved = Redemption.objects.filter(person=person, state=RedemptionState.RESERVED)
        waiting = list(reserved.select_related("reward", "merchant").order_by("-pk")[:PAGE])
    shown = found[:PAGE]
    return Statement(
        purse=purse(person),
        expires_on=date(on.year, 12, 31),
        minutes_a_point=pack.load(settings.CITY_PACK).rules.minutes_a_point,
        waiting=waiting,
        lines=_lines(shown, person),
        after=shown[-1].pk if len(found) > PAGE else None,
    )


def _lines(postings: list[Posting], person: Person) -> list[Line]:
    with scope.reading(person_id=person.pk, spans=[]):
        numbers = [posting.credit_id for posting in postings if posting.credit_id]
        found = {credit.pk: credit for credit in Credit.objects.filter(pk__in=numbers)}
    described = sources.describe(found.values())
    lines = []
    for posting in postings:
        comes = posting.kind in COMING
        if posting.redemption is not None:
            title = posting.redemption.reward.title
            href = reverse("points:redemption", args=[posting.redemption.code])
        elif posting.credit_id in found:
            title = described[posting.credit_id].title
            href = reverse("hours:credit", args=[posting.credit_id])
        else:
            title = href = ""
        lines.append(Line(posting, posting.points if comes else -posting.points, title, href))
    return lines


def catalogue(rewards: RewardQuerySet, *, after: int | None) -> Catalogue:
    """What is offered, the newest first; what has run out stays to be seen."""
    earlier = rewards.filter(pk__lt=after) if after else rewards
    found = list(
        earlier.select_related("merchant__division", "merchant__place").order_by("-pk")[
            : PAGE + 1
        ]
    )
    return Catalogue(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def merchants(
    found: MerchantQuerySet, *, after: int | None
) -> tuple[list[Merchant], int | None]:
    later = found.filter(pk__gt=after) if after else found
    rows = list(later.select_related("division", "place").order_by("pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def merchant_page(merchant: Merchant, standing: Standing) -> MerchantPage:
    rewards = merchant.rewards.order_by("state", "-pk")
    runs = permissions.may_run(standing, merchant)
    return MerchantPage(
        merchant=merchant,
        rewards=list(rewards if runs else rewards.filter(state="OFFERED")),
        may_run=runs,
        may_decide=permissions.may_decide(standing, merchant),
        may_name_clerks=permissions.may_name_clerks(standing, merchant),
    )


def desk(merchant: Merchant, *, after: int | None) -> Desk:
    """For whoever runs the merchant: family names only, and never a code before it is said."""
    with scope.whole_city():
        account = Account.objects.filter(merchant=merchant).order_by("pk").first()
        rows = merchant.redemptions.select_related("reward").order_by("-pk")
        rows = rows.filter(pk__lt=after) if after else rows
        found = list(rows[: PAGE + 1])
    names = masked_names(redemption.person_id for redemption in found)
    shown = [Handed(row, names.get(row.person_id, "*")) for row in found[:PAGE]]
    return Desk(
        balance=account.balance if account else 0,
        redemptions=shown,
        clerks=list(Person.objects.filter(pk__in=merchant.clerks).order_by("username")),
        after=found[PAGE - 1].pk if len(found) > PAGE else None,
    )


def redemption_of(person: Person, code: str) -> Redemption | None:
    with scope.reading(person_id=person.pk, spans=[]):
        own = Redemption.objects.filter(person=person, code=code)
        return own.select_related("reward", "merchant__division").order_by("pk").first()
