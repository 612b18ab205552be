"""Arriving and leaving by the code of the moment, and walking in without a sign-up."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import door
from xinfeng.activities.attending import CHECK_OUT_GRACE, Saying, judge
from xinfeng.activities.models import (
    CHECK_IN_LEAD,
    HOLDING,
    CodeTally,
    Means,
    Phase,
    Shift,
    Signup,
    SignupState,
)
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .attendance import settle
from .keeping import lock_scene
from .signups import sign_up

journal.declare({"signup.guessed": gettext_lazy("typed wrong codes at a shift")})
# From opening the address in the code to pressing the button: signing in takes its time.
TIME_TO_PRESS = timedelta(minutes=10)


@scope.command
def scan(
    *, client_id: UUID, code: str, seen_at: datetime, phase: Phase, actor: Person, at: datetime
) -> Signup:
    """The volunteer has the rotating code of the screen; whoever did not sign up is booked."""
    seen = door.read(code)
    if seen is None:
        raise Refusal("not_a_code", _("This is not the code of an activity."))
    held = seen.is_of(seen_at) and door.is_genuine(seen) and at - seen_at <= TIME_TO_PRESS
    # Nobody gets a place for a code that was not on the screen.
    if not held:
        raise Refusal(
            "code_passed", _("This code is no longer shown. Scan the one on the screen now.")
        )
    signup = place_of(actor, seen.activity, phase=phase, at=at)
    return _say(signup.pk, client_id, phase, Means.ROTATING, held, actor, at)


def type_digits(
    *, client_id: UUID, digits: str, signup_id: int, phase: Phase, actor: Person, at: datetime
) -> Signup:
    """The volunteer types the six digits of the screen; a few tries, then the leader helps."""
    # Each try is counted for good before it is looked at, whatever comes of it.
    count_try(code=digits, signup_id=signup_id, person=actor, at=at)
    with scope.whole_city():
        own = Signup.objects.filter(pk=signup_id, person=actor).select_related(
            "shift__activity"
        )
        signup = own.first()
        code = signup.shift.activity.code if signup else ""
        held = bool(code) and door.digits_hold(code, digits, at)
        return _say(signup_id, client_id, phase, Means.SIX_DIGITS, held, actor, at)


@scope.command
def count_try(*, code: str, signup_id: int | None, person: Person, at: datetime) -> CodeTally:
    """One more try at the six digits of a shift; after some none is looked at any more."""
    own = Signup.objects.filter(pk=signup_id or 0, person=person)
    signup = own.select_related("shift__activity").first()
    if signup is None:
        raise Unknown("signup_unknown", _("You have no such sign-up."))
    tally, _made = CodeTally.objects.get_or_create(
        person=person,
        shift=signup.shift,
        defaults={"division_id": signup.division_id, "last_at": at},
    )
    tally = CodeTally.objects.select_for_update().get(pk=tally.pk)
    if tally.tries >= CodeTally.MOST:
        raise Refusal(
            "too_many_tries",
            _("Too many wrong codes. Scan the code on the screen, or ask the leader."),
        )
    if door.digits_hold(signup.shift.activity.code, code, at):
        return tally
    tally.tries = F("tries") + 1
    tally.last_at = at
    tally.save(update_fields=["tries", "last_at"])
    tally.refresh_from_db(fields=["tries"])
    if tally.tries == CodeTally.MOST:
        journal.record(
            "signup.guessed", signup, actor=person, at=at, where=signup.division_id,
            on=clock.local_date(at), tries=tally.tries,
        )  # fmt: skip
    return tally


def place_of(actor: Person, activity: str, *, phase: str, at: datetime) -> Signup:
    """The person's place on the shift that is on, booked now for whoever walks in."""
    shifts = Shift.objects.filter(
        activity__code=activity,
        starts_at__lte=at + CHECK_IN_LEAD,
        ends_at__gt=at - CHECK_OUT_GRACE,
    )
    held = Signup.objects.filter(
        shift__in=shifts, person=actor, state__in=(SignupState.WAITING, *HOLDING)
    )
    # The earliest that is not over yet: between two shifts people go before they come.
    for signup in held.order_by("shift__starts_at", "pk"):
        if signup.state != SignupState.LEFT or phase == Phase.OUT:
            return signup
    shift = shifts.filter(ends_at__gt=at).order_by("starts_at", "pk").first()
    if shift is None:
        raise Unknown("nothing_on", _("Nothing is on at this activity now."))
    if phase == Phase.OUT:
        raise Refusal("not_checked_in", _("Check in first."))
    # Judged as if at the door before the beginning: a walk-in is welcome after it, too.
    before = min(at, shift.starts_at - timedelta(seconds=1))
    signup = sign_up(shift_id=shift.pk, actor=actor, at=before)
    if signup.state == SignupState.WAITING:
        # Nobody is put on a waiting list at the door; nothing of it is kept.
        raise Refusal("shift_full", _("All places are taken."))
    return signup


def _say(
    signup_id: int,
    client_id: UUID,
    phase: str,
    means: str,
    held: bool,
    actor: Person,
    at: datetime,
) -> Signup:
    """One's own word, on a page where one is signed in."""
    saying = Saying(
        client_id=client_id,
        phase=phase,
        means=means,
        by=actor.pk,
        by_office=False,
        said_at=at,
        received_at=at,
        counted_at=at,
        code_held=held,
    )
    outcome = judge(lock_scene(signup_id), saying)
    settle(outcome, actor=actor, at=at)
    return Signup.objects.select_related("shift__activity", "person").get(pk=signup_id)
