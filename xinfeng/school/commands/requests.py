"""What stations ask for: a class of a course, from a week on, on evenings of their choice."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Place, PlaceState
from xinfeng.school import evenings, permissions
from xinfeng.school.addresses import of_place
from xinfeng.school.models import ClassRequest, ClassState, Course, RequestState, Series

from .placing import drop, lock_live, lock_request

journal.declare(
    {
        "class_request.asked": gettext_lazy("asked for a class"),
        "class_request.withdrawn": gettext_lazy("withdrew a class request"),
        "class_request.refused": gettext_lazy("refused a class request"),
    }
)
notices.declare(
    {
        "class_request.refused": gettext_lazy(
            "The class “%(course)s” for %(place)s was refused: %(why)s"
        ),
    }
)
# Earlier would be in the morning; later, a session would end at night.
_BEGINS = range(6 * 60, 22 * 60 + 1)


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """What a station says when it asks for a class. The code comes with the form."""

    code: str
    place_id: int
    course_id: int
    wished_from: date
    evenings: int
    begins_minute: int
    heads: int
    room: str
    group: str = ""
    note: str = ""
    series_id: int | None = None


@scope.command
def request_class(*, new: NewRequest, actor: Person, at: datetime) -> ClassRequest:
    """A station asks for a class; the next timetable looks for a lecturer."""
    place = Place.objects.filter(pk=new.place_id).first()
    standing = standing_of(actor, clock.local_date(at))
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    if place is None or not permissions.may_request(standing, place):
        raise _not_yours()
    if already := ClassRequest.objects.filter(code=new.code).first():
        if already.asked_by_id != actor.pk:
            raise Refusal("code_taken", _("This code is taken; open the form once more."))
        return already
    course = _course(new, place)
    _refuse_impossible(new, place, course, at)
    wanted = ClassRequest.objects.create(
        code=new.code, place=place, division_id=place.division_id, course=course,
        series_id=new.series_id, wished_from=evenings.monday(new.wished_from),
        evenings=new.evenings, begins_minute=new.begins_minute, heads=new.heads,
        room=new.room.strip(), group=new.group.strip(), note=new.note.strip(),
        asked_by=actor, asked_at=at,
    )  # fmt: skip
    _record("class_request.asked", wanted, actor, at)
    return wanted


@scope.command
def withdraw_request(
    *, request_id: int, actor: Person, at: datetime, reason: str = ""
) -> ClassRequest:
    """The class is no longer wished; a lecturer who was asked is told."""
    wanted = lock_request(request_id)
    standing = standing_of(actor, clock.local_date(at))
    if wanted is None or not permissions.may_withdraw(standing, wanted):
        raise _not_yours()
    if wanted.state == RequestState.WITHDRAWN:
        return wanted
    for night_class in lock_live(wanted):
        if night_class.state in {ClassState.CONFIRMED, ClassState.PUBLISHED}:
            raise Refusal(
                "class_confirmed", _("The lecturer has accepted. Call the class off instead.")
            )
        drop(night_class, actor=actor, at=at)
    _close(wanted, RequestState.WITHDRAWN, reason.strip(), at)
    _record("class_request.withdrawn", wanted, actor, at)
    return wanted


@scope.command
def refuse_request(
    *, request_id: int, reason: str, actor: Person, at: datetime
) -> ClassRequest:
    """The office says no, and why; the station is told."""
    wanted = lock_request(request_id)
    standing = standing_of(actor, clock.local_date(at))
    if wanted is None or not permissions.may_place(standing, wanted.division_id):
        raise _not_yours()
    if wanted.state == RequestState.REFUSED:
        return wanted
    if not reason.strip():
        raise Refusal("reason_needed", _("Say why."))
    _close(wanted, RequestState.REFUSED, reason.strip(), at)
    tell(
        "class_request.refused", [wanted.asked_by_id], at=at, href=of_place(wanted.place),
        course=wanted.course.title, place=wanted.place.name, why=wanted.reason,
    )  # fmt: skip
    _record("class_request.refused", wanted, actor, at)
    return wanted


def _course(new: NewRequest, place: Place) -> Course:
    course = Course.objects.filter(pk=new.course_id, is_active=True).first()
    if course is None:
        raise Unknown("course_unknown", _("There is no such course on the menu."))
    lo, hi = course.division.span
    if not lo <= place.division_id < hi:
        raise Unknown("course_unknown", _("There is no such course on the menu."))
    return course


def _refuse_impossible(new: NewRequest, place: Place, course: Course, at: datetime) -> None:
    if place.state != PlaceState.OPEN:
        raise Refusal("place_closed", _("This place is not open."))
    if evenings.monday(new.wished_from) < evenings.monday(clock.local_date(at)):
        raise Refusal("week_over", _("This week is over; choose a later one."))
    if not 1 <= new.evenings <= evenings.ALL:
        raise Refusal("evenings_needed", _("Choose at least one evening."))
    if new.begins_minute not in _BEGINS or new.begins_minute + course.minutes > 24 * 60:
        raise Refusal("begins", _("A session ends on the day on which it begins."))
    if not 1 <= new.heads <= 500:
        raise Refusal("heads", _("Say how many people it is for: 1 to 500."))
    if not new.room.strip():
        raise Refusal("room_needed", _("Name the room."))
    series = Series.objects.filter(pk=new.series_id) if new.series_id is not None else None
    if series is not None and not series.exists():
        raise Unknown("series_unknown", _("There is no such series."))


def _close(wanted: ClassRequest, state: RequestState, reason: str, at: datetime) -> None:
    wanted.move_to(state)
    wanted.closed_at, wanted.reason = at, reason
    wanted.save(update_fields=["state", "closed_at", "reason", "why", "why_numbers"])


def _not_yours() -> Refusal:
    return Forbidden("not_your_place", _("Only its keeper or an office above it can do this."))


def _record(verb: str, wanted: ClassRequest, actor: Person, at: datetime) -> None:
    journal.record(
        verb, wanted, actor=actor, at=at, where=wanted.division_id, on=clock.local_date(at)
    )
