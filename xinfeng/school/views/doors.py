"""The door of an evening: who is here, heads without a name, the code to check in with."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.activities import commands as activities
from xinfeng.activities.drawing import qr
from xinfeng.activities.queries import DoorCode, door_code
from xinfeng.base import clock
from xinfeng.people.http import SignedInRequest
from xinfeng.school import commands
from xinfeng.school.doorways import door_told
from xinfeng.school.forms import HeadsForm, MovingForm, ReasonForm, WhoForm
from xinfeng.school.queries import walking_in
from xinfeng.school.queries.sessions import SessionPage, session_page


@require_http_methods(["GET", "POST"])
@login_required
def session(request: SignedInRequest, session_id: int) -> HttpResponse:
    """The list at the door; whoever keeps the place enters all at once."""
    page = _page(request, session_id)
    if request.method == "POST":
        roll = activities.call_roll(
            arrived=_numbers(request, "arrived"),
            left=_numbers(request, "left"),
            actor=request.user,
            at=clock.now(),
        )
        _tell_roll(request, roll)
        return redirect("school:session", session_id)
    shown = _code(page) if page.may_show_door else None
    words = {
        "page": page,
        "door": shown,
        "drawn": _drawn(request, shown),
        "now": clock.now(),
    }
    return render(request, "school/session.html", words)


@require_GET
@login_required
def code(request: SignedInRequest, session_id: int) -> HttpResponse:
    """The code of the moment alone, fetched again and again by the page."""
    page = _page(request, session_id)
    shown = _code(page) if page.may_show_door else None
    if shown is None:
        raise Http404
    words = {"page": page, "door": shown, "drawn": _drawn(request, shown)}
    return render(request, "school/_code.html", words)


@require_POST
@login_required
def let_in(request: SignedInRequest, session_id: int) -> HttpResponse:
    form = WhoForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type the telephone number or the code of the card."))
        return redirect("school:session", session_id)
    who, chosen, now = form.cleaned_data["who"], form.cleaned_data["chosen"], clock.now()
    with door_told(request.user, now):
        if chosen is None and (several := _several(request, session_id, who)):
            return several
        commands.let_in(
            session_id=session_id, who=who, chosen_id=chosen, actor=request.user, at=now
        )
    messages.success(request, _("Let in and marked as here."))
    return redirect("school:session", session_id)


@require_POST
@login_required
def count_heads(request: SignedInRequest, session_id: int) -> HttpResponse:
    form = HeadsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Count 0 to 500 heads."))
        return redirect("school:session", session_id)
    commands.count_heads(
        session_id=session_id,
        heads=form.cleaned_data["heads"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Counted. The last count stands."))
    return redirect("school:session", session_id)


@require_POST
@login_required
def call_off(request: SignedInRequest, session_id: int) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why."))
        return redirect("school:session", session_id)
    done = commands.call_off_session(
        session_id=session_id,
        reason=form.cleaned_data["reason"],
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Called off; everybody is told."))
    return redirect("school:class", done.night_class.code)


@require_POST
@login_required
def move(request: SignedInRequest, session_id: int) -> HttpResponse:
    form = MovingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day and an hour."))
        return redirect("school:session", session_id)
    done = commands.move_session(
        session_id=session_id,
        on=form.cleaned_data["on"],
        begins_minute=form.minute(),
        actor=request.user,
        at=clock.now(),
    )
    messages.success(request, _("Moved; everybody is told."))
    return redirect("school:class", done.night_class.code)


def _page(request: SignedInRequest, session_id: int) -> SessionPage:
    page = session_page(session_id, reader=request.user, standing=request.standing)
    if page is None:
        raise Http404
    return page


def _several(request: SignedInRequest, session_id: int, who: str) -> HttpResponse | None:
    """Which one of those whose number ends so; None where that is no question."""
    page = _page(request, session_id)
    if not page.may_run or not walking_in.is_last_digits(who.strip()):
        return None
    found = walking_in.likely(page.session, who.strip(), clock.now())
    if len(found) < 2:
        return None
    words = {"page": page, "likely": found, "who": who.strip()}
    return render(request, "school/which.html", words)


def _code(page: SessionPage) -> DoorCode | None:
    assert page.session.shift_id is not None
    return door_code(page.session.shift_id, clock.now())


def _drawn(request: SignedInRequest, shown: DoorCode | None) -> str:
    if shown is None or not shown.is_open:
        return ""
    return qr(request.build_absolute_uri(shown.path).upper())


def _numbers(request: SignedInRequest, name: str) -> list[int]:
    given = request.POST.getlist(name)
    return [int(n) for n in given if n.isascii() and n.isdigit() and len(n) < 19][:1000]


def _tell_roll(request: SignedInRequest, roll: activities.Roll) -> None:
    if roll.saved:
        messages.success(request, _("%(count)d entries saved.") % {"count": roll.saved})
    for sentence in dict.fromkeys(str(refusal) for refusal in roll.refused.values()):
        messages.warning(request, sentence)
