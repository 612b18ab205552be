"""A unit appeals, and somebody who had no part judges."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.findings import deadlines, permissions
from xinfeng.findings.models import (
    Appeal,
    AppealState,
    Finding,
    Ground,
    Reason,
    Stage,
    State,
)
from xinfeng.findings.wishes import Picture
from xinfeng.journal import commands as journal
from xinfeng.people import notices
from xinfeng.people.commands import tell
from xinfeng.people.models import Person
from xinfeng.people.queries import offices_of

from .asking import lock_for, words_of
from .moving import move, note
from .pictures import hang
from .telling import tell_unit

journal.declare(
    {
        "appeal.made": gettext_lazy("appealed against a finding"),
        "appeal.upheld": gettext_lazy("upheld an appeal against a finding"),
        "appeal.rejected": gettext_lazy("rejected an appeal against a finding"),
    }
)
notices.declare(
    {
        "appeal.made": gettext_lazy(
            "An appeal against the finding %(code)s is to be judged by %(due)s."
        ),
        "appeal.upheld": gettext_lazy("The appeal against the finding %(code)s was upheld."),
        "appeal.rejected": gettext_lazy(
            "The appeal against the finding %(code)s was rejected; it is due by %(due)s."
        ),
    }
)
_ORDERED = (State.ORDERED, State.REPAIRING)
# Where each ground can be said, and where the finding goes when it is right.
_GROUNDS = {
    Ground.NO_FINDING: (_ORDERED, State.REFUSED),
    Ground.OTHER_UNIT: (_ORDERED, State.CONFIRMED),
    Ground.IS_REPAIRED: ((State.SENT_BACK,), State.VERIFIED),
}


@scope.command
def appeal(
    *,
    finding_id: int,
    code: str,
    ground: Ground,
    words: str,
    actor: Person,
    at: datetime,
    pictures: Sequence[Picture] = (),
) -> Appeal:
    """The unit says what is wrong; until it is judged, the deadline stands still."""
    finding, _caller = lock_for(finding_id, actor, at, permissions.may_repair)
    if already := Appeal.objects.filter(code=code).first():
        if already.finding_id != finding.pk:
            raise Refusal("code_taken", _("This code is taken; open the form once more."))
        return already
    text = words_of(words, Appeal.LONGEST)
    _refuse_out_of_place(finding, ground, at)
    before = Appeal.objects.filter(
        finding=finding, unit=finding.unit, ground=ground, state=AppealState.REJECTED
    ).count()
    if before >= Appeal.INSTANCES:
        raise Refusal("appeal_twice", _("This was judged twice; it stands."))
    assert finding.unit_id is not None
    made = Appeal.objects.create(
        code=code, finding=finding, unit_id=finding.unit_id, instance=before + 1,
        ground=ground, against=finding.state, words=text, state=AppealState.OPEN,
        made_by=actor, made_at=at, due_at=deadlines.of_appeal(at),
    )  # fmt: skip
    finding.appealed_at = at
    finding.save(update_fields=["appealed_at"])
    hang(finding, pictures, Stage.EVIDENCE, actor, at)
    note(finding, verb="appeal.made", actor=actor, at=at, appeal=made.pk, ground=ground)
    for people in offices_of([finding.division_id], 0, clock.local_date(at)).values():
        tell("appeal.made", people, at=at, href="/findings/appeals/", code=finding.code,
             due=clock.local_date(made.due_at))  # fmt: skip
    return made


@scope.command
def uphold(*, appeal_id: int, judgement: str, actor: Person, at: datetime) -> Appeal:
    """The unit is right: the finding ends, goes to another unit, or was repaired after all."""
    finding, judged = _to_judge(appeal_id, actor, at)
    if judged.state == AppealState.UPHELD:
        return judged
    _judge(judged, AppealState.UPHELD, judgement, actor, at)
    _from, to = _GROUNDS[Ground(judged.ground)]
    reason = Reason.APPEAL if to == State.REFUSED else ""
    also: tuple[str, ...] = ()
    if to == State.VERIFIED:
        finding.rechecked_by = actor
    if to == State.CONFIRMED:
        tell_unit("appeal.upheld", finding, at)
        finding.unit, finding.term, also = None, "", ("unit", "term")
    move(
        finding, to, verb="appeal.upheld", actor=actor, at=at, reason=reason,
        appeal=judged.pk, also=also,
    )  # fmt: skip
    if to != State.CONFIRMED:
        tell_unit("appeal.upheld", finding, at)
    return judged


@scope.command
def reject(*, appeal_id: int, judgement: str, actor: Person, at: datetime) -> Appeal:
    """The finding stands; the time that the judging took is given back."""
    finding, judged = _to_judge(appeal_id, actor, at)
    if judged.state == AppealState.REJECTED:
        return judged
    _judge(judged, AppealState.REJECTED, judgement, actor, at)
    assert finding.appealed_at is not None
    assert finding.yellow_at is not None
    finding.yellow_at += at - finding.appealed_at
    finding.due_at, finding.appealed_at = finding.due_for(at), None
    assert finding.due_at is not None
    finding.save(update_fields=["yellow_at", "due_at", "appealed_at"])
    note(finding, verb="appeal.rejected", actor=actor, at=at, appeal=judged.pk)
    tell_unit("appeal.rejected", finding, at, due=clock.local_date(finding.due_at))
    return judged


def _refuse_out_of_place(finding: Finding, ground: Ground, at: datetime) -> None:
    states, _to = _GROUNDS[ground]
    if finding.state not in states or finding.appealed_at is not None:
        raise Refusal("appeal_state", _("This cannot be appealed against now."))
    if finding.due_at is not None and at > finding.due_at:
        raise Refusal("appeal_late", _("An appeal is possible until the deadline only."))


def _to_judge(appeal_id: int, actor: Person, at: datetime) -> tuple[Finding, Appeal]:
    judged = Appeal.objects.filter(pk=appeal_id).first()
    if judged is None:
        raise Unknown("appeal_unknown", _("There is no such appeal."))
    if judged.reviewer_id == actor.pk:
        # Whoever judged it has a part by now; their own act again is no new one.
        finding, _caller = lock_for(judged.finding_id, actor, at, permissions.may_see)
        return finding, judged
    finding, _caller = lock_for(judged.finding_id, actor, at, permissions.may_judge)
    # Read again under the finding's lock.
    judged.refresh_from_db()
    if judged.state != AppealState.OPEN:
        raise Refusal("appeal_judged", _("This appeal was judged already."))
    return finding, judged


def _judge(
    judged: Appeal, state: AppealState, judgement: str, actor: Person, at: datetime
) -> None:
    if judged.state != AppealState.OPEN:
        raise Refusal("appeal_judged", _("This appeal was judged already."))
    judged.judgement = words_of(judgement, Appeal.LONGEST)
    judged.state, judged.reviewer, judged.judged_at = state, actor, at
    judged.save(update_fields=["state", "reviewer", "judged_at", "judgement"])
