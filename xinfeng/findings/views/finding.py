"""One finding: before and after, its timeline, and what the visitor may do with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock, scope
from xinfeng.files import serving
from xinfeng.findings import commands, permissions
from xinfeng.findings.forms.acts import ActForm, JudgeForm
from xinfeng.findings.models import ExtensionState, FindingFile, HotlineTicket, SnapReport
from xinfeng.findings.queries import handovers
from xinfeng.findings.queries import sheet as queries
from xinfeng.findings.reach import seen
from xinfeng.people.http import SignedInRequest

from . import acts
from .lists import left


@require_safe
@login_required
def finding(request: SignedInRequest, code: str) -> HttpResponse:
    return _page(request, code)


@require_POST
@login_required
def act(request: SignedInRequest, code: str, verb: str) -> HttpResponse:
    found, _caller = seen(request, code)
    if verb not in acts.ACTS:
        raise Http404
    answer, form = acts.done(request, found, verb)
    return answer or _page(request, code, wrong={verb: form})


@require_POST
@login_required
def decide(request: SignedInRequest, code: str, how: str) -> HttpResponse:
    """More time, or not."""
    if how not in ("grant", "refuse"):
        raise Http404
    found, _caller = seen(request, code)
    asked = found.extensions.filter(state=ExtensionState.ASKED).order_by("pk").first()
    if asked is None:
        raise Http404
    grants = how == "grant"
    verb = commands.grant_extension if grants else commands.refuse_extension
    verb(extension_id=asked.pk, actor=request.user, at=clock.now())
    messages.success(request, _("Granted.") if grants else _("The deadline stands."))
    return redirect("findings:finding", code)


@require_POST
@login_required
def judge(request: SignedInRequest, code: str, how: str) -> HttpResponse:
    """The second reviewer's judgement of the open appeal."""
    if how not in ("uphold", "reject"):
        raise Http404
    found, _caller = seen(request, code)
    form = JudgeForm(request.POST, finding=found, auto_id="judge-%s")
    appeal = found.appeals.order_by("-pk").first()
    if appeal is None:
        raise Http404
    if not form.is_valid():
        return _page(request, code, wrong={"judge": form})
    verb = commands.uphold if how == "uphold" else commands.reject
    verb(
        appeal_id=appeal.pk, judgement=form.cleaned_data["judgement"], actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Judged; the unit is told."))
    return redirect("findings:finding", code)


@require_POST
@login_required
def open_reporter(request: SignedInRequest, code: str) -> HttpResponse:
    """Who reported it and how to reach them, with this one answer."""
    found, _caller = seen(request, code)
    opened = commands.open_reporter(finding_id=found.pk, actor=request.user, at=clock.now())
    return _page(request, code, opened=opened)


@require_POST
@login_required
def hand_over(request: SignedInRequest, code: str, endpoint: str) -> HttpResponse:
    """To a server of others that the operator has named."""
    found, _caller = seen(request, code)
    commands.hand_over(
        finding_id=found.pk, endpoint=endpoint, actor=request.user, at=clock.now()
    )
    messages.success(request, _("It is sent within a few minutes."))
    return redirect("findings:finding", code)


@require_safe
@login_required
def picture(request: SignedInRequest, code: str, file_id: int) -> HttpResponseBase:
    """The public copy of one of its pictures; the bytes as sent to those who judge."""
    found, caller = seen(request, code)
    own = FindingFile.objects.select_related("file").filter(finding=found, pk=file_id).first()
    if own is None:
        raise Http404
    wants = "original" in request.GET and caller.standing.covers(
        found.division_id, permissions.READERS
    )
    small = "small" in request.GET
    return serving.respond(own.file, public=not wants, small=small and not wants)


def _page(
    request: SignedInRequest,
    code: str,
    *,
    wrong: dict[str, ActForm] | None = None,
    opened: Any = None,
) -> HttpResponse:
    """The sheet of a finding; a form that was wrong stands on it again."""
    found, caller = seen(request, code)
    with scope.whole_city():
        report = (
            SnapReport.objects.select_related("program", "category")
            .filter(finding=found)
            .first()
        )
        ticket = HotlineTicket.objects.filter(finding=found).first()
    sheet, forms = queries.sheet(found, report, ticket), wrong or {}
    appeal = sheet.appeal
    judges = appeal is not None and permissions.may_judge(caller, found)
    page = {
        "sheet": sheet,
        "finding": found,
        "minutes_left": left(clock.now()),
        "acts": acts.offered(caller, sheet, forms),
        "first_verbs": acts.FIRST,
        "may_decide": sheet.asked is not None and permissions.may_decide(caller, found),
        "judging": forms.get("judge") or JudgeForm(finding=found, auto_id="judge-%s")
        if judges
        else None,
        "is_office": caller.is_office_of(found.division_id),
        "handovers": handovers.handovers_of(found),
        "takers": handovers.takers_of(found) if permissions.may_order(caller, found) else [],
        "may_open": bool(sheet.is_named) and permissions.may_open_contact(caller, found),
        "opened": opened,
    }
    return render(request, "findings/finding.html", page, status=422 if wrong else 200)
