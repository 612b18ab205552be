from django.db import models


class MonthlyFigure(models.Model):
    """The stored value of a figure for a division and a month, up to a day."""

    figure = models.CharField(max_length=40)
    division_id = models.BigIntegerField()
    month = models.DateField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField(null=True)
    rows = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_value_per_figure_month_division",
                fields=["figure", "month", "division_id"],
            ),
        ]
        indexes = [
            models.Index(fields=["division_id", "figure", "month"], name="monthly_by_division")
        ]

    def __str__(self) -> str:
        return f"{self.figure} of {self.division_id} in {self.month:%Y-%m}"


class RollUp(models.Model):
    """How far the stored values reach: which day, and which part of the journal."""

    singleton = models.BooleanField(unique=True, default=True)
    as_of = models.DateField()
    # PostgreSQL's own text of the snapshot up to which the journal was followed.
    journal_snapshot = models.TextField()
    finished_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="there_is_one_roll_up", condition=models.Q(singleton=True)
            )
        ]

    def __str__(self) -> str:
        return f"rolled up to {self.as_of}"
