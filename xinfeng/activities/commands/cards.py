"""Personal cards of people without a phone: issued, taken back, scanned by who leads."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities import passes, permissions
from xinfeng.activities.attending import Saying, judge
from xinfeng.activities.models import Card, Means, Phase, Shift, Signup, SignupState
from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import standing_of

from .attendance import settle
from .doors import place_of
from .keeping import lock_scene

journal.declare(
    {
        "card.issued": gettext_lazy("issued a personal card"),
        "card.revoked": gettext_lazy("took a personal card back"),
    }
)
BETWEEN_TWO_SHOWINGS = timedelta(minutes=10)


@scope.command
def issue_card(*, person_id: int, code: str, actor: Person, at: datetime) -> Card:
    """A new card for a person; one that was lost is worth nothing from now on."""
    person = _locked(person_id, actor, at)
    for old in Card.objects.valid().filter(person=person).order_by("pk"):
        _revoke(old, actor, at)
    card = Card.objects.create(
        code=code,
        person=person,
        division_id=person.division_id,
        issued_at=at,
        issued_by_id=actor.pk,
    )
    _tell("card.issued", card, actor, at)
    return card


@scope.command
def revoke_card(*, card_id: int, actor: Person, at: datetime) -> Card:
    """A card that was lost, without a new one."""
    card = Card.objects.filter(pk=card_id).first()
    person_id = card.person_id if card else 0
    _locked(person_id, actor, at)
    card = Card.objects.get(pk=card_id)
    if card.revoked_at is None:
        _revoke(card, actor, at)
    return card


@scope.command
def scan_card(
    *, text: str, shift_id: int, client_id: UUID, actor: Person, at: datetime
) -> Signup:
    """Whoever leads scans a card: its holder arrives, and at the second scan goes."""
    shift = Shift.objects.select_related("activity").filter(pk=shift_id).first()
    if shift is None or not permissions.may_run(
        standing_of(actor, clock.local_date(at)), shift.activity
    ):
        raise Forbidden("not_your_roster", _("Only the leader of this shift can do this."))
    return by_card(
        shift, text, client_id=client_id, means=Means.CARD, by=actor, by_office=True, at=at
    )


def by_card(
    shift: Shift,
    text: str,
    *,
    client_id: UUID,
    means: Means,
    by: Person,
    by_office: bool,
    at: datetime,
) -> Signup:
    """What a card says at a shift that somebody answers for."""
    # Typed from the card without its signature: ten random letters are not guessed either.
    typed = text.strip().upper()
    code = typed if typed.isalnum() else passes.code_of("card", text)
    card = Card.objects.valid().filter(code=code).select_related("person").first()
    if card is None:
        raise Unknown("card_unknown", _("This card is not valid. Ask the leader."))
    own = Signup.objects.of(card.person).filter(shift=shift).order_by("pk").first()
    signup = own or place_of(card.person, shift.activity.code, phase=Phase.IN, at=at)
    saying = Saying(
        client_id=client_id,
        phase=next_phase(signup, at),
        means=means,
        by=by.pk,
        by_office=by_office,
        said_at=at,
        received_at=at,
        counted_at=at,
    )
    outcome = judge(lock_scene(signup.pk), saying)
    settle(outcome, actor=by, at=at)
    return Signup.objects.select_related("shift__activity", "person").get(pk=signup.pk)


def next_phase(signup: Signup, at: datetime) -> Phase:
    """A card held out twice by an unsure hand does not send its holder home again."""
    if signup.state == SignupState.LEFT:
        return Phase.OUT
    if signup.state != SignupState.PRESENT:
        return Phase.IN
    assert signup.arrived_at
    return Phase.OUT if at - signup.arrived_at >= BETWEEN_TWO_SHOWINGS else Phase.IN


def _locked(person_id: int, actor: Person, at: datetime) -> Person:
    # The person stands for the cards: two clerks at once issue one after the other.
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if person is None or not (
        person.pk == actor.pk or standing.covers(person.division_id, OFFICES)
    ):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    if not person.is_active:
        raise Refusal("person_closed", _("This account is closed."))
    return person


def _revoke(card: Card, actor: Person, at: datetime) -> None:
    card.revoked_at = at
    card.save(update_fields=["revoked_at"])
    _tell("card.revoked", card, actor, at)


def _tell(verb: str, card: Card, actor: Person, at: datetime) -> None:
    journal.record(
        verb, card, actor=actor, at=at, where=card.division_id, on=clock.local_date(at)
    )
