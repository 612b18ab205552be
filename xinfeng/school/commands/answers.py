"""What lecturers say: yes, or no with a reason; silence is a no after some days."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, pack, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.school import addresses, permissions
from xinfeng.school.models import ClassState, DeclineReason, NightClass

from .placing import drop, give_up, lock_class, record
from .telling import tell_of

journal.declare(
    {
        "class.accepted": gettext_lazy("accepted to give a class"),
        "class.declined": gettext_lazy("declined to give a class"),
    }
)
notices.declare(
    {
        "class.accepted": gettext_lazy(
            "The lecturer has accepted “%(course)s” at %(place)s, from %(day)s on. Publish the"
            " class so that people can enrol."
        ),
        "class.declined": gettext_lazy(
            "The lecturer cannot give “%(course)s” at %(place)s; the next timetable looks for"
            " somebody else."
        ),
    }
)


@scope.command
def accept_class(
    *, class_id: int, actor: Person, at: datetime, asked_at: datetime | None = None
) -> NightClass:
    """The lecturer says yes; from now on no timetable moves it.

    `asked_at` is the question that they read: moved meanwhile, it is another one.
    """
    night_class = _lock_to_answer(class_id, actor, at)
    if asked_at is not None and asked_at != night_class.asked_at:
        raise Refusal("class_moved", _("It was moved meanwhile; look at its new time."))
    if night_class.state in {ClassState.CONFIRMED, ClassState.PUBLISHED, ClassState.ENDED}:
        return night_class
    _refuse_replaced(night_class)
    if clock.local_date(at) >= night_class.first_on:
        raise Refusal("class_begun", _("Its first evening has come; it is planned anew."))
    night_class.move_to(ClassState.CONFIRMED)
    night_class.accepted_at = at
    night_class.save(update_fields=["state", "accepted_at"])
    _tell("class.accepted", night_class, at, day=night_class.first_on)
    record("class.accepted", night_class, actor, at)
    return night_class


@scope.command
def decline_class(
    *, class_id: int, reason: str, actor: Person, at: datetime, text: str = ""
) -> NightClass:
    """The lecturer says no and why; the request waits for the next timetable."""
    night_class = _lock_to_answer(class_id, actor, at)
    if night_class.state == ClassState.DECLINED:
        return night_class
    _refuse_replaced(night_class)
    if reason not in DeclineReason.values:
        raise Refusal("reason_needed", _("Say why."))
    night_class.move_to(ClassState.DECLINED)
    night_class.declined_at = night_class.closed_at = at
    night_class.decline_reason, night_class.decline_text = reason, text.strip()
    night_class.save(
        update_fields=["state", "declined_at", "closed_at", "decline_reason", "decline_text"]
    )
    give_up(night_class)
    _tell("class.declined", night_class, at)
    record("class.declined", night_class, actor, at)
    return night_class


@scope.command
def lapse_class(*, class_id: int, at: datetime) -> NightClass | None:
    """Nobody answered in time, or the first evening came before anybody was asked: the request
    waits again."""
    night_class = lock_class(class_id)
    if night_class is None or not is_silent(night_class, at):
        return night_class
    drop(night_class, actor=None, at=at)
    return night_class


def is_silent(night_class: NightClass, at: datetime) -> bool:
    if night_class.state not in {ClassState.DRAFT, ClassState.PROPOSED}:
        return False
    if clock.local_date(at) >= night_class.first_on:
        return True
    days = pack.load(settings.CITY_PACK).rules.class_answer_days
    asked_at = night_class.asked_at
    return asked_at is not None and at >= asked_at + timedelta(days=days)


def _lock_to_answer(class_id: int, actor: Person, at: datetime) -> NightClass:
    night_class = lock_class(class_id)
    standing = standing_of(actor, clock.local_date(at))
    # A draft is the office's own: its lecturer is answered as everybody else.
    hidden = night_class is None or night_class.asked_at is None
    if (
        night_class is None
        or hidden
        or not permissions.may_answer(standing, night_class.lecturer)
    ):
        raise Unknown("class_unknown", _("There is no such class."))
    return night_class


def _refuse_replaced(night_class: NightClass) -> None:
    if night_class.state == ClassState.WITHDRAWN:
        raise Refusal("class_replaced", _("This class was planned anew; nothing is to do."))


def _tell(
    kind: str, night_class: NightClass, at: datetime, **words: str | int | date | datetime
) -> None:
    """The station that asked, and the office that planned."""
    people = [night_class.request.asked_by_id, night_class.placed_by_id]
    if night_class.timetable is not None:
        people.append(night_class.timetable.asked_by_id)
    tell_of(
        night_class, kind, people, at=at, href=addresses.of_place(night_class.place), **words
    )
