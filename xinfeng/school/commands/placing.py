"""Where a class stands in the timetable: put there, moved by hand, taken away.

Locks are taken request first, then its class; a timetable before its requests, those in the
order of their ids. The sessions' own constraints decide about two at once.
"""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.people.queries import abilities, standing_of
from xinfeng.school import addresses, clashes, evenings, permissions
from xinfeng.school.models import (
    LIVE_CLASSES,
    WAITING_FOR_PLACE,
    ClassRequest,
    ClassState,
    Lecturer,
    LecturerState,
    NightClass,
    RequestState,
    Session,
    SessionState,
    Timetable,
)

from .telling import tell_of

journal.declare(
    {
        "class.placed": gettext_lazy("placed a class in the timetable"),
        "class.withdrawn": gettext_lazy("took a class out of the timetable"),
        "class.proposed": gettext_lazy("asked a lecturer to give a class"),
    }
)
notices.declare(
    {
        "class.proposed": gettext_lazy(
            "Will you give “%(course)s” at %(place)s, %(sessions)s sessions from %(day)s on?"
            " Accept it or decline it here."
        ),
        "class.withdrawn": gettext_lazy(
            "“%(course)s” at %(place)s was planned anew; you need not answer any more."
        ),
    }
)
# A lecturer who is asked has some days to answer, and the class some to be published.
NOTICE = timedelta(days=3)


@scope.command
def place_class(
    *, request_id: int, lecturer_id: int, first_on: date, code: str, actor: Person, at: datetime
) -> NightClass:
    """The office places a class by hand, or moves one that nobody has accepted yet.

    Reach and evenings are wishes that an office may overrule, as the lecturer still says yes
    or no; subject, qualification and clashes are not.
    """
    wanted = lock_request(request_id)
    standing = standing_of(actor, clock.local_date(at))
    if wanted is None or not permissions.may_place(standing, wanted.division_id):
        raise Forbidden("not_your_area", _("Only an office can do this, within its area."))
    lecturer = Lecturer.objects.select_related("person").filter(pk=lecturer_id).first()
    if lecturer is None:
        raise Unknown("lecturer_unknown", _("There is no such lecturer."))
    timetable = None
    for old in lock_live(wanted):
        if (old.lecturer_id, old.first_on) == (lecturer.pk, first_on):
            return old
        if old.state not in {ClassState.DRAFT, ClassState.PROPOSED}:
            raise Refusal(
                "class_confirmed", _("The lecturer has accepted. Call the class off instead.")
            )
        timetable = old.timetable
        drop(old, actor=actor, at=at)
    if first_on <= clock.local_date(at):
        raise Refusal("day_over", _("Choose a day that lies ahead."))
    refuse_unable(lecturer, wanted, first_on)
    return put(
        wanted, lecturer, first_on, code=code, timetable=timetable, travel_m=None,
        actor=actor, at=at,
    )  # fmt: skip


@scope.command
def propose_class(*, class_id: int, actor: Person, at: datetime) -> NightClass:
    """Ask the lecturer of a class that was placed; only they say yes."""
    night_class = lock_class(class_id)
    standing = standing_of(actor, clock.local_date(at))
    if night_class is None or not permissions.may_place(standing, night_class.division_id):
        raise Forbidden("not_your_area", _("Only an office can do this, within its area."))
    if night_class.state == ClassState.PROPOSED:
        return night_class
    propose(night_class, actor=actor, at=at)
    return night_class


def lock_request(request_id: int) -> ClassRequest | None:
    """The request stands for all that is placed for it: it is locked before its class."""
    found = ClassRequest.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("course", "place").filter(pk=request_id).first()


def lock_class(class_id: int) -> NightClass | None:
    """The class with its request, both held: the request first."""
    request_id = NightClass.objects.filter(pk=class_id).values_list("request_id", flat=True)
    wanted = lock_request(request_id.first() or 0)
    if wanted is None:
        return None
    night_class = _locked().get(pk=class_id)
    night_class.request = wanted
    return night_class


def lock_live(wanted: ClassRequest) -> list[NightClass]:
    """The class that the locked request has now, if any."""
    found = list(_locked().filter(request=wanted, state__in=LIVE_CLASSES).order_by("pk"))
    for night_class in found:
        night_class.request = wanted
    return found


def put(
    wanted: ClassRequest,
    lecturer: Lecturer,
    first_on: date,
    *,
    code: str,
    timetable: Timetable | None,
    travel_m: int | None,
    actor: Person | None,
    at: datetime,
) -> NightClass:
    """A draft of the class with its evenings, for the locked request; refused on a clash."""
    if wanted.state not in WAITING_FOR_PLACE:
        raise Refusal("request_state", _("This class request is already closed or placed."))
    course = wanted.course
    days = evenings.weekly(first_on, course.sessions)
    begins, ends = wanted.begins_minute, wanted.begins_minute + course.minutes
    spans = [(evenings.moment(day, begins), evenings.moment(day, ends)) for day in days]
    _refuse_other_things(wanted, lecturer, spans)
    try:
        with transaction.atomic():
            night_class = NightClass.objects.create(
                code=code, request=wanted, course=course, lecturer=lecturer,
                timetable=timetable, series_id=wanted.series_id, place=wanted.place,
                division_id=wanted.division_id, room=wanted.room, group=wanted.group,
                first_on=first_on, begins_minute=begins, ends_minute=ends,
                sessions_count=len(days), quota=wanted.heads, travel_m=travel_m,
                placed_at=at, placed_by=actor,
            )  # fmt: skip
            Session.objects.bulk_create(
                Session(
                    night_class=night_class, number=number, on=day, starts_at=starts_at,
                    ends_at=ends_at, lecturer=lecturer, place=wanted.place, room=wanted.room,
                    group=wanted.group,
                )
                for number, (day, (starts_at, ends_at)) in enumerate(
                    zip(days, spans, strict=True), start=1
                )
            )  # fmt: skip
    except IntegrityError as error:
        raise clash(error) from None
    wanted.move_to(RequestState.PLACED)
    wanted.save(update_fields=["state", "why", "why_numbers"])
    record("class.placed", night_class, actor, at)
    return night_class


def propose(night_class: NightClass, *, actor: Person, at: datetime) -> None:
    """The draft becomes a question to its lecturer, told in their inbox."""
    if night_class.lecturer.state != LecturerState.APPROVED:
        raise Refusal("lecturer_state", _("This lecturer is in another state."))
    if night_class.state != ClassState.DRAFT:
        # Only a move takes an acceptance back.
        raise Refusal("class_state", _("This class is already in another state."))
    night_class.move_to(ClassState.PROPOSED)
    night_class.asked_at, night_class.is_paid = at, night_class.lecturer.is_paid
    night_class.save(update_fields=["state", "asked_at", "is_paid"])
    tell_of(
        night_class, "class.proposed", [night_class.lecturer.person_id], at=at,
        href=addresses.of_lecturer(), sessions=night_class.sessions_count,
        day=night_class.first_on,
    )  # fmt: skip
    record("class.proposed", night_class, actor, at)


def drop(night_class: NightClass, *, actor: Person | None, at: datetime) -> None:
    """Take a class that nobody has accepted out again; its request is free once more."""
    was_asked = night_class.state == ClassState.PROPOSED
    night_class.move_to(ClassState.WITHDRAWN)
    night_class.closed_at = at
    night_class.save(update_fields=["state", "closed_at"])
    give_up(night_class)
    if was_asked:
        tell_of(
            night_class, "class.withdrawn", [night_class.lecturer.person_id], at=at,
            href=addresses.of_lecturer(),
        )  # fmt: skip
    record("class.withdrawn", night_class, actor, at)


def give_up(night_class: NightClass) -> None:
    """Nobody gives it: its evenings are free, and the request waits for a place again."""
    night_class.sessions.all().delete()
    wanted = night_class.request
    wanted.move_to(RequestState.ASKED)
    wanted.save(update_fields=["state", "why", "why_numbers"])


def refuse_unable(lecturer: Lecturer, wanted: ClassRequest, first_on: date) -> None:
    """Approved, of the field, and with the qualifications that the course asks for."""
    if lecturer.state != LecturerState.APPROVED:
        raise Refusal("lecturer_state", _("This lecturer is in another state."))
    if not lecturer.fields.filter(pk=wanted.course.field_id).exists():
        raise Refusal("not_their_field", _("This lecturer teaches other fields."))
    held = abilities(lecturer.person_id, first_on).qualifications
    if set(wanted.course.qualifications) - held:
        raise Refusal(
            "qualification_missing",
            _("This course asks for a qualification that the lecturer does not hold then."),
        )
    declined = wanted.classes.filter(lecturer=lecturer, state=ClassState.DECLINED)
    if declined.exists():
        raise Refusal("declined_before", _("This lecturer has declined it already."))


def clash(error: IntegrityError) -> Refusal:
    """Which of the constraints of a session spoke, in words."""
    sentences = {
        "a_lecturer_teaches_once_an_evening": (
            "lecturer_taken", _("The lecturer has another class on one of these evenings."),
        ),
        "a_room_is_used_once_an_evening": (
            "room_taken", _("The room has another class on one of these evenings."),
        ),
        "a_group_learns_once_an_evening": (
            "group_taken", _("The group has another class on one of these evenings."),
        ),
    }  # fmt: skip
    for name, (code, sentence) in sentences.items():
        if name in str(error):
            return Refusal(code, sentence)
    raise error


def record(verb: str, night_class: NightClass, actor: Person | None, at: datetime) -> None:
    journal.record(
        verb, night_class, actor=actor, at=at, where=night_class.division_id,
        on=night_class.first_on,
    )  # fmt: skip


def _locked() -> "QuerySet[NightClass]":
    found = NightClass.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("lecturer__person", "course", "place", "timetable")


def _refuse_other_things(
    wanted: ClassRequest, lecturer: Lecturer, spans: list[clashes.Span]
) -> None:
    if other := clashes.of_place(wanted.place_id, spans):
        raise Refusal(
            "room_taken",
            _("At this time the place has “%(title)s”.") % {"title": other.title},
        )
    if clashes.of_person(lecturer.person_id, spans):
        # What else a lecturer does is their own affair.
        raise Refusal("lecturer_taken", _("The lecturer has other duties on these evenings."))


def planned(night_class: NightClass) -> list[Session]:
    """The evenings that still stand, in order."""
    sessions = night_class.sessions.filter(state=SessionState.PLANNED)
    return list(sessions.order_by("starts_at", "pk"))
