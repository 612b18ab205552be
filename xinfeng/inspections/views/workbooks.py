"""A standard as an Excel workbook: taken away, changed, shown before it becomes a draft."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinfeng.base import clock, previews
from xinfeng.base.http import attached
from xinfeng.base.refusal import Forbidden
from xinfeng.inspections import commands, comparing, explaining, queries, reading
from xinfeng.inspections.commands.standards import BadStandard
from xinfeng.inspections.forms import TakeOverForm, UploadForm
from xinfeng.inspections.models import Standard, StandardState
from xinfeng.inspections.tree import Tree
from xinfeng.inspections.workbooks import BadCell, Draft, taken_in
from xinfeng.inspections.workbooks import workbook as written
from xinfeng.people.http import SignedInRequest, VisitorRequest

from .standards import may_keep


@require_safe
def workbook(request: VisitorRequest, name: str, version: str) -> HttpResponse:
    found = queries.version_of(name, version)
    content = written(found.parsed, queries.type_titles())
    return attached(content, f"standard-{name}-{version}.xlsx")


@require_safe
def text(request: VisitorRequest, name: str, version: str) -> HttpResponse:
    """The document as it was written."""
    found = queries.version_of(name, version)
    answer = HttpResponse(found.document, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="standard-{name}-{version}.yaml"'
    return answer


@require_http_methods(["GET", "POST"])
@login_required
def upload(request: SignedInRequest) -> HttpResponse:
    """What a workbook would make: what is wrong in it, or what it changes."""
    _refuse_others(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        found = taken_in(
            table.read(previews.LARGEST + 1), table.name or "", queries.type_titles()
        )
        return _page(request, form, found)
    return render(request, "inspections/import.html", {"form": form})


@require_POST
@login_required
def take_over(request: SignedInRequest) -> HttpResponse:
    form = TakeOverForm(request.POST)
    if not form.is_valid():
        _refuse_others(request)
        found = taken_in(request.POST.get("text", "").encode(), "", {})
        return _page(request, UploadForm(), found, form)
    try:
        draft = commands.import_standard(
            text=form.cleaned_data["text"], source="", version=form.cleaned_data["version"],
            actor=request.user, at=clock.now(),
        )  # fmt: skip
    except BadStandard as error:
        wrong = [BadCell("", each.line, each.where, each.reason, each.mend)
                 for each in error.problems]  # fmt: skip
        return _page(request, UploadForm(), Draft(problems=wrong))
    messages.success(
        request, _("Version %(version)s is there as a draft.") % {"version": draft.version}
    )
    return redirect("inspections:standard", draft.name, draft.version)


def _page(
    request: SignedInRequest, form: UploadForm, found: Draft, take: TakeOverForm | None = None
) -> HttpResponse:
    page: dict[str, Any] = {"form": form, "found": found}
    if found.tree is not None:
        page |= _told(found.tree)
        first = {"text": found.text, "version": page["proposed"]}
        page |= {"take": take or TakeOverForm(initial=first), "words_of": explaining.part}
    return render(
        request, "inspections/import.html", page, status=422 if found.problems else 200
    )


def _told(tree: Tree) -> dict[str, Any]:
    """The version it would follow, and what it says otherwise than that one."""
    versions = queries.versions_of(tree.name)
    same = next((each for each in versions if each.version == tree.version), None)
    former = next((each for each in versions if each.state == StandardState.PUBLISHED), None)
    return {
        "tree": tree,
        "former": former,
        "replaces": same if same and same.state == StandardState.DRAFT else None,
        "changes": comparing.versions(reading.tree_of(former), tree) if former else [],
        "proposed": _free(tree.version, versions),
    }


def _free(version: str, versions: list[Standard]) -> str:
    """The version as written, or one beside it when that never changes any more."""
    fixed = {each.version for each in versions if each.state == StandardState.PUBLISHED}
    if version not in fixed:
        return version
    taken = {each.version for each in versions}
    return next(
        told for n in range(2, len(taken) + 3) if (told := f"{version[:34]}-{n}") not in taken
    )


def _refuse_others(request: SignedInRequest) -> None:
    if not may_keep(request):
        raise Forbidden("not_the_city_office", _("Only the city office keeps the standards."))
