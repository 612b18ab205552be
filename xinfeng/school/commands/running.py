"""What happens to a class after it was accepted: moved, called off, brought to its end."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import commands as activities
from xinfeng.activities.commands.programme import call_off_arranged
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.school import addresses, clashes, evenings
from xinfeng.school.models import (
    ClassState,
    NightClass,
    RequestState,
    Session,
    SessionState,
)

from .enrolling import lapse
from .placing import clash, lock_class, planned, record
from .publishing import lock_to_run

journal.declare(
    {
        "class.called_off": gettext_lazy("called off a class"),
        "class.ended": gettext_lazy("brought a class to its end"),
        "session.called_off": gettext_lazy("called off a session of a class"),
        "session.moved": gettext_lazy("moved a session of a class"),
    }
)
notices.declare(
    {
        "class.called_off": gettext_lazy("“%(course)s” at %(place)s is called off: %(why)s"),
        "class.ended": gettext_lazy("“%(course)s” at %(place)s has ended. Say how it was."),
        "session.called_off": gettext_lazy(
            "“%(course)s” at %(place)s does not take place on %(day)s: %(why)s"
        ),
        "session.moved": gettext_lazy(
            "“%(course)s” at %(place)s was moved from %(from)s to %(day)s, %(begins)s."
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
    night_class: NightClass, reason: str, *, actor: Person, at: datetime
) -> None:
    """For whoever holds the class in its new state: its sessions, learners and request."""
    lapse(night_class, waiting_only=False, at=at)
    ahead = [session for session in planned(night_class) if session.starts_at > at]
    begun = len(planned(night_class)) > len(ahead)
    for session in ahead:
        _call_off(session, reason, actor, at)
    night_class.reason, night_class.closed_at = reason, at
    night_class.save(update_fields=["state", "reason", "closed_at"])
    _close_request(night_class, RequestState.SERVED if begun else RequestState.ASKED, at)
    people = {night_class.lecturer.person_id, night_class.request.asked_by_id} - {actor.pk}
    _tell("class.called_off", night_class, people, at, why=reason)
    record("class.called_off", night_class, actor, at)


@scope.command
def call_off_session(*, session_id: int, reason: str, actor: Person, at: datetime) -> Session:
    """One evening falls away; learners are told by its activity, the lecturer here."""
    session, night_class = _lock_session(session_id, actor, at)
    if session.state == SessionState.CALLED_OFF:
        return session
    if not reason.strip():
        raise Refusal("reason_needed", _("Say why."))
    if session.starts_at <= at:
        raise Refusal("session_begun", _("This session has begun."))
    if len(planned(night_class)) == 1:
        raise Refusal("last_session", _("It is the only one left; call the class off."))
    _call_off(session, reason.strip(), actor, at)
    people = {night_class.lecturer.person_id} - {actor.pk}
    _tell("session.called_off", night_class, people, at, day=session.on, why=reason.strip())
    _record_session("session.called_off", session, night_class, actor, at)
    return session


@scope.command
def move_session(
    *, session_id: int, on: date, begins_minute: int, actor: Person, at: datetime
) -> Session:
    """Another evening or another hour; lecturer, room and group must be free then."""
    session, night_class = _lock_session(session_id, actor, at)
    length = session.ends_at - session.starts_at
    starts_at = evenings.moment(on, begins_minute)
    if session.starts_at == starts_at:
        return session
    if session.state != SessionState.PLANNED or session.starts_at <= at:
        raise Refusal("session_begun", _("This session has begun."))
    if starts_at <= at or clock.local_date(starts_at + length) != on:
        raise Refusal("day_over", _("Choose a day that lies ahead."))
    _refuse_busy(night_class, (starts_at, starts_at + length))
    before, session.on = session.on, on
    session.starts_at, session.ends_at = starts_at, starts_at + length
    _save_moved(session, night_class)
    if session.shift_id is None:
        _tell(
            "session.moved", night_class, {night_class.lecturer.person_id}, at,
            day=on, begins=clock.local_time(starts_at), **{"from": before},
        )  # fmt: skip
    else:
        # The lecturer is booked, and told with all others.
        activities.move_shift(
            shift_id=session.shift_id, starts_at=session.starts_at, ends_at=session.ends_at,
            actor=actor, at=at,
        )  # fmt: skip
    _record_session("session.moved", session, night_class, actor, at)
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
    learners = list(
        night_class.enrolments.enrolled().order_by("pk").values_list("person_id", flat=True)
    )
    lapse(night_class, waiting_only=True, at=at)
    _tell("class.ended", night_class, set(learners), at)
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
    _tell("class.called_off", night_class, people, at, why=night_class.reason)
    record("class.called_off", night_class, None, at)
    return night_class


def _lock_session(session_id: int, actor: Person, at: datetime) -> tuple[Session, NightClass]:
    found = Session.objects.filter(pk=session_id).values_list("night_class_id", flat=True)
    night_class = lock_to_run(found.first() or 0, actor, at)
    if night_class.state not in {ClassState.CONFIRMED, ClassState.PUBLISHED}:
        raise Refusal("class_state", _("This class is already in another state."))
    session = Session.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if session is None:
        raise Forbidden("not_your_class", _("There is no such class."))
    return session, night_class


def _call_off(session: Session, reason: str, actor: Person, at: datetime) -> None:
    if session.activity_id is not None:
        call_off_arranged(activity_id=session.activity_id, actor=actor, at=at)
    session.state, session.reason = SessionState.CALLED_OFF, reason
    session.save(update_fields=["state", "reason"])


def _refuse_busy(night_class: NightClass, span: clashes.Span) -> None:
    if other := clashes.of_place(night_class.place_id, [span]):
        raise Refusal(
            "room_taken", _("At this time the place has “%(title)s”.") % {"title": other.title}
        )
    if clashes.of_person(night_class.lecturer.person_id, [span]):
        raise Refusal("lecturer_taken", _("The lecturer has other duties on these evenings."))


def _save_moved(session: Session, night_class: NightClass) -> None:
    try:
        with transaction.atomic():
            session.save(update_fields=["on", "starts_at", "ends_at"])
    except IntegrityError as error:
        raise clash(error) from None
    if session.number == 1:
        night_class.first_on = session.on
        night_class.save(update_fields=["first_on"])


def _close_request(night_class: NightClass, state: RequestState, at: datetime) -> None:
    wanted = night_class.request
    wanted.move_to(state)
    wanted.closed_at = at if state == RequestState.SERVED else None
    wanted.save(update_fields=["state", "closed_at", "why", "why_numbers"])


def _tell(
    kind: str, night_class: NightClass, people: set[int], at: datetime, **words: str | date
) -> None:
    if people:
        tell(
            kind, people, at=at, href=addresses.of_class(night_class),
            course=night_class.course.title, place=night_class.place.name, **words,
        )  # fmt: skip


def _record_session(
    verb: str, session: Session, night_class: NightClass, actor: Person, at: datetime
) -> None:
    journal.record(
        verb, session, actor=actor, at=at, where=night_class.division_id, on=session.on
    )
