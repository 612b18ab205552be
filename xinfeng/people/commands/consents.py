"""Consents are given and withdrawn, each as easily as the other."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import permissions, policies
from xinfeng.people.models import NEEDED, Channel, Consent, ConsentKind, Guardianship, Person

journal.declare(
    {
        "consent.given": gettext_lazy("gave a consent"),
        "consent.withdrawn": gettext_lazy("withdrew a consent"),
    }
)


@scope.command
def give_consent(
    *,
    person_id: int,
    kind: ConsentKind,
    version: str,
    channel: Channel = Channel.PAGE,
    actor: Person,
    at: datetime,
) -> Consent:
    """Agree to the very text that was shown: for oneself, or for a ward."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or not permissions.may_answer_for(actor, person.pk, wards_of(actor)):
        raise Forbidden("not_your_consent", _("You can consent for yourself and your wards."))
    standing = Consent.objects.filter(person=person, kind=kind, withdrawn_at=None).first()
    if standing is not None and standing.version == version:
        return standing
    consent = agree(
        person=person, kind=kind, version=version, channel=channel, actor=actor, at=at
    )
    journal.record(
        "consent.given", consent, actor=actor, at=at, where=person.division_id, kind=kind,
        version=version,
    )  # fmt: skip
    return consent


@scope.command
def withdraw_consent(
    *, person_id: int, kind: ConsentKind, actor: Person, at: datetime
) -> Consent:
    """Take an optional consent back; from now on nothing rests on it."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or not permissions.may_answer_for(actor, person.pk, wards_of(actor)):
        raise Forbidden("not_your_consent", _("You can consent for yourself and your wards."))
    given = (
        Consent.objects.filter(person=person, kind=kind).order_by("-given_at", "-pk").first()
    )
    if given is None:
        raise Refusal("consent_not_given", _("This consent was never given."))
    if not given.stands:
        return given
    if kind in NEEDED:
        raise Refusal(
            "consent_needed",
            _("Without this consent no account can be kept: erase the account instead."),
        )
    end_consent(given, actor=actor, at=at)
    journal.record(
        "consent.withdrawn", given, actor=actor, at=at, where=person.division_id, kind=kind
    )
    return given


def agree(
    *,
    person: Person,
    kind: ConsentKind,
    version: str,
    channel: Channel,
    actor: Person,
    at: datetime,
) -> Consent:
    """Write a consent down, within a command that journals it; an older version ends."""
    policy = policies.needed(kind, clock.local_date(at))
    if not version:
        raise Refusal("consent_missing", _("Read the text and agree to it first."))
    if policy.code != version:
        raise Refusal(
            "text_has_changed",
            _("The text has changed meanwhile. Please read the new one and agree again."),
        )
    for older in Consent.objects.filter(person=person, kind=kind, withdrawn_at=None):
        end_consent(older, actor=actor, at=at)
    return Consent.objects.create(
        person=person,
        division_id=person.division_id,
        kind=kind,
        version=policy.code,
        text_digest=policy.digest,
        channel=channel,
        given_at=at,
        given_by=actor,
    )


def end_consent(consent: Consent, *, actor: Person, at: datetime) -> None:
    consent.withdrawn_at = max(at, consent.given_at)
    consent.withdrawn_by = actor
    consent.save(update_fields=["withdrawn_at", "withdrawn_by"])


def wards_of(actor: Person) -> frozenset[int]:
    """Whom this account answers for."""
    standing = Guardianship.objects.standing().filter(guardian=actor)
    return frozenset(standing.values_list("ward_id", flat=True))
