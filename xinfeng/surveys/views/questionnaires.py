"""Questionnaires and their versions: read, compared, copied, locked, taken away."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinfeng.base import clock, previews
from xinfeng.base.document import Problem
from xinfeng.base.http import attached
from xinfeng.base.refusal import Forbidden, Unknown
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.surveys import commands, xlsforms
from xinfeng.surveys.asking import arranged, bank_of, comparing, editing, reading, wording
from xinfeng.surveys.asking.writing import yaml_of
from xinfeng.surveys.commands import BadQuestionnaire
from xinfeng.surveys.forms.questionnaires import CopyForm, FileForm, NewForm
from xinfeng.surveys.models import QuestionnaireVersion
from xinfeng.surveys.queries import questionnaires as queries
from xinfeng.surveys.queries.questionnaires import Reader, Told
from xinfeng.units.queries import units_of

# The second of the two orders of a sheet: scales run from the other end.
_TURNED = 1
_FIRST_QUESTION = {
    "zh": "总的来说，您满意吗？",
    "en": "All in all, how satisfied are you?",
}


@require_safe
def questionnaires(request: VisitorRequest) -> HttpResponse:
    reader = reader_of(request)
    page = {
        "lines": queries.listed(reader),
        "may_begin": bool(queries.owners(reader)),
    }
    return render(request, "surveys/questionnaires.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def new(request: SignedInRequest) -> HttpResponse:
    """A questionnaire from nothing: the usual scale, one question that sums up, sex and age."""
    owners = queries.owners(reader_of(request))
    if not owners:
        raise _no_keeper()
    form = NewForm(request.POST or None, owners=owners)
    if request.method == "POST" and form.is_valid():
        made = commands.new_questionnaire(
            code=form.cleaned_data["code"], owner_id=form.cleaned_data["owner"].pk,
            document=editing.starting(form.title(), _FIRST_QUESTION),
            actor=request.user, at=clock.now(),
        )  # fmt: skip
        return to_version(made)
    page = {"form": form, "file": FileForm()}
    return render(request, "surveys/questionnaire_new.html", page)


@require_POST
@login_required
def take_in(request: SignedInRequest) -> HttpResponse:
    """A file becomes a draft of the questionnaire it names, or its mistakes are listed."""
    reader = reader_of(request)
    owners = queries.owners(reader)
    if not owners:
        raise _no_keeper()
    form = FileForm(request.POST, request.FILES)
    page: dict[str, Any] = {"form": NewForm(owners=owners), "file": form}
    if form.is_valid():
        table = form.cleaned_data["table"]
        content, name = table.read(previews.LARGEST + 1), table.name or "questionnaire"
        try:
            made = commands.questionnaires.import_file(
                content=content, source=name, actor=request.user, at=clock.now()
            )
        except BadQuestionnaire as error:
            page["problems"] = error.problems
            return render(request, "surveys/questionnaire_new.html", page, status=422)
        messages.success(
            request, _("Version %(number)s is there as it was sent.") % {"number": made.number}
        )
        return to_version(made)
    return render(request, "surveys/questionnaire_new.html", page, status=422)


@require_safe
def version(request: VisitorRequest, code: str, number: int) -> HttpResponse:
    """A version as residents will see it; for its keepers also what could be better."""
    found = told_of(request, code, number)
    return version_page(request, found)


def version_page(
    request: VisitorRequest, found: Told, copying: CopyForm | None = None, status: int = 200
) -> HttpResponse:
    page: dict[str, Any] = {"told": found, "version": found.version}
    if found.words:
        page |= _words_of(request, found)
    if found.is_kept:
        page |= _keepers_part(found) | {"copying": copying or CopyForm()}
    return render(request, "surveys/questionnaire.html", page, status=status)


def _words_of(request: VisitorRequest, found: Told) -> dict[str, Any]:
    bank = bank_of(found.version.document)
    chosen = request.GET.get("in")
    language = chosen if chosen in ("zh", "en") else (translation.get_language() or "zh")[:2]
    turned = request.GET.get("turned") == "1" and bank.flips
    return {
        "bank": bank,
        "blocks": arranged(bank, _TURNED) if turned else bank.blocks,
        "turned": turned,
        "language": language,
        "minutes": max(1, round(wording.seconds(bank) / 60)),
        "others": queries.others_of(found),
    }


def _keepers_part(found: Told) -> dict[str, Any]:
    remarks = wording.remarks(bank_of(found.version.document))
    beside: dict[tuple[str, str], list[wording.Remark]] = {}
    for each in remarks:
        beside.setdefault((each.about.value, each.code), []).append(each)
    return {
        "remarks": beside,
        "count": len(remarks),
        "unfinished": reading.checked(found.version.document).unfinished,
    }


@require_safe
def text(request: VisitorRequest, code: str, number: int) -> HttpResponse:
    """The version as YAML, to be changed elsewhere and brought back."""
    found = _with_words(request, code, number)
    written = yaml_of(code, found.document)
    answer = HttpResponse(written, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}-{number}.yaml"'
    return answer


@require_safe
def workbook(request: VisitorRequest, code: str, number: int) -> HttpResponse:
    """The version as an XLSForm, for other programs and for Excel."""
    found = _with_words(request, code, number)
    content = xlsforms.workbook(code, str(number), found.document)
    return attached(content, f"{code}-{number}.xlsx")


@require_safe
def difference(request: VisitorRequest, code: str, number: int) -> HttpResponse:
    found = told_of(request, code, number)
    others = queries.others_of(found)
    if not found.words or not others:
        raise Unknown("no_other_version", _("There is no other version to compare with."))
    chosen = request.GET.get("with", "")
    old = next((each for each in others if str(each.number) == chosen), others[0])
    page = {
        "version": found.version,
        "old": old,
        "others": others,
        "changes": comparing.changes(old.document, found.version.document),
    }
    return render(request, "surveys/questionnaire_difference.html", page)


@require_POST
@login_required
def copy(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    found = kept_of(request, code, number)
    form = CopyForm(request.POST)
    if not form.is_valid():
        return version_page(request, found, form, status=422)
    made = commands.copy_version(
        version_id=found.version.pk, code=form.cleaned_data["code"], actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return to_version(made)


@require_http_methods(["GET", "POST"])
@login_required
def lock(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """What locking means, before it is done: nothing is ever changed after it."""
    found = kept_of(request, code, number)
    if request.method == "POST":
        commands.lock_version(version_id=found.version.pk, actor=request.user, at=clock.now())
        messages.success(request, _("The words are locked; their digest is published."))
        return to_version(found.version)
    page = {"version": found.version, **_keepers_part(found)}
    page["bank"] = bank_of(found.version.document)
    return render(request, "surveys/questionnaire_lock.html", page)


def reader_of(request: VisitorRequest) -> Reader:
    return Reader(request.standing, units_of(request.user.pk))


def told_of(request: VisitorRequest, code: str, number: int) -> Told:
    found = queries.told(reader_of(request), code, number)
    if found is None:
        raise Http404
    return found


def kept_of(request: VisitorRequest, code: str, number: int) -> Told:
    """The version for its keepers; for all others there is none."""
    found = told_of(request, code, number)
    if not found.is_kept:
        raise Http404
    return found


def _with_words(request: VisitorRequest, code: str, number: int) -> QuestionnaireVersion:
    found = told_of(request, code, number)
    if not found.words:
        raise Http404
    return found.version


def to_version(made: QuestionnaireVersion, at: str = "") -> HttpResponse:
    address = redirect("surveys:questionnaire", made.questionnaire.code, made.number)
    if at:
        address["Location"] += f"#{at}"
    return address


def sentences(problems: list[Problem]) -> list[str]:
    return [f"{each.reason} {each.mend}".strip() for each in problems]


def _no_keeper() -> Forbidden:
    return Forbidden(
        "not_a_keeper_of_questionnaires",
        _("Only the city's and counties' offices keep questionnaires, no assessed unit."),
    )
