"""Which programs of others report over Open311; their keys are shown once."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xinfeng.base import clock, short_code
from xinfeng.base.refusal import Forbidden
from xinfeng.findings import commands
from xinfeng.findings.forms.programs import ProgramForm
from xinfeng.findings.permissions import may_keep_programs
from xinfeng.findings.queries import programs as queries
from xinfeng.people.http import SignedInRequest

# Long enough that nobody tries keys: five bits a sign.
_KEY_SIGNS = 32


@require_safe
@login_required
def programs(request: SignedInRequest) -> HttpResponse:
    return _page(request, ProgramForm())


@require_POST
@login_required
def add(request: SignedInRequest) -> HttpResponse:
    form = ProgramForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    made = commands.add_program(
        code=short_code.new(8), key=short_code.new(_KEY_SIGNS), actor=request.user,
        at=clock.now(), **form.cleaned_data,
    )  # fmt: skip
    # Shown once, to whoever hands it over; it is kept nowhere.
    answer = render(request, "findings/program_key.html", {"made": made})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@login_required
def end(request: SignedInRequest, program_code: str) -> HttpResponse:
    commands.end_program(code=program_code, actor=request.user, at=clock.now())
    messages.success(request, _("Its key opens nothing from now on."))
    return redirect("findings:programs")


def _page(request: SignedInRequest, form: ProgramForm) -> HttpResponse:
    if not may_keep_programs(request.standing):
        raise Forbidden("not_the_city_office", _("Programs are kept by the city office."))
    page = {"programs": queries.programs(), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "findings/programs.html", page, status=status)
