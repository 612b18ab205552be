"""The hotline's tables: sent in, looked through, imported; and what became of its matters."""

from itertools import chain

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinfeng.base import clock, short_code
from xinfeng.base.http import attached
from xinfeng.base.previews import LARGEST
from xinfeng.base.scope import Span
from xinfeng.findings import commands
from xinfeng.findings.commands.hotline import content_of
from xinfeng.findings.forms.hotline import SpanForm, TableForm, WordsForm, joins_of
from xinfeng.findings.hotline import reading, writing
from xinfeng.findings.hotline.columns import IN, NEEDED
from xinfeng.findings.hotline.reading import Preview
from xinfeng.findings.models import HotlineSheet
from xinfeng.findings.queries import hotline as queries
from xinfeng.findings.reach import spans_of
from xinfeng.people.http import SignedInRequest
from xinfeng.people.permissions import OFFICES

# What a page shows of a long list; the rest comes once these are dealt with.
SHOWN = 300


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def tables(request: SignedInRequest) -> HttpResponse:
    _reach(request)
    form = TableForm(
        request.POST or None, request.FILES or None, initial={"code": short_code.new(12)}
    )
    if request.method == "POST" and form.is_valid():
        table = form.cleaned_data["table"]
        sheet = commands.add_hotline_sheet(
            code=form.cleaned_data["code"], name=table.name, content=table.read(LARGEST + 1),
            actor=request.user, at=clock.now(),
        )  # fmt: skip
        return redirect("findings:hotline_preview", sheet.code)
    page = {
        "form": form,
        "span": SpanForm(),
        "sheets": queries.sheets_of(request.user),
        "needed": [IN[name][0] for name in NEEDED],
        "more": [titles[0] for name, titles in IN.items() if name not in NEEDED],
    }
    status = 422 if form.is_bound else 200
    return render(request, "findings/hotline.html", page, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preview(request: SignedInRequest, sheet_code: str) -> HttpResponse:
    """What importing the table would do; sent off, it does it."""
    spans, sheet = _reach(request), _own(request, sheet_code)
    if request.method == "POST":
        commands.import_hotline(
            code=sheet.code, joins=joins_of(request.POST),
            draw=lambda n: short_code.many(n, 8), actor=request.user, at=clock.now(),
        )  # fmt: skip
        return redirect("findings:hotline_preview", sheet.code)
    found = _read(sheet, spans)
    page = {
        "sheet": sheet, "found": found, "words": WordsForm(words=found.words),
        "shown": SHOWN,
    }  # fmt: skip
    answer = render(request, "findings/hotline_preview.html", page)
    answer["Cache-Control"] = "no-store, private"
    return answer


@require_POST
@login_required
def words(request: SignedInRequest, sheet_code: str) -> HttpResponse:
    """Which classes the words of this table are, kept for every table to come."""
    spans, sheet = _reach(request), _own(request, sheet_code)
    form = WordsForm(request.POST, words=_read(sheet, spans).words)
    if form.is_valid() and form.said():
        n = commands.say_words(words=form.said(), actor=request.user, at=clock.now())
        said = ngettext("%(num)s word is known now.", "%(num)s words are known now.", n)
        messages.success(request, said % {"num": n})
    return redirect("findings:hotline_preview", sheet.code)


@require_safe
@login_required
def export(request: SignedInRequest) -> HttpResponse:
    """What became of the matters, under the hotline's own numbers."""
    since, until = SpanForm(request.GET).span()
    matters = chain.from_iterable(queries.handled(_reach(request), since, until))
    return attached(writing.workbook(matters), "12345.xlsx")


def _reach(request: SignedInRequest) -> list[Span]:
    return spans_of(request, OFFICES)


def _own(request: SignedInRequest, code: str) -> HotlineSheet:
    """A table is its sender's alone: callers stand in it by name."""
    return get_object_or_404(HotlineSheet, code=code, added_by=request.user)


def _read(sheet: HotlineSheet, spans: list[Span]) -> Preview:
    if sheet.imported_at is not None:
        return Preview()
    return reading.preview(content_of(sheet), clock.now(), spans)
