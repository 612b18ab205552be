"""The pages of an inspector's phone: a shell without a network, and what it is told."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xinfeng.inspections import field_forms, field_shell
from xinfeng.people.http import SignedInRequest, VisitorRequest


@require_safe
def shell(request: VisitorRequest) -> HttpResponse:
    """The same for everybody: whose round it is, the phone asks by itself."""
    return render(request, "inspections/field.html", {"words": field_shell.words()})


@require_safe
@never_cache
def worker(request: VisitorRequest) -> HttpResponse:
    return HttpResponse(field_shell.script(), content_type="text/javascript; charset=utf-8")


@require_safe
@never_cache
@login_required
def rounds(request: SignedInRequest) -> HttpResponse:
    """One's own rounds, points and forms; and the token without which nothing is sent."""
    told = field_forms.told_to(request.user.pk)
    return JsonResponse(told | {"csrf": get_token(request)})
