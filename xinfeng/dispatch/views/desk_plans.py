"""Plans of the desk: asked for, worked out by the worker, watched while they run."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from xinfeng.base import clock, short_code
from xinfeng.dispatch import commands, explaining, permissions
from xinfeng.dispatch.desk_reach import area_of, spans_of
from xinfeng.dispatch.forms.desk import PlanForm
from xinfeng.dispatch.queries import desk as lists
from xinfeng.dispatch.queries import desk_queues as queries
from xinfeng.people.http import SignedInRequest
from xinfeng.places.models import Division
from xinfeng.places.queries import areas


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plans(request: SignedInRequest) -> HttpResponse:
    """The latest plans; sent off, one more for all orders of an area that wait."""
    spans = spans_of(request)
    if request.method == "POST":
        form = PlanForm(request.POST)
        if not form.is_valid():
            raise Http404
        made = commands.ask_for_plan(
            code=short_code.new(),
            division_id=form.cleaned_data["within"] or area_of(spans),
            actor=request.user,
            at=clock.now(),
        )
        return redirect("dispatch:desk_plan", made.code)
    latest = queries.plans(spans)
    page = {
        "may_plan": permissions.may_plan(request.standing, area_of(spans)),
        "plans": latest,
        "planned": Division.objects.in_bulk({plan.division_id for plan in latest}),
        "counts": lists.counts(spans),
        "areas": areas(spans, None),
        "failed": explaining.failed,
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
    page = {
        "plan": found,
        "area": Division.objects.filter(pk=found.division_id).first(),
        "failed": explaining.failed,
    }
    return render(request, f"dispatch/{template}", page)
