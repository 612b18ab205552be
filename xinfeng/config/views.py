"""The pages that belong to no room: modes of reading, all components, the broken page."""

import secrets
import sys

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from xinfeng.base import clock
from xinfeng.config import offline, problems, samples
from xinfeng.config.context import MODES

A_YEAR = 365 * 24 * 3600
log = structlog.get_logger()


@require_POST
def modes(request: HttpRequest) -> HttpResponse:
    """Switch large type or the dark ground, kept in a cookie because it is the device's."""
    mode = request.POST.get("mode", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if mode in MODES:
        on = request.COOKIES.get(mode) != "1"
        response.set_cookie(
            mode, "1" if on else "0", max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response


@require_GET
def look(request: HttpRequest) -> HttpResponse:
    """Every component with sample values; only where nobody can take them for the city's."""
    if not (settings.DEBUG or clock.is_demo()):
        raise Http404
    return render(request, "look/look.html", samples.page())


@require_GET
def look_wide(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or clock.is_demo()):
        raise Http404
    return render(request, "look/look_wide.html", samples.page())


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: from the root, so that it may look after every page."""
    content = offline.script()
    response = HttpResponse(content, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """The page of last resort, with a code that is also in the log."""
    code = secrets.token_hex(4)
    # A lost database says so itself; what was being written there was not half written.
    gone = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    log.error("page_broke", code=code, path=request.path, database_gone=gone)
    if request.path.startswith("/api/"):
        return problems.of_accident(code, gone=gone)
    response = render(
        request, "500.html", {"code": code, "gone": gone}, status=503 if gone else 500
    )
    if gone:
        response["Retry-After"] = "10"
    return response
