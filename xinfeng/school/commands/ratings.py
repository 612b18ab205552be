"""What learners say of a class they attended."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.activities.models import Part, Signup, SignupState
from xinfeng.base import clock, pack, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.school.models import ClassRating, NightClass

from .enrolling import lock_published

journal.declare({"class.rated": gettext_lazy("rated a class")})


@scope.command
def rate_class(
    *,
    class_id: int,
    content: int,
    teaching: int,
    arrangement: int,
    actor: Person,
    at: datetime,
    comment: str = "",
) -> ClassRating:
    """Three marks and, if one likes, words. Only who attended rates, and once."""
    night_class = lock_published(class_id)
    if night_class is None or not has_attended(night_class, actor):
        raise Forbidden("not_attended", _("Only who attended the class can rate it."))
    if already := ClassRating.objects.filter(night_class=night_class, person=actor).first():
        return already
    if not all(1 <= mark <= 5 for mark in (content, teaching, arrangement)):
        raise Refusal("marks", _("Give each mark from 1 to 5."))
    days = pack.load(settings.CITY_PACK).rules.class_rating_days
    closed_at = night_class.closed_at
    if closed_at is not None and at >= closed_at + timedelta(days=days):
        raise Refusal("rating_over", _("This class could be rated for %(days)s days.")
                      % {"days": days})  # fmt: skip
    rating = ClassRating.objects.create(
        night_class=night_class, person=actor, division_id=night_class.division_id,
        content=content, teaching=teaching, arrangement=arrangement,
        comment=comment.strip(), rated_at=at,
    )  # fmt: skip
    journal.record(
        "class.rated", night_class, actor=actor, at=at, where=night_class.division_id,
        on=clock.local_date(at),
    )  # fmt: skip
    return rating


def has_attended(night_class: NightClass, person: Person) -> bool:
    shifts = night_class.sessions.filter(shift__isnull=False).values("shift_id")
    came = Signup.objects.filter(
        shift__in=shifts, person=person, part=Part.LEARNER,
        state__in=[SignupState.PRESENT, SignupState.LEFT],
    )  # fmt: skip
    return came.exists()
