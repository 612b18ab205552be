from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xinfeng.hours import queries
from xinfeng.hours.public_log import public_log


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What the log is, how it stands, and how anybody checks it."""
    return render(request, "hours/log.html", {"page": queries.log_page(public_log())})
