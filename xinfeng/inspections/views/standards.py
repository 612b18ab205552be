from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xinfeng.base import asked, clock, codes
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.inspections import (
    commands,
    comparing,
    explaining,
    pages,
    periods,
    permissions,
    queries,
    reading,
    surveyed,
)
from xinfeng.inspections.commands.filings import NewFiling
from xinfeng.inspections.commands.standards import BadStandard
from xinfeng.inspections.forms import ChoiceForm, CopyForm, FilingForm, PeriodForm, TextForm
from xinfeng.inspections.models import Evaluation, Item, Standard
from xinfeng.inspections.surveyed import AskedLine
from xinfeng.inspections.tree import Tree
from xinfeng.people.http import SignedInRequest, VisitorRequest
from xinfeng.people.models import Role
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE
from xinfeng.places.models import Division, Place

# Who works through an area, place by place.
WORKS_AN_AREA = OFFICES | {Role.INSPECTOR, Role.AUDITOR}


@require_safe
@login_required
def worklist(request: SignedInRequest) -> HttpResponse:
    """A keeper's own place, or the places of an office."""
    spans = request.standing.spans(WORKS_AN_AREA)
    if spans:
        return _area(request, spans)
    kept = queries.places_by_id(request.standing.places)
    if len(kept) == 1:
        return redirect("inspections:place_worklist", kept[0].code)
    return render(request, "inspections/kept.html", {"places": kept})


def _area(request: SignedInRequest, spans: list[tuple[int, int]]) -> HttpResponse:
    chosen = ChoiceForm(request.GET).chosen()
    widest = max(spans, key=lambda span: span[1] - span[0])
    span = _span(chosen["within"]) or widest
    if not any(lo <= span[0] and span[1] <= hi for lo, hi in spans):
        raise Forbidden("not_your_area", _("This division lies outside your own area."))
    page = {
        "area": get_object_or_404(Division, code=span[0]),
        "list": pages.area_worklist(
            span, line=chosen["line"], verdict=chosen["verdict"], after=chosen["after"]
        ),
        "chosen": chosen,
    }
    return render(request, "inspections/area.html", page)


def _span(within: int | None) -> tuple[int, int] | None:
    return None if within is None else codes.span(within, codes.level_of(within))


@require_safe
@login_required
def place_worklist(request: SignedInRequest, place_code: str) -> HttpResponse:
    place = _place(place_code)
    if not permissions.may_file(request.standing, place):
        raise Forbidden("not_your_place", _("This is not your place."))
    found = pages.place_worklist(place, today=clock.today())
    page = {"page": found, "today": clock.today(), "form": FilingForm()}
    return render(request, "inspections/worklist.html", page)


@require_POST
@login_required
def file(request: SignedInRequest, place_code: str) -> HttpResponse:
    form = FilingForm(request.POST)
    if not form.is_valid():
        reasons = [str(error) for errors in form.errors.values() for error in errors]
        raise Refusal("entry_is_incomplete", " ".join(reasons))
    given = form.cleaned_data
    new = NewFiling(_place(place_code).pk, Item(given["item"]), given["on"], given["note"])
    filing = commands.file(new=new, actor=request.user, at=clock.now())
    messages.success(request, _("Entered: %(item)s.") % {"item": filing.get_item_display()})
    return redirect("inspections:place_worklist", place_code)


@require_POST
@login_required
def withdraw(request: SignedInRequest, filing_id: int) -> HttpResponse:
    filing = commands.withdraw(filing_id=filing_id, actor=request.user, at=clock.now())
    messages.success(request, _("Withdrawn: %(item)s.") % {"item": filing.get_item_display()})
    return redirect("inspections:place_worklist", filing.place.code)


@require_safe
def standards(request: VisitorRequest) -> HttpResponse:
    page = {"standards": queries.standards(), "may_keep": may_keep(request)}
    return render(request, "inspections/standards.html", page)


@require_safe
def newest(request: VisitorRequest, name: str) -> HttpResponse:
    return redirect("inspections:standard", name, queries.version_of(name).version)


@require_safe
def standard(request: VisitorRequest, name: str, version: str) -> HttpResponse:
    found = queries.version_of(name, version)
    return _standard_page(request, found, PeriodForm(), CopyForm())


def _standard_page(
    request: VisitorRequest, found: Standard, period: PeriodForm, copy: CopyForm
) -> HttpResponse:
    judged = queries.evaluations_of(found)
    tree = reading.tree_of(found)
    page = {
        "standard": found,
        "tree": tree,
        "asked_of": explaining.by_tier,
        "type_titles": queries.type_titles() if tree.grain == "point" else {},
        "residents": surveyed.by_code(_asked(tree)),
        "versions": queries.versions_of(found.name),
        "evaluations": [(periods.written(each.window), each) for each in judged],
        "means": queries.means(judged[0]) if judged else {},
        "may_keep": may_keep(request),
        "period": period,
        "copy": copy,
    }
    return render(request, "inspections/standard.html", page)


def _asked(tree: Tree) -> list[AskedLine]:
    """What the city's residents answered last, by the lines that ask them."""
    city = _city()
    return surveyed.asked_lines(tree, city.code, clock.today()) if city else []


@require_safe
def asked_line(request: VisitorRequest, name: str, version: str, code: str) -> HttpResponse:
    """One line that residents are asked about: the verdict, and what it is read off."""
    found = queries.version_of(name, version)
    tree = reading.tree_of(found)
    line = surveyed.by_code(_asked(tree)).get(code)
    city = _city()
    if line is None or city is None or line.line.asked is None:
        raise Http404
    page = {
        "standard": found,
        "tree": tree,
        "each": line,
        "wanted": explaining.by_tier(line.line)[0][1],
        "years": asked.years(line.line.asked.question, city.code),
    }
    return render(request, "inspections/asked_line.html", page)


@require_safe
def difference(request: VisitorRequest, name: str, version: str) -> HttpResponse:
    """One version against another: what is decided otherwise, and what it changes."""
    new = queries.version_of(name, version)
    old = _compared_with(new, request.GET.get("with", ""))
    page: dict[str, Any] = {
        "old": old,
        "new": new,
        "versions": [each for each in queries.versions_of(name) if each.pk != new.pk],
        "changes": comparing.versions(reading.tree_of(old), reading.tree_of(new)),
        "tree": reading.tree_of(new),
        "words_of": explaining.part,
        "pair": _both_judged(old, new),
    }
    if page["pair"]:
        _period, before, after = page["pair"]
        page["means"] = (queries.means(before), queries.means(after))
        page["moved"] = comparing.evaluations(before, after, limit=200)
    return render(request, "inspections/difference.html", page)


def _compared_with(new: Standard, version: str) -> Standard:
    if version:
        return queries.version_of(new.name, version)
    if new.copied_from is not None:
        return new.copied_from
    others = [each for each in queries.versions_of(new.name) if each.pk != new.pk]
    if not others:
        raise Unknown("no_other_version", _("There is no other version to compare with."))
    return others[0]


def _both_judged(old: Standard, new: Standard) -> tuple[str, Evaluation, Evaluation] | None:
    """The latest period over which both versions were evaluated."""
    former = {each.window: each for each in queries.evaluations_of(old)}
    for each in queries.evaluations_of(new):
        if each.window in former:
            return periods.written(each.window), former[each.window], each
    return None


@require_safe
def evaluation(request: VisitorRequest, pk: int) -> HttpResponse:
    """One run: how many were judged, and what it says otherwise than the run before."""
    found = get_object_or_404(Evaluation.objects.select_related("standard"), pk=pk)
    former = queries.before(found)
    page = {
        "evaluation": found,
        "period": periods.written(found.window),
        "former": former,
        "moved": comparing.evaluations(former, found) if former else [],
        "tree": reading.tree_of(found.standard),
    }
    return render(request, "inspections/evaluation.html", page)


@require_safe
def place(request: VisitorRequest, name: str, place_code: str) -> HttpResponse:
    """The newest scorecard of a place."""
    found = queries.newest_evaluation(name)
    if found is None:
        raise Unknown("not_evaluated", _("No place has been judged by this standard yet."))
    return redirect(
        "inspections:scorecard",
        name,
        found.standard.version,
        place_code,
        periods.written(found.window),
    )


@require_safe
def scorecard(
    request: VisitorRequest, name: str, version: str, place_code: str, period: str
) -> HttpResponse:
    card = pages.scorecard(
        queries.evaluation_of(name, version, periods.read(period)), _place(place_code)
    )
    others = [periods.written(each.window) for each in queries.evaluations_of(card.standard)]
    return render(request, "inspections/scorecard.html", {"card": card, "periods": others})


@require_safe
def line(
    request: VisitorRequest, name: str, version: str, place_code: str, period: str, code: str
) -> HttpResponse:
    page = pages.line_page(
        queries.evaluation_of(name, version, periods.read(period)),
        _place(place_code),
        code,
        person_id=request.user.pk,
        spans=request.standing.spans(SEES_PEOPLE),
    )
    if page is None:
        raise Http404
    return render(request, "inspections/line.html", {"page": page})


@require_POST
@login_required
def copy(request: SignedInRequest, name: str, version: str) -> HttpResponse:
    found = queries.version_of(name, version)
    form = CopyForm(request.POST)
    if not form.is_valid():
        return _standard_page(request, found, PeriodForm(), form)
    draft = commands.copy_draft(
        standard_id=found.pk,
        version=form.cleaned_data["version"],
        actor=request.user,
        at=clock.now(),
    )
    return redirect("inspections:edit", name, draft.version)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: SignedInRequest, name: str, version: str) -> HttpResponse:
    """The text of a draft; what is wrong with it is listed beside it, nothing is lost."""
    found = queries.version_of(name, version)
    form = TextForm(request.POST or None, initial={"text": found.document})
    wrong: BadStandard | None = None
    if request.method == "POST" and form.is_valid():
        try:
            commands.rewrite(
                standard_id=found.pk,
                text=form.cleaned_data["text"],
                actor=request.user,
                at=clock.now(),
            )
        except BadStandard as error:
            wrong = error
        else:
            return redirect("inspections:diff", name, version)
    elif not may_keep(request):
        raise Forbidden("not_the_city_office", _("Only the city office keeps the standards."))
    page = {"standard": found, "form": form, "wrong": wrong}
    status = 422 if wrong else 200
    return render(request, "inspections/edit.html", page, status=status)


@require_POST
@login_required
def publish(request: SignedInRequest, name: str, version: str) -> HttpResponse:
    found = queries.version_of(name, version)
    commands.publish(standard_id=found.pk, actor=request.user, at=clock.now())
    return redirect("inspections:standard", name, version)


@require_POST
@login_required
def evaluate(request: SignedInRequest, name: str, version: str) -> HttpResponse:
    found = queries.version_of(name, version)
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return _standard_page(request, found, form, CopyForm())
    done = commands.evaluate(
        standard_id=found.pk,
        period=form.cleaned_data["period"],
        actor=request.user,
        at=clock.now(),
    )
    return redirect("inspections:evaluation", done.pk)


def _city() -> Division | None:
    return Division.objects.filter(level=codes.Level.CITY).order_by("code").first()


def may_keep(request: VisitorRequest) -> bool:
    city = _city()
    return city is not None and permissions.may_keep_standards(request.standing, city.span)


def _place(code: str) -> Place:
    return get_object_or_404(Place.objects.select_related("division"), code=code)
