"""Whoever looks at what somebody else sent leaves a line."""

from datetime import datetime

from django.utils.translation import gettext_lazy

from xinfeng.base import scope
from xinfeng.fieldwork.models import Submission
from xinfeng.journal import commands as journal
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person

journal.declare({"submission.viewed": gettext_lazy("looked at a form from the field")})


@scope.command
def note_submission_view(*, submission_id: int, actor: Person, at: datetime) -> bool:
    """Write down who opened it, once for each hour; the caller has asked whether they may.

    Whoever sent it looks at what is theirs: of them nothing is written.
    """
    submission = Submission.objects.get(pk=submission_id)
    if submission.person_id == actor.pk:
        return False
    subject = f"{Submission._meta.label_lower}:{submission_id}"
    noted = Entry.objects.filter(subject=subject, verb="submission.viewed", actor=actor)
    if noted.filter(at__gte=at.replace(minute=0, second=0, microsecond=0)).exists():
        return False
    journal.record(
        "submission.viewed", submission, actor=actor, at=at, where=submission.division_id
    )
    return True
