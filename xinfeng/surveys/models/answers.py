import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from .field import Surveyor
from .samples import Sample, SampleCommunity

_ME = settings.AUTH_USER_MODEL


class Quota(models.Model):
    """How many answers of one kind a sample in the street takes: women of 18 to 29, say.

    `cell` holds answers to questions that everybody is asked. How many there are is counted
    from the answers, with this row locked, so that no quota is overrun.
    """

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="quotas", db_index=False)
    # {"sex": "f", "age": "18_29"}, and the same in words for its address: "age=18_29 sex=f".
    cell: "models.JSONField[dict[str, str]]" = models.JSONField()
    key = models.CharField(max_length=120)
    wanted = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_quota_per_sample_and_cell", fields=["sample", "key"]
            ),
            models.CheckConstraint(name="quota_wants_somebody", condition=Q(wanted__gte=1)),
        ]

    def __str__(self) -> str:
        return f"quota {self.key} of sample {self.sample_id}"


class Response(models.Model):
    """An answered sheet. Nothing in it, and no order of it, leads to a household or a person.

    Its id is random; `on` is a day; when the survey closes, all rows are written anew in the
    order of their ids, so that not even the place on the disk tells who came first. The answers
    themselves never change: a trigger sees to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="responses")
    # Of drawn samples.
    community = models.ForeignKey(
        SampleCommunity, models.PROTECT, null=True, related_name="responses"
    )
    # The survey's.
    division_id = models.BigIntegerField()
    # Null where nobody knows: open to all.
    county = models.BigIntegerField(null=True)
    # In the street: where.
    spot = models.CharField(max_length=80, blank=True, default="")
    surveyor = models.ForeignKey(Surveyor, models.PROTECT, null=True, related_name="responses")
    # {question: option | [options] | number | text}; a blank has no key.
    answers: "models.JSONField[dict[str, Any]]" = models.JSONField()
    # Of how many adults of the household one was chosen.
    adults = models.PositiveSmallIntegerField(null=True)
    # How its questions were arranged: `surveys.asking.flow`.
    arrangement = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=2, default="zh")
    on = models.DateField()
    # By the surveyor's phone: to find two interviews at once. The web tells only how long.
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    # False: broken off; it is counted, and weighs nothing.
    is_complete = models.BooleanField(default=True)
    quota = models.ForeignKey(Quota, models.PROTECT, null=True, related_name="responses")
    # Shared with its household for a second call, by consent, until the survey closes.
    pair = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="response_ends_after_it_begins",
                condition=Q(started_at=None, ended_at=None)
                | Q(started_at__isnull=False, ended_at__isnull=False,
                    ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="response_adults_are_some",
                condition=Q(adults=None) | Q(adults__isnull=False, adults__gte=1),
            ),
            models.CheckConstraint(
                name="response_arrangement_is_one_of_few", condition=Q(arrangement__lt=24)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"response {self.pk}"


class ExclusionReason(models.TextChoices):
    COPIED = "COPIED", pgettext_lazy("exclusion", "copied from another sheet")
    NEVER_ASKED = "NEVER_ASKED", pgettext_lazy("exclusion", "nobody was asked")
    COACHED = "COACHED", pgettext_lazy("exclusion", "coached")
    WRONG_PERSON = "WRONG_PERSON", pgettext_lazy("exclusion", "somebody else answered")
    TEST = "TEST", pgettext_lazy("exclusion", "a trial")


class Exclusion(models.Model):
    """A sheet that does not count, by whom and why; it stays, and their number is told."""

    SHORTEST_NOTE, LONGEST_NOTE = 5, 200

    response = models.OneToOneField(Response, models.PROTECT, related_name="exclusion")
    reason = models.CharField(max_length=12, choices=ExclusionReason.choices)
    note = models.CharField(max_length=200)
    by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="exclusion_reason_is_known",
                condition=Q(reason__in=list(ExclusionReason.values)),
            ),
        ]

    def __str__(self) -> str:
        return f"exclusion of {self.response_id}"
