"""How an address names things of this room; unknown and not-yours get the same 404."""

from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404

from xinfeng.base import clock, scope
from xinfeng.people.http import VisitorRequest
from xinfeng.people.models import Person
from xinfeng.places.models import Place
from xinfeng.school import evenings
from xinfeng.school.forms import ChoiceForm
from xinfeng.school.models import ClassRequest, Lecturer, NightClass
from xinfeng.school.queries.catalogue import Choice


def visitor_of(request: VisitorRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def choice_of(request: VisitorRequest) -> Choice:
    form = ChoiceForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    return Choice(
        within=given.get("within"),
        field=given.get("field", ""),
        series=given.get("series", ""),
        words=given.get("words", ""),
    )


def after_of(request: VisitorRequest) -> int | None:
    form = ChoiceForm(request.GET)
    form.is_valid()
    return form.cleaned_data.get("after")


def monday_of(request: VisitorRequest) -> date:
    """The week that the address names, else this one; far-off years are no weeks of ours."""
    form = ChoiceForm(request.GET)
    form.is_valid()
    named, today = form.cleaned_data.get("monday"), clock.today()
    if named is None or abs(named.year - today.year) > 20:
        named = today
    return evenings.monday(named)


def class_of(code: str) -> NightClass:
    return get_object_or_404(NightClass, code=code)


def request_of(code: str) -> ClassRequest:
    return get_object_or_404(ClassRequest, code=code)


def place_of(code: str) -> Place:
    return get_object_or_404(Place.objects.select_related("division"), code=code)


def lecturer_of(code: str) -> Lecturer:
    """For commands, which ask permission themselves."""
    with scope.whole_city():
        found = Lecturer.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found
