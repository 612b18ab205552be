from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock
from xinfeng.base.numbers import number_in
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.files.serving import respond
from xinfeng.filing import commands, permissions, queries, windows
from xinfeng.filing.commands import NewPaper
from xinfeng.filing.forms import GradeForm, PaperForm, VerdictForm
from xinfeng.filing.models import Letter, Task
from xinfeng.inspections.queries import standards_of_points
from xinfeng.people.http import SignedInRequest
from xinfeng.units.models import Unit
from xinfeng.units.queries import units_of


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """What a unit still owes, line by line; reviewers are led to their list."""
    units = units_of(request.user.pk)
    if not units and request.standing.spans(permissions.LOOKS_ON):
        return redirect("filing:review")
    today = clock.today()
    lists = [
        (standard, queries.gaps(standard, units, today)) for standard in standards_of_points()
    ]
    page = {
        "lists": [(standard, gaps) for standard, gaps in lists if gaps],
        "units": Unit.objects.filter(pk__in=units).in_reading_order(),
        "today": today,
    }
    return render(request, "filing/mine.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def task(request: SignedInRequest, task_id: int) -> HttpResponse:
    """One line of a unit: what is asked, what was filed, and what was said of it."""
    found = queries.task_of(task_id)
    units = _looked_at(request, found)
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = NewPaper(
            given["title"], given["dated_on"], given["is_stamped"],
            given["file"].file, given["file"].name,
        )  # fmt: skip
        try:
            commands.file_paper(task_id=task_id, new=new, actor=request.user, at=clock.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Filed: %(title)s.") % {"title": new.title})
            return redirect("filing:task", task_id)
    status = 422 if form.is_bound and form.errors else 200
    gap = queries.gap_of(found, clock.today())
    page = {
        "gap": gap,
        "window": windows.of(gap.line, clock.today()),
        "papers": queries.papers_with_twins(found),
        "liaisons": queries.liaisons([found.unit_id]),
        "grades": found.grades.select_related("by").order_by("-pk"),
        "form": form if permissions.may_file(units, found.unit_id) else None,
        "grading": GradeForm(),
        "may_judge": permissions.may_judge(request.standing, units, found.unit),
    }
    return render(request, "filing/task.html", page, status=status)


@require_GET
@login_required
def file(request: SignedInRequest, paper_id: int) -> HttpResponseBase:
    """The paper as it was filed, for its unit and its reviewers."""
    paper = queries.paper_of(paper_id)
    _looked_at(request, paper.task)
    return respond(paper.file, public=False)


@require_POST
@login_required
def withdraw(request: SignedInRequest, paper_id: int) -> HttpResponse:
    paper = commands.withdraw(paper_id=paper_id, actor=request.user, at=clock.now())
    messages.success(request, _("Taken back: %(title)s.") % {"title": paper.title})
    return redirect("filing:task", paper.task_id)


@require_GET
@login_required
def review(request: SignedInRequest) -> HttpResponse:
    """Papers that wait, the longest first, without those of the reviewer's own units."""
    spans = request.standing.spans(permissions.LOOKS_ON)
    if not spans:
        raise Forbidden("not_a_reviewer", _("Only offices and inspectors review papers."))
    after = number_in(request.GET.get("after", ""))
    found = queries.waiting(spans, units_of(request.user.pk), after)
    return render(
        request,
        "filing/review.html",
        {"waiting": found, "standards": standards_of_points()},
    )


@require_POST
@login_required
def judge(request: SignedInRequest, paper_id: int) -> HttpResponse:
    form = VerdictForm(request.POST)
    if not form.is_valid():
        raise Refusal("verdict_unknown", _("Accept the paper or return it."))
    told, now = form.cleaned_data, clock.now()
    if told["verdict"] == "accept":
        paper = commands.accept(paper_id=paper_id, actor=request.user, at=now)
    else:
        paper = commands.return_paper(
            paper_id=paper_id, reason=told["reason"], actor=request.user, at=now
        )
    state = paper.get_state_display()
    messages.success(request, f"{paper.title}：{state}")
    return redirect("filing:task", paper.task_id)


@require_POST
@login_required
def grade(request: SignedInRequest, task_id: int) -> HttpResponse:
    form = GradeForm(request.POST)
    if not form.is_valid():
        raise Refusal("grade_unknown", _("Choose a grade."))
    given = commands.grade(
        task_id=task_id,
        letter=Letter(form.cleaned_data["letter"]),
        note=form.cleaned_data["note"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Graded: %(letter)s.") % {"letter": given.letter})
    return redirect("filing:task", task_id)


def _looked_at(request: SignedInRequest, task: Task) -> frozenset[int]:
    """The visitor's units, once they may see what this task's unit filed."""
    units = units_of(request.user.pk)
    if not permissions.may_see(request.standing, units, task.unit):
        raise Forbidden("not_your_unit", _("Only the unit and its reviewers see this."))
    return units
