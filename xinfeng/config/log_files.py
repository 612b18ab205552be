"""The files of the public log, served as they lie there: no session, no database, no language.

Behind a server that serves files itself, point `/log/` at the folder instead.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound

from xinfeng.hours.public_log import CHECKPOINT, public_log

PREFIX = "/log/"
# Tiles never change; whoever has one need not ask again.
FOR_EVER = "public, max-age=31536000, immutable"
# Long enough for a crowd, short enough that nobody waits for the newest head.
SHORTLY = "public, max-age=5"
_TILE = re.compile(r"tile/(?:entries|[0-9]{1,2})/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?")


class LogFilesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.path_info.removeprefix(PREFIX)
        if address == request.path_info:
            return self.get_response(request)
        if address in {CHECKPOINT, "key"}:
            return _answer(request, address, "text/plain; charset=utf-8", SHORTLY)
        if _TILE.fullmatch(address):
            return _answer(request, address, "application/octet-stream", FOR_EVER)
        return self.get_response(request)


def _answer(request: HttpRequest, address: str, kind: str, keep: str) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    log = public_log()
    content = f"{log.key.public}\n".encode() if address == "key" else log.files.fetch(address)
    if content is None:
        # A tile that is not there yet may come.
        return HttpResponseNotFound(headers={"Cache-Control": SHORTLY})
    answer = HttpResponse(content, content_type=kind)
    answer["Cache-Control"] = keep
    # The proof is meant to be fetched by anybody's program, from anywhere.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
