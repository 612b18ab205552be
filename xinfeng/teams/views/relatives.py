"""Family members without a telephone: entered here, taken into teams on the teams' pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xinfeng.base import clock, short_code
from xinfeng.people import policies
from xinfeng.people.commands import NewRelative, register_relative
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import ConsentKind
from xinfeng.teams import queries
from xinfeng.teams.forms import RelativeForm


@require_http_methods(["GET", "POST"])
@login_required
def family(request: SignedInRequest) -> HttpResponse:
    """Whom I look after, with their teams, and a form for one more."""
    fresh = {"username": f"f-{short_code.new().lower()}"}
    form = RelativeForm(request.POST or None, initial=fresh)
    if request.method == "POST" and form.is_valid():
        register_relative(
            new=NewRelative(**form.cleaned_data), actor=request.user, at=clock.now()
        )
        messages.success(request, _("Entered. Join a team for them on the team's page."))
        return redirect("teams:relatives")
    page = {
        "relatives": queries.relatives_of(request.user),
        "policy": policies.current(ConsentKind.REGISTRATION, clock.today()),
        "form": form,
    }
    return render(request, "teams/relatives.html", page)
