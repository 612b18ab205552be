"""The lecturer corps: who applies, who is taken up, who pauses and who has stopped."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.school import permissions
from xinfeng.school.models import (
    LIVE_CLASSES,
    ClassState,
    Field,
    Lecturer,
    LecturerState,
    NightClass,
)

journal.declare(
    {
        "lecturer.applied": gettext_lazy("applied to become a lecturer"),
        "lecturer.changed": gettext_lazy("changed what a lecturer offers"),
        "lecturer.approved": gettext_lazy("took somebody up into the lecturer corps"),
        "lecturer.refused": gettext_lazy("did not take somebody up into the lecturer corps"),
        "lecturer.honoured": gettext_lazy("noted an honour of a lecturer"),
        "lecturer.paused": gettext_lazy("let a lecturer pause"),
        "lecturer.resumed": gettext_lazy("let a lecturer begin again"),
        "lecturer.ended": gettext_lazy("ended the time of a lecturer"),
    }
)
notices.declare(
    {
        "lecturer.approved": gettext_lazy(
            "You are a lecturer of the night school now. Classes are offered to you here, and"
            " you accept each one yourself."
        ),
        "lecturer.refused": gettext_lazy(
            "Your application to become a lecturer was not taken up: %(why)s"
        ),
        "lecturer.paused": gettext_lazy("Your lecturing is paused: %(why)s"),
        "lecturer.ended": gettext_lazy("Your time as a lecturer has ended: %(why)s"),
    }
)
# More than any county is wide.
FARTHEST_M = 200_000


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a lecturer offers: fields, how far, how often, on which evenings."""

    fields: tuple[int, ...]
    reach_m: int
    capacity_a_week: int
    evenings: int
    bio: str = ""


@scope.command
def apply_as_lecturer(
    *, code: str, offer: Offer, actor: Person, at: datetime, learnt_in_id: int | None = None
) -> Lecturer:
    """Offer to teach; a learner may do so from the page of their class. Nobody else can."""
    if not actor.is_active or actor.registered_on is None or actor.left_on is not None:
        raise Forbidden("not_a_volunteer", _("Register as a volunteer first."))
    fields = _fields(offer)
    # The person stands for the one row they can have.
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    lecturer = Lecturer.objects.select_for_update(of=("self",)).filter(person=actor).first()
    learnt_in = _learnt_in(learnt_in_id)
    if lecturer is None:
        lecturer = Lecturer(code=code, person=actor)
    elif lecturer.state in {LecturerState.REFUSED, LecturerState.ENDED}:
        lecturer.move_to(LecturerState.APPLIED)
    else:
        return lecturer
    lecturer.division_id = actor.division_id
    lecturer.applied_at, lecturer.learnt_in = at, learnt_in
    lecturer.decided_at = lecturer.decided_by = lecturer.paused_until = None
    lecturer.reason = ""
    _say(lecturer, offer)
    lecturer.save()
    lecturer.fields.set(fields)
    _record("lecturer.applied", lecturer, actor, at)
    return lecturer


@scope.command
def change_offer(*, lecturer_id: int, offer: Offer, actor: Person, at: datetime) -> Lecturer:
    """Other evenings, another reach: from the next timetable on. One's own doing alone."""
    lecturer = _lock(lecturer_id)
    if lecturer is None or lecturer.person_id != actor.pk:
        raise _unknown()
    if lecturer.state in {LecturerState.REFUSED, LecturerState.ENDED}:
        raise Refusal("lecturer_state", _("Apply again first."))
    fields = _fields(offer)
    _say(lecturer, offer)
    lecturer.save(update_fields=["reach_m", "capacity_a_week", "evenings", "bio"])
    lecturer.fields.set(fields)
    _record("lecturer.changed", lecturer, actor, at)
    return lecturer


@scope.command
def approve_lecturer(
    *, lecturer_id: int, is_paid: bool, actor: Person, at: datetime
) -> Lecturer:
    """Take somebody up, and say whether they are paid; paid teaching earns no hours."""
    lecturer = _lock_to_decide(lecturer_id, actor, at)
    if lecturer.state == LecturerState.APPROVED:
        return lecturer
    if lecturer.state != LecturerState.APPLIED:
        raise Refusal("lecturer_state", _("This person has not applied."))
    lecturer.is_paid = is_paid
    _decide(lecturer, LecturerState.APPROVED, "", actor, at)
    lecturer.save(update_fields=["is_paid"])
    _tell("lecturer.approved", lecturer, at)
    _record("lecturer.approved", lecturer, actor, at)
    return lecturer


@scope.command
def refuse_lecturer(*, lecturer_id: int, reason: str, actor: Person, at: datetime) -> Lecturer:
    """Say no, and why; one may apply again."""
    lecturer = _lock_to_decide(lecturer_id, actor, at)
    if lecturer.state == LecturerState.REFUSED:
        return lecturer
    _decide(lecturer, LecturerState.REFUSED, _reason(reason), actor, at)
    _tell("lecturer.refused", lecturer, at, why=lecturer.reason)
    _record("lecturer.refused", lecturer, actor, at)
    return lecturer


@scope.command
def honour_lecturer(
    *, lecturer_id: int, honour: str, source: str, actor: Person, at: datetime
) -> Lecturer:
    """Show somebody as honoured, with where it is written down; both empty takes it away."""
    lecturer = _lock_to_decide(lecturer_id, actor, at)
    honour, source = honour.strip(), source.strip()
    if bool(honour) != bool(source):
        raise Refusal("honour_source", _("Name the honour and where it is written down."))
    if (lecturer.honour, lecturer.honour_source) == (honour, source):
        return lecturer
    lecturer.honour, lecturer.honour_source = honour, source
    lecturer.save(update_fields=["honour", "honour_source"])
    _record("lecturer.honoured", lecturer, actor, at)
    return lecturer


@scope.command
def pause_lecturer(
    *,
    lecturer_id: int,
    reason: str,
    actor: Person,
    at: datetime,
    until: date | None = None,
) -> Lecturer:
    """No further timetable counts on them for a while; what was accepted stays accepted."""
    lecturer = _lock_to_pause(lecturer_id, actor, at)
    if lecturer.state == LecturerState.PAUSED:
        return lecturer
    _decide(lecturer, LecturerState.PAUSED, _reason(reason), actor, at)
    lecturer.paused_until = until
    lecturer.save(update_fields=["paused_until"])
    if lecturer.person_id != actor.pk:
        _tell("lecturer.paused", lecturer, at, why=lecturer.reason)
    _record("lecturer.paused", lecturer, actor, at)
    return lecturer


@scope.command
def resume_lecturer(*, lecturer_id: int, actor: Person, at: datetime) -> Lecturer:
    """Begin again after a pause; who lets somebody begin again is an office."""
    lecturer = _lock_to_decide(lecturer_id, actor, at)
    if lecturer.state == LecturerState.APPROVED:
        return lecturer
    if lecturer.state != LecturerState.PAUSED:
        raise Refusal("lecturer_state", _("This lecturer is in another state."))
    _decide(lecturer, LecturerState.APPROVED, "", actor, at)
    lecturer.paused_until = None
    lecturer.save(update_fields=["paused_until"])
    _record("lecturer.resumed", lecturer, actor, at)
    return lecturer


@scope.command
def end_lecturer(*, lecturer_id: int, reason: str, actor: Person, at: datetime) -> Lecturer:
    """Stop for good. What they have accepted is called off or given to another one first."""
    lecturer = _lock_to_pause(lecturer_id, actor, at)
    if lecturer.state == LecturerState.ENDED:
        return lecturer
    refuse_with_classes(lecturer)
    _decide(lecturer, LecturerState.ENDED, _reason(reason), actor, at)
    if lecturer.person_id != actor.pk:
        _tell("lecturer.ended", lecturer, at, why=lecturer.reason)
    _record("lecturer.ended", lecturer, actor, at)
    return lecturer


def refuse_with_classes(lecturer: Lecturer) -> None:
    held = NightClass.objects.filter(lecturer=lecturer, state__in=LIVE_CLASSES)
    if held.exclude(state=ClassState.DRAFT).exists():
        raise Refusal(
            "lecturer_has_classes",
            _("Classes are still theirs. Call them off or give them to somebody else first."),
        )


def _learnt_in(class_id: int | None) -> NightClass | None:
    if class_id is None:
        return None
    found = NightClass.objects.public().filter(pk=class_id).first()
    if found is None:
        raise Unknown("class_unknown", _("There is no such class."))
    return found


def _fields(offer: Offer) -> list[Field]:
    fields = list(Field.objects.filter(pk__in=offer.fields).order_by("position", "pk"))
    if not fields or len(fields) != len(set(offer.fields)):
        raise Refusal("field_unknown", _("Choose at least one field to teach."))
    if not 1 <= offer.evenings < 2**7:
        raise Refusal("evenings_needed", _("Choose at least one evening."))
    if not 1 <= offer.capacity_a_week <= 7:
        raise Refusal("capacity_a_week", _("A week has room for one to seven sessions."))
    if not 0 < offer.reach_m <= FARTHEST_M:
        raise Refusal("reach", _("Say how far you go: up to 200 km."))
    return fields


def _say(lecturer: Lecturer, offer: Offer) -> None:
    lecturer.reach_m, lecturer.capacity_a_week = offer.reach_m, offer.capacity_a_week
    lecturer.evenings, lecturer.bio = offer.evenings, offer.bio.strip()


def _lock(lecturer_id: int) -> Lecturer | None:
    found = Lecturer.objects.select_for_update(of=("self",)).select_related("person")
    return found.filter(pk=lecturer_id).first()


def _lock_to_decide(lecturer_id: int, actor: Person, at: datetime) -> Lecturer:
    lecturer = _lock(lecturer_id)
    standing = standing_of(actor, clock.local_date(at))
    # Unknown and not-yours get the same answer, so ids cannot be probed.
    if lecturer is None or not permissions.may_decide_lecturer(standing, lecturer):
        raise Forbidden("not_your_lecturer", _("Only an office above them can do this."))
    return lecturer


def _lock_to_pause(lecturer_id: int, actor: Person, at: datetime) -> Lecturer:
    lecturer = _lock(lecturer_id)
    standing = standing_of(actor, clock.local_date(at))
    if lecturer is None or not permissions.may_pause(standing, lecturer):
        raise Forbidden("not_your_lecturer", _("Only an office above them can do this."))
    return lecturer


def _decide(
    lecturer: Lecturer, state: LecturerState, reason: str, actor: Person, at: datetime
) -> None:
    lecturer.move_to(state)
    lecturer.reason, lecturer.decided_by, lecturer.decided_at = reason, actor, at
    lecturer.save(update_fields=["state", "reason", "decided_by", "decided_at"])


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refusal("reason_needed", _("Say why."))
    return reason.strip()


def _unknown() -> Refusal:
    return Unknown("lecturer_unknown", _("There is no such lecturer."))


def _tell(kind: str, lecturer: Lecturer, at: datetime, **words: str) -> None:
    tell(kind, [lecturer.person_id], at=at, href=reverse("people:me"), **words)


def _record(verb: str, lecturer: Lecturer, actor: Person, at: datetime) -> None:
    journal.record(
        verb, lecturer, actor=actor, at=at, where=lecturer.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
