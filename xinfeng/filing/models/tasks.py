from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.inspections.models import Standard
from xinfeng.units.models import Unit


class Part(models.TextChoices):
    LEAD = "LEAD", _("leads")
    RESPONSIBLE = "RESPONSIBLE", _("is responsible")


class TaskQuerySet(models.QuerySet["Task"]):
    def standing(self) -> "TaskQuerySet":
        return self.filter(ended_at=None)

    def of_units(self, unit_ids: frozenset[int]) -> "TaskQuerySet":
        return self.filter(unit_id__in=unit_ids)


class Task(models.Model):
    """A line of a standard given to a unit: its part in it, and by when."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+", db_index=False)
    line = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    part = models.CharField(max_length=11, choices=Part.choices)
    # The last day on which papers are taken; null: no day is set.
    due_on = models.DateField(null=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_part_is_known", condition=Q(part__in=list(Part.values))
            ),
            models.CheckConstraint(
                name="task_ends_after_it_is_given",
                condition=Q(ended_at=None)
                | Q(ended_at__isnull=False, ended_at__gte=F("given_at")),
            ),
            models.UniqueConstraint(
                name="one_standing_task_per_line_and_unit",
                fields=["standard", "line", "unit"],
                condition=Q(ended_at=None),
            ),
            models.UniqueConstraint(
                name="one_unit_leads_a_line",
                fields=["standard", "line"],
                condition=Q(part="LEAD", ended_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["standard", "line", "unit"], name="task_by_standard"),
        ]

    def __str__(self) -> str:
        return f"{self.line} for unit {self.unit_id} (task {self.pk})"
