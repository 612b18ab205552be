"""Open311 GeoReport v2: thin, over the same command as our own page of reports."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xinfeng.base import addresses, clock, crypto, short_code
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.files import serving
from xinfeng.findings import commands
from xinfeng.findings.forms import open311 as forms
from xinfeng.findings.models import Category, ReportingProgram, Source
from xinfeng.findings.open311 import door as house
from xinfeng.findings.open311 import telling, writing
from xinfeng.findings.open311.door import door
from xinfeng.findings.queries import requests as queries
from xinfeng.findings.queries.programs import program_of
from xinfeng.findings.queries.requests import Shown
from xinfeng.findings.queries.where import nearest_village
from xinfeng.findings.wishes import NewReport

# When what this server understands last changed.
CHANGESET = "2026-11-25T00:00:00+08:00"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
_MARK = "Idempotency-Key"
_LONGEST_MARK = 200


@door("GET", "HEAD")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    endpoint = {
        "specification": SPECIFICATION,
        "url": _absolute(request, "/open311/v2"),
        "changeset": CHANGESET,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    about = {
        "changeset": CHANGESET,
        "contact": _("%(city)s, city office: %(address)s")
        % {"city": house.city_name(), "address": _absolute(request, "/")},
        "key_service": _("Keys are given by the city office: %(address)s")
        % {"address": _absolute(request, reverse("findings:programs"))},
        "endpoints": [endpoint],
    }
    return writing.single(form, "discovery", about)


@door("GET", "HEAD")
def services(request: HttpRequest, form: str) -> HttpResponse:
    offered = [telling.service(one) for one in Category.objects.offered()]
    return writing.rows(form, "services", "service", [*offered, telling.praise()])


@door("GET", "HEAD")
def service(request: HttpRequest, form: str, *, code: str) -> HttpResponse:
    asks = [] if code == telling.PRAISE else _category(code).asks
    return writing.single(form, "service_definition", telling.definition(code, asks))


@door("GET", "HEAD", "POST")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    if request.method == "POST":
        return _report(request, form)
    asked = forms.list_of(request.GET)
    if numbers := asked.numbers():
        found = queries.numbered(numbers)
    else:
        start, size = asked.window()
        found = queries.listed(asked.asked(clock.now()), start=start, size=size)
    return _told(request, form, found)


@door("GET", "HEAD")
def one_request(request: HttpRequest, form: str, *, number: str) -> HttpResponse:
    found = queries.numbered([number])
    if not found:
        raise Http404
    return _told(request, form, found)


@door("GET", "HEAD")
def token(request: HttpRequest, form: str, *, token: str) -> HttpResponse:
    """Numbers are given at once, so that a token is the number itself."""
    if not queries.numbered([token]):
        raise Http404
    said = {"service_request_id": token, "token": token}
    return writing.rows(form, "service_requests", "request", [said])


@door("GET", "HEAD", "POST")
def unknown(request: HttpRequest, form: str, *, rest: str) -> HttpResponse:
    raise Http404


@require_safe
def picture(request: HttpRequest, *, number: str, file_id: int) -> HttpResponseBase:
    """The public copy of a picture that an office has made public."""
    found = queries.public_picture(number, file_id)
    if found is None:
        raise Http404
    return serving.respond(found.file, public=True)


def _report(request: HttpRequest, form: str) -> HttpResponse:
    asked = forms.report_of(request.POST)
    program = _program(asked.cleaned_data["api_key"])
    new = _wish(request, asked, program)
    made = commands.report(new=new, actor=None, at=clock.now())
    address = _absolute(request, reverse("snap:track", args=[f"{made.code}.{new.secret}"]))
    # The key to the page stands in its address: it is told to the sender alone.
    notice = _("Only who has this address can follow and rate it: %(address)s")
    notices = [notice % {"address": address}]
    if asked.cleaned_data["media_url"]:
        notices.append(_("media_url is not fetched; send pictures as files called media."))
    said = {
        "service_request_id": made.code,
        "service_notice": " ".join(notices),
        "account_id": None,
    }
    answer = writing.rows(form, "service_requests", "request", [said], 201)
    answer["Cache-Control"] = "no-store"
    return answer


def _wish(
    request: HttpRequest, asked: forms.ReportForm, program: ReportingProgram | None
) -> NewReport:
    given, sender = asked.cleaned_data, addresses.of(request)
    is_praise = given["service_code"] == telling.PRAISE
    category = None if is_praise else _category(given["service_code"], wrong=True)
    spot = asked.spot()
    lat, lon = spot or (None, None)
    seed = _seed(request, program.code if program else f"from {sender}")
    name, reach = asked.name(), given["email"]
    if not name and (given["phone"] or reach):
        name = _("No name given")
    return NewReport(
        client_id=forms.mark_of(seed) if seed else uuid4(),
        secret=seed.hex()[:24] if seed else short_code.new(20),
        code=short_code.new(8), division_id=_division(given, spot),
        text=asked.text(), category_id=category.pk if category else None,
        lat_e6=lat, lon_e6=lon, name=name, phone=given["phone"], reach=reach,
        is_praise=is_praise, address=sender, source=Source.OPEN311,
        program_id=program.pk if program else None,
        answers=forms.answers_of(request.POST), pictures=forms.pictures_of(request.FILES),
    )  # fmt: skip


def _seed(request: HttpRequest, sender: str) -> bytes | None:
    """From what a sender calls one report and what it says, so that a second sending is known.

    Many share one address: a mark that somebody else has used opens nothing of theirs.
    """
    mark = request.headers.get(_MARK, "").strip()
    if len(mark) > _LONGEST_MARK:
        raise Refusal("arguments_wrong", _("This Idempotency-Key is too long."))
    if not mark:
        return None
    said = json.dumps(sorted(request.POST.lists()), ensure_ascii=False)
    return crypto.derive("open311 report", sender, mark, said)


def _division(given: Mapping[str, Any], spot: tuple[int, int] | None) -> int:
    if given["address_id"]:
        return int(given["address_id"])
    if spot is None:
        raise Refusal(
            "where_missing",
            _("Say where it is by lat and long, or by address_id; words alone are not found."),
        )
    village = nearest_village(*spot)
    if village is None:
        raise Refusal("where_foreign", _("This position does not lie in the city."))
    return village


def _program(key: str) -> ReportingProgram | None:
    if not key:
        return None
    program = program_of(key)
    if program is None:
        raise Forbidden("key_wrong", _("This api_key is not known, or no longer."))
    return program


def _category(code: str, *, wrong: bool = False) -> Category:
    """A service that is offered; an unknown one in a report is a mistake in what was sent."""
    found = Category.objects.offered().filter(code=code).first()
    if found is not None:
        return found
    if wrong:
        raise Refusal("service_unknown", _("There is no such service_code."))
    raise Http404


def _told(request: HttpRequest, form: str, found: list[Shown]) -> HttpResponse:
    def media(shown: Shown) -> str:
        assert shown.picture is not None
        args = [shown.finding.code, shown.picture.pk]
        return _absolute(request, reverse("open311:picture", args=args))

    told = [telling.request(shown, media) for shown in found]
    return writing.rows(form, "service_requests", "request", told)


def _absolute(request: HttpRequest, path: str) -> str:
    if settings.PUBLIC_ADDRESS:
        return f"{settings.PUBLIC_ADDRESS.rstrip('/')}{path}"
    return request.build_absolute_uri(path)
