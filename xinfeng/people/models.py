from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division, Place


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username=username)


class PersonState(models.TextChoices):
    ACTIVE = "ACTIVE", _("active")
    CLOSED = "CLOSED", _("closed")


class Person(AbstractBaseUser):
    """Anyone who can sign in or serves; holds no personal data, see Identity."""

    username = models.CharField(max_length=40, unique=True)
    state = models.CharField(
        max_length=8, choices=PersonState.choices, default=PersonState.ACTIVE
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    # The day of registration as a volunteer; null: not a volunteer.
    registered_on = models.DateField(null=True)
    left_on = models.DateField(null=True)

    objects = PersonManager()

    USERNAME_FIELD = "username"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="volunteer_leaves_after_registering",
                condition=Q(left_on=None)
                | Q(left_on__isnull=False, registered_on__isnull=False)
                & Q(left_on__gte=F("registered_on")),
            ),
        ]
        indexes = [
            models.Index(fields=["division", "registered_on", "id"], name="person_by_division")
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.state == PersonState.ACTIVE


class Sex(models.TextChoices):
    FEMALE = "F", _("female")
    MALE = "M", _("male")


class Identity(models.Model):
    """The personal data of one person, guarded by row-level security."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    division_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    born_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"identity of person {self.person_id}"

    @property
    def masked_name(self) -> str:
        """The family name only, as a public list may show it: 王**."""
        return self.name[:1] + "*" * max(len(self.name) - 1, 1)


class Role(models.TextChoices):
    CITY_OFFICE = "CITY_OFFICE", _("city office")
    COUNTY_OFFICE = "COUNTY_OFFICE", _("county office")
    TOWNSHIP = "TOWNSHIP", _("township office")
    KEEPER = "KEEPER", _("place keeper")
    TEAM_LEADER = "TEAM_LEADER", _("team leader")
    LECTURER = "LECTURER", _("lecturer")
    INSPECTOR = "INSPECTOR", _("inspector")
    JUROR = "JUROR", _("juror")
    SURVEYOR = "SURVEYOR", _("surveyor")
    EDITOR = "EDITOR", _("editor")
    AUDITOR = "AUDITOR", _("auditor")
    VOLUNTEER = "VOLUNTEER", _("volunteer")
    RESIDENT = "RESIDENT", _("resident")
    GUARDIAN = "GUARDIAN", _("guardian")


class GrantQuerySet(models.QuerySet["Grant"]):
    def valid_on(self, day: date) -> "GrantQuerySet":
        ended = Q(ends_on=None) | Q(ends_on__gt=day)
        return self.filter(ended, starts_on__lte=day)


class Grant(models.Model):
    """A role over everything under one division, or over one place."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=16, choices=Role.choices)
    division = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_covers_a_division_or_a_place",
                condition=Q(division__isnull=False, place=None)
                | Q(division=None, place__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_starts",
                condition=Q(ends_on=None)
                | Q(ends_on__isnull=False, ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="grant_role_is_known", condition=Q(role__in=list(Role.values))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of person {self.person_id} (grant {self.pk})"


class SignInTally(models.Model):
    """Failed tries at one account name; the name itself is kept only as a keyed digest."""

    MOST = 5
    LOCKED_FOR = timedelta(minutes=15)

    name_digest = models.CharField(max_length=40, primary_key=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tries} failed tries (tally {self.name_digest[:8]})"

    def is_locked(self, at: datetime) -> bool:
        return self.tries >= self.MOST and at < self.last_at + self.LOCKED_FOR

    def is_stale(self, at: datetime) -> bool:
        return at >= self.last_at + self.LOCKED_FOR
