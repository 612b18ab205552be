from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock
from xinfeng.hours import commands, permissions
from xinfeng.hours.commands.stars import why
from xinfeng.hours.forms_stars import StarBanForm, StarObjectionForm, StarRefusalForm
from xinfeng.hours.models import LEVELS, BanGround, StarRefusal
from xinfeng.hours.queries import stars as reading
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import is_office


@require_GET
def notice(request: HttpRequest) -> HttpResponse:
    """Who is about to be given a star; everybody may see it and object."""
    page = reading.star_notice(clock.today(), after=_number(request.GET.get("after", "")))
    return render(request, "hours/star_notice.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def objection(request: SignedInRequest, application_id: int) -> HttpResponse:
    page = reading.star_notice(clock.today(), after=application_id - 1)
    line = next((one for one in page.lines if one.application.pk == application_id), None)
    if line is None:
        raise Http404
    form = StarObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.object_to_star(
            application_id=application_id, words=form.cleaned_data["words"],
            actor=request.user, at=clock.now(),
        )  # fmt: skip
        return render(request, "hours/star_objected.html", {"line": line})
    return render(request, "hours/star_objection.html", {"line": line, "form": form})


@require_http_methods(["GET", "POST"])
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """My star, what the next one needs, and my application."""
    if request.method == "POST":
        level = _number(request.POST.get("level", ""))
        if level not in LEVELS:
            raise Http404
        commands.apply_for_star(level=level, actor=request.user, at=clock.now())
        return redirect("stars:mine")
    page = reading.my_stars(request.user, clock.today())
    open_ways = [way for way in page.standing.ways if not way.lacks]
    context = {"page": page, "best": open_ways[-1] if open_ways else None, "why": why}
    return render(request, "hours/stars.html", context)


@require_POST
@login_required
def withdrawal(request: SignedInRequest, application_id: int) -> HttpResponse:
    commands.withdraw_star(application_id=application_id, actor=request.user, at=clock.now())
    return redirect("stars:mine")


@require_GET
@login_required
def desk(request: SignedInRequest) -> HttpResponse:
    """What waits for this office."""
    if not is_office(request.standing):
        raise Http404
    page = reading.star_desk(request.standing, after=_number(request.GET.get("after", "")))
    return render(request, "hours/star_desk.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def case(request: SignedInRequest, application_id: int) -> HttpResponse:
    """One application: check, publish, refuse, award."""
    found = reading.star_case(request.standing, application_id, clock.today())
    if found is None:
        raise Http404
    if request.method == "POST":
        _act(request, application_id)
        return redirect("stars:case", application_id)
    may = permissions.may_judge_star(
        request.standing, found.line.application, reading.rules().star_of_the_city
    )
    context = {
        "case": found, "may": may, "refusal": StarRefusalForm(), "ban": StarBanForm(),
        "why": why,
    }  # fmt: skip
    return render(request, "hours/star_case.html", context)


def _act(request: SignedInRequest, application_id: int) -> None:
    act, actor, at = request.POST.get("act"), request.user, clock.now()
    if act == "publish":
        commands.publish_star(application_id=application_id, actor=actor, at=at)
    elif act == "award":
        commands.award_star(application_id=application_id, actor=actor, at=at)
    elif act == "refuse" and (form := StarRefusalForm(request.POST)).is_valid():
        refusal = StarRefusal(form.cleaned_data["refusal"])
        commands.refuse_star(application_id=application_id, refusal=refusal, actor=actor, at=at)


@require_POST
@login_required
def decision(request: SignedInRequest, objection_id: int) -> HttpResponse:
    """What came of an objection."""
    verb = {
        "uphold": commands.uphold_star_objection,
        "dismiss": commands.dismiss_star_objection,
    }.get(request.POST.get("act", ""))
    if verb is None:
        raise Http404
    said = verb(objection_id=objection_id, actor=request.user, at=clock.now())
    return redirect("stars:case", said.application_id)


@require_POST
@login_required
def ban(request: SignedInRequest, application_id: int) -> HttpResponse:
    """Keep the applicant from stars for false hours."""
    found = reading.star_case(request.standing, application_id, clock.today())
    form = StarBanForm(request.POST)
    if found is None or not form.is_valid():
        raise Http404
    commands.ban_from_stars(
        person_id=found.line.application.person_id, years=form.cleaned_data["years"],
        ground=BanGround(form.cleaned_data["ground"]), actor=request.user, at=clock.now(),
    )  # fmt: skip
    return redirect("stars:case", application_id)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
