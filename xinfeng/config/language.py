"""The language of a page: the visitor's choice in a cookie, otherwise Chinese.

Programs that ask the interface have no cookie; they say it in `Accept-Language`.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

PROGRAMS = ("/api/", "/open311/")


class LanguageMiddleware:
    """Chinese is the first language: a browser's preference does not override it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PROGRAMS):
            language = translation.get_language_from_request(request)
        else:
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            known = {code for code, _name in settings.LANGUAGES}
            language = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
