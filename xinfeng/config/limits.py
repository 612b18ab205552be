"""What no page wants is refused before anything of it is read."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from xinfeng.config import problems
from xinfeng.config.api import PREFIX
from xinfeng.findings.open311 import door as open311

# Nine pictures of 20 MB and what is said with them; a server in front may allow less.
MOST_BYTES = 200 << 20
# Phones send in batches; that protocol measures while it reads.
PHONES = "/or/"


class LimitsMiddleware:
    """Bodies that would fill the disk, and signs that no text of ours holds.

    Uploads lie in the temporary folder before a view sees them, and looking for the token
    against forgery reads them at every address: so their length is asked here, before that.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        nul = "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
        where = request.path_info
        # Interfaces say in their own words that they were misread.
        if nul and not where.startswith((f"/{PREFIX}", open311.PREFIX)):
            # The database keeps no such sign, and would break off instead of finding nothing.
            raise Http404
        if _length(request) > MOST_BYTES and not where.startswith(PHONES):
            most = _("At most %(most)s MB are taken at once.") % {"most": MOST_BYTES >> 20}
            if where.startswith(open311.PREFIX):
                return open311.too_large(where, most)
            if where.startswith(f"/{PREFIX}"):
                return problems.problem(413, "body_too_large", most)
            page = {"sentence": most, "code": "body_too_large"}
            return render(request, "errors/refusal.html", page, status=413)
        return None


def _length(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    # Twenty digits are too much already.
    return int(said[:20]) if said.isascii() and said.isdigit() else 0
