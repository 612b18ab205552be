from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.db.models.lookups import GreaterThan
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division, Place

from .units import Unit


class Charge(models.TextChoices):
    """What the person in charge of a point of a type is called."""

    POINT = "POINT", _("point keeper")
    ROAD = "ROAD", _("road keeper")
    RIVER = "RIVER", _("river keeper")


class PointType(models.Model):
    """A kind of spot that rounds draw from, as the pack's point_types.yaml names it."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    charge = models.CharField(max_length=8, choices=Charge.choices, default=Charge.POINT)
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="point_type_charge_is_known", condition=Q(charge__in=list(Charge.values))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.name if is_chinese else self.name_en or self.name


class PointState(models.TextChoices):
    OPEN = "OPEN", _("in use")
    SUSPENDED = "SUSPENDED", _("suspended")
    CLOSED = "CLOSED", _("closed")


class PointQuerySet(models.QuerySet["Point"]):
    def inside(self, lo: int, hi: int) -> "PointQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def open(self) -> "PointQuerySet":
        """Those that a round may draw."""
        return self.filter(state=PointState.OPEN)

    def of_units(self, unit_ids: frozenset[int]) -> "PointQuerySet":
        return self.filter(unit_id__in=unit_ids)

    def in_reading_order(self) -> "PointQuerySet":
        return self.order_by("division_id", "code", "pk")


class Point(models.Model):
    """A spot of the city (点位) that a unit answers for and inspectors visit."""

    MOVES: ClassVar = {
        PointState.OPEN: {PointState.SUSPENDED, PointState.CLOSED},
        PointState.SUSPENDED: {PointState.OPEN, PointState.CLOSED},
        PointState.CLOSED: set(),
    }

    # Stands on its QR.
    code = models.CharField(max_length=20, unique=True)
    type = models.ForeignKey(PointType, models.PROTECT, related_name="points")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="points")
    # A village or a township.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    # When the spot is a practice place.
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    # Micro-degrees WGS84; both or none.
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    # 点位长 or 路长.
    person_in_charge = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=PointState.choices, default=PointState.OPEN)
    since = models.DateField()
    until = models.DateField(null=True)

    objects = PointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="point_state_is_known", condition=Q(state__in=list(PointState.values))
            ),
            models.CheckConstraint(
                name="point_end_agrees_with_state",
                condition=~Q(state="CLOSED") & Q(until=None)
                | Q(state="CLOSED", until__isnull=False, until__gte=F("since")),
            ),
            models.CheckConstraint(
                name="point_position_is_whole",
                condition=Q(lon_e6=None, lat_e6=None)
                | Q(lon_e6__isnull=False, lat_e6__isnull=False)
                & Q(lon_e6__gte=-180_000_000, lon_e6__lte=180_000_000)
                & Q(lat_e6__gte=-90_000_000, lat_e6__lte=90_000_000),
            ),
            models.CheckConstraint(
                name="point_lies_in_a_village_or_township",
                condition=Q(
                    GreaterThan(
                        ExpressionWrapper(
                            F("division_id") % 1_000_000, models.BigIntegerField()
                        ),
                        0,
                    )
                ),
            ),
            models.UniqueConstraint(
                name="one_point_of_a_type_at_a_place",
                fields=["place", "type"],
                condition=Q(place__isnull=False) & ~Q(state="CLOSED"),
            ),
        ]
        indexes = [
            models.Index(fields=["division", "code", "id"], name="point_in_reading_order"),
            models.Index(fields=["unit", "state", "id"], name="point_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
