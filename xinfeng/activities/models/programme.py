from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xinfeng.base import codes
from xinfeng.base.refusal import Refusal
from xinfeng.hours.models import Counter
from xinfeng.places.models import Division, Place
from xinfeng.teams.models import Team


class Nature(models.TextChoices):
    """What an activity is; only the first two are ever credited (order 67, article 19)."""

    SERVICE = "SERVICE", _("voluntary service")
    TRAINING = "TRAINING", _("training of volunteers")
    PAID = "PAID", _("paid work")
    TOUR = "TOUR", _("tour or meeting")
    ROUTINE = "ROUTINE", _("routine duty")


# What is not voluntary service is never recorded as such; training has a counter of its own.
CREDITED = (Nature.SERVICE, Nature.TRAINING)


class Risk(models.TextChoices):
    """How dangerous the service is; from medium on it needs insurance and adults."""

    LOW = "LOW", _("low")
    MEDIUM = "MEDIUM", _("medium")
    HIGH = "HIGH", _("high")


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
    content = models.TextField(blank=True, default="", db_default="")
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
    DRAFT = "DRAFT", pgettext_lazy("activity", "draft")
    ANNOUNCED = "ANNOUNCED", _("announced")
    HELD = "HELD", _("held")
    CALLED_OFF = "CALLED_OFF", _("called off")


class Audience(models.TextChoices):
    """Whom a place is offered to: everybody, or whom an upper room asks one by one."""

    OPEN = "OPEN", pgettext_lazy("audience", "everybody")
    INVITED = "INVITED", pgettext_lazy("audience", "by invitation")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def public(self) -> "ActivityQuerySet":
        """What stands in lists, feeds and maps: nothing that is by invitation."""
        return self.filter(audience=Audience.OPEN)

    def inside(self, lo: int, hi: int) -> "ActivityQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)


class Activity(models.Model):
    """Something a leader invites volunteers to do together."""

    MOVES: ClassVar = {
        ActivityState.DRAFT: {ActivityState.ANNOUNCED, ActivityState.CALLED_OFF},
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
    # Ten working days after it was held; kept, so that the overdue list is one range.
    due_on = models.DateField(null=True)
    nature = models.CharField(
        max_length=8, choices=Nature.choices, default=Nature.SERVICE, db_default=Nature.SERVICE
    )
    risk = models.CharField(
        max_length=6, choices=Risk.choices, default=Risk.LOW, db_default=Risk.LOW
    )
    # What is by invitation stands in no public list, and nobody signs up for it.
    audience = models.CharField(
        max_length=8,
        choices=Audience.choices,
        default=Audience.OPEN,
        db_default=Audience.OPEN,
    )
    # What the law wants stated before anybody signs up (regulations, articles 12, 13 and 17).
    content = models.TextField(blank=True, default="", db_default="")
    conditions = models.TextField(blank=True, default="", db_default="")
    risks = models.TextField(blank=True, default="", db_default="")
    protection = models.TextField(blank=True, default="", db_default="")
    insurance = models.CharField(max_length=120, blank=True, default="", db_default="")
    # The days the insurance covers; both or none.
    insured_from = models.DateField(null=True)
    insured_until = models.DateField(null=True)
    contact = models.CharField(max_length=120, blank=True, default="", db_default="")
    meeting_point = models.CharField(max_length=200, blank=True, default="", db_default="")
    # Who may run it beside the leader: ids of persons.
    deputies = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True)
    # Micro-degrees WGS84, both or none; where no position is given the place's own counts.
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    # How far from the position a check-in still counts as being there; null: not asked.
    fence_m = models.PositiveIntegerField(null=True)
    # RFC 5545, for the series this activity was announced in; and its first activity.
    rrule = models.CharField(max_length=200, blank=True, default="", db_default="")
    series = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(null=True)
    # Working days after which its leader was last reminded of the records; each is told once.
    reminded_after = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="activity_days_agree_with_state",
                condition=(
                    Q(
                        state__in=["DRAFT", "ANNOUNCED", "CALLED_OFF"],
                        held_on=None,
                        recorded_on=None,
                    )
                    | Q(state="HELD", held_on__isnull=False, recorded_on=None)
                    | Q(state="HELD", held_on__isnull=False, recorded_on__isnull=False)
                    & Q(recorded_on__gte=F("held_on"))
                ),
            ),
            models.CheckConstraint(
                name="activity_position_is_whole",
                condition=Q(lat_e6=None, lon_e6=None)
                | Q(lat_e6__isnull=False, lon_e6__isnull=False),
            ),
            models.CheckConstraint(
                name="activity_insurance_days_are_whole",
                condition=Q(insured_from=None, insured_until=None)
                | Q(insured_from__isnull=False, insured_until__isnull=False)
                & Q(insured_until__gte=F("insured_from")),
            ),
            models.CheckConstraint(
                name="activity_nature_is_known",
                # A draft may still leave it open; publishing asks for it.
                condition=Q(nature__in=list(Nature.values))
                | Q(nature="", state__in=["DRAFT", "CALLED_OFF"]),
            ),
            models.CheckConstraint(
                name="activity_risk_is_known", condition=Q(risk__in=list(Risk.values))
            ),
            models.CheckConstraint(
                name="activity_audience_is_known",
                condition=Q(audience__in=list(Audience.values)),
            ),
            # Hours are made public with where they were given: of a visit to somebody's home
            # that is the township, and nothing finer.
            models.CheckConstraint(
                name="invitation_hides_the_village",
                condition=Q(audience=Audience.OPEN)
                | Q(Exact(Mod(F("division"), codes.UNIT[codes.Level.TOWNSHIP]), 0)),
            ),
        ]
        indexes = [
            models.Index(fields=["division", "held_on", "id"], name="activity_by_division"),
            models.Index(
                fields=["due_on", "id"],
                name="activity_by_due_day",
                condition=Q(state="HELD", recorded_on=None),
            ),
            models.Index(fields=["leader", "state", "id"], name="activity_by_leader"),
            models.Index(fields=["team", "state", "id"], name="activity_by_team_state"),
            models.Index(fields=["series", "id"], name="activity_by_series"),
            GinIndex(fields=["deputies"], name="activity_by_deputy"),
            models.Index(
                fields=["place", "state", "id"],
                name="activity_by_place_state",
                condition=Q(place__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (activity {self.pk})"

    @property
    def is_credited(self) -> bool:
        """Whether time given here is ever written into the ledger."""
        return self.nature in CREDITED

    @property
    def is_open(self) -> bool:
        """Whether it is offered to everybody, and not to people asked one by one."""
        return self.audience == Audience.OPEN

    @property
    def is_public(self) -> bool:
        """Whether everybody may know of it; a draft is still its leader's own."""
        return self.is_open and self.state != ActivityState.DRAFT

    @property
    def counter(self) -> Counter | None:
        """Which counter of the ledger its time goes to; None: it is never credited."""
        return Counter[self.nature] if self.is_credited else None

    def move_to(self, state: ActivityState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(ActivityState(self.state), set()):
            raise Refusal("activity_state", gettext("This activity is already closed."))
        self.state = state
