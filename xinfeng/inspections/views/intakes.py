"""What phones sent to a round: what waits is counted or left out; photos; corrections."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.files import serving
from xinfeng.inspections import commands, queries, reading
from xinfeng.inspections.forms.visits import AmendForm, CountForm, SendForm
from xinfeng.inspections.models import Intake, IntakeState, Round
from xinfeng.inspections.reach import held, runs, seen
from xinfeng.people.http import SignedInRequest
from xinfeng.units.permissions import may_read
from xinfeng.units.queries import units_of

from .rounds import point_in


@require_safe
@login_required
def received(request: SignedInRequest, round_code: str) -> HttpResponse:
    """Forms that do not count, each with the reason and the points it may be meant for."""
    found = held(request, round_code)
    page = {
        "round": found,
        "waiting": queries.received_forms(found, [IntakeState.NOT_COUNTED]),
        "waiting_in_all": queries.waiting_forms(found),
        "left_out": queries.received_forms(
            found, [IntakeState.LEFT_OUT, IntakeState.WITHDRAWN]
        ),
    }
    return render(request, "inspections/round_received.html", page)


@require_POST
@login_required
def count(request: SignedInRequest, round_code: str, intake_id: int) -> HttpResponse:
    found = held(request, round_code)
    form = CountForm(request.POST)
    if not form.is_valid():
        raise Refusal("no_point", _("Choose the point that it is about."))
    commands.count_form(
        intake_id=_intake(found, intake_id).pk,
        round_point_id=point_in(found, form.cleaned_data["point"]).pk, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Counted. Its readings stand at this point now."))
    return redirect("inspections:round_received", found.code)


@require_POST
@login_required
def leave_out(request: SignedInRequest, round_code: str, intake_id: int) -> HttpResponse:
    found = held(request, round_code)
    commands.leave_out(
        intake_id=_intake(found, intake_id).pk, actor=request.user, at=clock.now()
    )
    messages.success(request, _("Left out. What was sent stays here."))
    return redirect("inspections:round_received", found.code)


@require_safe
@login_required
def photo(request: SignedInRequest, round_code: str, photo_id: int) -> HttpResponseBase:
    """The public copy of a photo of the round, for whoever holds it or reads of its points."""
    found = seen(request, round_code)
    holds = runs(request)
    if not holds and not may_read(request.standing, units_of(request.user.pk)):
        raise Http404
    shown = queries.photo_of(found, photo_id, all_forms=holds)
    if shown is None:
        raise Http404
    return serving.respond(shown.file, public=True, small="small" in request.GET)


@require_http_methods(["GET", "POST"])
@login_required
def amend(request: SignedInRequest, round_code: str, point_id: int, line: str) -> HttpResponse:
    """A correction of one reading: a further row that says why; the old one stays."""
    found = held(request, round_code)
    row = point_in(found, point_id)
    lines = {each.code: each for each in reading.tree_of(found.standard).lines_at(row.type)}
    if line not in lines:
        raise Http404
    form = AmendForm(request.POST or None, line=lines[line])
    if request.method == "POST" and form.is_valid():
        commands.amend_reading(
            round_point_id=row.pk, found=form.found(), actor=request.user, at=clock.now()
        )
        messages.success(
            request, _("Kept. A correction is a further reading; nothing is lost.")
        )
        return redirect("inspections:round_point", found.code, row.pk)
    page = {
        "round": found, "point": row, "line": lines[line], "form": form,
        "readings": queries.readings_of(row).get(line, []),
    }  # fmt: skip
    return render(request, "inspections/round_amend.html", page)


@require_POST
@login_required
def send(request: SignedInRequest, round_code: str, point_id: int) -> HttpResponse:
    """Somebody else visits this point."""
    found = held(request, round_code)
    form = SendForm(request.POST, able=queries.able_inspectors(found, clock.today()))
    if not form.is_valid():
        raise Refusal("not_an_inspector", _("Choose who visits this point."))
    commands.send_inspector(
        round_point_id=point_in(found, point_id).pk, person_id=form.cleaned_data["person"],
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("The point is on the way of that inspector now."))
    return redirect("inspections:round_point", found.code, point_id)


@require_POST
@login_required
def findings(request: SignedInRequest, round_code: str) -> HttpResponse:
    """Everything not met becomes a finding; pressed again, only what is new."""
    found = held(request, round_code)
    raised = commands.raise_round_findings(
        round_id=found.pk, actor=request.user, at=clock.now()
    )
    messages.success(
        request,
        _("%(n)s findings are new, %(ended)s ended after a correction.")
        % {"n": raised.new, "ended": raised.ended},
    )
    return redirect("inspections:round", found.code)


@require_POST
@login_required
def order(request: SignedInRequest, round_code: str) -> HttpResponse:
    """A job orders them; how many are done is seen on the page."""
    found = held(request, round_code)
    commands.order_findings_soon(round_id=found.pk, actor=request.user, at=clock.now())
    messages.success(request, _("The findings are on their way to the units."))
    return redirect("inspections:round", found.code)


def _intake(found: Round, pk: int) -> Intake:
    row = queries.intake_of(found, pk)
    if row is None:
        raise Http404
    return row
