from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy

from xinfeng.base.refusal import Refusal
from xinfeng.files.models import File

from .tasks import Task

_ME = settings.AUTH_USER_MODEL


class PaperState(models.TextChoices):
    FILED = "FILED", pgettext_lazy("paper", "waits for review")
    ACCEPTED = "ACCEPTED", pgettext_lazy("paper", "accepted")
    RETURNED = "RETURNED", pgettext_lazy("paper", "returned")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("paper", "withdrawn")


_JUDGED = ["ACCEPTED", "RETURNED"]


class PaperQuerySet(models.QuerySet["Paper"]):
    def standing(self) -> "PaperQuerySet":
        return self.exclude(state=PaperState.WITHDRAWN)


class Paper(models.Model):
    """One document or picture filed for a task; the file itself is never changed."""

    MOVES: ClassVar = {
        PaperState.FILED: {PaperState.ACCEPTED, PaperState.RETURNED, PaperState.WITHDRAWN},
        PaperState.ACCEPTED: set(),
        PaperState.RETURNED: set(),
        PaperState.WITHDRAWN: set(),
    }

    # Its index is paper_by_task.
    task = models.ForeignKey(Task, models.PROTECT, related_name="papers", db_index=False)
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    # The file's, so that the same paper is not filed twice for one line.
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    # The day the paper itself bears.
    dated_on = models.DateField()
    # As the unit says; the reviewer looks.
    is_stamped = models.BooleanField()
    state = models.CharField(max_length=9, choices=PaperState.choices, default=PaperState.FILED)
    filed_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    judged_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="paper_state_is_known", condition=Q(state__in=list(PaperState.values))
            ),
            models.CheckConstraint(
                name="paper_is_judged_by_another",
                condition=Q(state__in=_JUDGED, judged_at__isnull=False)
                & Q(judged_by__isnull=False)
                & ~Q(judged_by=F("filed_by"))
                | ~Q(state__in=_JUDGED) & Q(judged_by=None, judged_at=None),
            ),
            models.CheckConstraint(
                name="paper_is_returned_with_a_reason",
                condition=~Q(state="RETURNED") | ~Q(reason=""),
            ),
            models.UniqueConstraint(
                name="one_standing_paper_of_the_same_bytes",
                fields=["task", "digest"],
                condition=Q(state__in=["FILED", "ACCEPTED"]),
            ),
        ]
        indexes = [
            models.Index(fields=["task", "id"], name="paper_by_task"),
            models.Index(fields=["digest"], name="paper_by_digest"),
            models.Index(
                fields=["filed_at", "id"], name="paper_waiting", condition=Q(state="FILED")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (paper {self.pk})"

    def move_to(self, state: PaperState) -> None:
        if state not in self.MOVES[PaperState(self.state)]:
            raise Refusal(
                "paper_state",
                gettext("The paper is “%(now)s”; this cannot be done with it now.")
                % {"now": self.get_state_display()},
            )
        self.state = state


class Letter(models.TextChoices):
    """The grades in use, worth 100, 66, 33 and 0 percent."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "C#", "C#"


class Grade(models.Model):
    """What a reviewer says of a task's papers as a whole; only added, the newest one counts."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="grades", db_index=False)
    letter = models.CharField(max_length=2, choices=Letter.choices)
    # How many papers were accepted when it was given.
    accepted = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grade_letter_is_known", condition=Q(letter__in=list(Letter.values))
            ),
            models.CheckConstraint(
                name="grade_without_papers_is_nothing",
                condition=Q(accepted__gt=0) | Q(letter="C#"),
            ),
        ]
        indexes = [models.Index(fields=["task", "-id"], name="grade_by_task")]

    def __str__(self) -> str:
        return f"{self.letter} for task {self.task_id} (grade {self.pk})"
