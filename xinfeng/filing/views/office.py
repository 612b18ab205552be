from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, previews
from xinfeng.base.http import attached
from xinfeng.base.numbers import number_in
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.table_cells import Problem
from xinfeng.filing import commands, permissions, queries, tables
from xinfeng.filing.commands import NewTask
from xinfeng.filing.forms import TableForm, TaskForm
from xinfeng.filing.models import Part
from xinfeng.inspections import explaining, reading
from xinfeng.inspections.queries import version_of
from xinfeng.inspections.tree import Method
from xinfeng.people.http import SignedInRequest
from xinfeng.units.models import Unit
from xinfeng.units.queries import units_of


@require_GET
@login_required
def matrix(request: SignedInRequest, name: str, version: str) -> HttpResponse:
    """Which unit leads and which are responsible, line by line."""
    _may_look(request)
    standard = version_of(name, version)
    method, unit = request.GET.get("method", ""), request.GET.get("unit", "")
    unit_id = number_in(unit)
    rows = queries.matrix(standard, method=method, unit_id=unit_id)
    page = {
        "standard": standard,
        "tree": reading.tree_of(standard),
        "rows": rows,
        "liaisons": queries.liaisons({task.unit_id for row in rows for task in row.tasks}),
        "without": sum(row.lead is None for row in rows),
        "methods": [(each.value, each.value) for each in Method if each != Method.FIGURE],
        "units": Unit.objects.active().in_reading_order(),
        "chosen": {"method": method, "unit": unit},
        "asked": explaining.wanted,
        "may_give": bool(request.standing.spans(permissions.REVIEWS)),
    }
    return render(request, "filing/matrix.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def give(request: SignedInRequest, name: str, version: str) -> HttpResponse:
    """Give one line to a unit; the line stands in the address."""
    standard = version_of(name, version)
    code = request.POST.get("line") or request.GET.get("line", "")
    line = reading.tree_of(standard).lines.get(code)
    if line is None:
        raise Refusal("line_unknown", _("Choose a line in the table of tasks."))
    form = TaskForm(request.POST or None, initial={"line": code, "part": Part.LEAD})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        new = NewTask(code, told["unit"].pk, Part(told["part"]), due_on=told["due_on"])
        commands.give_task(standard_id=standard.pk, new=new, actor=request.user, at=clock.now())
        messages.success(
            request, _("%(line)s is with %(unit)s.") % {"line": code, "unit": told["unit"].name}
        )
        return redirect("filing:matrix", name, version)
    _may_look(request)
    page = {"standard": standard, "line": line, "form": form}
    return render(request, "filing/give.html", page)


@require_POST
@login_required
def end(request: SignedInRequest, task_id: int) -> HttpResponse:
    task = commands.end_task(task_id=task_id, actor=request.user, at=clock.now())
    messages.success(
        request, _("%(line)s is no longer with %(unit)s.")
        % {"line": task.line, "unit": task.unit.name},
    )  # fmt: skip
    return redirect("filing:matrix", task.standard.name, task.standard.version)


@require_GET
@login_required
def table(request: SignedInRequest, name: str, version: str) -> HttpResponse:
    """The tasks as a workbook, to be filled in and sent back."""
    _may_look(request)
    standard = version_of(name, version)
    return attached(tables.workbook(standard), f"tasks-{name}-{version}.xlsx")


@require_http_methods(["GET", "POST"])
@login_required
def import_table(request: SignedInRequest, name: str, version: str) -> HttpResponse:
    """Take the filled table over, all or nothing; what is wrong is told by row."""
    _may_look(request)
    standard = version_of(name, version)
    form = TableForm(request.POST or None, request.FILES or None)
    wrong: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        tasks, wrong = tables.read(
            standard, form.cleaned_data["table"].read(previews.LARGEST + 1)
        )
        if not wrong:
            changed = commands.import_tasks(
                standard_id=standard.pk, tasks=tasks, actor=request.user, at=clock.now()
            )
            said = ngettext(
                "%(num)s task is new or changed.", "%(num)s tasks are new or changed.", changed
            ) % {"num": changed}
            messages.success(request, said)
            return redirect("filing:matrix", name, version)
    page = {"standard": standard, "form": form, "wrong": wrong}
    return render(request, "filing/import.html", page, status=422 if wrong else 200)


def _may_look(request: SignedInRequest) -> None:
    if request.standing.spans(permissions.LOOKS_ON) or units_of(request.user.pk):
        return
    raise Forbidden("not_a_unit", _("Offices, inspectors and people of units see this."))
