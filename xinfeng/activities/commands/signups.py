"""Taking a place on a shift and giving it back."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import permissions
from xinfeng.activities.models import Shift, Signup, SignupState
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

journal.declare(
    {
        "signup.booked": gettext_lazy("signed up for a shift"),
        "signup.cancelled": gettext_lazy("gave a place on a shift back"),
    }
)


@scope.command
def sign_up(*, shift_id: int, actor: Person, at: datetime) -> Signup:
    """Take a place on a shift. Capacity is decided under the shift's lock."""
    # The person first: two shifts at once of one person must not overlap either.
    person = Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    shift = Shift.objects.select_for_update(no_key=True).filter(pk=shift_id).first()
    if shift is None:
        raise Unknown("shift_unknown", _("There is no such shift."))
    if mine := shift.signups.of(person).order_by("pk").first():
        return mine
    held = Shift.objects.filter(signups__in=Signup.objects.of(person), ends_at__gt=at)
    # The activity is read only now, after the lock: it may just have been called off.
    if forbidden := permissions.what_forbids_sign_up(
        shift,
        booked=shift.signups.live().count(),
        others=held.select_related("activity").order_by("starts_at", "pk"),
        person=person,
        at=at,
    ):
        raise forbidden
    signup = Signup.objects.create(
        shift=shift, person=person, division_id=shift.activity.division_id
    )
    _tell("signup.booked", signup, actor, at)
    return signup


@scope.command
def cancel(*, signup_id: int, actor: Person, at: datetime) -> Signup:
    """Give one's place back, until the shift begins."""
    signup = Signup.objects.locked().filter(pk=signup_id, person=actor).first()
    if signup is None:
        raise Unknown("signup_unknown", _("You have no such sign-up."))
    if signup.state == SignupState.CANCELLED:
        return signup
    if not signup.shift.is_open_for_sign_up(at):
        raise Refusal("shift_begun", _("The activity has begun; tell its leader instead."))
    signup.move_to(SignupState.CANCELLED)
    signup.save(update_fields=["state"])
    _tell("signup.cancelled", signup, actor, at)
    return signup


def _tell(verb: str, signup: Signup, actor: Person, at: datetime) -> None:
    day = clock.local_date(signup.shift.starts_at)
    journal.record(verb, signup, actor=actor, at=at, where=signup.division_id, on=day)
