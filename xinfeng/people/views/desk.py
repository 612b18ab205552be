"""One person before the office: found, shown masked, and what the office may do for them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock, scope, short_code
from xinfeng.base.refusal import Forbidden
from xinfeng.people import commands, queries
from xinfeng.people.forms import CareForm, CorrectionForm, ReasonForm
from xinfeng.people.http import SignedInRequest
from xinfeng.people.models import (
    CareKind,
    Disclosure,
    DisclosureState,
    DisputeState,
    Identity,
    Person,
)
from xinfeng.people.permissions import OFFICES


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def search(request: SignedInRequest) -> HttpResponse:
    """By POST, so that no number stands in an address or a log."""
    spans = _spans(request)
    words = request.POST.get("q", "")[:60]
    found = queries.found_by(words, spans, clock.today()) if words else None
    return render(request, "people/search.html", {"found": found, "q": words})


@require_GET
@login_required
def person(request: SignedInRequest, person_id: int) -> HttpResponse:
    return _person_page(request, person_id, CorrectionForm())


def _person_page(
    request: SignedInRequest, person_id: int, correction: CorrectionForm
) -> HttpResponse:
    spans = _spans(request)
    found = queries.office_person(person_id, spans, clock.today())
    if found is None:
        raise Http404
    commands.note_view(person_id=person_id, actor=request.user, at=clock.now())
    page = {
        "found": found,
        "papers": queries.papers_of(person_id, spans),
        "cares": queries.cares_of(person_id, spans),
        "shown": queries.shown_to(request.user, person_id, spans),
        "correction": correction,
        "care": CareForm(),
        "reason": ReasonForm(),
        "today": clock.today(),
    }
    return render(request, "people/person.html", page)


@require_POST
@login_required
def disclose(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Ask to see the numbers; of a grown-up they are shown with the answer, once."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the reason: it is recorded and can be read."))
        return redirect("people:person", person_id)
    asked = commands.ask_disclosure(
        person_id=person_id, reason=form.cleaned_data["reason"], actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    if asked.state == DisclosureState.OPENED:
        return _numbers(request, asked)
    messages.success(request, _("A second person of an office has to agree first."))
    return redirect("people:person", person_id)


@require_POST
@login_required
def decide_disclosure(request: SignedInRequest, disclosure_id: int, verb: str) -> HttpResponse:
    if verb == "opening":
        opened = commands.open_disclosure(
            disclosure_id=disclosure_id, actor=request.user, at=clock.now()
        )
        return _numbers(request, opened)
    decisions = {"approval": DisclosureState.APPROVED, "refusal": DisclosureState.REFUSED}
    if verb not in decisions:
        raise Http404
    commands.decide_disclosure(
        disclosure_id=disclosure_id, decision=decisions[verb], actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Decided."))
    return redirect("people:office_requests")


def _numbers(request: SignedInRequest, opened: Disclosure) -> HttpResponse:
    with scope.reading(person_id=None, spans=_spans(request)):
        identity = Identity.objects.filter(pk=opened.person_id).first()
    commands.note_view(person_id=opened.person_id, actor=request.user, at=clock.now())
    page = {"identity": identity, "opened": opened}
    return render(request, "people/numbers.html", page)


@require_POST
@login_required
def correct(request: SignedInRequest, person_id: int) -> HttpResponse:
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _person_page(request, person_id, form)
    commands.correct_identity(
        person_id=person_id, **form.cleaned_data, actor=request.user, at=clock.now()
    )
    messages.success(request, _("Saved."))
    return redirect("people:person", person_id)


@require_POST
@login_required
def reset_password(request: SignedInRequest, person_id: int) -> HttpResponse:
    password = short_code.new(12)
    whose = commands.reset_password(
        person_id=person_id, password=password, actor=request.user, at=clock.now()
    )
    # Shown once, to whoever hands it over; it is kept nowhere.
    page = {"person": whose, "password": password}
    return render(request, "people/registered.html", page)


@require_POST
@login_required
def ask_carer(request: SignedInRequest, person_id: int) -> HttpResponse:
    form = CareForm(request.POST)
    kind = request.POST.get("kind", "")
    if form.is_valid() and kind in CareKind.values:
        commands.ask_carer(
            ward_id=person_id, guardian=form.cleaned_data["guardian"], kind=CareKind(kind),
            actor=request.user, at=clock.now(),
        )  # fmt: skip
        messages.success(request, _("They are asked, and have to agree."))
    return redirect("people:person", person_id)


@require_POST
@login_required
def end(request: SignedInRequest, person_id: int, verb: str) -> HttpResponse:
    """Close or erase somebody's account, at their request."""
    acts = {"closing": commands.close_account, "erasure": commands.erase_account}
    if verb not in acts:
        raise Http404
    acts[verb](person_id=person_id, actor=request.user, at=clock.now())
    messages.success(request, _("Done."))
    return redirect("people:person", person_id)


@require_POST
@login_required
def check_qualification(request: SignedInRequest, qualification_id: int) -> HttpResponse:
    paper = commands.check_qualification(
        qualification_id=qualification_id, actor=request.user, at=clock.now()
    )
    messages.success(request, _("Checked."))
    return redirect("people:person", paper.person_id)


@require_GET
@login_required
def requests(request: SignedInRequest) -> HttpResponse:
    """What waits for a decision of this office."""
    page = {"waiting": queries.requests_within(_spans(request)), "clerk": request.user}
    return render(request, "people/office_requests.html", page)


@require_POST
@login_required
def decide_dispute(request: SignedInRequest, dispute_id: int) -> HttpResponse:
    decision = request.POST.get("decision", "")
    if decision not in DisputeState.values:
        raise Http404
    password = short_code.new(12)
    dispute = commands.decide_dispute(
        dispute_id=dispute_id, decision=DisputeState(decision),
        answer=request.POST.get("answer", "")[:300], password=password, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    if dispute.state == DisputeState.HANDED_OVER:
        page = {"person": dispute.person, "password": password}
        return render(request, "people/registered.html", page)
    messages.success(request, _("Decided."))
    return redirect("people:office_requests")


@require_POST
@login_required
def merge(request: SignedInRequest) -> HttpResponse:
    """Two accounts named by an office: one that may, merges; else an office above decides."""
    keep, gone = (
        Person.objects.filter(username=request.POST.get(name, "").strip().lower()).first()
        for name in ("keep", "gone")
    )
    if keep is None or gone is None:
        messages.error(request, _("There is no account with this name."))
        return redirect("people:office_requests")
    clerk, at = request.user, clock.now()
    if all(request.standing.covers(one.division_id, OFFICES) for one in (keep, gone)):
        commands.merge_people(keep_id=keep.pk, gone_id=gone.pk, actor=clerk, at=at)
        messages.success(request, _("The two accounts are one."))
    else:
        commands.report_double(
            keep_id=keep.pk, gone_id=gone.pk, code=short_code.new(8), actor=clerk, at=at
        )
        messages.success(request, _("An office above both areas decides."))
    return redirect("people:office_requests")


def _spans(request: SignedInRequest) -> list[tuple[int, int]]:
    spans = request.standing.spans(OFFICES)
    if not spans:
        raise Forbidden("not_an_office", _("Only offices open this page."))
    return spans
