from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.fieldwork.models import Submission

from .evaluations import Verdict
from .rounds import Round, RoundPoint


class ReadingQuerySet(models.QuerySet["Reading"]):
    def newest(self) -> "ReadingQuerySet":
        """One per point and line: an amendment stands before what it amends."""
        return self.order_by("round_point", "line", "-pk").distinct("round_point", "line")


class Reading(models.Model):
    """What somebody found for one line at one point; rows are only added, the newest counts."""

    # Its index is reading_newest.
    round_point = models.ForeignKey(
        RoundPoint, models.PROTECT, related_name="readings", db_index=False
    )
    # The round's, as on its points.
    division_id = models.BigIntegerField()
    line = models.CharField(max_length=20)
    verdict = models.CharField(max_length=14, choices=Verdict.choices)
    # What was counted or measured; null where the line asks for a verdict, or nobody knows.
    value = models.IntegerField(null=True)
    # Of so many, where a share is asked for: 18 of 20.
    out_of = models.IntegerField(null=True)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # What a phone sent; null: written down in the pages.
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")
    # When it was seen on the spot, and when it arrived.
    seen_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reading_verdict_is_known", condition=Q(verdict__in=list(Verdict.values))
            ),
            models.CheckConstraint(
                name="reading_not_known_has_no_value",
                condition=~Q(verdict="NOT_KNOWN") | Q(value=None),
            ),
            models.CheckConstraint(
                name="reading_share_is_of_something",
                condition=Q(out_of=None)
                | Q(value__isnull=False, out_of__isnull=False, out_of__gte=1)
                & Q(value__gte=0, value__lte=F("out_of")),
            ),
        ]
        indexes = [models.Index(fields=["round_point", "line", "-id"], name="reading_newest")]

    def __str__(self) -> str:
        return f"{self.line} at round point {self.round_point_id}: {self.verdict} ({self.pk})"


class ScoreScope(models.TextChoices):
    ROUND = "ROUND", _("whole round")
    METHOD = "METHOD", _("method")
    AREA = "AREA", _("county")
    UNIT = "UNIT", _("responsible unit")
    TYPE = "TYPE", _("type of point")
    LINE = "LINE", _("check line")
    # Beside the projects, with a gate of its own: in no other score but those of its lines.
    MODULE = "MODULE", _("module")


class RoundScore(models.Model):
    """How a round stands for one county, unit, type, line or method; shares in 1/10,000.

    `rank` is the best place its interval allows and `rank_to` the worst.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="scores", db_index=False)
    scope = models.CharField(max_length=6, choices=ScoreScope.choices)
    key = models.CharField(max_length=40, blank=True)
    points = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    score_e4 = models.PositiveSmallIntegerField(null=True)
    low_e4 = models.PositiveSmallIntegerField(null=True)
    high_e4 = models.PositiveSmallIntegerField(null=True)
    rank = models.PositiveSmallIntegerField(null=True)
    rank_to = models.PositiveSmallIntegerField(null=True)
    tied_with = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_round_score_per_scope_and_key", fields=["round", "scope", "key"]
            ),
            models.CheckConstraint(
                name="round_score_counts_fit",
                condition=Q(met__lte=F("known"), known__lte=F("n")),
            ),
            models.CheckConstraint(
                name="round_score_is_known_when_a_reading_is",
                condition=Q(known=0, score_e4=None)
                | Q(known__gt=0, score_e4__isnull=False, score_e4__lte=10_000),
            ),
            models.CheckConstraint(
                name="round_score_lies_in_its_interval",
                condition=Q(low_e4=None, high_e4=None, rank=None, rank_to=None)
                | Q(low_e4__isnull=False, high_e4__isnull=False, score_e4__isnull=False)
                & Q(low_e4__lte=F("score_e4"), high_e4__gte=F("score_e4"))
                & (
                    Q(rank=None, rank_to=None)
                    | Q(rank__isnull=False, rank_to__isnull=False, rank__lte=F("rank_to"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key} of round {self.round_id}"
