"""Every way in which the interface says no, as `{"code", "detail"}` in the asker's language."""

import math
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import HttpError, ValidationError

from xinfeng.base.contract import NotSignedIn, TooMany
from xinfeng.base.refusal import Refusal

# The kinds of mistake pydantic tells, as far as we can say more than that it is one.
SENTENCES: dict[str, Promise] = {
    "missing": gettext_lazy("This is needed."),
    "extra_forbidden": gettext_lazy("There is no such field."),
    "string_too_short": gettext_lazy("At least %(min_length)s signs."),
    "string_too_long": gettext_lazy("At most %(max_length)s signs."),
    "string_type": gettext_lazy("This must be text."),
    "string_pattern_mismatch": gettext_lazy("This is not written as it must be."),
    "int_parsing": gettext_lazy("This must be a whole number."),
    "int_type": gettext_lazy("This must be a whole number."),
    "int_from_float": gettext_lazy("This must be a whole number."),
    "float_parsing": gettext_lazy("This must be a number."),
    "float_type": gettext_lazy("This must be a number."),
    "finite_number": gettext_lazy("This must be a number."),
    "bool_parsing": gettext_lazy("This must be true or false."),
    "bool_type": gettext_lazy("This must be true or false."),
    "greater_than": gettext_lazy("This must be more than %(gt)s."),
    "greater_than_equal": gettext_lazy("This must be at least %(ge)s."),
    "less_than": gettext_lazy("This must be less than %(lt)s."),
    "less_than_equal": gettext_lazy("This must be at most %(le)s."),
    "too_short": gettext_lazy("At least %(min_length)s of them."),
    "too_long": gettext_lazy("At most %(max_length)s of them."),
    "enum": gettext_lazy("One of: %(expected)s."),
    "literal_error": gettext_lazy("One of: %(expected)s."),
    "date_from_datetime_parsing": gettext_lazy("A date such as 2022-07-17."),
    "date_parsing": gettext_lazy("A date such as 2022-07-17."),
    "date_type": gettext_lazy("A date such as 2022-07-17."),
    "datetime_from_date_parsing": gettext_lazy("A moment such as 2022-07-17T08:00:00+08:00."),
    "datetime_parsing": gettext_lazy("A moment such as 2022-07-17T08:00:00+08:00."),
    "datetime_type": gettext_lazy("A moment such as 2022-07-17T08:00:00+08:00."),
    "timezone_aware": gettext_lazy("Say the time zone, for example +08:00."),
    "uuid_parsing": gettext_lazy("A UUID such as 018f2f6e-7a3c-7b1e-9d52-0242ac120002."),
    "list_type": gettext_lazy("This must be a list."),
    "dict_type": gettext_lazy("This must be an object."),
    "model_attributes_type": gettext_lazy("This must be an object."),
}


def problem(
    status: int, code: str, detail: str, *, mistakes: list[dict[str, str]] | None = None
) -> JsonResponse:
    body = {"code": code, "detail": detail, "mistakes": mistakes or []}
    answer = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


def of_refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    answer = problem(error.status, error.code, str(error), mistakes=list(error.mistakes))
    if isinstance(error, NotSignedIn):
        answer["WWW-Authenticate"] = "Bearer"
    elif error.code == "scope_missing":
        answer["WWW-Authenticate"] = 'Bearer error="insufficient_scope"'
    if isinstance(error, TooMany):
        answer["Retry-After"] = str(math.ceil(error.wait_seconds))
    return answer


def of_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    mistakes = [{"where": _place(m["loc"]), "detail": _sentence(m)} for m in error.errors]
    return problem(422, "misread", _("Some values were not understood."), mistakes=mistakes)


def of_nul() -> HttpResponse:
    return problem(422, "misread", _("No text may hold the sign NUL."))


def of_unknown(request: HttpRequest, error: Http404 | None = None) -> HttpResponse:
    return problem(404, "unknown", _("There is nothing at this address, or not for you."))


def of_denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403, "forbidden", _("This is not for you."))


def of_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework itself refuses: a body that is no JSON, and the like."""
    if error.status_code == 400:
        return of_unreadable()
    return problem(error.status_code, "refused", str(error))


def of_form(request: HttpRequest, error: Exception) -> HttpResponse:
    """A form came where JSON is read."""
    return of_unreadable()


def of_unreadable() -> HttpResponse:
    return problem(400, "unreadable", _("The body is not what was announced."))


def of_method(allowed: str) -> HttpResponse:
    answer = problem(405, "method_unknown", _("This address is not asked in this way."))
    answer["Allow"] = allowed
    return answer


def of_accident(code: str, *, gone: bool) -> HttpResponse:
    """Something broke that is not the asker's fault; the code is also in the log."""
    if gone:
        answer = problem(503, "database_gone", _("The database is away; try again soon."))
        answer["Retry-After"] = "10"
        return answer
    sentence = _("Something broke; tell the office the code %(code)s.") % {"code": code}
    return problem(500, "broken", sentence)


def _place(loc: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in loc)


def _sentence(mistake: dict[str, Any]) -> str:
    known = SENTENCES.get(mistake["type"])
    if known is None:
        return _("This is not right (%(kind)s).") % {"kind": mistake["type"]}
    try:
        return str(str(known) % mistake.get("ctx", {}))
    except (KeyError, TypeError):
        return _("This is not right (%(kind)s).") % {"kind": mistake["type"]}
