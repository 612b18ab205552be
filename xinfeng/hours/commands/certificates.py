"""Certificates: asked for by oneself; revoked by the office; shown or not by the holder."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, pack, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.hours import commitments, permissions
from xinfeng.hours.models import (
    Certificate,
    CertificateState,
    Counter,
    Credit,
    RevocationReason,
)
from xinfeng.hours.queries import certificates as reading
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

journal.declare(
    {
        "certificate.issued": gettext_lazy("issued a certificate"),
        "certificate.revoked": gettext_lazy("revoked a certificate"),
        "certificate.hidden": gettext_lazy("closed the public page of a certificate"),
        "certificate.shown": gettext_lazy("opened the public page of a certificate"),
    }
)
notices.declare(
    {
        "certificate.revoked": gettext_lazy(
            "Your certificate %(number)s was revoked: %(reason)s. You can ask for a new one."
        ),
    }
)
# Enough random signs that nobody finds a code by trying: 13 of 30 are 63 bits.
CODE_SIGNS = 13


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    first_on: date
    last_on: date


@scope.command
def issue(*, period: Period, code: str, actor: Person, at: datetime) -> Certificate:
    """State what oneself has given in a period. `code` is drawn at the edge."""
    assert len(code) >= CODE_SIGNS, "a short code could be found by trying"
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    _refuse_period(period, clock.local_date(at))
    name = reading.full_name(actor.pk)
    if not (actor.is_active and name):
        raise Forbidden("no_name", _("Your account has no name that could be certified."))
    credits = list(
        reading.valid_credits(actor.pk).filter(
            earned_on__gte=period.first_on, earned_on__lte=period.last_on
        )
    )
    if not credits:
        raise Refusal("nothing_to_certify", _("No valid time was credited in this period."))
    if already := _same(actor, period, credits):
        return already
    made = _written(period, code, credits, actor, at)
    city = pack.load(settings.CITY_PACK).code
    made.digest = commitments.digest(reading.stated(made, name=name, city=city))
    made.save(force_insert=True)
    journal.record("certificate.issued", made, actor=actor, at=at, where=made.division_id)
    return made


@scope.command
def revoke(
    *, certificate_id: int, reason: RevocationReason, actor: Person, at: datetime
) -> Certificate:
    """It no longer holds; the check page says so and why, and a line of the log keeps it."""
    made = _locked(certificate_id)
    standing = standing_of(actor, clock.local_date(at))
    if made is None or not permissions.may_revoke(standing, made):
        raise Forbidden(
            "not_your_certificate", _("Only the city or county office can do this.")
        )
    if made.state == CertificateState.REVOKED:
        return made
    made.state, made.reason = CertificateState.REVOKED, reason
    made.revoked_at, made.revoked_by = at, actor
    made.save(update_fields=["state", "reason", "revoked_at", "revoked_by"])
    journal.record(
        "certificate.revoked", made, actor=actor, at=at, where=made.division_id, reason=reason
    )
    tell(
        "certificate.revoked", [made.person_id], at=at, href=f"/certificates/mine/{made.code}/",
        number=made.code,
        reason=str(RevocationReason(reason).label),
    )  # fmt: skip
    return made


@scope.command
def hide_certificate(*, certificate_id: int, actor: Person, at: datetime) -> Certificate:
    """The public page no longer answers to the code; the file itself stays valid."""
    return _show(certificate_id, False, actor, at)


@scope.command
def show_certificate(*, certificate_id: int, actor: Person, at: datetime) -> Certificate:
    """The public page answers to the code again."""
    return _show(certificate_id, True, actor, at)


def _show(certificate_id: int, is_public: bool, actor: Person, at: datetime) -> Certificate:
    made = _locked(certificate_id)
    if made is None or made.person_id != actor.pk:
        raise Unknown("no_such_certificate", _("There is no such certificate."))
    if made.is_public == is_public:
        return made
    made.is_public = is_public
    made.save(update_fields=["is_public"])
    verb = "certificate.shown" if is_public else "certificate.hidden"
    journal.record(verb, made, actor=actor, at=at, where=made.division_id)
    return made


def _locked(certificate_id: int) -> Certificate | None:
    found = Certificate.objects.select_for_update(of=("self",)).filter(pk=certificate_id)
    return found.order_by("pk").first()


def _refuse_period(period: Period, today: date) -> None:
    if period.first_on > period.last_on:
        raise Refusal("period_backwards", _("The period ends before it begins."))
    if period.last_on > today:
        raise Refusal("period_not_over", _("Only days up to today can be certified."))


def _same(person: Person, period: Period, credits: list[Credit]) -> Certificate | None:
    """The valid certificate that states just this already."""
    made = Certificate.objects.filter(
        person=person, state=CertificateState.VALID, first_on=period.first_on,
        last_on=period.last_on, credit_ids=[credit.pk for credit in credits],
    )  # fmt: skip
    return made.order_by("-issued_at", "-pk").first()


def _written(
    period: Period, code: str, credits: list[Credit], person: Person, at: datetime
) -> Certificate:
    def given(counter: Counter) -> int:
        return sum(credit.minutes for credit in credits if credit.counter == counter)

    return Certificate(
        code=code,
        person=person,
        division_id=person.division_id,
        first_on=period.first_on,
        last_on=period.last_on,
        service_minutes=given(Counter.SERVICE),
        training_minutes=given(Counter.TRAINING),
        credit_ids=[credit.pk for credit in credits],
        body=reading.printed(credits, reading.issuing_unit()),
        issued_at=at,
    )
