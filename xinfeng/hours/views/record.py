import csv
from collections.abc import Iterator
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from xinfeng.base import clock
from xinfeng.base.exports import plain
from xinfeng.hours import commands, permissions, queries
from xinfeng.hours.forms import ContestForm, ReversalForm
from xinfeng.hours.models import Counter, Doubt, Reason
from xinfeng.people.commands import note_view
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import Person
from xinfeng.people.permissions import is_office


@require_GET
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    after = _key(request.GET.get("after", ""))
    record = queries.record(request.user, after=after, today=clock.today())
    decides = is_office(request.standing) or queries.leads_a_team(request.user)
    page = {"record": record, "decides": decides, "Counter": Counter}
    return render(request, "hours/mine.html", page)


@require_GET
@login_required
def mine_csv(request: SignedInRequest) -> StreamingHttpResponse:
    # Put into words now: while the answer streams the visitor's language is no longer set.
    head = [
        _("Day"), _("Activity"), _("Organised by"), _("Place of service"), _("Counts as"),
        _("Minutes"), _("Evidence grade"), _("No."),
    ]  # fmt: skip
    counters = {counter.value: str(counter.label) for counter in Counter}
    lines = _csv_lines(head, counters, request.user, clock.today())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="hours.csv"'
    return answer


@require_http_methods(["GET", "POST"])
@login_required
def own_credit(request: SignedInRequest, credit_id: int) -> HttpResponse:
    """One line of one's own record, and the form to contest it."""
    line = queries.own_credit(request.user, credit_id)
    if line is None:
        raise Http404
    form = ContestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        right = form.span(line.credit.earned_on)
        made = commands.contest(
            credit_id=credit_id,
            doubt=Doubt(form.cleaned_data["doubt"]),
            text=form.cleaned_data["text"],
            right=right and commands.Span(*right),
            actor=request.user,
            at=clock.now(),
        )
        return redirect("hours:contest", made.pk)
    return render(request, "hours/own_credit.html", {"line": line, "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def credit(request: SignedInRequest, credit_id: int) -> HttpResponse:
    page = queries.credit_page(credit_id, request.standing)
    if page is None:
        raise Http404
    note_view(person_id=page.credit.person_id, actor=request.user, at=clock.now())
    form = ReversalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = Reason(form.cleaned_data["reason"])
        commands.reverse(credit_id=credit_id, reason=reason, actor=request.user, at=clock.now())
        return redirect("hours:credit", credit_id)
    may_reverse = permissions.may_reverse(request.standing, page.credit)
    context = {"page": page, "form": form, "may_reverse": may_reverse}
    return render(request, "hours/credit.html", context)


def _key(text: str) -> tuple[date, int] | None:
    """`2022-07-17_42`, as the pager writes it; anything else begins at the top."""
    day, _sep, pk = text.partition("_")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None


class _Echo:
    """A file whose write gives the line back."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(
    head: list[str], counters: dict[int, str], person: Person, today: date
) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The byte order mark makes spreadsheet programs read Chinese as UTF-8.
    yield "\ufeff" + writer.writerow(head)
    for line in queries.every_line(person, today):
        given, said = line.credit, line.described
        yield writer.writerow(
            [given.earned_on, plain(said.title), plain(said.organiser), plain(line.where),
             counters[given.counter], given.minutes, given.grade, given.pk]
        )  # fmt: skip
