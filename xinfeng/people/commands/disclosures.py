"""Numbers are shown unmasked: for a reason, once, and a minor's only after a second person."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices, permissions
from xinfeng.people.ages import GROWN_UP
from xinfeng.people.models import Disclosure, DisclosureState, Person
from xinfeng.people.queries import ages, standing_of

from .notices import tell

journal.declare(
    {
        "disclosure.asked": gettext_lazy("asked to see a person's numbers in full"),
        "disclosure.approved": gettext_lazy("allowed a colleague to see a person's numbers"),
        "disclosure.declined": gettext_lazy("did not allow a colleague to see them"),
        "disclosure.opened": gettext_lazy("saw a person's numbers in full"),
    }
)
notices.declare(
    {
        "disclosure.opened": gettext_lazy("The office opened your numbers: %(reason)s"),
    }
)


@scope.command
def ask_disclosure(*, person_id: int, reason: str, actor: Person, at: datetime) -> Disclosure:
    """Ask to see somebody's numbers in full; of a grown-up they open at once.

    Whose age nobody knows is treated as a minor.
    """
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    today = clock.local_date(at)
    if (
        person is None
        or person.pk == actor.pk
        or not permissions.may_look_after(standing_of(actor, today), person.division_id)
    ):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    if len(reason.strip()) < 4:
        raise Refusal("reason_missing", _("Give the reason: it is recorded and can be read."))
    age = ages([person.pk], today)[person.pk]
    asked = Disclosure.objects.create(
        person=person, division_id=person.division_id, asked_by=actor,
        reason=reason.strip()[:200], asked_at=at,
    )  # fmt: skip
    journal.record("disclosure.asked", asked, actor=actor, at=at, where=person.division_id)
    if age is not None and age >= GROWN_UP:
        _open(asked, actor, at)
    return asked


@scope.command
def decide_disclosure(
    *, disclosure_id: int, decision: DisclosureState, actor: Person, at: datetime
) -> Disclosure:
    """A second person of an office allows it, or does not."""
    assert decision in {DisclosureState.APPROVED, DisclosureState.REFUSED}
    asked = Disclosure.objects.select_for_update().filter(pk=disclosure_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if asked is None or not permissions.may_look_after(standing, asked.division_id):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    if actor.pk in {asked.asked_by_id, asked.person_id}:
        raise Forbidden("second_person", _("A second person decides this."))
    if asked.state == decision:
        return asked
    asked.move_to(decision)
    asked.decided_at, asked.decided_by = at, actor
    asked.save(update_fields=["state", "decided_at", "decided_by"])
    approved = decision == DisclosureState.APPROVED
    journal.record(
        "disclosure.approved" if approved else "disclosure.declined",
        asked, actor=actor, at=at, where=asked.division_id,
    )  # fmt: skip
    return asked


@scope.command
def open_disclosure(*, disclosure_id: int, actor: Person, at: datetime) -> Disclosure:
    """See what was allowed: the one who asked, once, within a day."""
    asked = Disclosure.objects.select_for_update().filter(pk=disclosure_id).first()
    if asked is None or asked.asked_by_id != actor.pk:
        raise Forbidden("not_your_person", _("Only the person who asked can open it."))
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_look_after(standing, asked.division_id):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    if asked.decided_at is not None and at >= asked.decided_at + Disclosure.LASTS:
        raise Refusal("approval_expired", _("The approval has expired; ask again."))
    if asked.state != DisclosureState.APPROVED:
        raise Refusal("not_approved", _("It is not approved, or was opened already."))
    _open(asked, actor, at)
    return asked


def _open(asked: Disclosure, actor: Person, at: datetime) -> None:
    # Of a grown-up one person may decide; the move leaves the second one out.
    if asked.state == DisclosureState.ASKED:
        asked.state = DisclosureState.APPROVED
    asked.move_to(DisclosureState.OPENED)
    asked.opened_at = at
    asked.save(update_fields=["state", "opened_at"])
    tell("disclosure.opened", [asked.person_id], at=at, href="/me/record/", reason=asked.reason)
    journal.record("disclosure.opened", asked, actor=actor, at=at, where=asked.division_id)
