"""Forms: the list, uploading, one form with its versions, one version as a phone shows it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xinfeng.base import clock
from xinfeng.base.http import attached
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.fieldwork import commands, permissions, queries
from xinfeng.fieldwork.faults import Fault, NotAForm
from xinfeng.fieldwork.forms import MediaForm, UploadForm
from xinfeng.fieldwork.models import FormVersion, VersionState
from xinfeng.files.queries import open_original
from xinfeng.files.serving import respond
from xinfeng.people.http import SignedInRequest

from .reach import the_form, the_version


@require_GET
@login_required
def forms(request: SignedInRequest) -> HttpResponse:
    found = queries.forms_of(request.standing)
    may_upload = bool(queries.owners(request.standing))
    if not found and not may_upload and not permissions.may_go_out(request.standing):
        raise Forbidden("no_forms_for_you", _("Forms are for inspectors and their offices."))
    return render(request, "fieldwork/forms.html", {"lines": found, "may_upload": may_upload})


@require_http_methods(["GET", "POST"])
@login_required
def upload(request: SignedInRequest) -> HttpResponse:
    """A workbook becomes a draft, or a list of everything that is wrong with it."""
    owners = queries.owners(request.standing)
    if not owners:
        raise Forbidden("may_not_keep_forms", _("Forms are kept by the office of their area."))
    choices = [(each.code, each.name) for each in owners]
    form = UploadForm(choices, request.POST or None, request.FILES or None)
    faults: tuple[Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        workbook = form.cleaned_data["workbook"]
        try:
            made = commands.draft(
                xlsx=workbook.read(), file_name=workbook.name,
                owner_id=form.cleaned_data["owner"], actor=request.user, at=clock.now(),
            )  # fmt: skip
        except NotAForm as problem:
            faults = problem.faults
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is here. Look at it, then publish it."))
            return redirect("fieldwork:version", made.version.pk)
    wrong = bool(faults) or (form.is_bound and bool(form.errors))
    page = {"form": form, "faults": faults}
    return render(request, "fieldwork/upload.html", page, status=422 if wrong else 200)


@require_GET
@login_required
def form(request: SignedInRequest, form_id: str) -> HttpResponse:
    found = the_form(request, form_id)
    page = {
        "sheet": queries.sheet_of(request.standing, found),
        "form": found,
        "may_keep": permissions.may_keep_forms(request.standing, found.owner.span),
        "may_read": permissions.may_see_submissions(request.standing, found.owner_id),
    }
    return render(request, "fieldwork/form.html", page)


@require_POST
@login_required
def set_form(request: SignedInRequest, form_id: str, verb: str) -> HttpResponse:
    acts = {"closing": commands.close_form, "reopening": commands.reopen_form}
    if verb not in acts:
        raise Http404
    found = the_form(request, form_id)
    acts[verb](form_id=found.pk, actor=request.user, at=clock.now())
    return redirect("fieldwork:form", form_id)


@require_GET
@login_required
def version(request: SignedInRequest, version_id: int) -> HttpResponse:
    return _page(request, the_version(request, version_id), MediaForm())


@require_POST
@login_required
def set_version(request: SignedInRequest, version_id: int, verb: str) -> HttpResponse:
    acts = {
        "publishing": commands.publish,
        "closing": commands.close_version,
        "reopening": commands.reopen_version,
    }
    if verb not in acts:
        raise Http404
    the_version(request, version_id)
    acts[verb](version_id=version_id, actor=request.user, at=clock.now())
    return redirect("fieldwork:version", version_id)


@require_GET
@login_required
def xform(request: SignedInRequest, version_id: int) -> HttpResponse:
    """The form as phones are served it, byte for byte."""
    found = the_version(request, version_id)
    answer = HttpResponse(bytes(found.xform), content_type="application/xml")
    name = f"{found.form.form_id}.xml"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_GET
@login_required
def xlsx(request: SignedInRequest, version_id: int) -> HttpResponse:
    """The workbook as it was uploaded."""
    found = the_version(request, version_id)
    if found.xlsx is None:
        raise Http404
    with open_original(found.xlsx) as workbook:
        return attached(workbook.read(), f"{found.form.form_id}.xlsx")


@require_POST
@login_required
def add_media(request: SignedInRequest, version_id: int) -> HttpResponse:
    found = the_version(request, version_id)
    given = MediaForm(request.POST, request.FILES)
    if not given.is_valid():
        return _page(request, found, given)
    file = given.cleaned_data["file"]
    try:
        commands.attach(
            version_id=version_id, name=file.name, content=file.file, actor=request.user,
            at=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        given.add_error("file", str(refusal))
        return _page(request, found, given)
    messages.success(request, _("Here now: %(name)s.") % {"name": file.name})
    return redirect("fieldwork:version", version_id)


@require_POST
@login_required
def drop_media(request: SignedInRequest, version_id: int, media_id: int) -> HttpResponse:
    the_version(request, version_id)
    commands.detach(
        version_id=version_id, media_id=media_id, actor=request.user, at=clock.now()
    )
    return redirect("fieldwork:version", version_id)


@require_GET
@login_required
def shown(request: SignedInRequest, version_id: int, media_id: int) -> HttpResponse:
    """A file that the form shows."""
    found = the_version(request, version_id)
    media = found.media.select_related("file").filter(pk=media_id).first()
    if media is None:
        raise Http404
    return respond(media.file, public=False)  # type: ignore[return-value]


def _page(request: SignedInRequest, found: FormVersion, media: MediaForm) -> HttpResponse:
    languages = queries.languages_of(found.questions)
    asked = request.GET.get("lang", "")
    language = asked if asked in languages else next(iter(languages), "zh")
    may_keep = permissions.may_keep_forms(request.standing, found.form.owner.span)
    is_draft = found.state == VersionState.DRAFT
    page = {
        "version": found,
        "form": found.form,
        "sheet": queries.version_sheet(found),
        "parts": queries.preview(found.questions, language),
        "language": language,
        "languages": languages,
        "may_keep": may_keep,
        "is_draft": is_draft,
        "media_form": media if may_keep and is_draft else None,
        "warnings": queries.warnings_of(found) if may_keep and is_draft else [],
    }
    status = 422 if media.is_bound and media.errors else 200
    return render(request, "fieldwork/version.html", page, status=status)
