"""The browser's own cookie with the order as it is filled in; how often one may place."""

import time
from dataclasses import replace
from datetime import date, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from xinfeng.activities import passes
from xinfeng.base import addresses, clock
from xinfeng.base.contract import TooMany
from xinfeng.base.pace import Pace
from xinfeng.dispatch import drafts
from xinfeng.dispatch.drafts import Draft
from xinfeng.people.http import VisitorRequest
from xinfeng.people.models import Person
from xinfeng.places.models import Place

COOKIE = "order"
PATH = "/orders/"
KEPT_SECONDS = 2 * 3600
# At a station the next person stands behind.
KIOSK_SECONDS = 15 * 60
KIOSK_DAYS = 90
AN_HOUR = 3600
_pace = Pace(settings.ORDERS_AN_HOUR, AN_HOUR)


def of(request: VisitorRequest) -> Draft | None:
    return drafts.read(request.COOKIES.get(COOKIE, ""))


def keep(answer: HttpResponse, draft: Draft) -> HttpResponse:
    answer.set_cookie(
        COOKIE,
        drafts.sealed(draft),
        max_age=KIOSK_SECONDS if draft.kiosk else KEPT_SECONDS,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )
    answer["Cache-Control"] = "no-store, private"
    return answer


def forget(answer: HttpResponse, draft: Draft) -> HttpResponse:
    """What was said is gone; a station's device stays one."""
    if not draft.kiosk:
        answer.delete_cookie(COOKIE, path=PATH, samesite="Lax")
        return answer
    return keep(answer, drafts.begin("", kiosk=draft.kiosk, division=draft.division))


def for_item(request: VisitorRequest, item: str) -> Draft:
    """What was said already stays when another service is chosen."""
    draft = of(request)
    if draft is None:
        return drafts.begin(item)
    return draft if draft.item == item else replace(draft, item=item)


def kiosk_pass(place: Place, on: date) -> str:
    """For the address of a station's device; it runs out, and opens nothing but the form."""
    return passes.signed(
        "order-kiosk", f"{place.code}-{on + timedelta(days=KIOSK_DAYS):%Y%m%d}"
    )


def kiosk_place(text: str) -> str | None:
    """The code of the station whose device this is."""
    code = passes.code_of("order-kiosk", text)
    place, _dash, until = (code or "").rpartition("-")
    return place if place and until >= f"{clock.today():%Y%m%d}" else None


def take_pace(request: VisitorRequest, *, kiosk: str = "") -> None:
    """So many orders an hour from one person, station or address."""
    who = f"from {addresses.of(request)}"
    if isinstance(request.user, Person):
        who = f"person {request.user.pk}"
    elif kiosk:
        who = f"kiosk {kiosk}"
    if wait := _pace.take(who, time.monotonic()):
        minutes = int(wait // 60) + 1
        raise TooMany(
            "too_many_orders",
            _("Many orders came from here. Try again in %(minutes)d minutes.")
            % {"minutes": minutes},
            wait_seconds=int(wait) + 1,
        )
