"""What a place has, when it is open, and who is in charge."""

import itertools
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope, standing
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.places import permissions
from xinfeng.places.models import (
    Duty,
    DutyKind,
    Facility,
    OpeningException,
    OpeningHours,
    Place,
)
from xinfeng.places.wishes import NewFacility, Opening

from .places import Actor, locked, record, refuse_stranger

journal.declare(
    {
        "place.facility_entered": gettext_lazy("entered what a place has"),
        "place.facility_removed": gettext_lazy("removed something a place had"),
        "place.week_set": gettext_lazy("set the weekly opening hours of a place"),
        "place.day_set": gettext_lazy("set other opening hours for one day"),
        "place.person_named": gettext_lazy("named a person in charge of a place"),
        "place.person_relieved": gettext_lazy("ended the duty of a person at a place"),
    }
)


@scope.command
def enter_facility(*, place_id: int, new: NewFacility, actor: Actor, at: datetime) -> Facility:
    """From today the place has it; the same kind and name entered anew replaces it."""
    place = _described(place_id, actor, at)
    today = clock.local_date(at)
    former = place.facilities.filter(kind=new.kind, name=new.name, ends_on=None)
    for each in former.order_by("pk"):
        if vars(new) == {name: getattr(each, name) for name in vars(new)}:
            return each
        _end(each, today)
    facility = Facility.objects.create(place=place, starts_on=today, **vars(new))
    record("place.facility_entered", place, actor, at, kind=new.kind.value)
    return facility


@scope.command
def remove_facility(*, facility_id: int, actor: Actor, at: datetime) -> Place:
    """From today the place no longer has it."""
    facility = Facility.objects.filter(pk=facility_id).first()
    place = _described(facility.place_id if facility else 0, actor, at)
    assert facility is not None
    if facility.ends_on is None:
        _end(facility, clock.local_date(at))
        record("place.facility_removed", place, actor, at, kind=facility.kind)
    return place


@scope.command
def set_week(*, place_id: int, week: Sequence[Opening], actor: Actor, at: datetime) -> Place:
    """The weekly opening hours from today; past weeks keep theirs."""
    place = _described(place_id, actor, at)
    _refuse_overlaps(week)
    today = clock.local_date(at)
    current = place.opening_hours.filter(ends_on=None)
    now = {(o.weekday, o.opens_minute, o.closes_minute) for o in current.order_by("pk")}
    if now == {(o.weekday, o.opens_minute, o.closes_minute) for o in week}:
        return place
    current.filter(starts_on__gte=today).delete()
    current.update(ends_on=today)
    OpeningHours.objects.bulk_create(
        [OpeningHours(place=place, starts_on=today, **vars(each)) for each in week]
    )
    record("place.week_set", place, actor, at)
    return place


@scope.command
def close_on(
    *, place_id: int, on: date, reason: str, actor: Actor, at: datetime
) -> OpeningException:
    """On one day to come the place is closed, whatever the week says."""
    place = _described(place_id, actor, at)
    if on < clock.local_date(at):
        raise Refusal("day_is_past", _("This day is over; choose today or a later one."))
    exception, _made = OpeningException.objects.update_or_create(
        place=place,
        on=on,
        defaults={"opens_minute": None, "closes_minute": None, "reason": reason},
    )
    record("place.day_set", place, actor, at, day=on.isoformat())
    return exception


@scope.command
def name_person(
    *, place_id: int, username: str, kind: DutyKind, actor: Actor, at: datetime
) -> Duty:
    """A person takes a duty at a place; a secretary or head follows the one before."""
    place = locked(place_id)
    today = clock.local_date(at)
    refuse_stranger(actor, place.division_id, today)
    person = get_user_model().objects.filter(username=username).first()
    if person is None:
        raise Refusal("account_unknown", _("There is no account with this name."))
    current = place.duties.filter(kind=kind, ends_on=None).order_by("pk")
    for duty in current:
        if duty.person_id == person.pk:
            return duty
        if kind in {DutyKind.SECRETARY, DutyKind.HEAD}:
            _end(duty, today)
    made = Duty.objects.create(place=place, person=person, kind=kind, starts_on=today)
    record("place.person_named", place, actor, at, duty=kind.value, person_id=person.pk)
    return made


@scope.command
def relieve(*, duty_id: int, actor: Actor, at: datetime) -> Place:
    """A duty ends today."""
    duty = Duty.objects.filter(pk=duty_id).first()
    place = locked(duty.place_id if duty else 0)
    assert duty is not None
    today = clock.local_date(at)
    refuse_stranger(actor, place.division_id, today)
    if duty.ends_on is None:
        _end(duty, today)
        record("place.person_relieved", place, actor, at, duty=duty.kind)
    return place


def _described(place_id: int, actor: Actor, at: datetime) -> Place:
    place = locked(place_id)
    reach = standing.NOBODY if actor is None else standing.of(actor, clock.local_date(at))
    if actor is not None and not permissions.may_describe(reach, place):
        raise Forbidden("not_your_place", _("This is not your place."))
    return place


def _end(row: Facility | Duty, today: date) -> None:
    """What began today leaves no trace of a day it did not have."""
    if row.starts_on >= today:
        row.delete()
        return
    row.ends_on = today
    row.save(update_fields=["ends_on"])


def _refuse_overlaps(week: Sequence[Opening]) -> None:
    ordered = sorted(week, key=lambda o: (o.weekday, o.opens_minute))
    for each in ordered:
        fits = 0 <= each.weekday <= 6 and each.closes_minute <= 1440
        if not fits or each.opens_minute >= each.closes_minute:
            raise Refusal(
                "opening_is_impossible",
                _("Each opening must end after it begins, the same day."),
            )
    for one, following in itertools.pairwise(ordered):
        same_day = one.weekday == following.weekday
        if same_day and following.opens_minute < one.closes_minute:
            raise Refusal("openings_overlap", _("Two openings of a day overlap; join them."))
