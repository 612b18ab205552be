"""What stands at the door: one's own places now, the leader's screen, the review, the kiosk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from xinfeng.activities import permissions
from xinfeng.activities.attending import CHECK_OUT_GRACE
from xinfeng.activities.models import (
    CHECK_IN_LEAD,
    Card,
    Keyholder,
    Kiosk,
    Shift,
    Signup,
    SignupState,
)
from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import Consent, ConsentKind, Person
from xinfeng.people.queries import masked_names

AHEAD = timedelta(hours=36)
LATEST = 8


@dataclass(frozen=True)
class Mine:
    """One's own place on a shift that is on or soon, and what one can say now."""

    signup: Signup
    at: datetime

    @property
    def phase(self) -> str:
        """What the button says: come, go, or nothing."""
        if self.signup.state == SignupState.BOOKED:
            return "IN"
        return "OUT" if self.signup.state == SignupState.PRESENT else ""

    @property
    def is_open(self) -> bool:
        shift = self.signup.shift
        if self.phase == "OUT":
            return self.at <= shift.ends_at + CHECK_OUT_GRACE
        return self.phase == "IN" and shift.is_open_for_check_in(self.at)

    @property
    def has_fence(self) -> bool:
        activity = self.signup.shift.activity
        return activity.fence_m is not None and activity.lat_e6 is not None

    def told(self) -> dict[str, Any]:
        """What the script keeps for when there is no network."""
        shift = self.signup.shift
        activity = shift.activity
        return {
            "signup": self.signup.pk,
            "phase": self.phase,
            "activity": activity.code,
            "title": activity.title,
            "lat": activity.lat_e6,
            "lon": activity.lon_e6,
            "fence": activity.fence_m,
        }


@dataclass(frozen=True)
class MyDoor:
    places: list[Mine]
    may_locate: bool

    def told(self) -> list[dict[str, Any]]:
        return [mine.told() for mine in self.places]


@dataclass(frozen=True)
class Screen:
    """The leader's screen: how many are here, and who came last."""

    shift: Shift
    here: int
    gone: int
    expected: int
    latest: list[tuple[str, Signup]]


@dataclass(frozen=True)
class Devices:
    """With what one checks in: the phones that sign, and the card."""

    keyholders: list[Keyholder]
    card: Card | None


def my_door(person: Person, at: datetime) -> MyDoor:
    with scope.reading(person_id=person.pk, spans=[]):
        own = Signup.objects.of(person).filter(
            shift__ends_at__gt=at - CHECK_OUT_GRACE, shift__starts_at__lt=at + AHEAD
        )
        places = own.select_related("shift__activity__place").order_by("shift__starts_at", "pk")
        agreed = Consent.objects.filter(
            person=person, kind=ConsentKind.LOCATION, withdrawn_at=None
        )
        return MyDoor([Mine(signup, at) for signup in places[:10]], agreed.exists())


def my_devices(person: Person) -> Devices:
    with scope.reading(person_id=person.pk, spans=[]):
        held = Keyholder.objects.of(person).order_by("registered_at", "pk")
        card = Card.objects.valid().filter(person=person).order_by("pk").first()
        return Devices(list(held), card)


def shift_to_run(shift_id: int, standing: Standing) -> Shift | None:
    """The shift, for those who may call its roll."""
    shifts = Shift.objects.select_related("activity__division", "activity__place")
    shift = shifts.filter(pk=shift_id).first()
    if shift is None or not permissions.may_run(standing, shift.activity):
        return None
    return shift


def screen(shift: Shift) -> Screen:
    with scope.whole_city():
        here = Count("pk", filter=Q(state=SignupState.PRESENT))
        gone = Count("pk", filter=Q(state=SignupState.LEFT))
        counted = Signup.objects.holding().filter(shift=shift)
        numbers = counted.aggregate(here=here, gone=gone, all=Count("pk"))
        came = counted.filter(arrived_at__isnull=False).order_by("-arrived_at", "-pk")
        latest = list(came[:LATEST])
    names = masked_names(signup.person_id for signup in latest)
    return Screen(
        shift=shift,
        here=numbers["here"],
        gone=numbers["gone"],
        expected=numbers["all"],
        latest=[(names.get(signup.person_id, "*"), signup) for signup in latest],
    )


def still_here(shift: Shift) -> list[tuple[str, Signup]]:
    """Whom nobody has seen leaving."""
    with scope.whole_city():
        found = Signup.objects.filter(shift=shift, state=SignupState.PRESENT)
        signups = list(found.select_related("person").order_by("arrived_at", "pk")[:1000])
    names = masked_names(signup.person_id for signup in signups)
    for signup in signups:
        signup.shift = shift
    return [(names.get(signup.person_id, "*"), signup) for signup in signups]


def kiosks_of(shift: Shift, at: datetime) -> list[Kiosk]:
    open_ones = shift.kiosks.filter(closed_at=None, closes_at__gt=at)
    return list(open_ones.order_by("opened_at", "pk"))


def kiosk_to_serve(code: str | None, at: datetime) -> Kiosk | None:
    """The kiosk of a genuine pass, while it is open."""
    known = Kiosk.objects.select_related("shift__activity__place", "shift__activity__division")
    kiosk = known.filter(code=code).first() if code else None
    return kiosk if kiosk and kiosk.is_open(at) else None


def card_to_print(card_id: int, reader: Person, standing: Standing) -> tuple[Card, str] | None:
    """A valid card with its holder's masked name, for the holder or an office above."""
    with scope.whole_city():
        valid = Card.objects.valid().filter(pk=card_id)
        card = valid.select_related("person").first()
    if card is None or not permissions.may_print_card(reader, standing, card):
        return None
    return card, masked_names([card.person_id]).get(card.person_id, "*")


def holder_of(code: str | None) -> tuple[Card, str] | None:
    """Whose card was scanned."""
    with scope.whole_city():
        card = Card.objects.valid().filter(code=code).first() if code else None
    return (card, masked_names([card.person_id]).get(card.person_id, "*")) if card else None


def shifts_run_by(person: Person, at: datetime) -> list[Shift]:
    """What this person leads or is a deputy of, and is on now."""
    runs = Q(activity__leader=person) | Q(activity__deputies__contains=[person.pk])
    on = Shift.objects.filter(
        runs,
        starts_at__lte=at + CHECK_IN_LEAD,
        starts_at__gt=at - timedelta(days=1),
        ends_at__gt=at - CHECK_OUT_GRACE,
    )
    return list(on.select_related("activity").order_by("starts_at", "pk")[:10])


def name_of(signup: Signup) -> str:
    """The masked name, as everybody around a kiosk may read it."""
    return masked_names([signup.person_id]).get(signup.person_id, "*")
