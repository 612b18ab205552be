"""What is over is forgotten: each of these is called by `xinfeng sweep`."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.journal import commands as journal
from xinfeng.people.models import (
    CareState,
    Disclosure,
    DisclosureState,
    Guardianship,
    Notice,
)

journal.declare(
    {
        "guardianship.expired": gettext_lazy("let a question to a guardian expire"),
        "disclosure.expired": gettext_lazy("let an approval expire"),
    }
)
READ_FOR, UNREAD_FOR = timedelta(days=180), timedelta(days=365)
ANSWERED_WITHIN = timedelta(days=30)


@scope.command
def forget_notices(*, at: datetime) -> int:
    """Messages that were read half a year ago, or told a year ago."""
    over = Notice.objects.filter(
        Q(read_at__lte=at - READ_FOR) | Q(told_at__lte=at - UNREAD_FOR)
    )
    return over.delete()[0]


@scope.command
def forget_questions(*, at: datetime) -> int:
    """Nobody answered for a person within a month: the number that was asked is forgotten."""
    asked = Guardianship.objects.filter(
        state=CareState.ASKED, asked_at__lte=at - ANSWERED_WITHIN
    ).order_by("pk")
    questions = list(asked.select_for_update())
    for question in questions:
        question.move_to(CareState.WITHDRAWN)
        question.phone_digest, question.ended_at = None, at
        question.save(update_fields=["state", "phone_digest", "ended_at"])
        journal.record(
            "guardianship.expired", question, actor=None, at=at, where=question.division_id
        )
    return len(questions)


@scope.command
def forget_approvals(*, at: datetime) -> int:
    """An approval to see numbers that nobody used is void, and so is an old question."""
    over = Disclosure.objects.filter(
        Q(state=DisclosureState.APPROVED, decided_at__lte=at - Disclosure.LASTS)
        | Q(state=DisclosureState.ASKED, asked_at__lte=at - ANSWERED_WITHIN)
    ).order_by("pk")
    void = list(over.select_for_update())
    for shown in void:
        shown.move_to(DisclosureState.EXPIRED)
        shown.save(update_fields=["state"])
        journal.record("disclosure.expired", shown, actor=None, at=at, where=shown.division_id)
    return len(void)
