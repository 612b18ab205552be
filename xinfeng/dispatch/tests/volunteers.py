"""Builders for the matching: who can do what and when, and orders that wait for somebody."""

from datetime import date, datetime, timedelta
from itertools import count
from uuid import uuid4

from xinfeng.activities.tests.build import a_category
from xinfeng.base import scope
from xinfeng.dispatch.models import MenuClass, MenuItem, Mode, Order, State
from xinfeng.people.models import (
    Contact,
    ContactConsent,
    Identity,
    Person,
    Profile,
    Qualification,
)
from xinfeng.people.tests.build import a_person
from xinfeng.places.models import Division
from xinfeng.places.tests.build import NINE, TODAY, a_city

_numbers = count(1)
ALWAYS = (1 << 21) - 1
# Sunday morning, ten past eight: an hour before anything in this cast begins.
NOW = NINE - timedelta(minutes=50)
MONDAY = TODAY + timedelta(days=1)


def slot(weekday: int, part: int) -> int:
    """One part of a usual week, Monday morning first."""
    return 1 << 3 * weekday + part


MONDAY_MORNING, MONDAY_EVENING = slot(0, 0), slot(0, 2)


def a_volunteer(
    username: str | None = None,
    *,
    village: Division | None = None,
    skills: tuple[str, ...] = (),
    papers: tuple[str, ...] = (),
    languages: tuple[str, ...] = ("mandarin",),
    free: int | None = ALWAYS,
    born_on: date | None = date(1990, 3, 7),
) -> Person:
    """A grown-up of 茶山村 who is always free, unless the test says otherwise."""
    person = a_person(username or f"v{next(_numbers):04d}", division=village)
    with scope.whole_city():
        Identity.objects.filter(pk=person.pk).update(born_on=born_on)
        Profile.objects.create(
            person=person, division_id=person.division_id, skills=list(skills),
            languages=list(languages), availability=free,
        )  # fmt: skip
        for code in papers:
            Qualification.objects.create(
                person=person, division_id=person.division_id, code=code, entered_at=NOW,
                checked_at=NOW, checked_by=_checker(),
            )  # fmt: skip
    return person


def an_item(code: str = "errand", **more: object) -> MenuItem:
    """Buying medicine for somebody: an hour, one person, nothing special."""
    of, _made = MenuClass.objects.get_or_create(
        code="daily", defaults={"name": "生活帮扶", "position": 0}
    )
    fields = {
        "menu_class": of, "position": 0, "name": "代买药品", "name_en": "Buying medicine",
        "category": a_category(), "mode": Mode.ASSIGN, "minutes": 60,
    } | more  # fmt: skip
    return MenuItem.objects.update_or_create(code=code, defaults=fields)[0]


def a_waiting_order(
    *,
    item: MenuItem | None = None,
    village: Division | None = None,
    wished: tuple[date, date] = (MONDAY, MONDAY),
    parts: int | None = None,
    at: datetime = NOW,
    **more: object,
) -> Order:
    """Verified, of 茶山村, for Monday, unless the test says otherwise."""
    where = village or a_city().village
    number = next(_numbers)
    with scope.whole_city():
        contact = Contact.objects.create(
            division_id=where.pk, name_sealed="x", consent_how=ContactConsent.ORAL,
            consent_at=at,
        )  # fmt: skip
        fields = {
            "code": f"O{number:06d}", "client_id": uuid4(), "item": item or an_item(),
            "division": where, "channel": "WEB", "contact": contact,
            "track_digest": number.to_bytes(32, "big"), "wished_from": wished[0],
            "wished_until": wished[1], "wished_parts": parts, "state": State.TO_DISPATCH,
            "due_at": at + timedelta(days=1), "yellow_at": at + timedelta(hours=18),
            "verified_how": "PHONE", "verified_by": _checker(), "verified_at": at,
            "placed_at": at, "moved_at": at,
        } | more  # fmt: skip
        return Order.objects.create(**fields)


def _checker() -> Person:
    return Person.objects.filter(username="checker").first() or a_person(
        "checker", volunteers=False
    )
