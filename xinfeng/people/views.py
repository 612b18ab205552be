from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xinfeng.base import clock

from . import queries
from .http import SignedInRequest


@require_GET
@login_required
def me(request: SignedInRequest) -> HttpResponse:
    page = {"me": queries.me(request.user, clock.today())}
    return render(request, "people/me.html", page)
