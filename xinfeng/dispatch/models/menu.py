from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinfeng.activities.models import Category, Risk

EVERY_MONTH = 2**12 - 1


class MenuClass(models.Model):
    """A class of the menu of services, from the city pack."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    # In the order of the pack's file.
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True, db_default=True)

    def __str__(self) -> str:
        return self.name


class Mode(models.TextChoices):
    """How an order finds who serves it: the centre proposes, or whoever is first takes it."""

    ASSIGN = "ASSIGN", _("assigned by the centre")
    GRAB = "GRAB", _("first come, first served")


def _codes() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=40), default=list, blank=True)


class MenuItemQuerySet(models.QuerySet["MenuItem"]):
    def offered(self) -> "MenuItemQuerySet":
        """What can be ordered, in the order of the menu."""
        live = self.filter(is_active=True, menu_class__is_active=True)
        return live.order_by("menu_class__position", "position", "pk")


class MenuItem(models.Model):
    """One service that residents can order, and what it needs; from the city pack."""

    code = models.CharField(max_length=40, unique=True)
    menu_class = models.ForeignKey(MenuClass, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    hint = models.CharField(max_length=200, blank=True)
    hint_en = models.CharField(max_length=300, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    mode = models.CharField(max_length=6, choices=Mode.choices)
    # Codes of the city pack; whoever serves has all of them.
    skills = _codes()
    qualifications = _codes()
    # What one visit usually takes, and how many it takes.
    minutes = models.PositiveSmallIntegerField()
    people = models.PositiveSmallIntegerField(default=1)
    risk = models.CharField(max_length=6, choices=Risk.choices, default=Risk.LOW)
    # Of who serves, in years; null: no age is asked.
    min_age = models.PositiveSmallIntegerField(null=True)
    # Served at the resident's home, so that an address is needed.
    at_home = models.BooleanField(default=True)
    # Bit `month - 1` for each month in which it is offered; null: all year.
    months = models.PositiveSmallIntegerField(null=True)
    is_active = models.BooleanField(default=True, db_default=True)

    objects = MenuItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="menu_item_needs_time_and_people",
                condition=Q(minutes__gt=0, people__gt=0),
            ),
            models.CheckConstraint(
                name="menu_item_mode_is_known", condition=Q(mode__in=list(Mode.values))
            ),
            models.CheckConstraint(
                name="menu_item_risk_is_known", condition=Q(risk__in=list(Risk.values))
            ),
            models.CheckConstraint(
                name="menu_item_has_months",
                condition=Q(months=None)
                | Q(months__isnull=False, months__gt=0, months__lt=EVERY_MONTH),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_risky(self) -> bool:
        """From medium on: no minor serves it."""
        return self.risk != Risk.LOW

    def is_offered_in(self, month: int) -> bool:
        return self.months is None or bool(self.months >> month - 1 & 1)
