from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal
from xinfeng.places.models import Division

from .catalogue import Field

EVENINGS = 7


class LecturerState(models.TextChoices):
    APPLIED = "APPLIED", _("applied")
    APPROVED = "APPROVED", _("lecturing")
    PAUSED = "PAUSED", _("paused")
    REFUSED = "REFUSED", _("not taken up")
    ENDED = "ENDED", _("no longer lecturing")


class LecturerQuerySet(models.QuerySet["Lecturer"]):
    def inside(self, lo: int, hi: int) -> "LecturerQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def lecturing(self) -> "LecturerQuerySet":
        return self.filter(state=LecturerState.APPROVED)


class Lecturer(models.Model):
    """Somebody of the lecturer corps: what they teach, where and when, and who approved it.

    Rows are hidden from whoever has no right to them; the pages read them through queries.
    """

    MOVES: ClassVar = {
        LecturerState.APPLIED: {
            LecturerState.APPROVED, LecturerState.REFUSED, LecturerState.ENDED,
        },
        LecturerState.APPROVED: {LecturerState.PAUSED, LecturerState.ENDED},
        LecturerState.PAUSED: {LecturerState.APPROVED, LecturerState.ENDED},
        # Who was refused or has stopped may apply again.
        LecturerState.REFUSED: {LecturerState.APPLIED},
        LecturerState.ENDED: {LecturerState.APPLIED},
    }  # fmt: skip

    code = models.CharField(max_length=20, unique=True)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Home: from where the way is counted.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    fields = models.ManyToManyField(Field, related_name="lecturers")
    reach_m = models.PositiveIntegerField()
    # Sessions a week at most.
    capacity_a_week = models.PositiveSmallIntegerField()
    # Bit 0 is Monday evening.
    evenings = models.PositiveSmallIntegerField()
    # Paid lecturers earn no service hours.
    is_paid = models.BooleanField(default=False)
    bio = models.TextField(blank=True, default="")
    # Shown as honoured, with where it is written down: both or none.
    honour = models.CharField(max_length=80, blank=True, default="")
    honour_source = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(
        max_length=8, choices=LecturerState.choices, default=LecturerState.APPLIED
    )
    applied_at = models.DateTimeField()
    # The class whose learner applied, where it was so.
    learnt_in = models.ForeignKey(
        "school.NightClass", models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Why not taken up, paused or ended.
    reason = models.CharField(max_length=200, blank=True, default="")
    paused_until = models.DateField(null=True)

    objects = LecturerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="lecturer_evenings_are_of_a_week",
                condition=Q(evenings__gte=1, evenings__lt=2**EVENINGS),
            ),
            models.CheckConstraint(
                name="lecturer_week_is_possible",
                condition=Q(capacity_a_week__gte=1, capacity_a_week__lte=EVENINGS),
            ),
            models.CheckConstraint(
                name="lecturer_honour_has_a_source",
                condition=Q(honour="", honour_source="")
                | ~Q(honour="") & ~Q(honour_source=""),
            ),
            models.CheckConstraint(
                name="lecturer_decision_agrees_with_state",
                condition=Q(state="APPLIED", decided_at=None, decided_by=None)
                | Q(state__in=["APPROVED", "PAUSED", "REFUSED", "ENDED"],
                    decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_approves_themselves_as_lecturer",
                # Pausing and ending are for oneself too; being taken up never.
                condition=Q(decided_by=None)
                | Q(state__in=["PAUSED", "ENDED"])
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("person")),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["division", "state", "id"], name="lecturer_by_division"),
        ]

    def __str__(self) -> str:
        return f"lecturer {self.pk} ({self.state})"

    def move_to(self, state: LecturerState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES[LecturerState(self.state)]:
            raise Refusal("lecturer_state", gettext("This lecturer is in another state."))
        self.state = state

    def is_free_on(self, weekday: int) -> bool:
        """Whether evenings of this weekday (Monday is 0) are theirs to give."""
        return bool(self.evenings >> weekday & 1)

    def lectures_on(self, day: date) -> bool:
        return self.state == LecturerState.APPROVED and self.is_free_on(day.weekday())
