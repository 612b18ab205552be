from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.inspections import permissions
from xinfeng.inspections.models import Filing, Item
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Place, PlaceState

LATEST = timedelta(days=366)
# What holds until the year is over; everything else is an event of one day.
HOLDS_A_YEAR = frozenset({Item.YEARLY_PLAN, Item.BUDGET})

journal.declare(
    {
        "filing.entered": gettext_lazy("entered evidence"),
        "filing.withdrawn": gettext_lazy("withdrew evidence"),
    }
)


@dataclass(frozen=True)
class NewFiling:
    """What a keeper enters: this was done at this place on this day."""

    place_id: int
    item: Item
    on: date
    note: str = ""


@scope.command
def file(*, new: NewFiling, actor: Person, at: datetime) -> Filing:
    """Enter that something was done on a day; entered twice, it stands once."""
    place = _place_of(new.place_id, actor, at)
    _refuse_impossible_day(new.on, clock.local_date(at))
    if place.state == PlaceState.CLOSED:
        raise Refusal("place_closed", _("This place is closed; nothing can be entered for it."))
    filing, made = _create(new, place, actor, at)
    if made:
        journal.record(
            "filing.entered", filing, actor=actor, at=at, where=place.division_id, on=new.on,
            item=new.item.value,
        )  # fmt: skip
    return filing


@scope.command
def withdraw(*, filing_id: int, actor: Person, at: datetime) -> Filing:
    """It was entered by mistake: it no longer counts, and the row stays."""
    filing = (
        Filing.objects.select_for_update(of=("self",))
        .select_related("place")
        .filter(pk=filing_id)
        .first()
    )
    standing = standing_of(actor, clock.local_date(at))
    if filing is None or not permissions.may_file(standing, filing.place):
        raise Forbidden("not_your_place", _("This is not your place."))
    if filing.withdrawn_at is not None:
        return filing
    filing.withdrawn_at, filing.withdrawn_by = at, actor
    filing.save(update_fields=["withdrawn_at", "withdrawn_by"])
    journal.record(
        "filing.withdrawn", filing, actor=actor, at=at, where=filing.place.division_id,
        on=filing.on, item=filing.item,
    )  # fmt: skip
    return filing


def _place_of(place_id: int, actor: Person, at: datetime) -> Place:
    place = Place.objects.filter(pk=place_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if place is None or not permissions.may_file(standing, place):
        raise Forbidden("not_your_place", _("This is not your place."))
    return place


def _refuse_impossible_day(on: date, today: date) -> None:
    if on > today:
        raise Refusal(
            "day_is_to_come", _("This day is still to come; enter it when it is done.")
        )
    if on < today - LATEST:
        raise Refusal("day_is_too_old", _("This day is more than a year ago."))


def _create(new: NewFiling, place: Place, actor: Person, at: datetime) -> tuple[Filing, bool]:
    standing = Filing.objects.standing().filter(place=place, item=new.item, on=new.on)
    if former := standing.order_by("pk").first():
        return former, False
    until = date(new.on.year + 1, 1, 1) if new.item in HOLDS_A_YEAR else None
    try:
        with transaction.atomic():
            made = Filing.objects.create(
                place=place, item=new.item, on=new.on, valid_until=until, note=new.note,
                filed_by=actor, filed_at=at,
            )  # fmt: skip
    except IntegrityError:
        # Sent twice at the same moment: the other one stands.
        return standing.get(), False
    return made, True
