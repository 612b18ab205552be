"""What becomes of places, classes and words when an account ends or two become one."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.school.models import (
    ClassRating,
    ClassState,
    DeclineReason,
    Enrolment,
    EnrolmentState,
    Lecturer,
    LecturerState,
    NightClass,
    Session,
)

from .enrolling import lock_published, promote, record
from .placing import drop, give_up, lock_class
from .placing import record as record_class
from .running import call_off_locked

journal.declare(
    {"enrolment.moved": gettext_lazy("moved an enrolment to the account that stays")}
)


def end_of_account(person: Person, actor: Person, at: datetime) -> None:
    """Places ahead are given on; nobody teaches any more; words are emptied."""
    _end_enrolments(person, actor, at)
    ClassRating.objects.filter(person=person).exclude(comment="").update(comment="")
    lecturer = Lecturer.objects.select_for_update(of=("self",)).filter(person=person).first()
    if lecturer is None:
        return
    for pk in _live_classes(lecturer):
        _without_lecturer(pk, actor, at)
    _end_lecturer(lecturer, actor, at)


def move_all(gone: Person, keep: Person, actor: Person, at: datetime) -> None:
    """Enrolments, ratings and lecturing go to the account that stays, each once."""
    _move_enrolments(gone, keep, actor, at)
    rated = ClassRating.objects.filter(person=keep).values("night_class_id")
    ClassRating.objects.filter(person=gone).exclude(night_class__in=rated).update(person=keep)
    _move_lecturer(gone, keep, actor, at)


def _end_enrolments(person: Person, actor: Person, at: datetime) -> None:
    own = Enrolment.objects.live().filter(person=person)
    for pk, class_id in own.order_by("night_class_id").values_list("pk", "night_class_id"):
        night_class = lock_published(class_id)
        assert night_class is not None
        enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=pk)
        enrolment.move_to(EnrolmentState.CANCELLED)
        enrolment.closed_at = at
        enrolment.save(update_fields=["state", "closed_at"])
        record("enrolment.cancelled", enrolment, actor, at)
        # Their places on the shifts are given back by the room of activities, perhaps later
        # in this transaction; then the sweep looks at who waits.


def _live_classes(lecturer: Lecturer) -> list[int]:
    live = NightClass.objects.live().filter(lecturer=lecturer).order_by("pk")
    return list(live.values_list("pk", flat=True))


def _without_lecturer(class_id: int, actor: Person, at: datetime) -> None:
    """Not accepted yet: as if declined. Accepted: called off, and the request waits again."""
    night_class = lock_class(class_id)
    assert night_class is not None
    if night_class.state == ClassState.DRAFT:
        drop(night_class, actor=actor, at=at)
    elif night_class.state == ClassState.PROPOSED:
        night_class.move_to(ClassState.DECLINED)
        night_class.declined_at = night_class.closed_at = at
        night_class.decline_reason = DeclineReason.OTHER
        night_class.save(update_fields=["state", "declined_at", "closed_at", "decline_reason"])
        give_up(night_class)
        record_class("class.declined", night_class, actor, at)
    elif night_class.state in {ClassState.CONFIRMED, ClassState.PUBLISHED}:
        night_class.move_to(ClassState.CALLED_OFF)
        call_off_locked(night_class, _("The lecturer has left."), actor=actor, at=at)


def _move_enrolments(gone: Person, keep: Person, actor: Person, at: datetime) -> None:
    own = Enrolment.objects.live().filter(person=gone)
    for pk, class_id in own.order_by("night_class_id").values_list("pk", "night_class_id"):
        night_class = lock_published(class_id)
        assert night_class is not None
        enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=pk)
        other = Enrolment.objects.live().filter(night_class=night_class, person=keep)
        if other.exists() or night_class.lecturer.person_id == keep.pk:
            enrolment.move_to(EnrolmentState.CANCELLED)
            enrolment.closed_at = at
            enrolment.save(update_fields=["state", "closed_at"])
            record("enrolment.cancelled", enrolment, actor, at)
            promote(night_class, at=at)
            continue
        enrolment.person = keep
        enrolment.save(update_fields=["person"])
        record("enrolment.moved", enrolment, actor, at)


def _move_lecturer(gone: Person, keep: Person, actor: Person, at: datetime) -> None:
    """One row of the corps for one person; two classes of one evening forbid it."""
    moving = Lecturer.objects.select_for_update(of=("self",)).filter(person=gone).first()
    if moving is None:
        return
    own = Lecturer.objects.select_for_update(of=("self",)).filter(person=keep).first()
    if own is None:
        if moving.decided_by_id == keep.pk:
            # Nobody approves themselves, not even by being merged with who was approved.
            moving.decided_by_id = gone.pk
        moving.person = keep
        moving.save(update_fields=["person", "decided_by"])
        return
    try:
        with transaction.atomic():
            Session.objects.filter(lecturer=moving).update(lecturer=own)
            NightClass.objects.filter(lecturer=moving).update(lecturer=own)
    except IntegrityError:
        raise Refusal(
            "both_teach", _("Both accounts teach on one evening; call one class off first.")
        ) from None
    _end_lecturer(moving, actor, at)


def _end_lecturer(lecturer: Lecturer, actor: Person, at: datetime) -> None:
    lecturer.bio = lecturer.honour = lecturer.honour_source = ""
    if lecturer.state not in {LecturerState.ENDED, LecturerState.REFUSED}:
        lecturer.move_to(LecturerState.ENDED)
        lecturer.decided_at, lecturer.decided_by = at, actor
    lecturer.save(
        update_fields=["bio", "honour", "honour_source", "state", "decided_at", "decided_by"]
    )
    journal.record(
        "lecturer.ended", lecturer, actor=actor, at=at, where=lecturer.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
