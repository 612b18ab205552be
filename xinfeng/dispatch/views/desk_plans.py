"""Plans of the desk: asked for, worked out by the worker, watched while they run."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xinfeng.dispatch.queries import desk as lists
from xinfeng.dispatch.queries import desk_queues as queries
from xinfeng.people.http import SignedInRequest

from .desk import spans_of


@require_safe
@login_required
def plans(request: SignedInRequest) -> HttpResponse:
    spans = spans_of(request)
    page = {
        "may_plan": False,
        "plans": queries.plans(spans),
        "counts": lists.counts(spans),
        "areas": lists.areas(spans, None),
    }
    return render(request, "dispatch/desk_plans.html", page)


@require_safe
@login_required
def plan(request: SignedInRequest, code: str) -> HttpResponse:
    """The whole page, or for htmx only how far it is."""
    found = queries.plan_at(spans_of(request), code)
    if found is None:
        raise Http404
    template = "_desk_plan.html" if request.headers.get("HX-Request") else "desk_plan.html"
    return render(request, f"dispatch/{template}", {"plan": found})
