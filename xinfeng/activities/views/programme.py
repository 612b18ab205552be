from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.activities import commands, queries
from xinfeng.activities.forms import AnnounceForm, ChoiceForm
from xinfeng.activities.models import Activity, Category
from xinfeng.base import clock, short_code
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Person


@require_GET
def activities_list(request: VisitorRequest) -> HttpResponse:
    choice = _choice(request)
    page = {
        "upcoming": queries.upcoming(
            choice,
            visitor=_visitor(request),
            at=clock.now(),
            after=_key(request.GET.get("after", "")),
        ),
        "choice": choice,
        "categories": Category.objects.order_by("code", "pk"),
        "next_key": _written,
    }
    return render(request, "activities/list.html", page)


@require_GET
def activity(request: VisitorRequest, code: str) -> HttpResponse:
    found = get_object_or_404(
        Activity.objects.select_related("category", "division", "place", "team"), code=code
    )
    page = queries.activity_page(
        found, visitor=_visitor(request), standing=request.standing, at=clock.now()
    )
    return render(request, "activities/activity.html", {"page": page})


@require_http_methods(["GET", "POST"])
@login_required
def announce(request: SignedInRequest) -> HttpResponse:
    form = AnnounceForm(request.POST or None, initial={"code": short_code.new()})
    if request.method == "POST" and form.is_valid():
        made = commands.announce(new=_wish(form), actor=request.user, at=clock.now())
        return redirect("activities:activity", made.code)
    return render(request, "activities/announce.html", {"form": form})


@require_POST
@login_required
def call_off(request: SignedInRequest, code: str) -> HttpResponse:
    commands.call_off(activity_id=_id(code), actor=request.user, at=clock.now())
    return redirect("activities:activity", code)


@require_POST
@login_required
def hold(request: SignedInRequest, code: str) -> HttpResponse:
    commands.hold(activity_id=_id(code), actor=request.user, at=clock.now())
    return redirect("activities:activity", code)


@require_POST
@login_required
def enter_records(request: SignedInRequest, code: str) -> HttpResponse:
    commands.enter_records(activity_id=_id(code), actor=request.user, at=clock.now())
    return redirect("activities:activity", code)


@require_POST
@login_required
def sign_up(request: SignedInRequest, shift_id: int) -> HttpResponse:
    signup = commands.sign_up(shift_id=shift_id, actor=request.user, at=clock.now())
    return redirect("activities:activity", signup.shift.activity.code)


@require_POST
@login_required
def cancel(request: SignedInRequest, signup_id: int) -> HttpResponse:
    signup = commands.cancel(signup_id=signup_id, actor=request.user, at=clock.now())
    return redirect("activities:activity", signup.shift.activity.code)


def _wish(form: AnnounceForm) -> commands.NewActivity:
    given = form.cleaned_data
    shift = commands.NewShift(form.moment("starts"), form.moment("ends"), given["capacity"])
    return commands.NewActivity(
        code=given["code"],
        title=given["title"],
        category_id=given["category"].pk,
        division_id=given["division"].pk,
        place_id=given["place"].pk if given["place"] else None,
        team_id=given["team"].pk if given["team"] else None,
        shifts=(shift,),
    )


def _choice(request: VisitorRequest) -> queries.Choice:
    form = ChoiceForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    return queries.Choice(
        within=given.get("within"), category=given.get("category", ""), day=given.get("day")
    )


def _visitor(request: VisitorRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _id(code: str) -> int:
    # The page of an activity is public, so an unknown code hides nothing.
    return get_object_or_404(Activity.objects.only("pk"), code=code).pk


def _written(key: queries.Key) -> str:
    return f"{int(key[0].timestamp())}_{key[1]}"


def _key(text: str) -> queries.Key | None:
    """Seconds and a number, as `_written` writes them; anything else begins at the top."""
    seconds, _sep, pk = text.partition("_")
    try:
        return datetime.fromtimestamp(int(seconds), UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None
