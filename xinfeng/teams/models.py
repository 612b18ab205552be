from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division, Place


class TeamKind(models.TextChoices):
    STANDING = "STANDING", _("standing team")
    PROFESSIONAL = "PROFESSIONAL", _("professional team")
    COMMUNITY = "COMMUNITY", _("community team")


class TeamQuerySet(models.QuerySet["Team"]):
    def inside(self, lo: int, hi: int) -> "TeamQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def serving_on(self, day: date) -> "TeamQuerySet":
        """Founded and not dissolved on a day."""
        serving = Q(dissolved_on=None) | Q(dissolved_on__gt=day)
        return self.filter(serving, founded_on__lte=day)


class Team(models.Model):
    """Volunteers under one leader, attached to a place or only to a division."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=TeamKind.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    founded_on = models.DateField()
    dissolved_on = models.DateField(null=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="team_is_dissolved_after_it_is_founded",
                condition=Q(dissolved_on=None)
                | Q(dissolved_on__isnull=False, dissolved_on__gt=F("founded_on")),
            ),
            models.CheckConstraint(
                name="team_kind_is_known", condition=Q(kind__in=list(TeamKind.values))
            ),
        ]
        indexes = [
            models.Index(fields=["division", "founded_on", "id"], name="team_by_division")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def is_dissolved(self, on: date) -> bool:
        return self.dissolved_on is not None and self.dissolved_on <= on


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        return self.filter(ends_on=None)

    def roster(self) -> "MembershipQuerySet":
        """Everyone in the team now, in the order in which they came."""
        return self.current().select_related("person").order_by("starts_on", "pk")


class Membership(models.Model):
    """A person's time in a team; its division is the team's, where it was when they joined."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="once_in_a_team_at_a_time",
                fields=["team", "person"],
                condition=Q(ends_on=None),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ends_on=None)
                | Q(ends_on__isnull=False, ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} in team {self.team_id} (membership {self.pk})"
