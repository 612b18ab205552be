from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division, Place


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

    def is_valid_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or self.ends_on > day)
