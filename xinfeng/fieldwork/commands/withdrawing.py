"""Taking a submission out of the count; what was sent stays where it is."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope, standing
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.fieldwork import followers, hiding
from xinfeng.fieldwork.models import Submission, Withdrawal
from xinfeng.fieldwork.permissions import may_see_submissions, may_withdraw
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

from .receiving import alone

journal.declare({"submission.withdrawn": gettext_lazy("withdrew a form from the field")})


@scope.command
def withdraw(*, submission_id: int, reason: str, actor: Person, at: datetime) -> Withdrawal:
    """The office that owns the form takes a submission out of the count, and says why."""
    seen = Submission.objects.filter(hiding.open_to(actor.pk), pk=submission_id)
    submission = seen.first()
    rights = standing.of(actor, clock.local_date(at))
    if submission is None or not may_see_submissions(rights, submission.division_id):
        raise Unknown("submission_unknown", _("There is no such form here."))
    if not may_withdraw(rights, submission.division_id, submission.person_id):
        raise Forbidden(
            "may_not_withdraw", _("Only the office that owns the form may do this.")
        )
    alone(submission.instance_id)
    already = Withdrawal.objects.filter(submission=submission).first()
    if already:
        return already
    if not reason.strip():
        raise Refusal("no_reason", _("Say why it does not count any more."))
    withdrawal = Withdrawal.objects.create(
        submission=submission, by=actor, reason=reason.strip()[:200], at=at
    )
    journal.record(
        "submission.withdrawn", submission, actor=actor, at=at, where=submission.division_id
    )
    followers.tell(submission, "submission.withdrawn")
    return withdrawal
