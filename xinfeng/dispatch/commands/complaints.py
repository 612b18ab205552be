"""A resident complains about a service, and the office answers within its days."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, crypto, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.base.service_menu import Step
from xinfeng.dispatch import deadlines, permissions
from xinfeng.dispatch.models import Complaint, ComplaintKind, ComplaintState, State
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.queries import offices_of

from .asking import lock_for
from .moving import note

journal.declare(
    {
        "complaint.made": gettext_lazy("complained about a service"),
        "complaint.answered": gettext_lazy("answered a complaint about a service"),
    }
)
notices.declare(
    {
        "complaint.made": gettext_lazy(
            "A complaint about “%(item)s” has come in; it is to be answered by %(due)s."
        ),
        "complaint.answered": gettext_lazy("Your complaint about “%(item)s” was answered."),
    }
)
_LONGEST = 2000


@scope.command
def complain(
    *,
    order_id: int,
    code: str,
    kind: ComplaintKind,
    text: str,
    actor: Person | None,
    at: datetime,
    secret: str = "",
) -> Complaint:
    """Say what went wrong; sent twice under one code it is one complaint."""
    order, _caller = lock_for(order_id, actor, at, permissions.may_complain, secret=secret)
    if already := Complaint.objects.filter(code=code).first():
        if already.order_id != order.pk:
            raise Refusal("code_taken", _("This code is taken; open the form once more."))
        return already
    if order.state == State.DRAFT:
        raise Refusal("order_state", _("This order was not sent yet."))
    if not 0 < len(text.strip()) <= _LONGEST:
        raise Refusal("text_missing", _("Say in a few sentences what happened."))
    made = Complaint(
        code=code, order=order, attempt=order.attempt, division_id=order.division_id,
        kind=kind, made_by=actor, made_at=at,
        due_at=deadlines.of_step(order, Step.ANSWER, at).due_at,
    )  # fmt: skip
    made.text_sealed = crypto.seal(text.strip(), about=made.bound("text"))
    made.save(force_insert=True)
    note(order, verb="complaint.made", actor=actor, at=at, complaint=made.pk, kind=kind)
    today = clock.local_date(at)
    for people in offices_of([order.division_id], 0, today).values():
        tell("complaint.made", people, at=at, item=order.item.name,
             due=clock.local_date(made.due_at))  # fmt: skip
    return made


@scope.command
def answer_complaint(
    *, complaint_id: int, answer: str, actor: Person, at: datetime
) -> Complaint:
    """The office answers; nobody a complaint of their own, or about their own service."""
    order_id = (
        Complaint.objects.filter(pk=complaint_id).values_list("order_id", flat=True).first()
    )
    if order_id is None:
        raise Unknown("complaint_unknown", _("There is no such complaint."))
    order, caller = lock_for(order_id, actor, at, permissions.may_answer)
    complaint = Complaint.objects.select_for_update().get(pk=complaint_id)
    if complaint.made_by_id == caller.person_id:
        raise Forbidden("own_complaint", _("Nobody answers their own complaint."))
    if complaint.state == ComplaintState.ANSWERED:
        return complaint
    if not 0 < len(answer.strip()) <= _LONGEST:
        raise Refusal("text_missing", _("Write an answer in a few sentences."))
    complaint.state = ComplaintState.ANSWERED
    complaint.answer_sealed = crypto.seal(answer.strip(), about=complaint.bound("answer"))
    complaint.answered_by, complaint.answered_at = actor, at
    complaint.save(update_fields=["state", "answer_sealed", "answered_by", "answered_at"])
    note(order, verb="complaint.answered", actor=actor, at=at, complaint=complaint.pk)
    if complaint.made_by_id is not None:
        tell("complaint.answered", [complaint.made_by_id], at=at, item=order.item.name)
    return complaint
