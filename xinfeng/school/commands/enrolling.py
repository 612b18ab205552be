"""Places in a class: taken, waited for, given back, and given on.

All is decided under the lock of the class. Then the shifts are locked in the order of their
ids before anybody is booked, so that two who book several evenings never wait in a circle.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import commands as activities
from xinfeng.activities import fitness
from xinfeng.activities import permissions as activities_permissions
from xinfeng.activities.models import LIVE, ActivityState, Part, Post, Shift, Signup
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.models import Person
from xinfeng.school.models import (
    ClassState,
    Enrolment,
    EnrolmentState,
    NightClass,
    SessionState,
)

from .publishing import lock_to_run
from .telling import tell_of

journal.declare(
    {
        "enrolment.taken": gettext_lazy("enrolled in a class"),
        "enrolment.waiting": gettext_lazy("joined the waiting list of a class"),
        "enrolment.promoted": gettext_lazy("got a place in a class from the waiting list"),
        "enrolment.cancelled": gettext_lazy("gave a place in a class back"),
        "enrolment.lapsed": gettext_lazy("closed an enrolment in a class"),
        "class.resized": gettext_lazy("changed the quota of a class"),
    }
)
notices.declare(
    {
        "enrolment.promoted": gettext_lazy(
            "A place became free: you are enrolled in “%(course)s” at %(place)s."
        ),
        "enrolment.skipped": gettext_lazy(
            "A place became free in “%(course)s” at %(place)s, but you could not have it:"
            " %(why)s"
        ),
        "enrolment.lapsed": gettext_lazy(
            "“%(course)s” at %(place)s has ended or was called off; you wait no longer."
        ),
    }
)


@scope.command
def enrol(
    *, class_id: int, actor: Person, at: datetime, person_id: int | None = None
) -> Enrolment:
    """Take a place in a class, or wait for one; for oneself or for whom one answers."""
    person = _who(person_id, actor)
    night_class = lock_published(class_id)
    if night_class is None:
        raise _unknown()
    live = Enrolment.objects.live().filter(night_class=night_class, person=person)
    if already := live.first():
        return already
    if night_class.state != ClassState.PUBLISHED:
        raise Refusal("class_closed", _("This class takes nobody any more."))
    if person.pk == night_class.lecturer.person_id:
        raise Refusal("own_class", _("You give this class yourself."))
    shifts = _shifts_ahead(night_class, at)
    if not shifts:
        raise Refusal("class_begun_last", _("Its last session has begun."))
    enrolment = Enrolment(
        night_class=night_class, person=person, division_id=night_class.division_id, asked_at=at
    )
    if free_places(night_class) > 0:
        _book(shifts, person, at)
        enrolment.state, enrolment.enrolled_at = EnrolmentState.ENROLLED, at
    else:
        _refuse_unfit(shifts[0], person)
        enrolment.state = EnrolmentState.WAITING
    enrolment.save()
    taken = enrolment.state == EnrolmentState.ENROLLED
    record("enrolment.taken" if taken else "enrolment.waiting", enrolment, actor, at)
    return enrolment


@scope.command
def cancel_enrolment(*, enrolment_id: int, actor: Person, at: datetime) -> Enrolment:
    """Give the place back, with all sessions ahead; it goes to whoever waits longest."""
    found = Enrolment.objects.filter(pk=enrolment_id).values_list("night_class_id", "person_id")
    class_id, person_id = found.first() or (0, 0)
    mine = person_id == actor.pk or fitness.answers_for(actor, person_id)
    night_class = lock_published(class_id) if mine else None
    if night_class is None:
        raise Unknown("enrolment_unknown", _("You have no such enrolment."))
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment_id)
    if enrolment.state == EnrolmentState.CANCELLED:
        return enrolment
    was_enrolled = enrolment.state == EnrolmentState.ENROLLED
    enrolment.move_to(EnrolmentState.CANCELLED)
    enrolment.closed_at = at
    enrolment.save(update_fields=["state", "closed_at"])
    record("enrolment.cancelled", enrolment, actor, at)
    if was_enrolled:
        _give_back(night_class, person_id, actor, at)
        promote(night_class, at=at)
    return enrolment


@scope.command
def resize_class(*, class_id: int, quota: int, actor: Person, at: datetime) -> NightClass:
    """More places go to those who wait; never fewer than are taken."""
    night_class = lock_to_run(class_id, actor, at)
    if night_class.quota == quota:
        return night_class
    taken = Enrolment.objects.enrolled().filter(night_class=night_class).count()
    if not max(taken, 1) <= quota <= 500:
        raise Refusal(
            "fewer_than_taken",
            _("%(taken)s places are taken already; it cannot have fewer.") % {"taken": taken},
        )
    if night_class.state == ClassState.PUBLISHED:
        for shift in _shifts_ahead(night_class, at):
            _resize(shift, quota, actor, at)
    night_class.quota = quota
    night_class.save(update_fields=["quota"])
    _record_class("class.resized", night_class, actor, at)
    if night_class.state == ClassState.PUBLISHED:
        promote(night_class, at=at)
    return night_class


@scope.command
def fill_places(*, class_id: int, at: datetime) -> NightClass | None:
    """Look once more at who waits: a place may have come free without anybody pressing."""
    night_class = lock_published(class_id)
    if night_class is not None:
        promote(night_class, at=at)
    return night_class


def promote(night_class: NightClass, *, at: datetime) -> None:
    """Free places of the locked class go to who waits, in order; who cannot is told why."""
    if night_class.state != ClassState.PUBLISHED:
        return
    free, shifts = free_places(night_class), _shifts_ahead(night_class, at)
    if not shifts:
        return
    waiting = Enrolment.objects.waiting().filter(night_class=night_class)
    for enrolment in waiting.select_related("person"):
        if free <= 0:
            return
        try:
            with transaction.atomic():
                _book(shifts, enrolment.person, at)
        except Refusal as refusal:
            tell_of(
                night_class, "enrolment.skipped", [enrolment.person_id], at=at,
                why=str(refusal),
            )  # fmt: skip
            continue
        enrolment.move_to(EnrolmentState.ENROLLED)
        enrolment.enrolled_at = at
        enrolment.save(update_fields=["state", "enrolled_at"])
        free -= 1
        tell_of(night_class, "enrolment.promoted", [enrolment.person_id], at=at)
        record("enrolment.promoted", enrolment, None, at)


def lapse(night_class: NightClass, *, waiting_only: bool, at: datetime) -> None:
    """The class is over or off: nobody waits any longer, nobody holds a place ahead."""
    live = Enrolment.objects.live().filter(night_class=night_class)
    if waiting_only:
        live = live.filter(state=EnrolmentState.WAITING)
    for enrolment in live.order_by("pk"):
        if enrolment.state == EnrolmentState.WAITING:
            tell_of(night_class, "enrolment.lapsed", [enrolment.person_id], at=at)
        enrolment.move_to(EnrolmentState.LAPSED)
        enrolment.closed_at = at
        enrolment.save(update_fields=["state", "closed_at"])
        record("enrolment.lapsed", enrolment, None, at)


def lock_published(class_id: int) -> NightClass | None:
    """The class alone, held: enrolling touches nothing of its request."""
    found = NightClass.objects.select_for_update(of=("self",), no_key=True).public()
    return found.select_related("lecturer", "course", "place").filter(pk=class_id).first()


def free_places(night_class: NightClass) -> int:
    taken = Enrolment.objects.enrolled().filter(night_class=night_class).count()
    return night_class.quota - taken


def _who(person_id: int | None, actor: Person) -> Person:
    if person_id is None or person_id == actor.pk:
        return actor
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    if not fitness.answers_for(actor, person_id):
        raise Unknown("ward_unknown", _("You do not answer for this person."))
    return Person.objects.get(pk=person_id)


def _shifts_ahead(night_class: NightClass, at: datetime) -> list[Shift]:
    """The evenings still to come, all of them locked before the first is decided."""
    shifts = Shift.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=night_class.sessions.filter(
            state=SessionState.PLANNED, shift__isnull=False
        ).values("shift_id"),
        starts_at__gt=at,
        activity__state=ActivityState.ANNOUNCED,
    )
    return list(shifts.order_by("pk"))


def _book(shifts: list[Shift], person: Person, at: datetime) -> None:
    """All evenings or none; the person has asked for it, whoever set the place free."""
    posts = Post.objects.filter(shift__in=shifts, part=Part.LEARNER).order_by("pk")
    by_shift = {post.shift_id: post.pk for post in posts}
    for shift in shifts:
        activities.book(
            shift_id=shift.pk, person_id=person.pk, post_id=by_shift[shift.pk], actor=person,
            at=at,
        )  # fmt: skip


def _refuse_unfit(shift: Shift, person: Person) -> None:
    """Who could not come with a place does not wait for one either."""
    if not person.is_active:
        raise Refusal("person_closed", _("This account is closed."))
    post = shift.posts.get(part=Part.LEARNER)
    fit = fitness.of(person, shift, [post])
    if unfit := activities_permissions.what_forbids_post(shift.activity, post, fit):
        raise unfit


def _give_back(night_class: NightClass, person_id: int, actor: Person, at: datetime) -> None:
    shifts = [shift.pk for shift in _shifts_ahead(night_class, at)]
    held = Signup.objects.filter(shift__in=shifts, person=person_id, state__in=LIVE)
    for pk in held.order_by("shift_id").values_list("pk", flat=True):
        activities.cancel(signup_id=pk, actor=actor, at=at)


def _resize(shift: Shift, quota: int, actor: Person, at: datetime) -> None:
    """The room grows before its post, and shrinks after it."""
    post = shift.posts.get(part=Part.LEARNER)
    if quota > post.capacity:
        activities.resize_shift(shift_id=shift.pk, capacity=quota + 1, actor=actor, at=at)
    activities.resize_post(post_id=post.pk, capacity=quota, actor=actor, at=at)
    if quota < post.capacity:
        activities.resize_shift(shift_id=shift.pk, capacity=quota + 1, actor=actor, at=at)


def _unknown() -> Refusal:
    return Unknown("class_unknown", _("There is no such class."))


def record(verb: str, enrolment: Enrolment, actor: Person | None, at: datetime) -> None:
    journal.record(
        verb, enrolment, actor=actor, at=at, where=enrolment.division_id,
        on=clock.local_date(at),
    )  # fmt: skip


def _record_class(verb: str, night_class: NightClass, actor: Person, at: datetime) -> None:
    journal.record(
        verb, night_class, actor=actor, at=at, where=night_class.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
