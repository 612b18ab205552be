"""Where the rows behind a figure open: the page of what a row is, if its reader has one.

Rows of orders open at the dispatch desk for the offices whose desk reaches them; whoever else
may read the rows is led to the public list, which names nobody.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.urls import reverse

from xinfeng.activities.models import Activity
from xinfeng.base import codes
from xinfeng.base.codes import Level
from xinfeng.base.figures import Figure, Grain, Row
from xinfeng.base.scope import Span
from xinfeng.dispatch.models import Complaint, Order, Rating
from xinfeng.findings.models import Finding, Recheck, SnapReport
from xinfeng.places.models import Place
from xinfeng.school.models import ClassRating, NightClass, Session, WalkIns
from xinfeng.surveys.models import ResponseWeight
from xinfeng.teams.models import Team


@dataclass(frozen=True)
class Reader:
    """Who reads a figure, where they may open rows about people, and where they have a desk."""

    person: int | None = None
    spans: Sequence[Span] = ()
    desk: Sequence[Span] = ()

    def has_desk_of(self, division_id: int) -> bool:
        return any(lo <= division_id < hi for lo, hi in self.desk)


Addresses = dict[int, str]
_Found = Callable[[Sequence[Row], Reader], Addresses]


def addresses(figure: Figure, rows: Sequence[Row], reader: Reader) -> Addresses:
    """The page each row opens, by row id; rows without a page of their own open none.

    Run inside the reader's scope, as the rows were.
    """
    if not rows:
        return {}
    if figure.subject in _PAGES:
        return _PAGES[figure.subject](rows, reader)
    if figure.grain is Grain.PLACE:
        return _by_code(Place, "places:place", {row.row_id: row.unit_id for row in rows})
    return {}


def _division(rows: Sequence[Row], reader: Reader) -> Addresses:
    return {row.row_id: reverse("insight:division", args=[row.row_id]) for row in rows}


def _page(model: type[Model], page: str) -> _Found:
    return lambda rows, reader: _by_code(model, page, {row.row_id: row.row_id for row in rows})


def _by_code(model: type[Model], page: str, of: dict[int, int]) -> Addresses:
    found = model._default_manager.filter(pk__in=set(of.values())).order_by("pk")
    pages = {pk: reverse(page, args=[code]) for pk, code in found.values_list("pk", "code")}
    return {row_id: pages[unit] for row_id, unit in of.items() if unit in pages}


def _of(model: type[Model], rows: Sequence[Row]) -> QuerySet[Model]:
    return model._default_manager.filter(pk__in=[row.row_id for row in rows]).order_by("pk")


def _class_of(model: type[Model], code: str) -> _Found:
    """What belongs to a class opens the class."""

    def found(rows: Sequence[Row], reader: Reader) -> Addresses:
        named = _of(model, rows).values_list("pk", code)
        return {pk: reverse("school:class", args=[of_class]) for pk, of_class in named}

    return found


def _orders(rows: Sequence[Row], reader: Reader) -> Addresses:
    named = _of(Order, rows).values_list("pk", "code", "division_id", "dispatched_at")
    return {
        pk: page
        for pk, code, division, sent in named
        if (page := _order(code, division, sent is not None, reader))
    }


def _ratings(rows: Sequence[Row], reader: Reader) -> Addresses:
    named = _of(Rating, rows).values_list("pk", "order__code", "division_id")
    return {pk: _order(code, division, True, reader) for pk, code, division in named}


def _order(code: str, division_id: int, is_public: bool, reader: Reader) -> str:
    if reader.has_desk_of(division_id):
        return reverse("dispatch:desk_order", args=[code])
    if not is_public:
        return ""
    lo, _hi = codes.span(division_id, Level.COUNTY)
    return f"{reverse('dispatch:shown')}?within={lo}"


def _findings(model: type[Model], code: str) -> _Found:
    """Whoever may read rows about people within their reach reads the findings there."""

    def found(rows: Sequence[Row], reader: Reader) -> Addresses:
        named = _of(model, rows).values_list("pk", code)
        return {pk: reverse("findings:finding", args=[own]) for pk, own in named}

    return found


def _sheets(rows: Sequence[Row], reader: Reader) -> Addresses:
    """A sheet leads to nobody, so it opens all the sheets of its survey."""
    named = _of(ResponseWeight, rows).values_list("pk", "estimation__sample__survey__code")
    return {pk: reverse("surveys:rows", args=[code]) for pk, code in named}


def _complaints(rows: Sequence[Row], reader: Reader) -> Addresses:
    named = _of(Complaint, rows).values_list("pk", "code", "division_id")
    return {
        pk: reverse("dispatch:desk_complaint", args=[code])
        for pk, code, division in named
        if reader.has_desk_of(division)
    }


_PAGES: dict[str, _Found] = {
    "places.division": _division,
    "teams.team": _page(Team, "teams:team"),
    "activities.activity": _page(Activity, "activities:activity"),
    "dispatch.order": _orders,
    "dispatch.rating": _ratings,
    "dispatch.complaint": _complaints,
    "findings.finding": _findings(Finding, "code"),
    "findings.recheck": _findings(Recheck, "finding__code"),
    "findings.snapreport": _findings(SnapReport, "finding__code"),
    "surveys.responseweight": _sheets,
    "school.nightclass": _page(NightClass, "school:class"),
    "school.session": _class_of(Session, "night_class__code"),
    "school.walkins": _class_of(WalkIns, "session__night_class__code"),
    "school.classrating": _class_of(ClassRating, "night_class__code"),
}
