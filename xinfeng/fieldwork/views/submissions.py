"""What phones sent: the list, one submission with its answers and files, taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinfeng.base import clock
from xinfeng.base.refusal import Forbidden
from xinfeng.fieldwork import commands, permissions, queries
from xinfeng.fieldwork.forms import ReceivedForm, WithdrawForm
from xinfeng.fieldwork.models import Submission
from xinfeng.files.serving import respond
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE


@require_GET
@login_required
def received(request: SignedInRequest) -> HttpResponse:
    """Of the office's own forms, or what one sent oneself."""
    rights = request.standing
    looks_on = bool(rights.spans(SEES_PEOPLE))
    if not looks_on and not permissions.may_go_out(rights):
        raise Forbidden("no_forms_for_you", _("Forms are for inspectors and their offices."))
    form = ReceivedForm(request.GET)
    form.is_valid()
    choice, after = form.choice(), form.key()
    page = {
        "found": queries.received(rights, choice, after),
        "choice": choice,
        "looks_on": looks_on,
        "is_office": bool(rights.spans(OFFICES)),
    }
    return render(request, "fieldwork/received.html", page)


@require_GET
@login_required
def submission(request: SignedInRequest, submission_id: int) -> HttpResponse:
    found = _opened(request, submission_id)
    return _page(request, found, WithdrawForm())


@require_GET
@login_required
def file(request: SignedInRequest, submission_id: int, file_id: int) -> HttpResponseBase:
    """A picture's public copy; with `original` the bytes as sent, place and time in them."""
    found = _the_submission(request, submission_id)
    sent = found.files.select_related("file").filter(pk=file_id).first()
    if sent is None:
        raise Http404
    wants_original = "original" in request.GET or not sent.file.is_picture
    if wants_original:
        _note(request, found)
        return respond(sent.file, public=False)
    return respond(sent.file, public=True, small="small" in request.GET)


@require_GET
@login_required
def raw(request: SignedInRequest, submission_id: int) -> HttpResponse:
    """The bytes as the phone sent them."""
    found = _opened(request, submission_id)
    answer = HttpResponse(bytes(found.xml), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="submission-{found.pk}.xml"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store, private"
    return answer


@require_POST
@login_required
def withdraw(request: SignedInRequest, submission_id: int) -> HttpResponse:
    found = _the_submission(request, submission_id)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    commands.withdraw(
        submission_id=submission_id, reason=form.cleaned_data["reason"], actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("It does not count any more; what was sent stays."))
    return redirect("fieldwork:received", submission_id)


def _page(request: SignedInRequest, found: Submission, form: WithdrawForm) -> HttpResponse:
    rights = request.standing
    language = "en" if (get_language() or "").startswith("en") else "zh"
    sheet = queries.submission_sheet(rights, found, language)
    may_withdraw = permissions.may_withdraw(rights, found.division_id, found.person_id)
    page = {
        "sheet": sheet,
        "submission": found,
        "version": found.form_version,
        "form": found.form_version.form,
        "is_office": permissions.may_see_submissions(rights, found.division_id),
        "withdrawing": form if may_withdraw and sheet.withdrawal is None else None,
    }
    status = 422 if form.is_bound and form.errors else 200
    answer = render(request, "fieldwork/submission.html", page, status=status)
    answer["Cache-Control"] = "no-store, private"
    return answer


def _opened(request: SignedInRequest, submission_id: int) -> Submission:
    """Found, and noted in the journal when it is somebody else's."""
    found = _the_submission(request, submission_id)
    _note(request, found)
    return found


def _note(request: SignedInRequest, found: Submission) -> None:
    commands.note_submission_view(submission_id=found.pk, actor=request.user, at=clock.now())


def _the_submission(request: SignedInRequest, submission_id: int) -> Submission:
    found = queries.submission_of(request.standing, submission_id)
    if found is None:
        raise Http404
    return found
