"""From the acceptance to the service: a time is agreed, a shift arranged, attendance followed.

A service is a shift of an activity by invitation, so that check-in, hours and roll call are
those that exist. It is led by the centre, never by somebody who serves: nobody vouches for
their own hours.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import commands as activities
from xinfeng.activities import permissions as activity_permissions
from xinfeng.activities.commands import NewActivity, NewShift
from xinfeng.activities.commands.programme import call_off_arranged, close_arranged
from xinfeng.activities.models import (
    HOLDING,
    ActivityState,
    Audience,
    Nature,
    Signup,
    SignupState,
)
from xinfeng.activities.queries import Attended, attended
from xinfeng.base import clock, pack, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.dispatch.models import Escalation, Offer, OfferState, Order, Reason, State, Step
from xinfeng.dispatch.stretches import Horizon
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.queries import offices_of, standing_of
from xinfeng.places.models import Place

from . import pages
from .moving import lock, move, note
from .replacing import end_search, go_on_short, notice_who_left
from .returning import end, return_if_nobody_left
from .telling import tell_residents

journal.declare(
    {
        "order.scheduled": gettext_lazy("agreed on the time of a service"),
        "order.time_changed": gettext_lazy("agreed on another time of a service"),
        "order.given_back": gettext_lazy("gave an accepted order back"),
        "order.begun": gettext_lazy("began to serve an order"),
        "order.served": gettext_lazy("finished a service"),
        "order.missed": gettext_lazy("let an order wait in vain: nobody came"),
        "order.closed_shift": gettext_lazy("closed the records of a service"),
    }
)
notices.declare(
    {
        "order.scheduled": gettext_lazy("“%(item)s” is agreed for %(begins)s."),
        "order.given_back": gettext_lazy(
            "Whoever had accepted “%(item)s” cannot come; somebody else is being looked for."
        ),
        "order.served": gettext_lazy(
            "Was “%(item)s” done? Please confirm it and say how it was."
        ),
        "order.missed": gettext_lazy(
            "Nobody came for “%(item)s”. We are sorry; somebody else is being looked for."
        ),
        "order.missed_desk": gettext_lazy("Nobody came for order %(code)s, “%(item)s”."),
    }
)
# How far ahead a time can be agreed on.
_FARTHEST = timedelta(days=60)
# Check-ins without a network and a late roll call come in until then.
GRACE = timedelta(hours=3)
# Positions of orders are rounded to about a hundred metres.
_FENCE_M = 500
_CAME = (SignupState.PRESENT, SignupState.LEFT)
_ASKED = ("order.dispatched", "order.asked_more", "order.opened")


@scope.command
def agree_on_time(*, order_id: int, starts_at: datetime, actor: Person, at: datetime) -> Order:
    """Who has accepted has agreed on a time with the resident: the service has its shift.

    Pressed again with another time, the service moves there.
    """
    order, offers = _lock_as_server(order_id, actor)
    begun = order.shift is not None and at >= order.shift.starts_at
    if order.state not in (State.ACCEPTED, State.SCHEDULED) or begun:
        raise Refusal("order_state", _("This order has moved on; look at it again."))
    if order.shift is not None and order.shift.starts_at == starts_at:
        return order
    _refuse_time(offers, starts_at, at)
    if order.state == State.SCHEDULED:
        # Whoever is still asked was asked for the time that it was.
        end_search(order, at)
        _let_go(order, at)
        order.activity = order.shift = None
        move(
            order, State.ACCEPTED, verb="order.time_changed", actor=actor, at=at,
            reason=Reason.OTHER_TIME,
        )  # fmt: skip
    _arrange(order, offers, starts_at, at)
    move(order, State.SCHEDULED, verb="order.scheduled", actor=actor, at=at)
    others = [offer.person_id for offer in offers if offer.person_id not in (None, actor.pk)]
    tell(
        "order.scheduled", others, at=at, href=pages.offered(), item=order.item.name,
        begins=starts_at,
    )  # fmt: skip
    tell_residents("order.scheduled", order, at, begins=starts_at)
    return order


@scope.command
def give_back(*, offer_id: int, actor: Person, at: datetime) -> Offer:
    """Who had accepted cannot come after all; somebody else is looked for at once."""
    order_id = Offer.objects.filter(pk=offer_id, person=actor).values_list(
        "order_id", flat=True
    )
    order = lock(found) if (found := order_id.first()) is not None else None
    offer = Offer.objects.filter(pk=offer_id).first()
    if order is None or offer is None:
        raise Unknown("offer_unknown", _("There is no such offer."))
    if offer.state == OfferState.WITHDRAWN:
        return offer
    begun = order.shift is not None and at >= order.shift.starts_at
    if offer.state != OfferState.ACCEPTED or offer.attempt != order.attempt or begun:
        raise Refusal("order_state", _("This order has moved on; look at it again."))
    end([offer], OfferState.WITHDRAWN, at)
    if order.shift is not None:
        _cancel_place(order.shift.pk, actor, at)
    _go_on_without(order, actor, at, Reason.GAVE_BACK)
    return offer


@scope.command
def follow(*, order_id: int, at: datetime) -> Order | None:
    """The order goes where its attendance says; None where it says nothing new."""
    order = lock(order_id)
    if order is None or order.shift is None:
        return None
    rows = attended([order.shift.pk])[order.shift.pk]
    came = any(row.state in _CAME for row in rows)
    if order.state == State.SCHEDULED and came:
        end_search(order, at)
        move(order, State.IN_SERVICE, verb="order.begun", actor=None, at=at)
        return order
    if order.state == State.SCHEDULED and _is_in_vain(order, rows, at):
        _missed(order, at)
        return order
    early = order.state == State.SCHEDULED and at < order.shift.starts_at
    if early and notice_who_left(order, rows, at):
        return order
    if order.state == State.IN_SERVICE and _is_over(order, rows, at):
        move(order, State.TO_CONFIRM, verb="order.served", actor=None, at=at)
        tell_residents("order.served", order, at)
        return order
    return None


@scope.command
def close_service(*, order_id: int, at: datetime) -> bool:
    """The shift of a service that was given is held; recorded once everybody has left."""
    order = lock(order_id)
    if order is None or order.activity is None or order.served_at is None:
        return False
    if order.activity.state != ActivityState.ANNOUNCED:
        return False
    close_arranged(activity_id=order.activity.pk, at=at)
    note(order, verb="order.closed_shift", actor=None, at=at)
    return True


def to_follow(at: datetime, most: int = 500) -> list[int]:
    """Orders whose attendance has something new to say."""
    places = Signup.objects.filter(shift=OuterRef("shift"))
    came = Exists(places.filter(state__in=_CAME))
    here = Exists(places.filter(state=SignupState.PRESENT))
    expected = Exists(places.filter(state=SignupState.BOOKED))
    begun = Q(came) | ~Q(expected) | Q(shift__ends_at__lte=at - GRACE)
    over = Q(shift__ends_at__lte=at) | ~Q(here) & ~Q(expected)
    held = Signup.objects.filter(
        shift=OuterRef("order__shift"), person=OuterRef("person"), state__in=HOLDING
    )
    left = Offer.objects.filter(
        Q(person__isnull=False) & ~Exists(held),
        order=OuterRef("pk"),
        attempt=OuterRef("attempt"),
        state=OfferState.ACCEPTED,
    )
    begun |= Q(Exists(left), accepted__gt=1, shift__starts_at__gt=at)
    due = Q(state=State.SCHEDULED) & begun | Q(state=State.IN_SERVICE) & over
    with scope.whole_city():
        found = Order.objects.filter(due).order_by("due_at", "pk")
        return list(found.values_list("pk", flat=True)[:most])


def to_close(at: datetime, most: int = 500) -> list[int]:
    """Orders that were served and whose shift is over but not closed."""
    with scope.whole_city():
        found = Order.objects.filter(
            activity__state=ActivityState.ANNOUNCED, activity__audience=Audience.INVITED,
            shift__ends_at__lte=at, served_at__isnull=False,
        )  # fmt: skip
        return list(found.order_by("pk").values_list("pk", flat=True)[:most])


def _lock_as_server(order_id: int, actor: Person) -> tuple[Order, list[Offer]]:
    """The order and who has accepted it, for one of them."""
    order = lock(order_id)
    accepted = Offer.objects.filter(
        order=order_id, state=OfferState.ACCEPTED, person__isnull=False
    )
    offers = [
        offer
        for offer in accepted.select_related("person").order_by("pk")
        if order is not None and offer.attempt == order.attempt
    ]
    if order is None or actor.pk not in {offer.person_id for offer in offers}:
        raise Unknown("order_unknown", _("There is no such order."))
    return order, offers


def _refuse_time(offers: list[Offer], starts_at: datetime, at: datetime) -> None:
    if not at <= starts_at <= at + _FARTHEST:
        raise Refusal("time_wrong", _("Choose a time within the next 60 days."))
    if len(offers) == 1:
        return
    horizon = Horizon(min(at, offers[0].starts_at))
    if horizon.number(starts_at) != horizon.number(offers[0].starts_at):
        # The others have accepted that part of the day and no other.
        raise Refusal(
            "others_accepted",
            _("The others have accepted that part of the day; only its hour can change."),
        )


def _arrange(order: Order, offers: list[Offer], starts_at: datetime, at: datetime) -> None:
    """The activity by invitation, its one shift, and a place for everybody who accepted."""
    serving = {offer.person_id for offer in offers}
    leader, place = _leader(order, serving, at)
    activity = activities.announce(new=_activity(order, starts_at, place), actor=leader, at=at)
    shift = activity.shifts.get()
    for offer in offers:
        assert offer.person is not None
        try:
            activities.book(
                shift_id=shift.pk, person_id=offer.person.pk, actor=offer.person, at=at
            )
        except Refusal as refusal:
            if len(offers) == 1:
                raise
            # What one of a group has elsewhere is not told to the others.
            raise Refusal(
                refusal.code, _("Not everybody who accepted can come at this time.")
            ) from None
    order.activity, order.shift = activity, shift


def _leader(
    order: Order, serving: set[int | None], at: datetime
) -> tuple[Person, Place | None]:
    """Who dispatched or verified it, or else the office; never somebody who serves."""
    for person in _candidates(order, at):
        if person.pk in serving or not person.is_active:
            continue
        standing = standing_of(person, clock.local_date(at))
        kept = Place.objects.filter(division=order.division_id, pk__in=standing.places)
        place = order.place or kept.order_by("pk").first()
        if activity_permissions.may_announce(standing, order.division_id, place, None):
            return person, place
    raise Refusal("nobody_leads", _("No office is there that could lead this service."))


def _candidates(order: Order, at: datetime) -> Iterator[Person]:
    asked = Step.objects.filter(order=order, verb__in=_ASKED, actor__isnull=False)
    for step in asked.select_related("actor").order_by("-pk")[:3]:
        assert step.actor is not None
        yield step.actor
    if order.verified_by is not None:
        yield order.verified_by
    today = clock.local_date(at)
    for level in Escalation:
        offices = offices_of([order.division_id], level, today)
        staff = [person for people in offices.values() for person in people]
        yield from Person.objects.filter(pk__in=staff).order_by("pk")


def _activity(order: Order, starts_at: datetime, place: Place | None) -> NewActivity:
    """In the city's own language, and without a word about who is served."""
    item, day = order.item, clock.local_date(starts_at)
    ends_at = starts_at + timedelta(minutes=item.minutes)
    with translation.override(settings.LANGUAGE_CODE):
        return NewActivity(
            code=_code(order),
            title=item.name,
            category_id=item.category_id,
            division_id=order.division_id,
            place_id=place.pk if place is not None else None,
            nature=Nature.SERVICE,
            risk=item.risk,
            content=item.hint or item.name,
            risks=_("The way there, and what happens at a home."),
            protection=_("The centre knows where and when; it is called when needed."),
            insurance=pack.load(settings.CITY_PACK).menu.insurance if item.is_risky else "",
            insured_from=day if item.is_risky else None,
            insured_until=clock.local_date(ends_at) if item.is_risky else None,
            lat_e6=order.lat_e6,
            lon_e6=order.lon_e6,
            fence_m=_FENCE_M if order.lat_e6 is not None else None,
            audience=Audience.INVITED,
            shifts=(NewShift(starts_at, ends_at, order.people),),
        )


def _code(order: Order) -> str:
    """One for each time that is agreed on."""
    agreed = Step.objects.filter(order=order, to_state=State.SCHEDULED).exclude(
        from_state=State.SCHEDULED
    )
    return f"{order.code[:16]}-{agreed.count() + 1}"


def _let_go(order: Order, at: datetime) -> None:
    """The shift is not needed any more."""
    if order.activity is not None and order.activity.state == ActivityState.ANNOUNCED:
        call_off_arranged(activity_id=order.activity.pk, actor=None, at=at)


def _cancel_place(shift_id: int, actor: Person, at: datetime) -> None:
    held = Signup.objects.filter(shift=shift_id, person=actor, state=SignupState.BOOKED)
    for signup in held.order_by("pk"):
        activities.cancel(signup_id=signup.pk, actor=actor, at=at)


def _go_on_without(order: Order, actor: Person | None, at: datetime, reason: Reason) -> None:
    """Those who remain stay bound; where nobody does, somebody is looked for."""
    remaining = _persons_left(order)
    if order.state == State.SCHEDULED and remaining:
        go_on_short(order, len(remaining), verb="order.given_back", actor=actor, at=at)
    elif order.state == State.DISPATCHED:
        order.accepted = len(remaining)
        order.save(update_fields=["accepted"])
        note(order, verb="order.given_back", actor=actor, at=at, reason=reason)
        return_if_nobody_left(order, None, at)
    else:
        end_search(order, at)
        _let_go(order, at)
        move(
            order, State.TO_DISPATCH, verb="order.given_back", actor=actor, at=at, reason=reason
        )
        # In the same attempt those who accepted are still bound.
        order.accepted = len(remaining)
        order.save(update_fields=["accepted"])
        tell_residents("order.given_back", order, at)


def _persons_left(order: Order) -> list[Offer]:
    return list(Offer.objects.coming(order).order_by("pk"))


def _is_in_vain(order: Order, rows: Iterable[Attended], at: datetime) -> bool:
    """Nobody is expected any more, or the time is long over."""
    assert order.shift is not None
    expected = any(row.state == SignupState.BOOKED for row in rows)
    return not expected or at >= order.shift.ends_at + GRACE


def _is_over(order: Order, rows: Iterable[Attended], at: datetime) -> bool:
    """All who came have left and nobody is still expected; or the shift has ended."""
    assert order.shift is not None
    states = {row.state for row in rows}
    still = states & {SignupState.PRESENT, SignupState.BOOKED}
    return not still or at >= order.shift.ends_at


def _missed(order: Order, at: datetime) -> None:
    """Dispatched again in a new attempt; those who served none of it are let go."""
    assert order.shift is not None
    assert order.activity is not None
    reason = Reason.NOBODY_CAME if at >= order.shift.starts_at else Reason.GAVE_BACK
    leader_id = order.activity.leader_id
    end_search(order, at)
    if reason == Reason.GAVE_BACK:
        end(_persons_left(order), OfferState.WITHDRAWN, at)
        _let_go(order, at)
    move(order, State.TO_DISPATCH, verb="order.missed", actor=None, at=at, reason=reason)
    kind = "order.missed" if reason == Reason.NOBODY_CAME else "order.given_back"
    tell_residents(kind, order, at)
    tell("order.missed_desk", [leader_id], at=at, item=order.item.name, code=order.code)
