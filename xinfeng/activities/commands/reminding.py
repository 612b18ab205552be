"""Who leads is told, once, that some are still shown as here after the end."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy

from xinfeng.activities.models import Shift, Signup, SignupState
from xinfeng.base import clock, scope
from xinfeng.journal import commands as journal
from xinfeng.people import commands as people
from xinfeng.people import notices

journal.declare({"shift.review_asked": gettext_lazy("asked the leader to review a shift")})
notices.declare(
    {
        "shift.review_asked": gettext_lazy(
            "%(count)s people are still shown as here at “%(title)s” (%(day)s)."
            " Enter when they left; the planned end is the latest."
        )
    }
)
AFTER_THE_END = timedelta(hours=1)
# What began before is on the overdue lists already.
NOT_BEFORE = timedelta(days=7)
AT_ONCE = 500


@scope.command
def ask_for_reviews(*, at: datetime) -> int:
    """Remind the leaders of shifts that ended with people still here; how many were told."""
    here = Signup.objects.filter(state=SignupState.PRESENT)
    ended = Shift.objects.filter(
        Exists(here.filter(shift=OuterRef("pk"))),
        starts_at__gt=at - NOT_BEFORE,
        ends_at__lte=at - AFTER_THE_END,
        review_asked_at=None,
    )
    locked = ended.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    shifts = list(locked.select_related("activity")[:AT_ONCE])
    for shift in shifts:
        shift.review_asked_at = at
        shift.save(update_fields=["review_asked_at"])
        day = clock.local_date(shift.starts_at)
        journal.record(
            "shift.review_asked", shift, actor=None, at=at,
            where=shift.activity.division_id, on=day,
        )  # fmt: skip
        people.tell(
            "shift.review_asked",
            [shift.activity.leader_id, *shift.activity.deputies],
            at=at,
            href=reverse("activities:review", args=[shift.pk]),
            count=here.filter(shift=shift).count(),
            title=shift.activity.title,
            day=day,
        )
    return len(shifts)
