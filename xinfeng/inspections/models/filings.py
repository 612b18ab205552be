from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Place


class Item(models.TextChoices):
    """What a keeper files as evidence."""

    YEARLY_PLAN = "YEARLY_PLAN", _("yearly plan")
    MONTHLY_LIST = "MONTHLY_LIST", _("monthly list of activities")
    WEEKLY_SCHEDULE = "WEEKLY_SCHEDULE", _("weekly schedule")
    LEADING_GROUP_MEETING = "LEADING_GROUP_MEETING", _("meeting of the leading group")
    BUDGET = "BUDGET", _("budget")
    EQUIPMENT_CHECK = "EQUIPMENT_CHECK", _("equipment check")


class FilingQuerySet(models.QuerySet["Filing"]):
    def standing(self) -> "FilingQuerySet":
        return self.filter(withdrawn_at=None)

    def valid_on(self, day: date) -> "FilingQuerySet":
        ended = Q(valid_until=None) | Q(valid_until__gt=day)
        return self.standing().filter(ended, on__lte=day)


class Filing(models.Model):
    """A keeper's entry that something was done on a day: a plan shown, a meeting held."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=24, choices=Item.choices)
    on = models.DateField()
    # The first day it no longer holds; null: it has no end, or it is an event.
    valid_until = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    filed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = FilingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_standing_filing_per_place_item_and_day",
                fields=["place", "item", "on"],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="filing_item_is_known", condition=Q(item__in=list(Item.values))
            ),
            models.CheckConstraint(
                name="filing_ends_after_it_starts",
                condition=Q(valid_until=None)
                | Q(valid_until__isnull=False, valid_until__gt=F("on")),
            ),
            models.CheckConstraint(
                name="filing_is_withdrawn_by_somebody",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["item", "on", "place"], name="filing_by_item"),
            models.Index(fields=["place", "item", "on"], name="filing_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.item} of place {self.place_id} on {self.on} (filing {self.pk})"
