from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal

from .classes import NightClass, Session


class EnrolmentState(models.TextChoices):
    ENROLLED = "ENROLLED", _("enrolled")
    WAITING = "WAITING", _("on the waiting list")
    CANCELLED = "CANCELLED", _("given back")
    # The class was called off, or no place came free.
    LAPSED = "LAPSED", _("lapsed")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def live(self) -> "EnrolmentQuerySet":
        return self.filter(state__in=[EnrolmentState.ENROLLED, EnrolmentState.WAITING])

    def enrolled(self) -> "EnrolmentQuerySet":
        return self.filter(state=EnrolmentState.ENROLLED)

    def waiting(self) -> "EnrolmentQuerySet":
        """In the order of their ids, which are drawn under the lock of the class."""
        return self.filter(state=EnrolmentState.WAITING).order_by("pk")


class Enrolment(models.Model):
    """Somebody's place in a class, or their turn on its waiting list.

    Its division is the class's. Being enrolled books all sessions that are still to come.
    """

    MOVES: ClassVar = {
        EnrolmentState.WAITING: {
            EnrolmentState.ENROLLED, EnrolmentState.CANCELLED, EnrolmentState.LAPSED,
        },
        EnrolmentState.ENROLLED: {EnrolmentState.CANCELLED, EnrolmentState.LAPSED},
    }  # fmt: skip

    night_class = models.ForeignKey(NightClass, models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=EnrolmentState.choices)
    asked_at = models.DateTimeField()
    enrolled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_enrolment_per_person_and_class",
                fields=["night_class", "person"],
                condition=Q(state__in=["ENROLLED", "WAITING"]),
            ),
            models.CheckConstraint(
                name="enrolment_times_agree_with_state",
                condition=Q(state="WAITING", enrolled_at=None, closed_at=None)
                | Q(state="ENROLLED", enrolled_at__isnull=False, closed_at=None)
                | Q(state__in=["CANCELLED", "LAPSED"], closed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "id"], name="enrolment_by_person"),
            models.Index(fields=["night_class", "state", "id"], name="enrolment_by_class"),
        ]

    def __str__(self) -> str:
        return f"enrolment {self.pk} ({self.state})"

    def move_to(self, state: EnrolmentState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(EnrolmentState(self.state), set()):
            raise Refusal("enrolment_state", gettext("This enrolment is already closed."))
        self.state = state


class WalkIns(models.Model):
    """Heads that came to a session without being known; counted apart, earning nothing."""

    session = models.OneToOneField(Session, models.PROTECT, related_name="walk_ins")
    heads = models.PositiveSmallIntegerField()
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="walk_ins_are_a_crowd_at_most", condition=Q(heads__lte=500)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.heads} walk-ins of session {self.session_id}"


def _mark() -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


class ClassRating(models.Model):
    """What somebody who attended says of a class: three marks from 1 to 5, and their words.

    Nobody who was not there rates; who does not rate stays unrated.
    """

    night_class = models.ForeignKey(NightClass, models.PROTECT, related_name="ratings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    content = _mark()
    teaching = _mark()
    arrangement = _mark()
    comment = models.CharField(max_length=300, blank=True, default="")
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_learner_rates_a_class_once", fields=["night_class", "person"]
            ),
            models.CheckConstraint(
                name="class_marks_are_from_one_to_five",
                condition=Q(content__gte=1, content__lte=5, teaching__gte=1, teaching__lte=5,
                            arrangement__gte=1, arrangement__lte=5),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["rated_at"], name="class_rating_by_time")]

    def __str__(self) -> str:
        return f"rating {self.pk} of class {self.night_class_id}"
