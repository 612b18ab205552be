from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Window
from xinfeng.places.models import Place, Tier

from .standards import Standard

WHOLE = ""


class Evaluation(models.Model):
    """One run of a standard over all open places for a period."""

    # Its index is evaluation_by_period.
    standard = models.ForeignKey(
        Standard, models.PROTECT, related_name="evaluations", db_index=False
    )
    since = models.DateField()
    until = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    digest = models.CharField(max_length=64)
    places = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    appended = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="evaluation_ends_after_it_begins", condition=Q(until__gt=F("since"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["standard", "since", "until", "id"], name="evaluation_by_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.standard_id} over {self.since}..{self.until} (evaluation {self.pk})"

    @property
    def window(self) -> Window:
        return Window(self.since, self.until)


class Verdict(models.TextChoices):
    MET = "MET", _("met")
    NOT_MET = "NOT_MET", _("not met")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("not applicable")
    NOT_KNOWN = "NOT_KNOWN", _("not known")


class Result(models.Model):
    """What one line says of one place; rows are only ever added, the newest one counts."""

    # Both keys lead an index below; a third one each would only slow the bulk load.
    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="results", db_index=False
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    division_id = models.BigIntegerField()
    line = models.CharField(max_length=20)
    verdict = models.CharField(max_length=14, choices=Verdict.choices)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    threshold = models.BigIntegerField(null=True)
    score_permille = models.SmallIntegerField(null=True)
    inputs_hash = models.CharField(max_length=64)
    # Which rows were read: figure, since, until, unit, rows. Opens through the figure's page.
    evidence = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_result_per_evaluation_place_and_line",
                fields=["evaluation", "place", "line"],
            ),
            models.CheckConstraint(
                name="result_verdict_is_known", condition=Q(verdict__in=list(Verdict.values))
            ),
            models.CheckConstraint(
                name="what_is_not_known_has_no_score",
                condition=Q(
                    verdict__in=["NOT_KNOWN", "NOT_APPLICABLE"], score_permille__isnull=True
                )
                | Q(
                    verdict__in=["MET", "NOT_MET"],
                    score_permille__isnull=False,
                    score_permille__gte=0,
                    score_permille__lte=1000,
                ),
            ),
        ]
        indexes = [models.Index(fields=["place", "line", "id"], name="result_by_place")]

    def __str__(self) -> str:
        return f"{self.line} of place {self.place_id}: {self.verdict} (result {self.pk})"


class Score(models.Model):
    """How one place stands in one project, or on the whole (project ""); a roll-up of results.

    Kept for the newest evaluation of each standard and period only.
    """

    evaluation = models.ForeignKey(
        Evaluation, models.CASCADE, related_name="scores", db_index=False
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    tier = models.CharField(max_length=12, choices=Tier.choices)
    project = models.CharField(max_length=20, blank=True)
    applicable = models.PositiveSmallIntegerField()
    known = models.PositiveSmallIntegerField()
    met = models.PositiveSmallIntegerField()
    not_met = ArrayField(models.CharField(max_length=20), default=list)
    not_known = ArrayField(models.CharField(max_length=20), default=list)
    # Null: no line of it is known.
    score_permille = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_score_per_evaluation_place_and_project",
                fields=["evaluation", "project", "place"],
            ),
            models.CheckConstraint(
                name="score_counts_fit",
                condition=Q(met__lte=F("known"), known__lte=F("applicable")),
            ),
            models.CheckConstraint(
                name="score_is_known_when_a_line_is",
                condition=Q(known=0, score_permille=None)
                | Q(
                    known__gt=0,
                    score_permille__isnull=False,
                    score_permille__gte=0,
                    score_permille__lte=1000,
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["evaluation", "project", "division_id"], name="score_by_division"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project or 'whole'} of place {self.place_id} (score {self.pk})"
