from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal
from xinfeng.base.units import Minutes
from xinfeng.places.models import Division, Place
from xinfeng.teams.models import Team

CHECK_IN_LEAD = timedelta(minutes=30)


class Category(models.Model):
    """A kind of service, from the city pack."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class Programme(models.Model):
    """A branded programme of the city that projects and activities belong to."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """A lasting service project of a place; its own brand project among them."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    is_brand = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="project_ends_after_it_starts",
                condition=Q(ends_on=None)
                | Q(ends_on__isnull=False, ends_on__gt=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (project {self.pk})"


class ActivityState(models.TextChoices):
    ANNOUNCED = "ANNOUNCED", _("announced")
    HELD = "HELD", _("held")
    CALLED_OFF = "CALLED_OFF", _("called off")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def inside(self, lo: int, hi: int) -> "ActivityQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)


class Activity(models.Model):
    """Something a leader invites volunteers to do together."""

    MOVES: ClassVar = {
        ActivityState.ANNOUNCED: {ActivityState.HELD, ActivityState.CALLED_OFF},
    }

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=ActivityState.choices, default=ActivityState.ANNOUNCED
    )
    held_on = models.DateField(null=True)
    # The day its records were entered and confirmed; the law gives ten working days.
    recorded_on = models.DateField(null=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="activity_days_agree_with_state",
                condition=(
                    Q(state__in=["ANNOUNCED", "CALLED_OFF"], held_on=None, recorded_on=None)
                    | Q(state="HELD", held_on__isnull=False, recorded_on=None)
                    | Q(state="HELD", held_on__isnull=False, recorded_on__isnull=False)
                    & Q(recorded_on__gte=F("held_on"))
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["division", "held_on", "id"], name="activity_by_division"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (activity {self.pk})"

    def move_to(self, state: ActivityState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(ActivityState(self.state), set()):
            raise Refusal("activity_state", gettext("This activity is already closed."))
        self.state = state


class ShiftQuerySet(models.QuerySet["Shift"]):
    def led_by(self, person: models.Model) -> "ShiftQuerySet":
        return self.filter(activity__leader_id=person.pk)

    def upcoming(self, at: datetime) -> "ShiftQuerySet":
        live = self.filter(ends_at__gt=at, activity__state=ActivityState.ANNOUNCED)
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

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="shift_has_room", condition=Q(capacity__gt=0)),
        ]
        indexes = [models.Index(fields=["starts_at"], name="shift_by_start")]

    def __str__(self) -> str:
        return f"shift {self.pk} of activity {self.activity_id}"

    @property
    def check_in_opens_at(self) -> datetime:
        return self.starts_at - CHECK_IN_LEAD

    def overlaps(self, other: "Shift") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def is_open_for_check_in(self, at: datetime) -> bool:
        return self.check_in_opens_at <= at < self.ends_at

    def is_open_for_sign_up(self, at: datetime) -> bool:
        return at < self.starts_at


class SignupState(models.TextChoices):
    BOOKED = "BOOKED", _("Booked")
    PRESENT = "PRESENT", _("Here")
    LEFT = "LEFT", _("Left")
    CANCELLED = "CANCELLED", _("Cancelled")


class SignupQuerySet(models.QuerySet["Signup"]):
    def live(self) -> "SignupQuerySet":
        return self.exclude(state=SignupState.CANCELLED)

    def of(self, person: models.Model) -> "SignupQuerySet":
        """What this person has booked or done, nothing cancelled."""
        return self.live().filter(person_id=person.pk)

    def roster(self) -> "SignupQuerySet":
        """Everyone still expected or already seen, in reading order."""
        return self.live().select_related("person").order_by("person__username", "pk")

    def locked(self) -> "SignupQuerySet":
        """Hold the sign-up row until commit; its shift and activity are only read."""
        return self.select_for_update(of=("self",)).select_related("shift__activity", "person")


class Signup(models.Model):
    """One person's place on one shift, from booking to leaving.

    Its division is the activity's: where the time is given.
    """

    MOVES: ClassVar = {
        SignupState.BOOKED: {SignupState.PRESENT, SignupState.CANCELLED},
        SignupState.PRESENT: {SignupState.LEFT},
    }

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="signups")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    state = models.CharField(
        max_length=12, choices=SignupState.choices, default=SignupState.BOOKED
    )
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects = SignupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_signup_per_person_and_shift",
                fields=["shift", "person"],
                condition=~Q(state=SignupState.CANCELLED),
            ),
            models.CheckConstraint(
                name="signup_times_agree_with_state",
                condition=(
                    Q(state__in=["BOOKED", "CANCELLED"], arrived_at=None, left_at=None)
                    | Q(state="PRESENT", arrived_at__isnull=False, left_at=None)
                    # Named not-null: a CHECK that comes out NULL lets the row through.
                    | Q(state="LEFT", arrived_at__isnull=False, left_at__isnull=False)
                    & Q(left_at__gte=F("arrived_at"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"signup {self.pk} ({self.state})"

    def move_to(self, state: SignupState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(SignupState(self.state), set()):
            raise Refusal("signup_state", gettext("This sign-up is already closed or changed."))
        self.state = state

    @property
    def is_booked(self) -> bool:
        return self.state == SignupState.BOOKED

    @property
    def minutes(self) -> Minutes:
        """Time given within the shift: coming early is welcome and earns nothing."""
        assert self.arrived_at
        assert self.left_at
        given = self.left_at - max(self.arrived_at, self.shift.starts_at)
        return Minutes(max(given // timedelta(minutes=1), 0))
