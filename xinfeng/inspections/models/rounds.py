from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal
from xinfeng.places.models import Division
from xinfeng.units.models import Point, Unit

from .standards import Standard

_ME = settings.AUTH_USER_MODEL


class RoundState(models.TextChoices):
    PLANNED = "PLANNED", pgettext_lazy("round", "planned")
    DRAWN = "DRAWN", pgettext_lazy("round", "drawn")
    IN_FIELD = "IN_FIELD", pgettext_lazy("round", "in the field")
    CLOSED = "CLOSED", pgettext_lazy("round", "closed")
    SCORED = "SCORED", pgettext_lazy("round", "scored")
    PUBLISHED = "PUBLISHED", pgettext_lazy("round", "published")
    CALLED_OFF = "CALLED_OFF", pgettext_lazy("round", "called off")


# From here on everybody may know which points were drawn.
OVER = (RoundState.CLOSED, RoundState.SCORED, RoundState.PUBLISHED)
_BEFORE_DRAW = ["PLANNED", "CALLED_OFF"]


class Round(models.Model):
    """One round of inspection: points drawn by lot, visited, read and scored.

    `frame` lists every point that could be drawn, line by line as its digest was made; `secret`
    is bound by `commitment` before the draw, and `dice` is what was thrown in public for it.
    """

    MOVES: ClassVar = {
        RoundState.PLANNED: {RoundState.DRAWN, RoundState.CALLED_OFF},
        RoundState.DRAWN: {RoundState.IN_FIELD, RoundState.CALLED_OFF},
        RoundState.IN_FIELD: {RoundState.CLOSED},
        RoundState.CLOSED: {RoundState.SCORED},
        RoundState.SCORED: {RoundState.PUBLISHED},
        RoundState.PUBLISHED: set(),
        RoundState.CALLED_OFF: set(),
    }

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="rounds")
    # Whose offices hold the round; everybody below is assessed by it.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    # Which year of the three-year cycle it counts for.
    cycle_year = models.PositiveSmallIntegerField(null=True)
    size = models.PositiveSmallIntegerField()
    least = models.PositiveSmallIntegerField(default=1, db_default=1)
    frame = models.TextField()
    frame_digest = models.CharField(max_length=64)
    secret = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    dice = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        max_length=10, choices=RoundState.choices, default=RoundState.PLANNED
    )
    planned_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField()
    drawn_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    scored_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="round_state_is_known", condition=Q(state__in=list(RoundState.values))
            ),
            models.CheckConstraint(
                name="round_ends_after_it_begins", condition=Q(until__gt=F("since"))
            ),
            models.CheckConstraint(name="round_draws_something", condition=Q(size__gte=1)),
            models.CheckConstraint(
                name="round_is_drawn_with_dice",
                condition=Q(state__in=_BEFORE_DRAW, dice="", drawn_at=None)
                | ~Q(state="PLANNED") & ~Q(dice="") & Q(drawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="round_times_agree_with_state",
                condition=Q(state__in=[*_BEFORE_DRAW, "DRAWN"], opened_at=None, closed_at=None)
                | Q(state="IN_FIELD", opened_at__isnull=False, closed_at=None)
                | Q(state="CLOSED", closed_at__isnull=False, scored_at=None)
                | Q(state="SCORED", closed_at__isnull=False, scored_at__isnull=False)
                & Q(published_at=None)
                | Q(state="PUBLISHED", scored_at__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="round_cycle_year_is_one_to_three",
                condition=Q(cycle_year=None)
                | Q(cycle_year__isnull=False, cycle_year__gte=1, cycle_year__lte=3),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def seed(self) -> str:
        """What the draw starts from; nobody alone could choose it."""
        return f"{self.secret} {self.dice}" if self.dice else ""

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    def move_to(self, state: RoundState) -> None:
        if state not in self.MOVES[RoundState(self.state)]:
            raise Refusal(
                "round_state",
                gettext("The round is “%(now)s”; this cannot be done with it now.")
                % {"now": self.get_state_display()},
            )
        self.state = state


class Inspector(models.Model):
    """Somebody who visits points of a round, and never those of own units.

    The way begins at an office; a home is nobody's business here.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="inspectors", db_index=False)
    person = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    # The round's: whoever is assessed sees no row before the end.
    division_id = models.BigIntegerField()
    # Ids of the units they act for on the day of the draw, and of those they name besides.
    own_units = ArrayField(models.BigIntegerField(), default=list)
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    metres = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_inspector_per_round_and_person", fields=["round", "person"]
            ),
            models.CheckConstraint(
                name="inspector_start_is_whole",
                condition=Q(lon_e6=None, lat_e6=None)
                | Q(lon_e6__isnull=False, lat_e6__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"inspector {self.pk} of round {self.round_id}"


class PointRole(models.TextChoices):
    CHOSEN = "CHOSEN", pgettext_lazy("round point", "drawn")
    SUBSTITUTE = "SUBSTITUTE", pgettext_lazy("round point", "substitute")


class VisitState(models.TextChoices):
    TO_VISIT = "TO_VISIT", pgettext_lazy("round point", "to visit")
    VISITED = "VISITED", pgettext_lazy("round point", "visited")
    REPLACED = "REPLACED", pgettext_lazy("round point", "replaced")


class WhyReplaced(models.TextChoices):
    """Words of a list, so that reasons can be counted and hold no names."""

    GONE = "GONE", _("the point no longer exists")
    SHUT = "SHUT", _("closed for building work or for good")
    DANGER = "DANGER", _("dangerous to reach")
    OTHER_KIND = "OTHER_KIND", _("registered as the wrong kind of point")
    OWN_UNIT = "OWN_UNIT", _("belongs to the inspector's own unit")


class RoundPoint(models.Model):
    """A point of a round, as it was on the day of the draw."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="points", db_index=False)
    point = models.ForeignKey(Point, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # The round's, not the point's: the scope of an assessed county never holds it.
    division_id = models.BigIntegerField()
    county = models.BigIntegerField()
    type = models.CharField(max_length=40)
    # Of so many points of its county and type so many were drawn.
    stratum_size = models.PositiveSmallIntegerField()
    stratum_drawn = models.PositiveSmallIntegerField()
    # Its place in the order of the draw within the stratum, from 1.
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=10, choices=PointRole.choices, default=PointRole.CHOSEN)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by"
    )
    reason = models.CharField(max_length=12, choices=WhyReplaced.choices, blank=True)
    state = models.CharField(
        max_length=8, choices=VisitState.choices, default=VisitState.TO_VISIT
    )
    inspector = models.ForeignKey(Inspector, models.SET_NULL, null=True, related_name="points")
    # The inspector's, so that row-level security can ask the row itself.
    person = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    visit_order = models.PositiveSmallIntegerField(null=True)
    visited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_round_point_per_round_and_point", fields=["round", "point"]
            ),
            models.CheckConstraint(
                name="substitute_replaces_with_a_reason",
                condition=Q(role="CHOSEN", replaces=None, reason="")
                | Q(role="SUBSTITUTE", replaces__isnull=False) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="round_point_is_visited_at_a_time",
                condition=Q(state="VISITED", visited_at__isnull=False)
                | ~Q(state="VISITED") & Q(visited_at=None),
            ),
            models.CheckConstraint(
                name="round_point_has_inspector_and_person",
                condition=Q(inspector=None, person=None)
                | Q(inspector__isnull=False, person__isnull=False),
            ),
            models.CheckConstraint(
                name="stratum_draws_what_it_has",
                condition=Q(stratum_drawn__gte=1, stratum_drawn__lte=F("stratum_size")),
            ),
        ]

    def __str__(self) -> str:
        return f"point {self.point_id} in round {self.round_id} ({self.pk})"

    @property
    def stands_for(self) -> float:
        """How many points of the frame it speaks for."""
        return self.stratum_size / self.stratum_drawn
