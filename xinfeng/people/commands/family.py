"""One account answers for another: a guardian for a child, a carer for a family member."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.phone import BadPhone
from xinfeng.base.phone import parse as parse_phone
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices, permissions
from xinfeng.people.ages import GROWN_UP, OF_AGE_TO_CONSENT
from xinfeng.people.models import (
    CareKind,
    CareState,
    Channel,
    Consent,
    ConsentKind,
    Guardianship,
    Identity,
    Person,
    PersonState,
)
from xinfeng.people.queries import ages, standing_of

from .consents import agree, end_consent
from .making import phone_digest
from .notices import tell

journal.declare(
    {
        "guardianship.asked": gettext_lazy("asked somebody to answer for a person"),
        "guardianship.confirmed": gettext_lazy("agreed to answer for a person"),
        "guardianship.declined": gettext_lazy("did not agree to answer for a person"),
        "guardianship.withdrawn": gettext_lazy("no longer answers for a person"),
    }
)
notices.declare(
    {
        "guardianship.asked": gettext_lazy("You are asked to answer for a family member."),
        "guardianship.confirmed": gettext_lazy(
            "Your guardian has agreed: the account is open."
        ),
        "guardianship.withdrawn": gettext_lazy(
            "Your guardian has withdrawn; the account rests."
        ),
    }
)
FAMILY_PAGE = "/me/family/"


@scope.command
def ask_carer(
    *, ward_id: int, guardian: str, kind: CareKind, actor: Person, at: datetime
) -> Guardianship:
    """Ask one more account to answer for somebody: oneself, a guardian, or the office asks."""
    ward = Person.objects.select_for_update().filter(pk=ward_id).first()
    if ward is None or not _may_arrange(actor, ward, at):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    asked = ask(ward=ward, guardian=guardian, kind=kind, at=at)
    journal.record("guardianship.asked", asked, actor=actor, at=at, where=ward.division_id)
    return asked


@scope.command
def confirm_guardianship(
    *,
    guardianship_id: int,
    version: str,
    channel: Channel = Channel.PAGE,
    actor: Person,
    at: datetime,
) -> Guardianship:
    """The one who was asked agrees: a child's account wakes up with the first who does."""
    asked, ward = _locked(guardianship_id, actor)
    if asked.state == CareState.CONFIRMED:
        return asked
    today = clock.local_date(at)
    age = ages([actor.pk], today)[actor.pk]
    if age is None or age < GROWN_UP:
        raise Refusal(
            "guardian_too_young",
            _("Only somebody of 18 or more, with a checked ID number, can answer for others."),
        )
    asked.move_to(CareState.CONFIRMED)
    asked.guardian, asked.phone_digest, asked.confirmed_at = actor, None, at
    asked.save(update_fields=["state", "guardian", "phone_digest", "confirmed_at"])
    if asked.kind == CareKind.GUARDIAN:
        agree(
            person=ward, kind=ConsentKind.MINOR, version=version, channel=channel,
            actor=actor, at=at,
        )  # fmt: skip
        _wake(ward, at)
        tell("guardianship.confirmed", [ward.pk], at=at)
    journal.record(
        "guardianship.confirmed", asked, actor=actor, at=at, where=ward.division_id, on=today
    )
    return asked


@scope.command
def decline_guardianship(*, guardianship_id: int, actor: Person, at: datetime) -> Guardianship:
    """The one who was asked does not agree."""
    asked, ward = _locked(guardianship_id, actor)
    if asked.state == CareState.REFUSED:
        return asked
    asked.move_to(CareState.REFUSED)
    _end(asked, at)
    journal.record("guardianship.declined", asked, actor=actor, at=at, where=ward.division_id)
    return asked


@scope.command
def withdraw_guardianship(*, guardianship_id: int, actor: Person, at: datetime) -> Guardianship:
    """The guardian withdraws; a child under 14 without another one sleeps again."""
    asked, ward = _locked(guardianship_id, actor)
    if asked.state == CareState.WITHDRAWN:
        return asked
    let_go(asked, ward, actor, at)
    journal.record(
        "guardianship.withdrawn", asked, actor=actor, at=at, where=ward.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
    return asked


def let_go(asked: Guardianship, ward: Person, actor: Person, at: datetime) -> None:
    """End a guardianship, within a command; a child without another guardian sleeps."""
    asked.move_to(CareState.WITHDRAWN)
    _end(asked, at)
    others = Guardianship.objects.standing().filter(ward=ward, kind=CareKind.GUARDIAN)
    if asked.kind != CareKind.GUARDIAN or others.exists():
        return
    consents = Consent.objects.filter(person=ward, kind=ConsentKind.MINOR, withdrawn_at=None)
    for consent in consents.order_by("pk"):
        end_consent(consent, actor=actor, at=at)
    today = clock.local_date(at)
    age = ages([ward.pk], today)[ward.pk]
    if ward.state == PersonState.ACTIVE and age is not None and age < OF_AGE_TO_CONSENT:
        ward.move_to(PersonState.ASLEEP)
        ward.left_on = max(today, ward.registered_on) if ward.registered_on else None
        ward.save(update_fields=["state", "left_on"])
        tell("guardianship.withdrawn", [ward.pk], at=at)


def ask(*, ward: Person, guardian: str, kind: CareKind, at: datetime) -> Guardianship:
    """Write the question down, within a command: to an account, or to whoever has the number.

    Whether there is such an account is not told; the one with the number finds the question.
    """
    found, digest = _asked(guardian)
    if found is not None and found.pk == ward.pk:
        raise Refusal("own_guardian", _("Nobody can be their own guardian."))
    if found is not None:
        standing = Guardianship.objects.open().filter(ward=ward, guardian=found, kind=kind)
        if again := standing.first():
            return again
    asked = Guardianship.objects.create(
        ward=ward, guardian=found, phone_digest=None if found else digest,
        division_id=ward.division_id, kind=kind, asked_at=at,
    )  # fmt: skip
    if found is not None:
        tell("guardianship.asked", [found.pk], at=at, href=FAMILY_PAGE)
    return asked


def adopt_questions(person: Person, phone: str, *, at: datetime) -> None:
    """Whoever has a number now finds what was asked of it before."""
    if not phone:
        return
    waiting = Guardianship.objects.filter(
        phone_digest=phone_digest(phone), guardian=None, state=CareState.ASKED
    ).exclude(ward=person)
    if waiting.update(guardian=person, phone_digest=None):
        tell("guardianship.asked", [person.pk], at=at, href=FAMILY_PAGE)


def _asked(guardian: str) -> tuple[Person | None, bytes | None]:
    """The account with this telephone number or name, and the number's digest."""
    try:
        digest = phone_digest(parse_phone(guardian))
    except BadPhone as bad:
        found = Person.objects.filter(
            username=guardian.strip().lower(), state=PersonState.ACTIVE
        ).first()
        if found is None:
            raise Refusal(
                "guardian_unknown",
                _("No account has this name. Enter the guardian's mobile number: %(reason)s")
                % {"reason": bad},
            ) from None
        return found, None
    owner = Identity.objects.filter(phone_digest=digest).select_related("person").first()
    return (owner.person if owner and owner.person.is_active else None), digest


def _may_arrange(actor: Person, ward: Person, at: datetime) -> bool:
    standing = standing_of(actor, clock.local_date(at))
    wards = (
        Guardianship.objects.standing().filter(guardian=actor).values_list("ward", flat=True)
    )
    return permissions.may_answer_for(
        actor, ward.pk, frozenset(wards)
    ) or permissions.may_look_after(standing, ward.division_id)


def _locked(guardianship_id: int, actor: Person) -> tuple[Guardianship, Person]:
    """The question and the ward, both locked; only for the account that was asked."""
    ward_id = (
        Guardianship.objects.filter(pk=guardianship_id, guardian=actor)
        .values_list("ward_id", flat=True)
        .first()
    )
    if ward_id is None or not actor.is_active:
        raise Forbidden("not_asked", _("You were not asked to answer for this person."))
    # The ward first: two guardians who confirm at once take turns.
    ward = Person.objects.select_for_update().get(pk=ward_id)
    return Guardianship.objects.select_for_update().get(pk=guardianship_id), ward


def _end(asked: Guardianship, at: datetime) -> None:
    asked.phone_digest, asked.ended_at = None, at
    asked.confirmed_at = None if asked.state == CareState.REFUSED else asked.confirmed_at
    asked.save(update_fields=["state", "phone_digest", "ended_at", "confirmed_at"])


def _wake(ward: Person, at: datetime) -> None:
    if ward.state != PersonState.ASLEEP:
        return
    ward.move_to(PersonState.ACTIVE)
    ward.registered_on = ward.registered_on or clock.local_date(at)
    ward.left_on = None
    ward.save(update_fields=["state", "registered_on", "left_on"])
