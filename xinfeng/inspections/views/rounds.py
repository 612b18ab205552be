"""Rounds: the list, the plan, and each step until the result is public."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinfeng.base import clock, short_code
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.inspections import commands, queries, reading
from xinfeng.inspections.commands import Going, NewRound
from xinfeng.inspections.commands.forms import BEFORE_THE_END
from xinfeng.inspections.forms.rounds import (
    DiceForm,
    GoingForm,
    PlanForm,
    PointsForm,
    ReplaceForm,
)
from xinfeng.inspections.forms.visits import SendForm, VisitForm
from xinfeng.inspections.models import Round, RoundPoint, RoundState, VisitState, WhyReplaced
from xinfeng.inspections.queries import Able
from xinfeng.inspections.reach import held, may_know, runs, seen
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Role
from xinfeng.units.permissions import may_read
from xinfeng.units.queries import units_of

CODE_LENGTH = 8
_WITH_POINTS = (RoundState.DRAWN, RoundState.IN_FIELD)
_AMENDABLE = (RoundState.IN_FIELD, RoundState.CLOSED, RoundState.SCORED)
USUAL_DAYS = 14


@require_safe
def rounds(request: VisitorRequest) -> HttpResponse:
    """Results for everybody; for whoever holds rounds, all of them."""
    page = {
        "held": queries.rounds_of(request.standing.spans({Role.CITY_OFFICE}))
        if runs(request)
        else [],
        "published": queries.published_rounds(),
        "bound": queries.bound_rounds(),
        "mine": queries.rounds_to_visit(request.user.pk) if request.user.pk else [],
        "may_plan": runs(request),
    }
    return render(request, "inspections/rounds.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def plan(request: SignedInRequest) -> HttpResponse:
    """A round is planned: the list of points and the secret are bound as it is saved."""
    spans = request.standing.spans({Role.CITY_OFFICE})
    if not runs(request) or not spans:
        raise Forbidden("not_your_round", _("Rounds are held by the city office."))
    today = clock.today()
    choices = [
        (each.pk, str(reading.tree_of(each).title)) for each in queries.standards_of_points()
    ]
    usual = {"since": today, "until": today + timedelta(days=USUAL_DAYS), "least": 1}
    form = PlanForm(request.POST or None, initial=usual, standards=choices)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = NewRound(
            code=short_code.new(CODE_LENGTH), name=given["name"], standard_id=given["standard"],
            division_id=spans[0][0], since=given["since"], until=given["until"],
            size=given["size"], least=given["least"], cycle_year=given["cycle_year"],
        )  # fmt: skip
        try:
            made = commands.plan_round(
                new=new, secret=secrets.token_hex(16), actor=request.user, at=clock.now()
            )
        except Forbidden:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Planned. The list of points and the secret are bound.")
            )
            return redirect("inspections:round", made.code)
    page = {"form": form, "has_standards": bool(choices)}
    return render(request, "inspections/round_plan.html", page)


@require_safe
@login_required
def one(request: SignedInRequest, round_code: str) -> HttpResponse:
    """What can be done with a round now, and how it stands."""
    found = held(request, round_code)
    page: dict[str, Any] = {
        "round": found,
        "tree": reading.tree_of(found.standard),
        "progress": queries.progress_of(found),
        "dice": DiceForm(),
        "frame_size": found.frame.count("\n"),
        "today": clock.today(),
        "waiting_forms": queries.waiting_forms(found),
        "findings": queries.findings_of(found) if found.is_over else None,
    }
    open_still = found.state in BEFORE_THE_END
    page["forms"] = queries.forms_of(found.standard) if open_still else []
    if found.state == RoundState.DRAWN:
        able = queries.able_inspectors(found, clock.today())
        page["going"] = GoingForm(able=[(each.person_id, each.name) for each in able])
    return render(request, "inspections/round.html", page)


@require_safe
def proof(request: VisitorRequest, round_code: str) -> HttpResponse:
    """With which anybody repeats the draw; the seed is told when the round is over."""
    found = queries.round_of(round_code)
    if found is None:
        raise Http404
    page = {
        "round": found,
        "may_know": may_know(request, found),
        "frame_size": found.frame.count("\n"),
        "chosen": sorted(queries.chosen_codes(found)) if may_know(request, found) else [],
    }
    return render(request, "inspections/round_proof.html", page)


@require_safe
def frame(request: VisitorRequest, round_code: str) -> HttpResponse:
    """Exactly the bytes whose SHA-256 was published before the draw."""
    found = queries.round_of(round_code)
    if found is None or not may_know(request, found):
        raise Http404
    answer = HttpResponse(found.frame, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="frame-{found.code}.txt"'
    return answer


@require_safe
@login_required
def points(request: SignedInRequest, round_code: str) -> HttpResponse:
    """The points in the order of the ways; for whoever is assessed only once it is over."""
    found = seen(request, round_code)
    chosen = PointsForm(request.GET).chosen()
    rows = queries.visited_points(found, **chosen)
    progress = queries.progress_of(found)
    page = {
        "round": found, "points": rows, "chosen": chosen, "progress": progress,
        "counties": queries.division_names({each.county for each in rows}),
        "runs": runs(request), "missing": queries.missing_at(found),
        "ways": [(way.inspector_id, way.name) for way in progress.ways],
    }  # fmt: skip
    return render(request, "inspections/round_points.html", page)


@require_safe
@login_required
def mine(request: SignedInRequest, round_code: str) -> HttpResponse:
    """An inspector's own way."""
    found = queries.round_of(round_code)
    rows = queries.points_to_visit(found, request.user.pk) if found else []
    if found is None or not rows or found.state != RoundState.IN_FIELD:
        raise Http404
    page = {"round": found, "points": rows}
    return render(request, "inspections/round_mine.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def visit(request: SignedInRequest, round_code: str, point_id: int) -> HttpResponse:
    """The check lines of one point, for whoever was sent there; sent again, nothing doubles."""
    found = queries.round_of(round_code)
    own = queries.points_to_visit(found, request.user.pk) if found else []
    row = next((each for each in own if each.pk == point_id), None)
    if found is None or row is None or found.state != RoundState.IN_FIELD:
        raise Http404
    lines = list(reading.tree_of(found.standard).lines_at(row.type))
    form = VisitForm(request.POST or None, lines=lines)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        commands.read_point(
            round_point_id=row.pk, found=form.found(), actor=request.user, at=now, seen_at=now
        )
        messages.success(
            request, _("Kept. A correction is a further reading; nothing is lost.")
        )
        return redirect("inspections:round_mine", found.code)
    page = {"round": found, "point": row, "form": form, "readings": queries.readings_of(row)}
    return render(request, "inspections/round_visit.html", page)


@require_safe
@login_required
def point(request: SignedInRequest, round_code: str, point_id: int) -> HttpResponse:
    """One point: each line with every reading of it."""
    found = seen(request, round_code)
    row = point_in(found, point_id)
    tree = reading.tree_of(found.standard)
    readings = queries.readings_of(row)
    holds = runs(request)
    can_send = holds and found.state in _WITH_POINTS and row.state == VisitState.TO_VISIT
    reads = holds or may_read(request.standing, units_of(request.user.pk))
    photos = queries.photos_at([row]) if reads else {}
    page = {
        "round": found,
        "point": row,
        "lines": [
            (line, readings.get(line.code, []), photos.get((row.pk, line.code), []))
            for line in tree.lines_at(row.type)
        ],
        "forms": queries.forms_at(row) if holds else [],
        "replace": ReplaceForm(),
        "may_replace": can_send,
        "may_amend": holds and found.state in _AMENDABLE and row.state != VisitState.REPLACED,
        "send": SendForm(able=_able(found, row)) if can_send else None,
    }
    return render(request, "inspections/round_point.html", page)


@require_POST
@login_required
def replace(request: SignedInRequest, round_code: str, point_id: int) -> HttpResponse:
    found = held(request, round_code)
    form = ReplaceForm(request.POST)
    if not form.is_valid():
        raise Refusal("no_reason", _("Choose why the point is replaced."))
    made = commands.replace_point(
        round_point_id=point_in(found, point_id).pk, why=WhyReplaced(form.cleaned_data["why"]),
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Replaced by the next point of the draw."))
    return redirect("inspections:round_point", found.code, made.pk)


@require_POST
@login_required
def draw(request: SignedInRequest, round_code: str) -> HttpResponse:
    found = held(request, round_code)
    commands.draw_round(
        round_id=found.pk, dice=request.POST.get("dice", ""), actor=request.user, at=clock.now()
    )
    messages.success(request, _("Drawn. Anybody can repeat the draw once the round is over."))
    return redirect("inspections:round", found.code)


@require_POST
@login_required
def inspectors(request: SignedInRequest, round_code: str) -> HttpResponse:
    found = held(request, round_code)
    able = queries.able_inspectors(found, clock.today())
    form = GoingForm(request.POST, able=[(each.person_id, each.name) for each in able])
    if not form.is_valid():
        raise Refusal("no_inspectors", _("Name at least one inspector."))
    commands.name_inspectors(
        round_id=found.pk, going=[Going(pk) for pk in form.cleaned_data["people"]],
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    messages.success(
        request, _("Named. The ways are being worked out; look again in a moment.")
    )
    return redirect("inspections:round", found.code)


@require_POST
@login_required
def forms(request: SignedInRequest, round_code: str) -> HttpResponse:
    """The checklists go out to phones now, and not only when the job comes to it."""
    found = held(request, round_code)
    commands.publish_forms(round_id=found.pk, actor=request.user, at=clock.now())
    messages.success(request, _("The checklists are on their way to the phones."))
    return redirect("inspections:round", found.code)


_STEPS = {
    "opening": commands.open_field,
    "closing": commands.close_round,
    "score": commands.score_round,
    "publication": commands.publish_round,
    "calling-off": commands.call_off_round,
}


@require_POST
@login_required
def step(request: SignedInRequest, round_code: str, step: str) -> HttpResponse:
    """Each step is one command; the page then shows what came of it."""
    found = held(request, round_code)
    if step not in _STEPS:
        raise Http404
    done = _STEPS[step](round_id=found.pk, actor=request.user, at=clock.now())
    said = _("The round is now “%(state)s”.") % {"state": done.get_state_display()}
    messages.success(request, said)
    return redirect("inspections:round", found.code)


def _able(found: Round, point: RoundPoint) -> list[Able]:
    """Who could go there instead."""
    able = queries.able_inspectors(found, clock.today())
    return [each for each in able if each.person_id != point.person_id]


def point_in(found: Round, point_id: int) -> RoundPoint:
    row = queries.round_point_of(found, point_id)
    if row is None:
        raise Http404
    return row
