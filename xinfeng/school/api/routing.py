"""One router for all modules: an address that is read here and written there is one address."""

from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from xinfeng.base import scope
from xinfeng.people.models import Person
from xinfeng.school.models import ClassRequest, Lecturer, NightClass

router = Router(tags=["school"])
LARGEST = 2**63 - 1
# Minutes of a day, and evenings of a week as bits: Monday is 1.
Evenings = Annotated[int, Field(ge=1, le=127)]
Words = Annotated[str, StringConstraints(max_length=200)]
Why = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Reason(Schema):
    """Why, in words that the other side reads."""

    reason: Why


def class_id(code: str) -> int:
    """Commands ask who may do what: an unknown code hides nothing."""
    found = NightClass.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    return found


def request_id(code: str) -> int:
    found = ClassRequest.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    return found


def lecturer_id(code: str) -> int:
    with scope.whole_city():
        found = Lecturer.objects.filter(code=code).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    return found


def person_of(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None
