from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from xinfeng.base.codes import Level, span


class DivisionQuerySet(models.QuerySet["Division"]):
    def as_of(self, day: date) -> "DivisionQuerySet":
        """Divisions valid on a day; a merged one belongs to the past only."""
        ended = Q(valid_until=None) | Q(valid_until__gt=day)
        return self.filter(ended, valid_from__lte=day)

    def inside(self, lo: int, hi: int) -> "DivisionQuerySet":
        return self.filter(code__gte=lo, code__lt=hi)


class Division(models.Model):
    """A city, county, township or village by its 12-digit statistics code."""

    code = models.BigIntegerField(primary_key=True)
    level = models.SmallIntegerField(choices=[(level.value, level.name) for level in Level])
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    objects = DivisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="division_code_has_12_digits",
                condition=Q(code__gte=10**11, code__lt=10**12),
            ),
            models.CheckConstraint(
                name="division_ends_after_it_begins",
                condition=Q(valid_until=None)
                | Q(valid_until__isnull=False, valid_until__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def span(self) -> tuple[int, int]:
        return span(self.code, Level(self.level))


class Tier(models.TextChoices):
    CENTRE = "CENTRE", _("centre")
    INSTITUTE = "INSTITUTE", _("institute")
    STATION = "STATION", _("station")
    BASE = "BASE", _("base")


# Which levels of division a tier belongs to; a base may lie anywhere.
LEVELS = {
    Tier.CENTRE: {Level.CITY, Level.COUNTY},
    Tier.INSTITUTE: {Level.TOWNSHIP},
    Tier.STATION: {Level.VILLAGE},
    Tier.BASE: set(Level),
}


class PlaceState(models.TextChoices):
    PLANNED = "PLANNED", _("planned")
    OPEN = "OPEN", _("open")
    SUSPENDED = "SUSPENDED", _("suspended")
    CLOSED = "CLOSED", _("closed")


class PlaceQuerySet(models.QuerySet["Place"]):
    def inside(self, lo: int, hi: int) -> "PlaceQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def in_reading_order(self) -> "PlaceQuerySet":
        return self.order_by("division_id", "code", "pk")


class Place(models.Model):
    """A practice place (阵地): centre, institute, station or base, as it stands today."""

    MOVES: ClassVar = {
        PlaceState.PLANNED: {PlaceState.OPEN, PlaceState.CLOSED},
        PlaceState.OPEN: {PlaceState.SUSPENDED, PlaceState.CLOSED},
        PlaceState.SUSPENDED: {PlaceState.OPEN, PlaceState.CLOSED},
        PlaceState.CLOSED: set(),
    }

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    tier = models.CharField(max_length=12, choices=Tier.choices)
    # The industry or field of a base; the pack names them.
    kind = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=PlaceState.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    # Micro-degrees WGS84; both or none.
    lon_e6 = models.IntegerField(null=True)
    lat_e6 = models.IntegerField(null=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="place_tier_is_known", condition=Q(tier__in=list(Tier.values))
            ),
            models.CheckConstraint(
                name="place_state_is_known", condition=Q(state__in=list(PlaceState.values))
            ),
            models.CheckConstraint(
                name="place_position_is_whole",
                condition=Q(lon_e6=None, lat_e6=None)
                | Q(lon_e6__isnull=False, lat_e6__isnull=False)
                & Q(lon_e6__gte=-180_000_000, lon_e6__lte=180_000_000)
                & Q(lat_e6__gte=-90_000_000, lat_e6__lte=90_000_000),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Spell(models.Model):
    """A stretch of days during which a place was in one state in one division."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="spells")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=PlaceState.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="spell_ends_after_it_starts",
                condition=Q(ends_on=None)
                | Q(ends_on__isnull=False, ends_on__gt=F("starts_on")),
            ),
            # int8range(place, place, '[]') stands in for "=": gist has none for bigint itself.
            ExclusionConstraint(
                name="spells_of_a_place_do_not_overlap",
                expressions=[
                    (
                        Func(F("place"), F("place"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["division", "starts_on", "id"], name="spell_by_division")
        ]

    def __str__(self) -> str:
        return f"{self.state} from {self.starts_on} (spell {self.pk})"


class FacilityKind(models.TextChoices):
    PLAQUE = "PLAQUE", _("plaque and signs")
    HALL = "HALL", _("hall for talks")
    ACTIVITY_AREA = "ACTIVITY_AREA", _("activity area")
    HOURS_BOARD = "HOURS_BOARD", _("opening times shown")
    BOOKS = "BOOKS", _("books")
    FITNESS = "FITNESS", _("fitness items")
    DESK = "DESK", _("service desk")
    DISPLAY = "DISPLAY", _("results shown")
    ORDER_POINT = "ORDER_POINT", _("order channel")


class Facility(models.Model):
    """Something a place has: a hall with seats, an area, books, a plaque."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="facilities")
    kind = models.CharField(max_length=16, choices=FacilityKind.choices)
    name = models.CharField(max_length=80, blank=True)
    area_m2 = models.PositiveIntegerField(null=True)
    seats = models.PositiveIntegerField(null=True)
    items = models.PositiveIntegerField(null=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="facility_ends_after_it_starts",
                condition=Q(ends_on=None)
                | Q(ends_on__isnull=False, ends_on__gt=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of place {self.place_id} (facility {self.pk})"


class OpeningHours(models.Model):
    """A weekly opening: on this weekday (0 = Monday) from one minute of the day to another."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens_minute = models.PositiveSmallIntegerField()
    closes_minute = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="opening_is_within_a_day",
                condition=Q(
                    weekday__lte=6, closes_minute__lte=1440, closes_minute__gt=F("opens_minute")
                ),
            ),
            models.CheckConstraint(
                name="opening_ends_after_it_starts",
                condition=Q(ends_on=None)
                | Q(ends_on__isnull=False, ends_on__gt=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"weekday {self.weekday} of place {self.place_id} (opening {self.pk})"


class OpeningException(models.Model):
    """One day that differs from the week: closed, or open at other times."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="opening_exceptions")
    on = models.DateField()
    # Both null: closed all day.
    opens_minute = models.PositiveSmallIntegerField(null=True)
    closes_minute = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_exception_per_place_and_day", fields=["place", "on"]
            ),
            models.CheckConstraint(
                name="exception_is_whole",
                condition=Q(opens_minute=None, closes_minute=None)
                | Q(opens_minute__isnull=False, closes_minute__isnull=False)
                & Q(closes_minute__lte=1440, closes_minute__gt=F("opens_minute")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} of place {self.place_id} (exception {self.pk})"


class HeadcountKind(models.TextChoices):
    PARTY_MEMBERS = "PARTY_MEMBERS", _("Party members")
    PUBLIC_STAFF = "PUBLIC_STAFF", _("public staff")


class Headcount(models.Model):
    """How many belong to a group at a place, and how many of them are registered volunteers."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="headcounts")
    kind = models.CharField(max_length=16, choices=HeadcountKind.choices)
    heads = models.PositiveIntegerField()
    volunteers = models.PositiveIntegerField()
    counted_on = models.DateField()
    replaced_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_current_headcount",
                fields=["place", "kind"],
                condition=Q(replaced_on=None),
            ),
            models.CheckConstraint(
                name="headcount_is_possible",
                condition=Q(heads__gt=0, volunteers__lte=F("heads")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of place {self.place_id} on {self.counted_on}"


class DutyKind(models.TextChoices):
    SECRETARY = "SECRETARY", _("secretary who answers for the place")
    HEAD = "HEAD", _("head who is not the secretary")
    KEEPER = "KEEPER", _("keeper")
    STAFF = "STAFF", _("staff")


class Duty(models.Model):
    """A person in charge at a place, with dates; the four levels of secretaries among them."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="duties")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=DutyKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="duty_ends_after_it_starts",
                condition=Q(ends_on=None)
                | Q(ends_on__isnull=False, ends_on__gt=F("starts_on")),
            ),
            models.UniqueConstraint(
                name="one_secretary_at_a_time",
                fields=["place"],
                condition=Q(kind="SECRETARY", ends_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of place {self.place_id} (duty {self.pk})"


class Sheet(models.Model):
    """A table of places as it was uploaded: previewed, mended elsewhere, or imported once."""

    name = models.CharField(max_length=120)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} (sheet {self.pk})"
