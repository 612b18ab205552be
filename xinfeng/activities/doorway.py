"""`POST /api/v1/checkins`: the address that phones send their signed check-ins to.

It stands before Django's own stack, because a signature is all it needs: no session, no cookie,
no form. What is decided, and how it is kept, are the same commands that the pages use. A server
that asks Django first finds the same answer at the same address (`view`).
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from xinfeng.activities import signing
from xinfeng.activities.attending import Outcome
from xinfeng.activities.commands import receive
from xinfeng.base import clock
from xinfeng.base.refusal import Refusal

Answer = tuple[str, dict[str, Any]]
Start = Callable[..., Any]
PATH = "/api/v1/checkins"
_WORDS = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "404 Not Found",
    409: "409 Conflict",
    503: "503 Service Unavailable",
}
log = structlog.get_logger()


def is_meant(environ: dict[str, Any]) -> bool:
    path, method = str(environ["PATH_INFO"]), str(environ["REQUEST_METHOD"])
    return path == PATH and method == "POST"


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    status, content, headers = _written(_answer(_body(environ)))
    start_response(status, [*headers.items()])
    return [content]


@csrf_exempt
def view(request: HttpRequest) -> HttpResponse:
    """The same for a server that does not know the short way."""
    # One byte more than allowed is enough to see that it is too long.
    status, content, headers = _written(_answer(request.read(signing.MOST_BYTES + 1)))
    return HttpResponse(content, status=int(status[:3]), headers=headers)


def _written(told: Answer) -> tuple[str, bytes, dict[str, str]]:
    status, answer = told
    content = json.dumps(answer, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if status == _WORDS[503]:
        headers["Retry-After"] = "10"
    return status, content, headers


def _answer(body: bytes) -> Answer:
    try:
        outcome = receive(message=signing.read(body), at=clock.now())
    except Refusal as refusal:
        return _WORDS[refusal.status], {"code": refusal.code, "detail": str(refusal)}
    except (InterfaceError, OperationalError):
        # Nothing was half written; the phone keeps what it said and sends it again.
        connection.close()
        return _WORDS[503], {"code": "database_gone", "detail": ""}
    except DatabaseError:
        connection.close()
        log.exception("checkin_broke")
        return _WORDS[503], {"code": "broken", "detail": ""}
    return _WORDS[200], _told(outcome)


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": str(outcome.saying.client_id),
        "signup": outcome.scene.signup_id,
        "state": outcome.state,
        "already": not outcome.moves,
        "arrived_at": outcome.arrived_at and outcome.arrived_at.isoformat(),
        "left_at": outcome.left_at and outcome.left_at.isoformat(),
        "grade": outcome.grade,
        "is_late": outcome.saying.is_late,
        "skew_s": outcome.saying.skew_s,
    }


def _body(environ: dict[str, Any]) -> bytes:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    # One byte more than allowed is enough to see that it is too long.
    body: bytes = environ["wsgi.input"].read(min(length, signing.MOST_BYTES + 1))
    return body
