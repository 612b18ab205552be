from datetime import date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope, standing
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.places import permissions
from xinfeng.places.models import LEVELS, Division, Place, PlaceState, Spell, Tier
from xinfeng.places.wishes import NewPlace, Wish

journal.declare(
    {
        "place.added": gettext_lazy("added a place"),
        "place.changed": gettext_lazy("changed a place"),
        "place.moved": gettext_lazy("moved a place to another division"),
        "place.opened": gettext_lazy("opened a place"),
        "place.suspended": gettext_lazy("suspended a place"),
        "place.closed": gettext_lazy("closed a place"),
    }
)

Actor = AbstractBaseUser | None


@scope.command
def add(*, new: NewPlace, actor: Actor, at: datetime) -> Place:
    """A place of a tier in a division that fits it."""
    today = clock.local_date(at)
    refuse_stranger(actor, new.division_id, today)
    division = division_of_tier(new.tier, new.division_id, today)
    if Place.objects.filter(code=new.code).exists():
        raise Refusal("place_code_taken", _("There is a place with this code already."))
    place = Place.objects.create(
        code=new.code, tier=new.tier, division=division, state=new.state, **vars(new.wish)
    )
    Spell.objects.create(place=place, division=division, state=new.state, starts_on=today)
    record("place.added", place, actor, at)
    return place


@scope.command
def change(*, place_id: int, wish: Wish, actor: Actor, at: datetime) -> Place:
    """Another name, kind, address or position."""
    place = locked(place_id)
    refuse_stranger(actor, place.division_id, clock.local_date(at))
    former = {name: getattr(place, name) for name in vars(wish)}
    if former == vars(wish):
        return place
    for name, value in vars(wish).items():
        setattr(place, name, value)
    place.save(update_fields=list(vars(wish)))
    record("place.changed", place, actor, at)
    return place


@scope.command
def open_(*, place_id: int, actor: Actor, at: datetime) -> Place:
    """A planned or suspended place opens."""
    return _move_to(place_id, PlaceState.OPEN, "place.opened", actor, at)


@scope.command
def suspend(*, place_id: int, actor: Actor, at: datetime) -> Place:
    """An open place is shut for a time, and may open again."""
    return _move_to(place_id, PlaceState.SUSPENDED, "place.suspended", actor, at)


@scope.command
def close(*, place_id: int, actor: Actor, at: datetime) -> Place:
    """A place ends; what it was stays on record."""
    return _move_to(place_id, PlaceState.CLOSED, "place.closed", actor, at)


@scope.command
def move(*, place_id: int, division_id: int, actor: Actor, at: datetime) -> Place:
    """From today a place lies in another division; the past stays where it was."""
    place = locked(place_id)
    today = clock.local_date(at)
    for touched in (place.division_id, division_id):
        refuse_stranger(actor, touched, today)
    if place.division_id == division_id:
        return place
    place.division = division_of_tier(Tier(place.tier), division_id, today)
    place.save(update_fields=["division"])
    begin_spell(place, today)
    record("place.moved", place, actor, at)
    return place


def _move_to(place_id: int, state: PlaceState, verb: str, actor: Actor, at: datetime) -> Place:
    place = locked(place_id)
    today = clock.local_date(at)
    refuse_stranger(actor, place.division_id, today)
    if place.state == state:
        return place
    if state not in Place.MOVES[PlaceState(place.state)]:
        raise Refusal(
            "place_cannot_change_so",
            _("A place that is “%(now)s” cannot become “%(then)s”.")
            % {"now": place.get_state_display(), "then": state.label},
        )
    place.state = state
    place.save(update_fields=["state"])
    begin_spell(place, today)
    record(verb, place, actor, at)
    return place


def begin_spell(place: Place, day: date) -> None:
    """From this day the place is what it now is; changed twice a day, the last one counts."""
    current = place.spells.filter(ends_on=None).order_by("pk").first()
    if current is not None and current.starts_on >= day:
        current.state, current.division_id = place.state, place.division_id
        current.save(update_fields=["state", "division"])
        return
    if current is not None:
        current.ends_on = day
        current.save(update_fields=["ends_on"])
    Spell.objects.create(
        place=place, division_id=place.division_id, state=place.state, starts_on=day
    )


def division_of_tier(tier: Tier, division_id: int, day: date) -> Division:
    """The division, valid on the day and of a level that the tier belongs to."""
    division = Division.objects.as_of(day).filter(pk=division_id).first()
    if division is None:
        raise Refusal("division_unknown", _("There is no such division in this city."))
    if division.level not in LEVELS[tier]:
        raise Refusal(
            "tier_does_not_fit",
            _("A place of the tier “%(tier)s” does not belong to %(division)s.")
            % {"tier": tier.label, "division": division.name},
        )
    return division


def refuse_stranger(actor: Actor, division_id: int, today: date) -> None:
    """Nobody but the offices above; None is the program itself, at set-up."""
    if actor is None:
        return
    if not permissions.may_govern(standing.of(actor, today), division_id):
        raise Forbidden("not_your_area", _("You can do this in your own area only."))


def locked(place_id: int) -> Place:
    place = Place.objects.select_for_update(of=("self",)).filter(pk=place_id).first()
    if place is None:
        raise Forbidden("not_your_place", _("This is not your place."))
    return place


def record(verb: str, place: Place, actor: Actor, at: datetime, **details: Any) -> None:
    journal.record(
        verb, place, actor=actor, at=at, where=place.division_id, on=clock.local_date(at),
        **details,
    )  # fmt: skip
