from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language


class CategoryQuerySet(models.QuerySet["Category"]):
    def offered(self) -> "CategoryQuerySet":
        """What can be chosen now, in the order of the city's file."""
        return self.filter(is_active=True).order_by("position", "pk")


class Category(models.Model):
    """One of the classes in which residents report, from the city pack."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    # One line under the name: what belongs here.
    hint = models.CharField(max_length=200, blank=True)
    hint_en = models.CharField(max_length=200, blank=True)
    # The term that the desk is offered first.
    term = models.CharField(max_length=12, default="WD3")
    # What else is asked about a report of this class; see base/snap_classes.py.
    asks = models.JSONField(default=list, db_default=RawSQL("'[]'::jsonb", []))
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)

    objects = CategoryQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """Its name in the reader's language, as far as the city has given one."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.name if is_chinese or not self.name_en else self.name_en
