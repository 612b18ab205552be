"""An evening at another time: moved by who runs the class, accepted anew by its lecturer.

A lecturer said yes to evenings, not to a class whenever it may be: what is moved is asked
again, and until they say so nobody is booked to teach on it.
"""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import commands as activities
from xinfeng.activities.commands.signups import release_arranged
from xinfeng.activities.models import Part
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.school import addresses, clashes, evenings, permissions
from xinfeng.school.models import ClassState, NightClass, Session, SessionState

from .placing import clash, lock_class, record
from .publishing import lock_to_run
from .telling import tell_of

journal.declare(
    {
        "session.moved": gettext_lazy("moved a session of a class"),
        "session.accepted": gettext_lazy("accepted the new time of a session"),
        "session.declined": gettext_lazy("declined the new time of a session"),
        "class.asked_again": gettext_lazy("asked a lecturer again after a class was moved"),
    }
)
notices.declare(
    {
        "class.moved": gettext_lazy(
            "“%(course)s” at %(place)s was moved from %(from)s to %(day)s, %(begins)s. Your"
            " earlier yes no longer counts: accept or decline it here."
        ),
        "session.moved": gettext_lazy(
            "One evening of “%(course)s” at %(place)s was moved from %(from)s to %(day)s,"
            " %(begins)s. Accept or decline it here; otherwise it does not take place."
        ),
        "session.accepted": gettext_lazy(
            "The lecturer of “%(course)s” at %(place)s comes on %(day)s, too."
        ),
        "session.declined": gettext_lazy(
            "The lecturer of “%(course)s” at %(place)s cannot come on %(day)s. Move the evening"
            " again or call it off."
        ),
    }
)

_FARTHEST = timedelta(days=366)


@scope.command
def move_session(
    *, session_id: int, on: date, begins_minute: int, actor: Person, at: datetime
) -> Session:
    """Another evening or another hour; lecturer, room and group must be free then."""
    session, night_class = lock_session(session_id, actor, at)
    if on > clock.local_date(at) + _FARTHEST:
        raise Refusal("too_far_ahead", _("Choose a day within a year."))
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
        _ask_class_again(night_class, actor, at)
    else:
        _ask_session_again(session, night_class, actor, at)
    tell_of(
        night_class, "class.moved" if session.shift_id is None else "session.moved",
        [night_class.lecturer.person_id], at=at, href=addresses.of_lecturer(),
        day=on, begins=clock.local_time(starts_at), **{"from": before},
    )  # fmt: skip
    record_session("session.moved", session, night_class, actor, at)
    return session


@scope.command
def accept_session(
    *, session_id: int, starts_at: datetime, actor: Person, at: datetime
) -> Session:
    """The lecturer says yes to the new time that they were shown, and is booked again."""
    session, night_class = _lock_to_answer(session_id, actor, at)
    _refuse_other_time(session, starts_at)
    if session.asked_at is None:
        return session
    _refuse_over(session, night_class, at)
    assert session.shift is not None
    post = session.shift.posts.get(part=Part.HELPER)
    activities.book(
        shift_id=session.shift.pk, person_id=actor.pk, post_id=post.pk, actor=actor, at=at
    )
    session.asked_at = session.declined_at = None
    session.save(update_fields=["asked_at", "declined_at"])
    _tell_station("session.accepted", session, night_class, at)
    record_session("session.accepted", session, night_class, actor, at)
    return session


@scope.command
def decline_session(
    *, session_id: int, starts_at: datetime, actor: Person, at: datetime
) -> Session:
    """The lecturer cannot come then: the station moves it again or calls it off, or it falls
    away by itself before its time."""
    session, night_class = _lock_to_answer(session_id, actor, at)
    _refuse_other_time(session, starts_at)
    if session.declined_at is not None:
        return session
    if session.asked_at is None:
        raise Refusal("session_accepted", _("You have accepted; ask the station to move it."))
    _refuse_over(session, night_class, at)
    session.declined_at = at
    session.save(update_fields=["declined_at"])
    _tell_station("session.declined", session, night_class, at)
    record_session("session.declined", session, night_class, actor, at)
    return session


def is_unanswered(session: Session, at: datetime) -> bool:
    """It is high time to tell learners that nobody has accepted this evening.

    An hour before; of an evening moved at short notice, half of what was left. Looked at only
    later, because nothing swept in between, it is as true.
    """
    if session.asked_at is None or session.state != SessionState.PLANNED:
        return False
    ahead = min(evenings.KNOWN_BEFORE, (session.starts_at - session.asked_at) / 2)
    return at >= session.starts_at - ahead


def lock_session(session_id: int, actor: Person, at: datetime) -> tuple[Session, NightClass]:
    """One evening of a class that was accepted, held with its class, for who runs it."""
    found = Session.objects.filter(pk=session_id).values_list("night_class_id", flat=True)
    night_class = lock_to_run(found.first() or 0, actor, at)
    if night_class.state not in {ClassState.CONFIRMED, ClassState.PUBLISHED}:
        raise Refusal("class_state", _("This class is already in another state."))
    session = Session.objects.select_for_update(of=("self",)).filter(pk=session_id).first()
    if session is None:
        raise Forbidden("not_your_class", _("There is no such class."))
    return session, night_class


def record_session(
    verb: str, session: Session, night_class: NightClass, actor: Person | None, at: datetime
) -> None:
    journal.record(
        verb, session, actor=actor, at=at, where=night_class.division_id, on=session.on
    )


def _ask_class_again(night_class: NightClass, actor: Person, at: datetime) -> None:
    """Nobody has enrolled yet, so the whole class waits for another yes."""
    night_class.move_to(ClassState.PROPOSED)
    night_class.accepted_at, night_class.asked_at = None, at
    night_class.save(update_fields=["state", "accepted_at", "asked_at"])
    record("class.asked_again", night_class, actor, at)


def _ask_session_again(
    session: Session, night_class: NightClass, actor: Person, at: datetime
) -> None:
    """Learners are told by the shift; its lecturer is not booked until they say yes."""
    assert session.shift_id is not None
    release_arranged(
        shift_id=session.shift_id, person_id=night_class.lecturer.person_id, actor=actor, at=at
    )
    activities.move_shift(
        shift_id=session.shift_id, starts_at=session.starts_at, ends_at=session.ends_at,
        actor=actor, at=at,
    )  # fmt: skip
    session.asked_at, session.declined_at = at, None
    session.save(update_fields=["asked_at", "declined_at"])


def _lock_to_answer(session_id: int, actor: Person, at: datetime) -> tuple[Session, NightClass]:
    found = Session.objects.filter(pk=session_id).values_list("night_class_id", flat=True)
    night_class = lock_class(found.first() or 0)
    standing = standing_of(actor, clock.local_date(at))
    if (
        night_class is None
        or night_class.published_at is None
        or not permissions.may_answer(standing, night_class.lecturer)
    ):
        raise Unknown("session_unknown", _("There is no such session."))
    held = Session.objects.select_for_update(of=("self",)).select_related("shift")
    return held.get(pk=session_id), night_class


def _refuse_other_time(session: Session, starts_at: datetime) -> None:
    """A yes is one to what was read: the evening may have been moved once more meanwhile."""
    if session.starts_at != starts_at:
        raise Refusal("session_moved", _("It was moved once more; look at its new time."))


def _refuse_over(session: Session, night_class: NightClass, at: datetime) -> None:
    if night_class.state != ClassState.PUBLISHED or session.state != SessionState.PLANNED:
        raise Refusal("session_off", _("This session does not take place any more."))
    if session.starts_at <= at:
        raise Refusal("session_begun", _("This session has begun."))


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


def _tell_station(kind: str, session: Session, night_class: NightClass, at: datetime) -> None:
    """Who published the class and who asked for it."""
    tell_of(
        night_class, kind, [night_class.published_by_id, night_class.request.asked_by_id],
        at=at, href=addresses.of_session(session), day=session.on,
    )  # fmt: skip
