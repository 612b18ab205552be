"""A refusal is an answer, not an accident: we understood, and we will not."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise


class Refusal(Exception):
    """`code` is stable and public (API, tests); the message is shown to the user."""

    status = 409
    # Several things at once, each with its place: `{"where": …, "detail": …}`.
    mistakes: Sequence[dict[str, str]] = ()

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(str(message))
        self.code = code


class Forbidden(Refusal):
    status = 403


class Unknown(Refusal):
    """Not there, or not for this person: both get the same answer."""

    status = 404


class RefusalMiddleware:
    """Turn a refusal into a page, once, so no view needs a try/except."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        page = {"sentence": str(error), "code": error.code}
        return render(request, "errors/refusal.html", page, status=error.status)
