"""Only so many reports in an hour, from one address, of one account, by one program."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from xinfeng.base import crypto, pack
from xinfeng.base.refusal import Refusal
from xinfeng.findings.models import ReportingProgram, SnapReport
from xinfeng.findings.wishes import NewReport
from xinfeng.people.models import Person

from .moving import alone

_HOUR = timedelta(hours=1)


def sender_of(new: NewReport) -> bytes | None:
    """A keyed digest of where it was sent from."""
    return crypto.digest("snap address", new.address) if new.address else None


def refuse_flood(new: NewReport, actor: Person | None, at: datetime) -> None:
    """A program speaks for many people, so its own limit counts and not that of its address."""
    lately = SnapReport.objects.filter(reported_at__gt=at - _HOUR)
    most = pack.load(settings.CITY_PACK).rules.snap_reports_an_hour
    address = sender_of(new)
    if new.program_id is not None:
        alone(f"snaps of program {new.program_id}")
        most = ReportingProgram.objects.get(pk=new.program_id).an_hour
        sent = lately.filter(program=new.program_id).count()
    elif actor is not None:
        alone(f"snaps {actor.pk}")
        sent = lately.filter(reported_by=actor).count()
    else:
        alone(f"snaps {(address or b'').hex()}")
        sent = lately.filter(address_digest=address).count() if address else 0
    if sent >= most:
        raise Refusal(
            "too_many_reports",
            _("Many reports came from here in the last hour. Please try again later."),
        )
