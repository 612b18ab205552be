"""What every address of the protocol has in common: form, pace, and how a no is said."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from xinfeng.base import addresses
from xinfeng.base.contract import TooMany
from xinfeng.base.pace import Pace
from xinfeng.base.refusal import Refusal
from xinfeng.places.models import Division
from xinfeng.places.queries import city_code

from . import writing

PREFIX = "/open311/"
PACE = Pace(settings.API_CALLS_A_MINUTE, 60)
# The specification knows 400 for all that is wrong with what was sent.
_STATUS = {409: 400, 422: 400}
_TOO_MANY = 429
Page = Callable[..., HttpResponse]


def door(*methods: str) -> Callable[[Page], Page]:
    """Views behind it get the form of the answer, `xml` or `json`, and raise their refusals."""

    def made(view: Page) -> Page:
        @csrf_exempt
        @wraps(view)
        def opened(request: HttpRequest, **named: Any) -> HttpResponse:
            form = form_of(request.path)
            if request.method not in methods:
                answer = writing.error(form, 405, _("This address is not asked in this way."))
                answer["Allow"] = ", ".join(methods)
                return answer
            try:
                _keep_pace(request)
                _refuse_other_cities(request)
                return view(request, form, **named)
            except Refusal as refusal:
                return _refused(form, refusal)
            except Http404:
                return writing.error(form, 404, _("There is nothing under this name."))
            except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
                return writing.error(form, 400, _("The body is not what was announced."))

        return opened

    return made


def form_of(path: str) -> str:
    """As the end of the address says; XML is what the specification demands."""
    return "json" if path.endswith(".json") else "xml"


def too_large(path: str, words: str) -> HttpResponse:
    return writing.error(form_of(path), 413, words)


def jurisdiction() -> str:
    """The city's own number in six digits; empty before its divisions are imported."""
    code = city_code()
    return str(code)[:6] if code else ""


def city_name() -> str:
    city = Division.objects.filter(pk=city_code() or 0)
    return city.values_list("name", flat=True).first() or ""


def _keep_pace(request: HttpRequest) -> None:
    if wait := PACE.take(addresses.of(request), time.monotonic()):
        raise TooMany(
            "too_many_calls", _("Too many calls; wait a little."), wait_seconds=int(wait) + 1
        )


def _refuse_other_cities(request: HttpRequest) -> None:
    """One server serves one city: nobody has to name it, and who does must mean this one."""
    given = request.GET.get("jurisdiction_id", "")
    if not given and request.method == "POST":
        given = request.POST.get("jurisdiction_id", "")
    if given and given != jurisdiction():
        raise Http404


def _refused(form: str, refusal: Refusal) -> HttpResponse:
    status = _STATUS.get(refusal.status, refusal.status)
    if refusal.code == "too_many_reports":
        status = _TOO_MANY
    answer = writing.error(form, status, str(refusal))
    if isinstance(refusal, TooMany):
        answer["Retry-After"] = str(refusal.wait_seconds)
    elif status == _TOO_MANY:
        answer["Retry-After"] = "3600"
    return answer
