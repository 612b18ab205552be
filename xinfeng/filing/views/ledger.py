from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock
from xinfeng.base.refusal import Refusal
from xinfeng.filing import commands, queries
from xinfeng.filing.commands import NewSanction
from xinfeng.filing.forms import SanctionForm, SanctionVerdictForm
from xinfeng.filing.models import Sanction, SanctionState
from xinfeng.filing.permissions import LOOKS_ON
from xinfeng.inspections import reading
from xinfeng.inspections.queries import version_of
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.permissions import OFFICES
from xinfeng.units.queries import units_of

# What is only proposed, or was refused, is no public matter.
_PUBLIC = (SanctionState.STANDING, SanctionState.LIFTED)
_JUDGES: dict[str, Callable[..., Sanction]] = {
    "confirm": commands.confirm,
    "refuse": commands.refuse,
    "lift": commands.lift,
}


@require_GET
def standing(request: VisitorRequest, name: str, version: str) -> HttpResponse:
    """Points reached, points known, and what nobody has looked at; open to everybody."""
    standard = version_of(name, version)
    tree = reading.tree_of(standard)
    if not tree.methods:
        raise Refusal(
            "standard_without_methods",
            _("This standard does not share 100 points out over methods."),
        )
    found, seen_in = queries.city_standing(standard, clock.today())
    page = {
        "standard": standard,
        "tree": tree,
        "standing": found,
        "round": seen_in,
        "today": clock.today(),
        "looks_on": bool(request.standing.spans(LOOKS_ON) or units_of(request.user.pk)),
    }
    return render(request, "filing/standing.html", page)


@require_http_methods(["GET", "POST"])
def negative(request: VisitorRequest, name: str, version: str) -> HttpResponse:
    """The ledger of the negative list: what happened, who confirmed it, what it takes."""
    standard = version_of(name, version)
    tree = reading.tree_of(standard)
    titles = {entry.code: str(entry.title) for entry in tree.negative}
    may = bool(request.standing.spans(OFFICES))
    form = SanctionForm(
        [(code, f"{code} {title}") for code, title in titles.items()], request.POST or None
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        new = NewSanction(
            told["entry"], told["division"].pk, told["happened_on"], told["what"],
            told["source"],
        )  # fmt: skip
        _propose(request, standard.pk, new)
        messages.success(request, _("Entered; another person must confirm it."))
        return redirect("filing:negative", name, version)
    rows = queries.sanctions_of(standard)
    page: dict[str, Any] = {
        "standard": standard,
        "titles": titles,
        "rows": rows if may else [row for row in rows if row.state in _PUBLIC],
        "form": form if may else None,
        "may": may,
    }
    return render(request, "filing/negative.html", page)


def _propose(request: VisitorRequest, standard_id: int, new: NewSanction) -> None:
    if not request.user.is_authenticated:
        raise Refusal("sign_in_first", _("Sign in first."))
    commands.propose(standard_id=standard_id, new=new, actor=request.user, at=clock.now())


@require_POST
@login_required
def judge(request: SignedInRequest, sanction_id: int) -> HttpResponse:
    form = SanctionVerdictForm(request.POST)
    if not form.is_valid():
        raise Refusal("verdict_unknown", _("Confirm the entry, refuse it, or lift it."))
    told: dict[str, Any] = {
        "sanction_id": sanction_id,
        "actor": request.user,
        "at": clock.now(),
    }
    if form.cleaned_data["verdict"] != "confirm":
        told["reason"] = form.cleaned_data["reason"]
    done = _JUDGES[form.cleaned_data["verdict"]](**told)
    messages.success(request, f"{done.entry}：{done.get_state_display()}")
    return redirect("filing:negative", done.standard.name, done.standard.version)
