from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .programme import Activity, ActivityState, Audience

CHECK_IN_LEAD = timedelta(minutes=30)
# Check-ins made without a network and the leader's late roll call still come in until then.
REGISTER_CLOSES = timedelta(days=3)


class Part(models.TextChoices):
    """What somebody is there for: a learner comes and goes as everybody, and earns nothing."""

    HELPER = "HELPER", _("helper")
    LEARNER = "LEARNER", _("learner")


class ShiftQuerySet(models.QuerySet["Shift"]):
    def led_by(self, person: models.Model) -> "ShiftQuerySet":
        return self.filter(activity__leader_id=person.pk)

    def upcoming(self, at: datetime) -> "ShiftQuerySet":
        """What everybody may sign up for; nothing that is by invitation."""
        live = self.filter(
            ends_at__gt=at,
            activity__state=ActivityState.ANNOUNCED,
            activity__audience=Audience.OPEN,
        )
        return live.select_related("activity").order_by("starts_at", "pk")

    def after(self, starts_at: datetime, pk: int) -> "ShiftQuerySet":
        """What follows a row in the order of `upcoming`."""
        # The first condition alone can use the index on the start.
        later = Q(starts_at__gt=starts_at) | Q(starts_at=starts_at, pk__gt=pk)
        return self.filter(later, starts_at__gte=starts_at)


class Shift(models.Model):
    """One stretch of an activity that people sign up for."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.PositiveIntegerField()
    # Until when a place can be given back; null: until the shift begins.
    withdraw_until = models.DateTimeField(null=True)
    # H3 cell of the activity's position, so that "near me" is one index.
    cell = models.BigIntegerField(null=True)
    # When those who hold a place were reminded of it; they are told once.
    reminded_at = models.DateTimeField(null=True)
    # When the leader was asked to enter who had left; asked once.
    review_asked_at = models.DateTimeField(null=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="shift_has_room", condition=Q(capacity__gt=0)),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="shift_by_start"),
            models.Index(fields=["cell", "starts_at"], name="shift_by_cell"),
        ]

    def __str__(self) -> str:
        return f"shift {self.pk} of activity {self.activity_id}"

    @property
    def check_in_opens_at(self) -> datetime:
        return self.starts_at - CHECK_IN_LEAD

    def overlaps(self, other: "Shift") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def is_open_for_check_in(self, at: datetime) -> bool:
        return self.check_in_opens_at <= at < self.ends_at

    def is_register_due(self, at: datetime) -> bool:
        """Whether whoever was not seen by now did not come."""
        return at >= self.ends_at + REGISTER_CLOSES

    def is_open_for_withdrawal(self, at: datetime) -> bool:
        return at < (self.withdraw_until or self.starts_at)

    def is_open_for_sign_up(self, at: datetime) -> bool:
        return at < self.starts_at


class Post(models.Model):
    """A part of a shift with conditions of its own: what to be able to, and how old."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="posts")
    name = models.CharField(max_length=60)
    capacity = models.PositiveIntegerField()
    conditions = models.CharField(max_length=200, blank=True)
    # Codes of the city pack; somebody signing up has all of them.
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    qualifications = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    min_age = models.PositiveSmallIntegerField(null=True)
    max_age = models.PositiveSmallIntegerField(null=True)
    is_dangerous = models.BooleanField(default=False)
    # Whoever takes the post is there for this.
    part = models.CharField(
        max_length=8, choices=Part.choices, default=Part.HELPER, db_default=Part.HELPER
    )
    # Of an open activity, too, a post can be for somebody who is asked: the lecturer's.
    audience = models.CharField(
        max_length=8,
        choices=Audience.choices,
        default=Audience.OPEN,
        db_default=Audience.OPEN,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="post_part_is_known", condition=Q(part__in=list(Part.values))
            ),
            models.CheckConstraint(
                name="post_audience_is_known",
                condition=Q(audience__in=list(Audience.values)),
            ),
            models.CheckConstraint(name="post_has_room", condition=Q(capacity__gt=0)),
            models.CheckConstraint(
                name="post_ages_are_in_order",
                condition=Q(min_age=None)
                | Q(max_age=None)
                | Q(min_age__isnull=False, max_age__isnull=False, max_age__gte=F("min_age")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (post {self.pk} of shift {self.shift_id})"
