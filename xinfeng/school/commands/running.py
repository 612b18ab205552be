"""How an accepted class ends: called off, in part or whole, or brought to its end."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities.commands.programme import call_off_arranged
from xinfeng.activities.models import LIVE, ActivityState, Signup, SignupState
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.school.models import (
    ClassState,
    NightClass,
    RequestState,
    Session,
    SessionState,
)

from .enrolling import lapse
from .moving import is_unanswered, lock_session, record_session
from .placing import lock_class, planned, record
from .publishing import lock_to_run
from .telling import tell_of

journal.declare(
    {
        "class.called_off": gettext_lazy("called off a class"),
        "class.ended": gettext_lazy("brought a class to its end"),
        "session.called_off": gettext_lazy("called off a session of a class"),
    }
)
notices.declare(
    {
        "class.called_off": gettext_lazy("“%(course)s” at %(place)s is called off: %(why)s"),
        "class.ended": gettext_lazy("“%(course)s” at %(place)s has ended. Say how it was."),
        "session.called_off": gettext_lazy(
            "“%(course)s” at %(place)s does not take place on %(day)s: %(why)s"
        ),
    }
)


@scope.command
def call_off_class(*, class_id: int, reason: str, actor: Person, at: datetime) -> NightClass:
    """What is still ahead will not take place; its request waits for another lecturer, if no
    evening was held yet."""
    night_class = lock_to_run(class_id, actor, at)
    if night_class.state == ClassState.CALLED_OFF:
        return night_class
    night_class.move_to(ClassState.CALLED_OFF)
    if not reason.strip():
        raise Refusal("reason_needed", _("Say why."))
    call_off_locked(night_class, reason.strip(), actor=actor, at=at)
    return night_class


def call_off_locked(
    night_class: NightClass,
    reason: str,
    *,
    actor: Person | None,
    at: datetime,
    people: Iterable[int] = (),
) -> None:
    """For whoever holds the class in its new state: its sessions, learners and request.

    However many evenings fall away, each person is told once, `people` among them.
    """
    told = _enrolled(night_class) | set(people)
    told |= {night_class.lecturer.person_id, night_class.request.asked_by_id}
    lapse(night_class, waiting_only=False, at=at)
    ahead = [session for session in planned(night_class) if session.starts_at > at]
    begun = len(planned(night_class)) > len(ahead)
    for session in ahead:
        told |= _call_off(session, reason, actor, at)
    night_class.reason, night_class.closed_at = reason, at
    night_class.save(update_fields=["state", "reason", "closed_at"])
    _close_request(night_class, RequestState.SERVED if begun else RequestState.ASKED, at)
    tell_of(night_class, "class.called_off", _but(told, actor), at=at, why=reason)
    record("class.called_off", night_class, actor, at)


@scope.command
def call_off_session(*, session_id: int, reason: str, actor: Person, at: datetime) -> Session:
    """One evening falls away; its learners and its lecturer are told why."""
    session, night_class = lock_session(session_id, actor, at)
    if session.state == SessionState.CALLED_OFF:
        return session
    if not reason.strip():
        raise Refusal("reason_needed", _("Say why."))
    if session.starts_at <= at:
        raise Refusal("session_begun", _("This session has begun."))
    if len(planned(night_class)) == 1:
        raise Refusal("last_session", _("It is the only one left; call the class off."))
    _fall_away(session, night_class, reason.strip(), actor, at)
    return session


@scope.command
def lapse_session(*, session_id: int, at: datetime) -> Session | None:
    """Nobody accepted the new time of a moved evening: it does not take place. With no other
    evening left, neither does what remains of the class."""
    session = Session.objects.filter(pk=session_id).first()
    night_class = lock_class(session.night_class_id) if session else None
    if session is None or night_class is None:
        return None
    session = Session.objects.select_for_update(of=("self",)).get(pk=session_id)
    if not is_unanswered(session, at) or night_class.state != ClassState.PUBLISHED:
        return session
    came = [SignupState.PRESENT, SignupState.LEFT]
    if Signup.objects.filter(shift=session.shift_id, state__in=came).exists():
        # Swept too late, and learners had come: what happened is not undone.
        return session
    why = _("The lecturer could not come at the new time.")
    if len(planned(night_class)) > 1:
        _fall_away(session, night_class, why, None, at)
        return session
    people = _call_off(session, why, None, at)
    night_class.move_to(ClassState.CALLED_OFF)
    call_off_locked(night_class, why, actor=None, at=at, people=people)
    return session


@scope.command
def follow_activity(*, session_id: int, at: datetime) -> Session | None:
    """Whoever leads an evening called it off on its activity's own page, which told everybody
    who held a place: the evening is off here too, and nobody hears of it twice."""
    session = Session.objects.filter(pk=session_id).first()
    night_class = lock_class(session.night_class_id) if session else None
    if session is None or night_class is None:
        return None
    session = Session.objects.select_for_update(of=("self",)).get(pk=session_id)
    if session.state != SessionState.PLANNED or session.activity is None:
        return session
    if session.activity.state != ActivityState.CALLED_OFF:
        return session
    session.state, session.reason = SessionState.CALLED_OFF, _("Its activity was called off.")
    session.save(update_fields=["state", "reason"])
    record_session("session.called_off", session, night_class, None, at)
    return session


@scope.command
def end_class(*, class_id: int, at: datetime) -> NightClass | None:
    """After the last evening: learners are asked how it was. What was never published in time
    is called off, so that nothing stays open."""
    night_class = lock_class(class_id)
    if night_class is None or not is_over(night_class, at):
        return night_class
    if night_class.state == ClassState.CONFIRMED:
        return _never_published(night_class, at)
    night_class.move_to(ClassState.ENDED)
    night_class.closed_at = at
    night_class.save(update_fields=["state", "closed_at"])
    learners = _enrolled(night_class)
    lapse(night_class, waiting_only=True, at=at)
    tell_of(night_class, "class.ended", learners, at=at)
    _close_request(night_class, RequestState.SERVED, at)
    record("class.ended", night_class, None, at)
    return night_class


def is_over(night_class: NightClass, at: datetime) -> bool:
    sessions = planned(night_class)
    if night_class.state == ClassState.PUBLISHED:
        return not sessions or sessions[-1].ends_at <= at
    if night_class.state == ClassState.CONFIRMED:
        return not sessions or sessions[0].starts_at <= at
    return False


def _never_published(night_class: NightClass, at: datetime) -> NightClass:
    night_class.move_to(ClassState.CALLED_OFF)
    night_class.reason, night_class.closed_at = _("It was not published in time."), at
    night_class.save(update_fields=["state", "reason", "closed_at"])
    night_class.sessions.all().delete()
    _close_request(night_class, RequestState.ASKED, at)
    people = {night_class.lecturer.person_id, night_class.request.asked_by_id}
    tell_of(night_class, "class.called_off", people, at=at, why=night_class.reason)
    record("class.called_off", night_class, None, at)
    return night_class


def _fall_away(
    session: Session, night_class: NightClass, reason: str, actor: Person | None, at: datetime
) -> None:
    people = _call_off(session, reason, actor, at) | {night_class.lecturer.person_id}
    if actor is None:
        people.add(night_class.request.asked_by_id)
    tell_of(
        night_class, "session.called_off", _but(people, actor), at=at, day=session.on,
        why=reason,
    )  # fmt: skip
    record_session("session.called_off", session, night_class, actor, at)


def _call_off(session: Session, reason: str, actor: Person | None, at: datetime) -> set[int]:
    """The evening with its activity; gives back who held a place, for one notice to each."""
    holding: set[int] = set()
    if session.activity_id is not None:
        live = Signup.objects.filter(shift=session.shift_id, state__in=LIVE).order_by("pk")
        holding = set(live.values_list("person_id", flat=True))
        call_off_arranged(activity_id=session.activity_id, actor=actor, at=at, told=False)
    session.state, session.reason = SessionState.CALLED_OFF, reason
    session.save(update_fields=["state", "reason"])
    return holding


def _enrolled(night_class: NightClass) -> set[int]:
    enrolled = night_class.enrolments.enrolled().order_by("pk")
    return set(enrolled.values_list("person_id", flat=True))


def _but(people: set[int], actor: Person | None) -> set[int]:
    """Whoever did it knows."""
    return people - {actor.pk} if actor else people


def _close_request(night_class: NightClass, state: RequestState, at: datetime) -> None:
    wanted = night_class.request
    wanted.move_to(state)
    wanted.closed_at = at if state == RequestState.SERVED else None
    wanted.save(update_fields=["state", "closed_at", "why", "why_numbers"])
