from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from .answers import Response
from .samples import Sample

_ME = settings.AUTH_USER_MODEL


class EstimationState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("estimation", "draft")
    PUBLISHED = "PUBLISHED", pgettext_lazy("estimation", "published")
    # A later one was published in its place; it stays to be read.
    REPLACED = "REPLACED", pgettext_lazy("estimation", "replaced")


class Estimation(models.Model):
    """One computation of all numbers of a sample: what went in, how, and what it stood on.

    `settings` says how in words that repeat it: margins used, non-response by what, trimming,
    rule for lonely units, interval. `told` holds what the methods note tells: households by
    disposition, response rates, weights, answers left out.
    """

    sample = models.ForeignKey(
        Sample, models.PROTECT, related_name="estimations", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    settings: "models.JSONField[dict[str, Any]]" = models.JSONField()
    # SHA-256 of what went in: equal inputs and settings give equal numbers.
    inputs_digest = models.CharField(max_length=64)
    told: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    responses = models.PositiveIntegerField()
    state = models.CharField(
        max_length=9, choices=EstimationState.choices, default=EstimationState.DRAFT
    )
    by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_estimation_per_sample_and_number", fields=["sample", "number"]
            ),
            models.UniqueConstraint(
                name="one_published_estimation_per_sample", fields=["sample"],
                condition=Q(state="PUBLISHED"),
            ),
            models.CheckConstraint(
                name="estimation_is_published_at_a_time",
                condition=Q(state="DRAFT", published_at=None)
                | ~Q(state="DRAFT") & Q(published_at__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"estimation {self.number} of sample {self.sample_id}"


class Statistic(models.TextChoices):
    # 满意率 and 满意度 of a question with a scale, and the share of one option of a choice.
    SATISFIED = "SATISFIED", pgettext_lazy("statistic", "share satisfied")
    MEAN = "MEAN", pgettext_lazy("statistic", "mean satisfaction")
    SHARE = "SHARE", pgettext_lazy("statistic", "share")


class Domain(models.TextChoices):
    WHOLE = "WHOLE", pgettext_lazy("domain", "whole area")
    COUNTY = "COUNTY", pgettext_lazy("domain", "county")
    # urban or rural
    KIND = "KIND", pgettext_lazy("domain", "urban or rural")
    SEX = "SEX", pgettext_lazy("domain", "sex")
    AGE = "AGE", pgettext_lazy("domain", "age")


class Held(models.TextChoices):
    """Why a number is not given out."""

    FEW = "FEW", pgettext_lazy("held back", "fewer than 30 answers")
    UNSURE = "UNSURE", pgettext_lazy("held back", "too uncertain")


class Estimate(models.Model):
    """A number of an estimation with all that must stand beside it; null is not known.

    Shares from 0 to 1, means from 0 to 100. `n` answered, `no_opinion` could not say, `blank`
    left it out. What is held back is stored for whoever runs the survey and shown to nobody
    else.
    """

    estimation = models.ForeignKey(
        Estimation, models.CASCADE, related_name="estimates", db_index=False
    )
    question = models.CharField(max_length=30)
    statistic = models.CharField(max_length=9, choices=Statistic.choices)
    # Of SHARE: which option.
    option = models.CharField(max_length=30, blank=True, default="")
    domain = models.CharField(max_length=6, choices=Domain.choices)
    key = models.CharField(max_length=30, blank=True, default="")
    n = models.PositiveIntegerField()
    no_opinion = models.PositiveIntegerField()
    blank = models.PositiveIntegerField()
    value = models.FloatField(null=True)
    se = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    df = models.PositiveIntegerField()
    design_effect = models.FloatField(null=True)
    effective_n = models.FloatField(null=True)
    # The interval's: `surveys.estimates.Method`.
    method = models.CharField(max_length=20)
    held = models.CharField(max_length=6, choices=Held.choices, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_estimate_per_question_statistic_option_domain_and_key",
                fields=["estimation", "question", "statistic", "option", "domain", "key"],
            ),
            models.CheckConstraint(
                name="estimate_lies_in_its_interval",
                condition=Q(low=None, high=None)
                | Q(low__isnull=False, high__isnull=False, value__isnull=False,
                    low__lte=F("value"), high__gte=F("value")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.question} {self.statistic} {self.domain} {self.key}"


class ResponseWeight(models.Model):
    """How many people a sheet stands for in an estimation: before and after all corrections."""

    estimation = models.ForeignKey(
        Estimation, models.CASCADE, related_name="weights", db_index=False
    )
    response = models.ForeignKey(Response, models.PROTECT, related_name="weights")
    base = models.FloatField()
    final = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_weight_per_estimation_and_response",
                fields=["estimation", "response"],
            ),
            models.CheckConstraint(
                name="response_weight_is_above_nothing",
                condition=Q(base__gt=0, final__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"weight of {self.response_id}"
