"""Frames: the list, one of them, and tables taken in with a preview."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinfeng.base import clock, short_code
from xinfeng.base.previews import LARGEST
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.surveys import commands, framing, reach
from xinfeng.surveys.commands import NewSheet
from xinfeng.surveys.commands.sheets import preview_of
from xinfeng.surveys.forms.planning import FrameForm, TotalsForm
from xinfeng.surveys.models import Frame, SheetKind, SurveySheet
from xinfeng.surveys.queries import samples as queries
from xinfeng.surveys.queries import totals_told
from xinfeng.surveys.tables import FRAME, TOTALS


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def frames(request: SignedInRequest) -> HttpResponse:
    spans = _spans(request)
    form = FrameForm(
        request.POST or None, request.FILES or None, initial={"code": short_code.new(12)}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        told = {name: given[name] for name in ("name", "source")}
        new = NewSheet(
            given["code"], SheetKind.FRAME, given["table"].name, spans[0][0],
            told | {"as_of": given["as_of"].isoformat()},
        )  # fmt: skip
        sheet = commands.add_survey_sheet(
            new=new, content=given["table"].read(LARGEST + 1), actor=request.user,
            at=clock.now(),
        )  # fmt: skip
        return redirect("surveys:frame_preview", sheet.code)
    page = {
        "form": form, "frames": queries.frames_held(spans),
        "columns": [titles[0] for titles in FRAME.values()],
    }  # fmt: skip
    return render(request, "surveys/frames.html", page, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preview(request: SignedInRequest, sheet_code: str) -> HttpResponse:
    """What importing the table would do; sent off, it does it."""
    _spans(request)
    sheet = get_object_or_404(
        SurveySheet.objects.exclude(kind=SheetKind.ADDRESSES), code=sheet_code,
        added_by=request.user,
    )  # fmt: skip
    if request.method == "POST":
        commands.import_survey_sheet(code=sheet.code, actor=request.user, at=clock.now())
        return redirect("surveys:frame_preview", sheet.code)
    found = preview_of(sheet)
    page = {
        "sheet": sheet, "found": found,
        "households": sum(getattr(row, "households", 0) for row in found.rows),
    }  # fmt: skip
    return render(request, "surveys/frame_preview.html", page)


@require_safe
@login_required
def frame(request: SignedInRequest, frame_code: str) -> HttpResponse:
    found = _frame(request, frame_code)
    strata = framing.strata_of(found)
    page = {
        "frame": found, "strata": strata,
        "counties": queries.county_names(each.county for each in strata),
        "totals": totals_told(found),
        "form": TotalsForm(initial={"code": short_code.new(12)}),
        "columns": [titles[0] for titles in TOTALS.values()],
    }  # fmt: skip
    return render(request, "surveys/frame.html", page)


@require_POST
@login_required
def totals(request: SignedInRequest, frame_code: str) -> HttpResponse:
    found = _frame(request, frame_code)
    form = TotalsForm(request.POST, request.FILES)
    if not form.is_valid():
        return redirect("surveys:frame", found.code)
    table = form.cleaned_data["table"]
    new = NewSheet(
        form.cleaned_data["code"], SheetKind.TOTALS, table.name, found.division_id,
        frame_id=found.pk,
    )  # fmt: skip
    sheet = commands.add_survey_sheet(
        new=new, content=table.read(LARGEST + 1), actor=request.user, at=clock.now()
    )
    return redirect("surveys:frame_preview", sheet.code)


def _frame(request: SignedInRequest, code: str) -> Frame:
    return get_object_or_404(queries.frames_held(_spans(request)), code=code)


def _spans(request: SignedInRequest) -> list[tuple[int, int]]:
    if not reach.runs(request):
        raise Http404
    return list(request.standing.spans(UPPER_OFFICES))
