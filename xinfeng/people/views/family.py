"""Whom one answers for, and who answers for oneself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, scope
from xinfeng.people import commands, policies, queries, records, telling
from xinfeng.people.forms import CareForm
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import CareKind, ConsentKind
from xinfeng.people.record_words import LABELS


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def family(request: SignedInRequest) -> HttpResponse:
    form = CareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        with telling.a_few_times(f"person {request.user.pk}", at=now):
            commands.ask_carer(
                ward_id=request.user.pk, guardian=form.cleaned_data["guardian"],
                kind=CareKind.CARER, actor=request.user, at=now,
            )  # fmt: skip
        messages.success(request, _("They are asked, and have to agree."))
        return redirect("people:family")
    wards, carers = queries.family_of(request.user)
    page = {
        "wards": wards,
        "carers": carers,
        "form": form,
        "policy": policies.current(ConsentKind.MINOR, clock.today()),
    }
    return render(request, "people/family.html", page)


_VERBS = {
    "refusal": commands.decline_guardianship,
    "withdrawal": commands.withdraw_guardianship,
}


@require_POST
@login_required
def answer(request: SignedInRequest, guardianship_id: int, verb: str) -> HttpResponse:
    """Agree, do not agree, or withdraw."""
    if verb == "consent":
        commands.confirm_guardianship(
            guardianship_id=guardianship_id, version=request.POST.get("version", ""),
            actor=request.user, at=clock.now(),
        )  # fmt: skip
        messages.success(request, _("You have agreed."))
    elif verb in _VERBS:
        _VERBS[verb](guardianship_id=guardianship_id, actor=request.user, at=clock.now())
        messages.success(request, _("Done."))
    else:
        raise Http404
    return redirect("people:family")


@require_GET
@login_required
def record(request: SignedInRequest, person_id: int) -> HttpResponse:
    """What is held about a ward."""
    ward = _ward(request, person_id)
    with scope.reading(person_id=person_id, spans=[]):
        sections = queries.record_of(person_id)
    page = {"sections": sections, "ward": ward, "labels": LABELS}
    return render(request, "people/record.html", page)


@require_GET
@login_required
def archive(request: SignedInRequest, person_id: int) -> HttpResponse:
    _ward(request, person_id)
    with scope.reading(person_id=person_id, spans=[]):
        made = records.archive(person_id, clock.now())
    answer = HttpResponse(made, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="record.zip"'
    return answer


@require_POST
@login_required
def erase(request: SignedInRequest, person_id: int) -> HttpResponse:
    """A guardian has a ward's data erased, with the guardian's own password."""
    _ward(request, person_id)
    if not request.user.check_password(request.POST.get("password", "")):
        messages.error(request, _("The password is not right."))
    else:
        commands.erase_account(person_id=person_id, actor=request.user, at=clock.now())
        messages.success(request, _("The data are erased."))
    return redirect("people:family")


def _ward(request: SignedInRequest, person_id: int) -> queries.Care:
    wards, _carers = queries.family_of(request.user)
    for care in wards:
        if care.guardianship.ward_id == person_id and care.guardianship.state == "CONFIRMED":
            return care
    raise Http404
