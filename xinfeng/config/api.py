"""The interface `/api/v1`: each room's operations over the same commands as its pages.

The contract is committed as docs/api/openapi.json; a change of it shows in review.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.urls import URLPattern, URLResolver, path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema, get_schema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer
from ninja.throttling import BaseThrottle

from xinfeng.activities import doorway
from xinfeng.base import addresses
from xinfeng.base.contract import TooMany
from xinfeng.base.pace import Pace
from xinfeng.base.refusal import Refusal
from xinfeng.config import problems
from xinfeng.people.tokens import Needs, Scope, Welcomes

COMMITTED = settings.ROOT / "docs" / "api" / "openapi.json"
PREFIX = "api/v1/"
VERSION = "1.0"
# How each kind of no is said.
ANSWERS_TO: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refusal: problems.of_refusal,
    ValidationError: problems.of_validation,
    Http404: problems.of_unknown,
    PermissionDenied: problems.of_denied,
    HttpError: problems.of_http,
    # A form sent where JSON is read: its bytes were taken apart when it was looked through.
    RawPostDataException: problems.of_form,
}
View = Callable[..., HttpResponse]
A_MINUTE = 60
# `{int:shift_id}` is `{shift_id}` in a contract.
CONVERTER = re.compile(r"{[^}:]+:")


class Paced(BaseThrottle):
    """So many calls a minute for a person, or for an address when nobody is signed in."""

    def __init__(self) -> None:
        self.pace = Pace(settings.API_CALLS_A_MINUTE, A_MINUTE)

    def allow_request(self, request: HttpRequest) -> bool:
        known = getattr(getattr(request, "auth", None), "pk", None)
        who = f"person {known}" if known else f"from {addresses.of(request)}"
        if wait := self.pace.take(who, time.monotonic()):
            raise TooMany(
                "too_many_calls",
                _("Too many calls; wait a little."),
                wait_seconds=int(wait) + 1,
            )
        return True


class Readable(JSONRenderer):
    """Chinese as it is, not as numbers of its signs."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Interface(NinjaAPI):
    """django-ninja's, with names by room, the scopes in its contract, and JSON for every no."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        room = operation.view_func.__module__.split(".")[1]
        return f"{room}_{operation.view_func.__name__}"

    def get_operation_url_name(self, operation: Operation, router: Router) -> str:
        return self.get_openapi_operation_id(operation)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        return self.contract

    @cached_property
    def contract(self) -> OpenAPISchema:
        """One text, whoever asks for it; a second of work."""
        with translation.override("en"):
            contract = get_schema(api=self, path_prefix=f"/{PREFIX}")
        _declare_security(self, contract)
        contract["paths"].update(_by_hand())
        contract["paths"] = dict(sorted(contract["paths"].items()))
        schemas = contract["components"]["schemas"]
        contract["components"]["schemas"] = dict(sorted(schemas.items()))
        return contract


def build() -> Interface:
    interface = Interface(
        title="Xinfeng",
        version=VERSION,
        description="The same commands as the pages, with the same refusals.",
        urls_namespace="api",
        docs_url=None,
        throttle=Paced(),
        renderer=Readable(),
        auth=None,
    )
    for kind, handler in ANSWERS_TO.items():
        interface.add_exception_handler(kind, handler)
    for room in settings.ROOMS:
        if find_spec(f"xinfeng.{room}.api"):
            interface.add_router("", import_module(f"xinfeng.{room}.api").router)
    return interface


def urls(interface: Interface) -> tuple[list[URLPattern | URLResolver], str, str]:
    """The interface's addresses; whatever else lies under its prefix is unknown in JSON."""
    patterns, app_name, namespace = interface.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _in_json(pattern.callback)
    # Answered before Django where the web server knows the short way; here for all others.
    patterns.append(path(doorway.PATH.removeprefix(f"/{PREFIX}"), _checkins))
    patterns.append(path("<path:rest>", _unknown))
    return patterns, app_name, namespace


def operations(interface: Interface) -> list[tuple[str, Operation]]:
    """Every operation with its address as the contract writes it."""
    return [
        (CONVERTER.sub("{", f"/{PREFIX}{address.lstrip('/')}"), operation)
        for router in interface._get_bound_routers()
        for address, view in router.path_operations.items()
        for operation in view.operations
    ]


def scopes_of(operation: Operation) -> tuple[Scope, ...]:
    """One of these a token must carry; none where anybody may ask."""
    for callback in operation.auth_callbacks or ():
        if isinstance(callback, Needs):
            return callback.scopes
    return ()


def written(contract: OpenAPISchema) -> str:
    return json.dumps(contract, ensure_ascii=False, indent=1) + "\n"


def _declare_security(interface: Interface, contract: OpenAPISchema) -> None:
    """ninja knows no scopes; the way to a token, and what each operation asks of it."""
    flow = {
        "authorizationUrl": "/identity/o/authorize",
        "tokenUrl": "/identity/o/api/token",
        "refreshUrl": "/identity/o/api/token",
        "scopes": {scope.value: str(scope.label) for scope in Scope},
    }
    contract["components"]["securitySchemes"] = {
        "oauth2": {"type": "oauth2", "flows": {"authorizationCode": flow}},
        "session": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
    }
    for address, operation in operations(interface):
        for callback in operation.auth_callbacks or ():
            if not isinstance(callback, (Needs, Welcomes)):
                continue
            nobody: list[dict[str, list[str]]] = [{}] if isinstance(callback, Welcomes) else []
            tokens = [{"oauth2": [scope.value]} for scope in callback.scopes]
            ways = [*nobody, *tokens, {"session": []}]
            for method in operation.methods:
                contract["paths"][address][method.lower()]["security"] = ways


def _by_hand() -> dict[str, Any]:
    """Addresses that are answered outside django-ninja, described in a file of their own."""
    file = Path(__file__).with_name("api_by_hand.json")
    described: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return described


def _in_json(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if _holds_nul(request):
                return problems.of_nul()
        except (MultiPartParserError, SuspiciousOperation, UnreadablePostError):
            return problems.of_unreadable()
        answer = view(request, *args, **kwargs)
        return problems.of_method(answer["Allow"]) if answer.status_code == 405 else answer

    return answered


def _holds_nul(request: HttpRequest) -> bool:
    """Text of the database holds every sign but this one."""
    query = str(request.META.get("QUERY_STRING", ""))
    if "\0" in request.path or "%00" in query:
        return True
    if request.content_type == "multipart/form-data":
        # Pictures are streamed to where they wait, and never read as one text.
        said = (text for _name, texts in request.POST.lists() for text in texts)
        return any("\0" in text for text in said)
    return b"\\u0000" in request.body


@csrf_exempt
def _checkins(request: HttpRequest) -> HttpResponse:
    return doorway.view(request) if request.method == "POST" else problems.of_method("POST")


@csrf_exempt
def _unknown(request: HttpRequest, rest: str) -> HttpResponse:
    return problems.of_unknown(request)
