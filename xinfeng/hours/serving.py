"""How certificates are handed to browsers and to programs: the file, the pace of checks."""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from xinfeng.base import addresses, clock
from xinfeng.base.contract import TooMany
from xinfeng.base.pace import Pace

from . import certificate_file, commands
from .models import Certificate, LeafKind
from .public_log import public_log

# A person checks a pile of certificates in a minute; whoever tries codes needs ages.
CHECK_PACE = Pace(30, 60)


def keep_pace(request: HttpRequest) -> None:
    """However the question is asked, nobody asks it faster than people do."""
    if wait := CHECK_PACE.take(addresses.of(request), time.monotonic()):
        raise TooMany(
            "too_many_checks", _("Too many checks from here; wait a minute."),
            wait_seconds=int(wait) + 1,
        )  # fmt: skip


def answer_file(request: HttpRequest, made: Certificate) -> HttpResponse:
    log, now = public_log(), clock.now()
    # What it stands on may have been credited a minute ago; its proof is made now.
    commands.seal(
        log=log, at=now,
        wanted={LeafKind.CREDIT: made.credit_ids, LeafKind.CERTIFICATE: [made.pk]},
    )  # fmt: skip
    pdf = certificate_file.make(made, log=log, address=address_of(request, made), at=now)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="certificate-{made.code}.pdf"'
    return answer


def address_of(request: HttpRequest, made: Certificate) -> str:
    path = reverse("certificates:check", args=[made.code])
    if settings.PUBLIC_ADDRESS:
        return f"{settings.PUBLIC_ADDRESS.rstrip('/')}{path}"
    return request.build_absolute_uri(path)


def plain(code: str) -> str:
    """As it was drawn, however it was typed."""
    return "".join(sign for sign in code.upper() if sign.isalnum())[:16]
