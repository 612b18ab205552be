"""Coming and going."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import permissions
from xinfeng.activities.models import Signup, SignupState
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.hours import commands as hours
from xinfeng.hours.commands import Fact
from xinfeng.hours.models import Source
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

journal.declare(
    {
        "signup.arrived": gettext_lazy("arrived for a shift"),
        "signup.left": gettext_lazy("left a shift"),
    }
)


@scope.command
def check_in(*, signup_id: int, actor: Person, at: datetime) -> Signup:
    """The volunteer is here. Saying so twice changes nothing."""
    signup = _lock_for_attendance(signup_id, actor)
    if signup.state == SignupState.PRESENT:
        return signup
    shift = signup.shift
    if not shift.is_open_for_check_in(at):
        raise Refusal(
            "check_in_closed",
            _("Check-in is open from %(opens)s to %(closes)s.")
            % {
                "opens": clock.local_time(shift.check_in_opens_at),
                "closes": clock.local_time(shift.ends_at),
            },
        )
    signup.move_to(SignupState.PRESENT)
    signup.arrived_at = at
    signup.save(update_fields=["state", "arrived_at"])
    _tell("signup.arrived", signup, actor, at)
    return signup


@scope.command
def check_out(*, signup_id: int, actor: Person, at: datetime) -> Signup:
    """The volunteer leaves; the time given is credited, once."""
    signup = _lock_for_attendance(signup_id, actor)
    if signup.state == SignupState.LEFT:
        return signup
    signup.move_to(SignupState.LEFT)
    assert signup.arrived_at
    # Forgetting to check out must not earn hours: the shift's end is the ceiling.
    signup.left_at = max(signup.arrived_at, min(at, signup.shift.ends_at))
    signup.save(update_fields=["state", "left_at"])
    if signup.minutes:
        day = clock.local_date(signup.shift.starts_at)
        fact = Fact(Source.ATTENDANCE, signup.pk, signup.division_id, day)
        hours.post(person=signup.person, minutes=signup.minutes, fact=fact, actor=actor, at=at)
    _tell("signup.left", signup, actor, at)
    return signup


def _lock_for_attendance(signup_id: int, actor: Person) -> Signup:
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    signup = Signup.objects.locked().filter(pk=signup_id).first()
    if signup is None or not permissions.may_record_attendance(actor, signup):
        raise Forbidden("not_your_roster", _("Only the leader of this shift can do this."))
    return signup


def _tell(verb: str, signup: Signup, actor: Person, at: datetime) -> None:
    day = clock.local_date(signup.shift.starts_at)
    journal.record(verb, signup, actor=actor, at=at, where=signup.division_id, on=day)
