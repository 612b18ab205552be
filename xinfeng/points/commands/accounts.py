"""Accounts as the commands of this room take them: made where missing, locked in one order."""

from collections.abc import Iterable
from datetime import datetime

from xinfeng.base import clock
from xinfeng.base.codes import Level
from xinfeng.people.models import Person
from xinfeng.places.models import Division
from xinfeng.points.models import Account, AccountKind, Merchant, Reading


def alone(at: datetime) -> Reading:
    """The one row that says how far things are, locked: jobs over all accounts take turns."""
    today = clock.local_date(at)
    Reading.objects.get_or_create(
        singleton=True,
        defaults={"expired_year": today.year - 1, "counts_since": today.replace(day=1)},
    )
    return Reading.objects.select_for_update().get(singleton=True)


def city_code() -> int:
    cities = Division.objects.filter(level=Level.CITY).order_by("code")
    return cities.values_list("code", flat=True)[0]


def of_city(kind: AccountKind) -> Account:
    found, _made = Account.objects.get_or_create(
        kind=kind, defaults={"division_id": city_code()}
    )
    return found


def of_merchant(merchant: Merchant) -> Account:
    found, _made = Account.objects.get_or_create(
        kind=AccountKind.MERCHANT,
        merchant=merchant,
        defaults={"division_id": merchant.division_id},
    )
    return found


def of_people(person_ids: Iterable[int]) -> dict[int, Account]:
    """The accounts of these persons; whoever holds them keeps their balances still."""
    wanted = set(person_ids)
    of_them = Account.objects.filter(person_id__in=wanted).order_by("pk")
    missing = wanted - set(of_them.values_list("person_id", flat=True))
    people = Person.objects.filter(pk__in=missing).order_by("pk")
    Account.objects.bulk_create(
        [
            Account(kind=AccountKind.PERSON, person_id=pk, division_id=division_id)
            for pk, division_id in people.values_list("pk", "division_id")
        ],
        ignore_conflicts=True,
    )
    locked = of_them.all().select_for_update(no_key=True)
    return {account.person_id: account for account in locked if account.person_id}
