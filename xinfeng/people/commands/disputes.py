"""“This is not me”, “this is wrong”: an office looks, decides and answers."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, crypto, id_number, scope
from xinfeng.base.phone import normal
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices, permissions
from xinfeng.people.models import DisputeKind, DisputeState, Identity, IdentityDispute, Person
from xinfeng.people.queries import standing_of
from xinfeng.people.wishes import LONGEST, Claim

from .accounts import erase_account
from .consents import wards_of
from .making import id_number_digest, phone_digest, put_phone
from .merging import merge_people
from .notices import tell

journal.declare(
    {
        "dispute.raised": gettext_lazy("contested an account or a record"),
        "dispute.decided": gettext_lazy("decided about a contested account or record"),
    }
)
notices.declare(
    {
        "dispute.decided": gettext_lazy("Your request %(code)s is decided."),
    }
)


@scope.command
def say_not_me(*, claim: Claim, division_id: int, code: str, at: datetime) -> IdentityDispute:
    """Somebody finds an account under their number; whether there is one is not told.

    The office where the account lies decides, or that of `division_id` when none is found.
    """
    if not claim.contact.strip() or not (claim.id_number.strip() or claim.phone.strip()):
        raise Refusal(
            "something_is_missing",
            _("Enter your ID number or mobile number, and how the office can reach you."),
        )
    found = _found(claim)
    raised = _raised(
        IdentityDispute(
            code=code,
            kind=DisputeKind.NOT_ME,
            person_id=found.person_id if found else None,
            division_id=found.division_id if found else division_id,
            asked_at=at,
        ),
        contact=claim.contact,
        statement=claim.statement,
    )
    journal.record("dispute.raised", raised, actor=None, at=at, where=raised.division_id)
    return raised


@scope.command
def contest_record(
    *, person_id: int, statement: str, code: str, actor: Person, at: datetime
) -> IdentityDispute:
    """Somebody says what is wrong in their own record, or in a ward's."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or not permissions.may_answer_for(actor, person.pk, wards_of(actor)):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    if not statement.strip():
        raise Refusal("something_is_missing", _("Say what is wrong and how it should be."))
    raised = _raised(
        IdentityDispute(
            code=code, kind=DisputeKind.WRONG, person=person, division_id=person.division_id,
            asked_at=at,
        ),
        contact="",
        statement=statement,
    )  # fmt: skip
    journal.record("dispute.raised", raised, actor=actor, at=at, where=raised.division_id)
    return raised


@scope.command
def report_double(
    *, keep_id: int, gone_id: int, code: str, actor: Person, at: datetime
) -> IdentityDispute:
    """An office names two accounts that seem to be one person; an office above decides."""
    pair = {p.pk: p for p in Person.objects.filter(pk__in=[keep_id, gone_id])}
    standing = standing_of(actor, clock.local_date(at))
    if len(pair) != 2 or not any(
        permissions.may_look_after(standing, p.division_id) for p in pair.values()
    ):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    keep = pair[keep_id]
    open_one = IdentityDispute.objects.filter(
        person=keep, other_id=gone_id, state=DisputeState.OPEN
    ).first()
    if open_one is not None:
        return open_one
    raised = _raised(
        IdentityDispute(
            code=code, kind=DisputeKind.DUPLICATE, person=keep, other_id=gone_id,
            division_id=keep.division_id, asked_at=at,
        ),
        contact="",
        statement="",
    )  # fmt: skip
    journal.record("dispute.raised", raised, actor=actor, at=at, where=raised.division_id)
    return raised


@scope.command
def decide_dispute(
    *,
    dispute_id: int,
    decision: DisputeState,
    answer: str,
    password: str = "",
    actor: Person,
    at: datetime,
) -> IdentityDispute:
    """The office decides with a reason: erase, hand over, merge, corrected, or turn down."""
    dispute = IdentityDispute.objects.select_for_update().filter(pk=dispute_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if (
        dispute is None
        or dispute.person_id == actor.pk
        or not permissions.may_look_after(standing, dispute.division_id)
    ):
        raise Forbidden("not_your_dispute", _("The office of the area decides this."))
    # Handing over is said anew: the page would show a password that is not the account's.
    if dispute.state == decision != DisputeState.HANDED_OVER:
        return dispute
    dispute.move_to(decision)
    if not answer.strip():
        raise Refusal("reason_missing", _("Give the reason: the person will read it."))
    _carry_out(dispute, decision, password, actor, at)
    dispute.decided_at, dispute.decided_by, dispute.answer = at, actor, answer.strip()
    # What was told in confidence is kept no longer than the question is open.
    dispute.contact_sealed = dispute.statement_sealed = ""
    dispute.save(
        update_fields=[
            "state", "decided_at", "decided_by", "answer", "contact_sealed",
            "statement_sealed",
        ]
    )  # fmt: skip
    if dispute.person_id and dispute.kind == DisputeKind.WRONG:
        tell(
            "dispute.decided", [dispute.person_id], at=at, href="/me/requests/",
            code=dispute.code,
        )  # fmt: skip
    journal.record(
        "dispute.decided", dispute, actor=actor, at=at, where=dispute.division_id,
        decision=decision,
    )  # fmt: skip
    return dispute


def _carry_out(
    dispute: IdentityDispute, decision: DisputeState, password: str, actor: Person, at: datetime
) -> None:
    if decision in {DisputeState.REFUSED, DisputeState.CORRECTED}:
        return
    if dispute.person is None:
        raise Refusal("no_account", _("There is no account under this number: turn it down."))
    if decision == DisputeState.ERASED:
        erase_account(person_id=dispute.person_id or 0, actor=actor, at=at)
    elif decision == DisputeState.HANDED_OVER:
        _hand_over(dispute.person, password)
    elif decision == DisputeState.MERGED:
        if dispute.other_id is None:
            raise Refusal("no_account", _("Name the second account first."))
        merge_people(keep_id=dispute.person.pk, gone_id=dispute.other_id, actor=actor, at=at)


def _hand_over(person: Person, password: str) -> None:
    """Whoever made the account is locked out; its owner gets a password from the office."""
    assert password, "the page makes a password"
    Person.objects.select_for_update().get(pk=person.pk)
    person.password = make_password(password)
    person.save(update_fields=["password"])
    identity = Identity.objects.get(pk=person.pk)
    # The telephone was entered by somebody else.
    put_phone(identity, "")
    identity.save(update_fields=["phone_sealed", "phone_digest"])


def _found(claim: Claim) -> Identity | None:
    """The account under the ID number, or else under the telephone."""
    for digest, text in (
        ("id_number_digest", id_number.normal(claim.id_number)),
        ("phone_digest", normal(claim.phone)),
    ):
        of = id_number_digest if digest == "id_number_digest" else phone_digest
        if text and (owner := Identity.objects.filter(**{digest: of(text)}).first()):
            return owner
    return None


def _raised(dispute: IdentityDispute, *, contact: str, statement: str) -> IdentityDispute:
    for field, text in (("contact", contact), ("statement", statement)):
        if text.strip():
            sealed = crypto.seal(text.strip()[:LONGEST], about=dispute.about(field))
            setattr(dispute, f"{field}_sealed", sealed)
    dispute.save()
    return dispute
