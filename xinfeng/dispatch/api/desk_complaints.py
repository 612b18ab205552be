"""Complaints about services over the interface, and answering them."""

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, unreadable
from xinfeng.dispatch import commands
from xinfeng.dispatch.desk_reach import spans_of
from xinfeng.dispatch.forms.desk import DueForm
from xinfeng.dispatch.models import Complaint, Warned
from xinfeng.dispatch.queries import desk_queues as queries
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import router


class ComplaintLine(Schema):
    """One complaint that waits; its words are read one by one."""

    code: str
    order: str
    item: str
    division: int
    kind: str
    state: str
    deadline: str
    made_at: Moment
    due_at: Moment


class ComplaintPage(Schema):
    items: list[ComplaintLine]
    next: str | None


class ComplaintWhole(Schema):
    """Empty words were erased, half a year after the order ended unless the city says else."""

    about: ComplaintLine
    text: str
    answer: str
    answered_at: Moment | None


class ComplaintsAfter(Schema):
    after: str = Field("", max_length=60)


class Answering(Schema):
    """Whoever complained reads it."""

    answer: str = Field(min_length=1, max_length=2000)


@router.get(
    "/desk/complaints",
    response=answers(ComplaintPage),
    auth=needs(Scope.OFFICE),
    summary="Complaints without an answer, the earliest deadline first",
)
def desk_complaints(request: TokenRequest, page: Query[ComplaintsAfter]) -> ComplaintPage:
    key = DueForm({"after": page.after}).key()
    if page.after and key is None:
        raise unreadable()
    found = queries.complaints(spans_of(request), after=key)
    return ComplaintPage(items=[_line(made) for made in found.lines], next=found.after or None)


@router.get(
    "/desk/complaints/{code}",
    response=answers(ComplaintWhole),
    auth=needs(Scope.OFFICE),
    summary="One complaint with its words and its answer",
)
def desk_complaint(request: TokenRequest, code: str) -> ComplaintWhole:
    return _whole(_complaint(request, code))


@router.post(
    "/desk/complaints/{code}/answer",
    response=answers(ComplaintWhole),
    auth=needs(Scope.OFFICE),
    summary="Answer a complaint",
)
def answer_complaint(request: TokenRequest, code: str, said: Answering) -> ComplaintWhole:
    """Nobody answers a complaint of their own, or about their own service."""
    commands.answer_complaint(
        complaint_id=_complaint(request, code).pk,
        answer=said.answer,
        actor=request.user,
        at=clock.now(),
    )
    return _whole(_complaint(request, code))


def _complaint(request: TokenRequest, code: str) -> Complaint:
    found = queries.complaint_at(spans_of(request), code)
    if found is None:
        raise Http404
    return found


def _whole(made: Complaint) -> ComplaintWhole:
    return ComplaintWhole(
        about=_line(made),
        text=made.text(),
        answer=made.answer(),
        answered_at=made.answered_at,
    )


def _line(made: Complaint) -> ComplaintLine:
    return ComplaintLine(
        code=made.code,
        order=made.order.code,
        item=made.order.item.code,
        division=made.division_id,
        kind=made.kind,
        state=made.state,
        deadline=Warned(made.warned).name,
        made_at=made.made_at,
        due_at=made.due_at,
    )
