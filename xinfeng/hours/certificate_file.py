"""The file of a certificate: made anew each time, under the newest signed head."""

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from xinfeng.base import clock, pack
from xinfeng.base.refusal import Forbidden, Refusal

from . import commitments, printing, signing
from .models import Certificate, CertificateState, Counter
from .public_log import PublicLog
from .queries import certificates as reading


def make(made: Certificate, *, log: PublicLog, address: str, at: datetime) -> bytes:
    """The signed PDF with its proof; a Refusal while it cannot be made."""
    if made.state == CertificateState.REVOKED:
        raise Refusal("certificate_revoked", _("This certificate was revoked."))
    name = reading.full_name(made.person_id)
    if name is None:
        raise Forbidden("no_name", _("Your account has no name that could be certified."))
    record = reading.stated(made, name=name, city=log.city)
    if commitments.digest(record) != bytes(made.digest):
        raise Refusal(
            "certificate_outdated",
            _("Your name has changed since. Have a new certificate issued."),
        )
    proof = reading.bundle(made, name, log)
    if proof is None:
        raise Refusal(
            "not_sealed_yet", _("The proof is being made. Try again in a few minutes.")
        )
    by = signing.office()
    sheet = printing.Sheet(
        city=pack.load(settings.CITY_PACK).name, unit=record["unit"], name=name,
        person=made.person_id, number=made.code, first_on=made.first_on, last_on=made.last_on,
        issued_on=clock.local_date(made.issued_at), service_minutes=made.service_minutes,
        training_minutes=made.training_minutes, lines=_lines(record["lines"]), address=address,
        log=log.origin, line=proof.line, size=proof.size, signer=by.name, is_trial=by.is_trial,
    )  # fmt: skip
    return signing.sign(printing.page(sheet), proof.content, by=by, key=log.key, at=at)


def _lines(lines: list[list[str | int]]) -> list[tuple[date, str, str, int, bool]]:
    return [
        (
            date.fromisoformat(str(on)),
            str(title),
            str(organiser),
            int(minutes),
            counter == Counter.TRAINING,
        )
        for on, title, organiser, minutes, counter in lines
    ]
