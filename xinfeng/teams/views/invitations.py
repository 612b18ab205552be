"""Inviting: one by one, a whole table, and the page of whoever is asked."""

import csv
from collections.abc import Iterator
from io import BytesIO

import segno
import xlsxwriter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import addresses, clock, short_code
from xinfeng.base.exports import plain
from xinfeng.base.http import attached
from xinfeng.base.refusal import Refusal
from xinfeng.people import policies, telling
from xinfeng.people.commands import NewPerson
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import ConsentKind, Person
from xinfeng.teams import commands, permissions, reading
from xinfeng.teams.forms import InviteForm, StrangerForm, TableForm
from xinfeng.teams.models import Batch, Invitation, Team
from xinfeng.teams.queries import invitations as asking

CODE_LENGTH = 16
SHOWN_PROBLEMS = 100


@require_GET
@login_required
def invitations(request: SignedInRequest, code: str) -> HttpResponse:
    return _page(request, led(request, code), InviteForm(), TableForm(_new_code()))


@require_POST
@login_required
def invite(request: SignedInRequest, code: str) -> HttpResponse:
    team, form = led(request, code), InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, team, form, TableForm(_new_code()))
    commands.invite(
        team_id=team.pk,
        **form.cleaned_data,
        code=short_code.new(CODE_LENGTH),
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Invited. The person decides."))
    return redirect("teams:invitations", code)


@require_POST
@login_required
def withdrawal(request: SignedInRequest, code: str, invitation_id: int) -> HttpResponse:
    commands.withdraw_invitation(
        invitation_id=invitation_id, actor=request.user, at=clock.now()
    )
    return redirect("teams:invitations", code)


@require_GET
@login_required
def template(request: SignedInRequest, code: str) -> HttpResponse:
    """An empty table with the right head; numbers are text there, so that none is rounded."""
    led(request, code)
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet, as_text = book.add_worksheet(), book.add_format({"num_format": "@"})
    sheet.write_row(0, 0, [titles[0] for titles in reading.COLUMNS.values()])
    sheet.set_column(0, len(reading.COLUMNS) - 1, 22, as_text)
    book.close()
    return attached(file.getvalue(), "invitations.xlsx")


@require_POST
@login_required
def upload(request: SignedInRequest, code: str) -> HttpResponse:
    team = led(request, code)
    form = TableForm(_new_code(), request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, team, InviteForm(), form)
    table = form.cleaned_data["table"]
    # Before it is read into memory.
    if table.size > reading.LARGEST:
        raise Refusal("table_size", _("This table is too large; split it."))
    batch = commands.add_batch(
        team_id=team.pk,
        code=form.cleaned_data["code"],
        file_name=table.name,
        content=table.read(),
        actor=request.user,
        at=clock.now(),
    )
    return redirect("teams:batch", code, batch.code)


@require_GET
@login_required
def batch(request: SignedInRequest, code: str, batch_code: str) -> HttpResponse:
    """How an import stands; the part that moves asks for itself again."""
    team = led(request, code)
    found = _batch(team, batch_code)
    page = {
        "team": team,
        "batch": found,
        "problems": _told(found)[:SHOWN_PROBLEMS],
        "more": max(0, len(found.problems) - SHOWN_PROBLEMS),
        "good": found.rows - found.wrong - found.left_out,
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "teams/_batch.html" if is_part else "teams/batch.html", page)


@require_POST
@login_required
def start(request: SignedInRequest, code: str, batch_code: str) -> HttpResponse:
    found = _batch(led(request, code), batch_code)
    commands.start_import(batch_id=found.pk, actor=request.user, at=clock.now())
    return redirect("teams:batch", code, batch_code)


@require_POST
@login_required
def cancel(request: SignedInRequest, code: str, batch_code: str) -> HttpResponse:
    found = _batch(led(request, code), batch_code)
    commands.cancel_batch(batch_id=found.pk, actor=request.user, at=clock.now())
    return redirect("teams:batch", code, batch_code)


@require_GET
@login_required
def problems_csv(request: SignedInRequest, code: str, batch_code: str) -> HttpResponse:
    found = _batch(led(request, code), batch_code)
    head = [_("Row in the table"), _("Column"), _("What is wrong"), _("How to mend it")]
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="problems.csv"'
    csv.writer(answer).writerows([head, *_told(found)])
    return answer


@require_GET
@login_required
def links(request: SignedInRequest, code: str) -> StreamingHttpResponse:
    """The list to hand out: row of one's own table, masked name and number, link."""
    team = led(request, code)
    head = [
        _("Row in the table"),
        _("Person's name"),
        _("Mobile number"),
        _("Link"),
        _("Valid until"),
    ]
    found = _batch(team, wanted) if (wanted := request.GET.get("batch", "")) else None
    answer = StreamingHttpResponse(
        _link_lines(head, request, team, found), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="invitations.csv"'
    return answer


@require_GET
@login_required
def cards(request: SignedInRequest, code: str) -> HttpResponse:
    """The same as cards with a QR code each, to be printed and cut."""
    team, after = led(request, code), _whole(request.GET.get("after", ""))
    found = asking.page(team, after=after)
    shown = [
        (line, segno.make(_link(request, line.invitation)).svg_data_uri(scale=4, border=2))
        for line in found.lines
        if line.invitation.state == "OPEN"
    ]
    page = {"team": team, "cards": shown, "after": found.after}
    return render(request, "teams/cards.html", page)


@require_GET
@login_required
def invited(request: SignedInRequest) -> HttpResponse:
    """Who asks me to join."""
    found = asking.asked(request.user, at=clock.now())
    return render(request, "teams/invited.html", {"asked": found})


@require_http_methods(["GET", "POST"])
def invitation(request: VisitorRequest, code: str) -> HttpResponse:
    """The page behind a link: one tap for who is signed in, an account for a stranger."""
    found = asking.by_code(code)
    if found is None:
        raise Http404
    person = request.user if isinstance(request.user, Person) else None
    form = StrangerForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and person is not None:
        commands.accept(code=found.invitation.code, actor=person, at=clock.now())
        return redirect("teams:team", found.invitation.team.code)
    if request.method == "POST" and form.is_valid():
        return _register(request, found, form)
    page = {
        "asked": found,
        "team": found.invitation.team,
        "over": found.invitation.state != "OPEN" or found.invitation.expires_at <= clock.now(),
        "policy": policies.current(ConsentKind.REGISTRATION, clock.today()),
        "form": form,
    }
    return render(request, "teams/invitation.html", page)


@require_POST
def refusal(request: VisitorRequest, code: str) -> HttpResponse:
    """No, or not me: erased at once, with an account or without one."""
    person = request.user if isinstance(request.user, Person) else None
    commands.decline(code=code.strip().upper(), actor=person, at=clock.now())
    return render(request, "teams/declined.html", {})


def led(request: SignedInRequest, code: str) -> Team:
    """The team, for those who may lead it; foreign and unknown are one 404."""
    found = get_object_or_404(Team.objects.select_related("division"), code=code)
    if not permissions.may_lead(request.standing, found):
        raise Http404
    return found


def _register(request: VisitorRequest, found: asking.Asked, form: StrangerForm) -> HttpResponse:
    given = form.cleaned_data
    new = NewPerson(
        username=given["username"],
        name=given["name"],
        password=given["password"],
        volunteers=True,
        id_number=given["id_number"],
        phone=given["phone"],
        agreed=given["agreed"],
    )
    now = clock.now()
    with telling.a_few_times(f"from {addresses.of(request)}", at=now):
        _person, membership = commands.register_and_accept(
            code=found.invitation.code, new=new, division_id=given["home"].pk, at=now
        )
    if membership is None:
        messages.success(request, _("Registered. Join when a guardian has agreed."))
    else:
        messages.success(request, _("Welcome to the team. Sign in with your new account."))
    return redirect("account_login")


def _batch(team: Team, batch_code: str) -> Batch:
    found = asking.batch_of(team, batch_code)
    if found is None:
        raise Http404
    return found


def _page(
    request: SignedInRequest, team: Team, one: InviteForm, table: TableForm
) -> HttpResponse:
    after = _whole(request.GET.get("after", ""))
    page = {"team": team, "page": asking.page(team, after=after), "one": one, "table": table}
    return render(request, "teams/invitations.html", page)


def _told(found: Batch) -> list[tuple[int, str, str, str]]:
    """The problems in the language of the page."""
    told = []
    for row, column, code, first in found.problems:
        reason, mend = reading.REASONS[code]
        title = reading.COLUMNS[column][0] if column else ""
        told.append((row, title, str(reason) % {"row": first}, str(mend)))
    return told


def _link_lines(
    head: list[str], request: SignedInRequest, team: Team, found: Batch | None
) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # The byte order mark makes spreadsheet programs read Chinese as UTF-8.
    yield "\ufeff" + writer.writerow(head)
    for line in asking.every_open(team, found, at=clock.now()):
        row = line.invitation
        until = clock.local_date(row.expires_at)
        yield writer.writerow(
            [row.row_number or "", plain(line.name), line.phone, _link(request, row), until]
        )


def _link(request: VisitorRequest, row: Invitation) -> str:
    return request.build_absolute_uri(reverse("teams:invitation", args=[row.code]))


def _new_code() -> str:
    return short_code.new()


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class _Echo:
    """A file whose write gives the line back."""

    def write(self, line: str) -> str:
        return line
