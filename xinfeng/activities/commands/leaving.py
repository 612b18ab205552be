"""What becomes of places on shifts when an account ends or two become one."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from xinfeng.activities.models import LIVE, Shift, Signup, SignupState
from xinfeng.base import clock
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .calendars import end_links
from .filling import fill

journal.declare(
    {"signup.moved": gettext_lazy("moved a place on a shift to the account that stays")}
)
# Gone again, so nothing more follows from it.
_OPEN = [state for state in LIVE if state != SignupState.LEFT]


def end_of_account(person: Person, actor: Person, at: datetime) -> None:
    """Places ahead are given back, and whoever is here leaves; the hours so far stay."""
    end_links(person, actor, at)
    for signup in _open(person):
        _let_go(signup, actor, at)


def move_places(gone: Person, keep: Person, actor: Person, at: datetime) -> None:
    """Each open place goes to the account that stays, unless it has that time already."""
    # Whose calendar it was reads nothing any more; the account that stays has its own.
    end_links(gone, actor, at)
    # Also what the account that stays has served already: nobody is at one time twice.
    own = Signup.objects.of(keep).select_related("shift").order_by("pk")
    taken = [signup.shift for signup in own]
    for signup in _open(gone):
        if any(shift.overlaps(signup.shift) for shift in taken):
            _let_go(signup, actor, at)
            continue
        signup.person = keep
        signup.save(update_fields=["person"])
        taken.append(signup.shift)
        _record("signup.moved", signup, actor, at)


def _open(person: Person) -> Iterator[Signup]:
    """Locked shift by shift, as everywhere a place is decided."""
    own: QuerySet[Signup] = Signup.objects.filter(person=person, state__in=_OPEN)
    for pk, shift_id in own.order_by("shift_id", "pk").values_list("pk", "shift_id"):
        shift = Shift.objects.select_for_update(no_key=True).get(pk=shift_id)
        signup = Signup.objects.select_for_update(no_key=True).get(pk=pk)
        signup.shift = shift
        if signup.state in _OPEN:
            yield signup


def _let_go(signup: Signup, actor: Person, at: datetime) -> None:
    if signup.state == SignupState.PRESENT:
        assert signup.arrived_at
        signup.move_to(SignupState.LEFT)
        signup.left_at = max(signup.arrived_at, min(at, signup.shift.ends_at))
        signup.save(update_fields=["state", "left_at"])
        _record("signup.left", signup, actor, at)
        return
    signup.move_to(SignupState.CANCELLED)
    signup.save(update_fields=["state"])
    _record("signup.cancelled", signup, actor, at)
    fill(signup.shift, actor=actor, at=at)


def _record(verb: str, signup: Signup, actor: Person, at: datetime) -> None:
    day = clock.local_date(signup.shift.starts_at)
    journal.record(verb, signup, actor=actor, at=at, where=signup.division_id, on=day)
