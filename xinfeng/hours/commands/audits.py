"""The monthly audit: a random sample of credits, its seed, and what the check found."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import NOBODY
from xinfeng.hours import auditing, permissions
from xinfeng.hours.models import (
    AGAINST,
    AuditCase,
    AuditDraw,
    AuditState,
    Checkpoint,
    Finding,
    Origin,
    Reason,
)
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of

from .ledger import take_back

journal.declare(
    {
        "audit.begun": gettext_lazy("gave the first word for a monthly audit"),
        "audit.drawn": gettext_lazy("drew the credits of a monthly audit"),
        "audit.checked": gettext_lazy("checked a credit of a monthly audit"),
    }
)


@scope.command
def draw_by_log(*, month: date, actor: Person | None, at: datetime) -> AuditDraw:
    """Draw a month's sample by the first checkpoint that the log signed after the month."""
    first, after = _over(month, at)
    _may_draw(actor, at)
    if done := AuditDraw.objects.select_for_update().filter(month=first).first():
        return done
    signed = Checkpoint.objects.filter(at__gte=auditing.midnight(after)).order_by("at", "size")
    checkpoint = signed.first()
    if checkpoint is None:
        raise Refusal(
            "no_checkpoint_yet",
            _("The log has signed nothing since the month ended; two persons can give words."),
        )
    draw = AuditDraw.objects.create(
        month=first, origin=Origin.CHECKPOINT, checkpoint_size=checkpoint.size
    )
    return _draw(draw, bytes(checkpoint.root).hex(), actor, at)


@scope.command
def give_word(*, month: date, word: str, actor: Person, at: datetime) -> AuditDraw:
    """One of two persons gives a word; with the second one's the sample is drawn."""
    first, _after = _over(month, at)
    _may_draw(actor, at)
    draw = AuditDraw.objects.select_for_update().filter(month=first).first()
    if draw is None:
        draw = AuditDraw.objects.create(
            month=first, origin=Origin.TWO_PERSONS, first_by=actor, first_word=word
        )
        journal.record("audit.begun", draw, actor=actor, at=at, on=first)
        return draw
    if draw.seed:
        return draw
    if draw.first_by_id == actor.pk:
        raise Refusal("second_person_needed", _("The second word comes from somebody else."))
    draw.second_by, draw.second_word = actor, word
    seed = auditing.seed_of_words(draw.first_word, word)
    return _draw(draw, seed, actor, at)


@scope.command
def check(*, case_id: int, finding: Finding, actor: Person, at: datetime) -> AuditCase:
    """Say what the check of one drawn credit found; a false one is taken back."""
    cases = AuditCase.objects.select_for_update(of=("self",)).select_related("credit__person")
    case = cases.filter(pk=case_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if case is None or not permissions.may_decide(standing, case):
        raise Forbidden(
            "not_your_case",
            _(
                "Only the city or county office can do this, and nobody about hours that they"
                " gave, entered or confirmed themselves."
            ),
        )
    state = AuditState.FAULTY if finding in AGAINST else AuditState.IN_ORDER
    if case.state == state and case.finding == finding:
        return case
    case.move_to(state)
    case.finding, case.checked_by, case.checked_at = finding, actor, at
    case.save(update_fields=["state", "finding", "checked_by", "checked_at"])
    journal.record(
        "audit.checked", case, actor=actor, at=at, where=case.division_id,
        on=case.credit.earned_on, finding=finding, credit_id=case.credit_id,
    )  # fmt: skip
    if state == AuditState.FAULTY:
        take_back(credit=case.credit, reason=Reason(finding.value), actor=actor, at=at)
    return case


def _draw(draw: AuditDraw, seed: str, actor: Person | None, at: datetime) -> AuditDraw:
    draw.seed, draw.drawn_at = seed, at
    draw.population = auditing.add_cases(draw.pk, seed, draw.permille, draw.month)
    draw.save()
    journal.record(
        "audit.drawn", draw, actor=actor, at=at, on=draw.month, seed=seed,
        population=draw.population, cases=draw.cases.count(),
    )  # fmt: skip
    return draw


def _over(month: date, at: datetime) -> tuple[date, date]:
    first, after = auditing.month_of(month)
    if clock.local_date(at) < after:
        raise Refusal(
            "month_not_over", _("A month is drawn from once it is over, never before.")
        )
    return first, after


def _may_draw(actor: Person | None, at: datetime) -> None:
    standing = standing_of(actor, clock.local_date(at)) if actor else NOBODY
    if actor and not permissions.may_draw(standing):
        raise Forbidden(
            "not_your_audit", _("Only the city office and the auditor can do this.")
        )
