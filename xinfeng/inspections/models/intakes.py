from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xinfeng.fieldwork.models import Submission

from .rounds import Round, RoundPoint

_ME = settings.AUTH_USER_MODEL


class IntakeState(models.TextChoices):
    COUNTED = "COUNTED", pgettext_lazy("intake", "counted")
    NOT_COUNTED = "NOT_COUNTED", pgettext_lazy("intake", "not counted")
    # An office has looked at it and leaves it out.
    LEFT_OUT = "LEFT_OUT", pgettext_lazy("intake", "left out")
    AMENDED = "AMENDED", pgettext_lazy("intake", "amended by a later one")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("intake", "withdrawn")


class WhyNot(models.TextChoices):
    """Why what was sent does not count by itself."""

    NO_ROUND = "NO_ROUND", _("there is no such round")
    NOT_OPEN = "NOT_OPEN", _("the round was not in the field")
    NO_POINT = "NO_POINT", _("there is no such point")
    NOT_DRAWN = "NOT_DRAWN", _("the point is not in this round")
    REPLACED = "REPLACED", _("the point was replaced by another one")
    NOT_THEIRS = "NOT_THEIRS", _("somebody else was sent to this point")
    OWN_UNIT = "OWN_UNIT", _("the point belongs to their own unit")
    OTHER_FORM = "OTHER_FORM", _("it is the checklist of another kind of point")
    NO_LINE = "NO_LINE", _("it answers no line that is read there")
    READ_BEFORE = "READ_BEFORE", _("the point had been read already")


class Intake(models.Model):
    """What became of a submission: it counts at a point of a round, or not, and why.

    Nothing that was sent is lost: what does not count by itself waits here for the office.
    """

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="+")
    # The submission's: the office that holds the round, and never whoever is assessed.
    division_id = models.BigIntegerField()
    # Who sent it; with the round and the point that it named, where they are known.
    person = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="intakes")
    round_point = models.ForeignKey(
        RoundPoint, models.PROTECT, null=True, related_name="intakes"
    )
    state = models.CharField(max_length=11, choices=IntakeState.choices)
    why = models.CharField(max_length=11, choices=WhyNot.choices, blank=True)
    # Lines that it answers and that are not read there, or are asked otherwise by now.
    unread = ArrayField(models.CharField(max_length=60), default=list)
    at = models.DateTimeField()
    # Who counted it, or left it out, when it did not count by itself.
    decided_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="intake_state_is_known", condition=Q(state__in=list(IntakeState.values))
            ),
            models.CheckConstraint(
                name="intake_counts_at_a_point",
                condition=~Q(state="COUNTED")
                | Q(round__isnull=False, round_point__isnull=False),
            ),
            models.CheckConstraint(
                name="intake_that_does_not_count_says_why",
                condition=~Q(state__in=["NOT_COUNTED", "LEFT_OUT"]) | ~Q(why=""),
            ),
            models.CheckConstraint(
                name="intake_is_decided_by_somebody",
                condition=Q(decided_by=None, decided_at=None) & ~Q(state="LEFT_OUT")
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes = [
            # What waits for an office.
            models.Index(
                fields=["division_id", "id"], name="intake_waiting",
                condition=Q(state="NOT_COUNTED"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"intake of submission {self.submission_id}"
