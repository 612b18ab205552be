"""The designer: one part of a draft after another, each page a small form."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xinfeng.base import clock
from xinfeng.base.document import Problem
from xinfeng.people.http import SignedInRequest
from xinfeng.surveys import commands
from xinfeng.surveys.asking import Kind, editing
from xinfeng.surveys.asking.writing import yaml_of
from xinfeng.surveys.commands import BadQuestionnaire
from xinfeng.surveys.commands.questionnaires import refuse_locked
from xinfeng.surveys.forms import questionnaires as asked
from xinfeng.surveys.models import QuestionnaireVersion

from .questionnaires import kept_of, sentences, to_version

Said = dict[str, Any]
_CHOICES = (Kind.ONE, Kind.SEVERAL)
_ACTS: dict[str, Callable[[Said, str], Said]] = {
    "question_up": lambda document, code: editing.moved_question(document, code, -1),
    "question_down": lambda document, code: editing.moved_question(document, code, 1),
    "question_remove": editing.without_question,
    "block_up": lambda document, code: editing.moved_block(document, code, -1),
    "block_down": lambda document, code: editing.moved_block(document, code, 1),
    "block_remove": editing.without_block,
    "scale_remove": editing.without_scale,
}


@require_http_methods(["GET", "POST"])
@login_required
def head(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    draft = _draft(request, code, number)
    form = asked.HeadForm(request.POST or None, initial=asked.HeadForm.first(draft.document))
    if request.method == "POST" and form.is_valid():
        return _kept(request, draft, editing.with_head(draft.document, form.said()), form)
    return _part(request, draft, form, _("Title and welcome"))


@require_http_methods(["GET", "POST"])
@login_required
def block(request: SignedInRequest, code: str, number: int, block: str = "") -> HttpResponse:
    draft = _draft(request, code, number)
    found = editing.block_of(draft.document, block)
    if block and found is None:
        raise Http404
    first = asked.BlockForm.first(found) if found else {}
    form = asked.BlockForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.said(block or editing.free_code(draft.document, "block"))
        changed = editing.with_block(draft.document, block, said)
        return _kept(request, draft, changed, form, at=f"block-{said['code']}")
    return _part(request, draft, form, _("Change the block") if block else _("Add a block"))


@require_http_methods(["GET", "POST"])
@login_required
def scale(request: SignedInRequest, code: str, number: int, scale: str = "") -> HttpResponse:
    draft = _draft(request, code, number)
    found = editing.scale_of(draft.document, scale)
    if scale and found is None:
        raise Http404
    options = found["options"] if found else []
    form = asked.ScaleForm(request.POST or None, initial={"code": scale})
    rows = asked.Rows(request.POST or None, options, asked.StepForm, "step")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        free = scale or editing.free_code(draft.document, "scale")
        said = {"code": form.cleaned_data["code"] or free, "options": rows.said()}
        changed = editing.with_scale(draft.document, scale, said)
        return _kept(request, draft, changed, form, rows, at="scales")
    title = _("Change the scale") if scale else _("Add a scale")
    return _part(request, draft, form, title, rows)


@require_http_methods(["GET", "POST"])
@login_required
def add_question(request: SignedInRequest, code: str, number: int, block: str) -> HttpResponse:
    """First what kind it is, then its words."""
    draft = _draft(request, code, number)
    found = editing.block_of(draft.document, block)
    if found is None:
        raise Http404
    kind = request.GET.get("kind", "")
    if kind not in set(Kind):
        page = {"version": draft, "block": found, "kinds": kinds()}
        return render(request, "surveys/questionnaire_kind.html", page)
    return _question(request, draft, Kind(kind), block, None)


@require_http_methods(["GET", "POST"])
@login_required
def question(request: SignedInRequest, code: str, number: int, question: str) -> HttpResponse:
    draft = _draft(request, code, number)
    found = editing.question_of(draft.document, question)
    if found is None:
        raise Http404
    return _question(request, draft, Kind(found["kind"]), "", found)


def _question(
    request: SignedInRequest, draft: QuestionnaireVersion, kind: Kind, block: str,
    found: Said | None,
) -> HttpResponse:  # fmt: skip
    document, former = draft.document, found["code"] if found else ""
    form = asked.QuestionForm(
        request.POST or None, document=document, kind=kind,
        needed=bool(found) and editing.is_needed(document, former),
        initial=asked.QuestionForm.first(document, found) if found else {"block": block},
    )  # fmt: skip
    options = found.get("options", []) if found else []
    rows = (
        asked.Rows(request.POST or None, options, asked.OptionForm, "a")
        if kind in _CHOICES
        else None
    )
    if request.method == "POST" and form.is_valid() and (rows is None or rows.is_valid()):
        said = form.said(former or editing.free_code(document, "q"))
        said |= {"options": rows.said()} if rows else {}
        said |= {"only_if": found["only_if"]} if found and found.get("only_if") else {}
        changed = editing.with_question(
            document, form.cleaned_data["block"], former, said,
            margin=form.cleaned_data.get("margin") or "",
            headline=bool(form.cleaned_data.get("headline")),
        )  # fmt: skip
        return _kept(request, draft, changed, form, rows, at=f"question-{said['code']}")
    title = _("Change the question") if found else _("Add a question")
    return _part(request, draft, form, title, rows)


@require_http_methods(["GET", "POST"])
@login_required
def condition(
    request: SignedInRequest, code: str, number: int, question: str = ""
) -> HttpResponse:
    """Who is asked this question, or anything at all: an earlier question, then its answers."""
    draft = _draft(request, code, number)
    document = draft.document
    if question and editing.question_of(document, question) is None:
        raise Http404
    earlier = _deciding(document, question)
    chosen = request.POST.get("question") or request.GET.get("question", "")
    form = asked.ConditionForm(
        request.POST or None, document=document, earlier=earlier,
        initial={"question": chosen, "among": _among(document, question, chosen)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        changed = editing.with_condition(document, question, given["question"], given["among"])
        at = f"question-{question}" if question else "screening"
        return _kept(request, draft, changed, form, at=at)
    page = {
        "version": draft, "form": form, "earlier": earlier, "chosen": chosen,
        "question": editing.question_of(document, question), "written": asked.written,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "surveys/questionnaire_condition.html", page, status=status)


def _deciding(document: Said, question: str) -> list[Said]:
    if question:
        return editing.earlier_than(document, question)
    return [
        each
        for block in document["blocks"]
        for each in block["questions"]
        if each["kind"] == Kind.ONE and not each.get("only_if")
    ]


def _among(document: Said, question: str, chosen: str) -> list[str]:
    holder = editing.question_of(document, question) if question else document
    conditions = (holder or {}).get("only_if" if question else "screening", [])
    return next((each["among"] for each in conditions if each["question"] == chosen), [])


@require_POST
@login_required
def act(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Move or remove one part; what stands in the way is told, and nothing is changed."""
    draft = _draft(request, code, number)
    what, part = request.POST.get("act", ""), request.POST.get("part", "")
    if what not in _ACTS:
        raise Http404
    problems = _change(request, draft, _ACTS[what](draft.document, part))
    for sentence in sentences(problems):
        messages.error(request, sentence)
    stays = f"{what.partition('_')[0]}-{part}" if not what.endswith("remove") else ""
    return to_version(draft, at=stays)


@require_http_methods(["GET", "POST"])
@login_required
def edit_text(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """The whole draft as YAML, for whoever prefers it."""
    draft = _draft(request, code, number)
    form = asked.TextForm(request.POST or None, initial={"text": yaml_of(code, draft.document)})
    if request.method == "POST" and form.is_valid():
        try:
            commands.questionnaires.change_text(
                version_id=draft.pk, text=form.cleaned_data["text"],
                was=request.POST.get("was", ""), actor=request.user, at=clock.now(),
            )  # fmt: skip
        except BadQuestionnaire as error:
            return _part(request, draft, form, _("Change the text"), problems=error.problems)
        return to_version(draft)
    return _part(request, draft, form, _("Change the text"))


def kinds() -> list[tuple[str, str, str]]:
    return [
        (Kind.SCALE.value, _("On a scale"), _("How satisfied people are; has a score.")),
        (Kind.ONE.value, _("Choice of one"), _("One answer of several, such as sex or age.")),
        (Kind.SEVERAL.value, _("Choice of several"), _("All that apply, or a few of them.")),
        (Kind.NUMBER.value, _("Number"), _("Years, persons, times.")),
        (Kind.TEXT.value, _("Free text"), _("Read by people, counted by nobody.")),
    ]  # fmt: skip


def _draft(request: SignedInRequest, code: str, number: int) -> QuestionnaireVersion:
    found = kept_of(request, code, number)
    refuse_locked(found.version)
    return found.version


def _change(
    request: SignedInRequest, draft: QuestionnaireVersion, document: Said
) -> list[Problem]:
    """What is wrong with it; nothing once it is kept."""
    try:
        commands.change_version(
            version_id=draft.pk, document=document, was=request.POST.get("was", ""),
            actor=request.user, at=clock.now(),
        )  # fmt: skip
    except BadQuestionnaire as error:
        return error.problems
    return []


def _kept(
    request: SignedInRequest, draft: QuestionnaireVersion, document: Said, form: forms.Form,
    rows: asked.Rows | None = None, at: str = "",
) -> HttpResponse:  # fmt: skip
    problems = _change(request, draft, document)
    if problems:
        return _part(request, draft, form, _("Not saved yet"), rows, problems)
    return to_version(draft, at=at)


def _part(
    request: SignedInRequest, draft: QuestionnaireVersion, form: forms.Form, title: str,
    rows: asked.Rows | None = None, problems: list[Problem] | None = None,
) -> HttpResponse:  # fmt: skip
    page = {
        "version": draft, "form": form, "title": title, "rows": rows,
        "problems": problems or [], "sentences": sentences(problems or []),
    }  # fmt: skip
    wrong = bool(problems or form.errors or (rows and rows.forms.total_error_count()))
    status = 422 if request.method == "POST" and wrong else 200
    return render(request, "surveys/questionnaire_part.html", page, status=status)
