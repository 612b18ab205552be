from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division, Place


class TeamKind(models.TextChoices):
    STANDING = "STANDING", _("standing team")
    PROFESSIONAL = "PROFESSIONAL", _("professional team")
    COMMUNITY = "COMMUNITY", _("community team")


class TeamState(models.TextChoices):
    PROPOSED = "PROPOSED", _("waiting for approval")
    ACTIVE = "ACTIVE", _("active team")
    REFUSED = "REFUSED", _("not approved")
    DISSOLVED = "DISSOLVED", _("dissolved")


# What has come into being at some time, and is counted from its day on.
FOUNDED = (TeamState.ACTIVE, TeamState.DISSOLVED)


class TeamQuerySet(models.QuerySet["Team"]):
    def inside(self, lo: int, hi: int) -> "TeamQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def serving_on(self, day: date) -> "TeamQuerySet":
        """Founded and not dissolved on a day."""
        serving = Q(dissolved_on=None) | Q(dissolved_on__gt=day)
        return self.filter(serving, state__in=FOUNDED, founded_on__lte=day)

    def proposed(self) -> "TeamQuerySet":
        return self.filter(state=TeamState.PROPOSED)


class Team(models.Model):
    """Volunteers under one leader, attached to a place or only to a division."""

    MOVES: ClassVar = {
        TeamState.PROPOSED: {TeamState.ACTIVE, TeamState.REFUSED},
        TeamState.ACTIVE: {TeamState.DISSOLVED},
    }

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=TeamKind.choices)
    # What it does, for people who look for a team.
    purpose = models.CharField(max_length=500, blank=True, default="", db_default="")
    state = models.CharField(
        max_length=10,
        choices=TeamState.choices,
        default=TeamState.ACTIVE,
        db_default=TeamState.ACTIVE,
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Which office said yes, and when; null: before this was kept, or not yet.
    approving_division = models.ForeignKey(
        Division, models.PROTECT, null=True, related_name="+"
    )
    approved_on = models.DateField(null=True)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Ids of members who may do what the leader does, except naming leaders.
    deputies = ArrayField(
        models.BigIntegerField(), default=list, db_default=RawSQL("'{}'::bigint[]", [])
    )
    # Heads beside the registered members: people without an account. Null: not known.
    heads = models.PositiveIntegerField(null=True)
    heads_on = models.DateField(null=True)
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
            # An active team may bear a day of its end: programs before the states wrote so.
            models.CheckConstraint(
                name="team_state_agrees_with_its_days",
                condition=Q(state="ACTIVE")
                | Q(state="DISSOLVED", dissolved_on__isnull=False)
                | Q(state__in=["PROPOSED", "REFUSED"], dissolved_on=None, approved_on=None),
            ),
            models.CheckConstraint(
                name="team_approval_is_whole",
                condition=Q(approved_on=None, approving_division=None)
                | Q(approved_on__isnull=False, approving_division__isnull=False),
            ),
            models.CheckConstraint(
                name="team_heads_are_counted_on_a_day",
                condition=Q(heads=None, heads_on=None)
                | Q(heads__isnull=False, heads_on__isnull=False),
            ),
            models.CheckConstraint(
                name="no_team_is_its_own_parent",
                condition=Q(parent=None) | Q(parent__isnull=False) & ~Q(parent=F("id")),
            ),
        ]
        indexes = [
            models.Index(fields=["division", "founded_on", "id"], name="team_by_division")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def is_dissolved(self, on: date) -> bool:
        return self.dissolved_on is not None and self.dissolved_on <= on

    def is_led_by(self, person_id: int | None) -> bool:
        """By its leader or one of the deputies."""
        return person_id is not None and (
            person_id == self.leader_id or person_id in self.deputies
        )
