from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from .surveys import Survey

_ME = settings.AUTH_USER_MODEL


class Disposition(models.TextChoices):
    """What an attempt came to; classes after AAPOR, Standard Definitions (10th ed., 2023)."""

    COMPLETE = "COMPLETE", pgettext_lazy("disposition", "complete")
    PARTIAL = "PARTIAL", pgettext_lazy("disposition", "broken off")
    REFUSAL = "REFUSAL", pgettext_lazy("disposition", "refusal")
    NOT_AT_HOME = "NOT_AT_HOME", pgettext_lazy("disposition", "not at home")
    COME_AGAIN = "COME_AGAIN", pgettext_lazy("disposition", "come again")
    UNABLE = "UNABLE", pgettext_lazy("disposition", "unable to answer")
    LANGUAGE = "LANGUAGE", pgettext_lazy("disposition", "no common language")
    # Nobody knows whether anybody lives there.
    NO_ACCESS = "NO_ACCESS", pgettext_lazy("disposition", "no access")
    # Not eligible: they leave the sample.
    VACANT = "VACANT", pgettext_lazy("disposition", "vacant")
    NOT_A_HOME = "NOT_A_HOME", pgettext_lazy("disposition", "not a dwelling")
    NO_ADULT = "NO_ADULT", pgettext_lazy("disposition", "nobody of the age asked")


# After one of these nobody comes again; after the others once the attempts are used up.
FINAL = (
    Disposition.COMPLETE, Disposition.PARTIAL, Disposition.REFUSAL, Disposition.UNABLE,
    Disposition.LANGUAGE, Disposition.VACANT, Disposition.NOT_A_HOME, Disposition.NO_ADULT,
)  # fmt: skip


class DayPart(models.TextChoices):
    """So much of the time of an attempt is kept, and no more: see `SampleUnit.done_on`."""

    MORNING = "MORNING", pgettext_lazy("part of day", "morning")
    AFTERNOON = "AFTERNOON", pgettext_lazy("part of day", "afternoon")
    EVENING = "EVENING", pgettext_lazy("part of day", "evening")


class Surveyor(models.Model):
    """Somebody who asks in a survey, known on its papers by a number."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="surveyors", db_index=False)
    person = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    # The survey's: whoever is assessed sees no row.
    division_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_surveyor_per_survey_and_person", fields=["survey", "person"]
            ),
            models.UniqueConstraint(
                name="one_surveyor_per_survey_and_number", fields=["survey", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"surveyor {self.number} of survey {self.survey_id}"


class Attempt(models.Model):
    """One try to reach a household. Rows are only added."""

    unit = models.ForeignKey("SampleUnit", models.PROTECT, related_name="tries")
    # Made by the phone or the desk: what is sent twice is one attempt.
    key = models.UUIDField(unique=True)
    disposition = models.CharField(max_length=13, choices=Disposition.choices)
    on = models.DateField()
    part = models.CharField(max_length=9, choices=DayPart.choices)
    # When to try again, as agreed.
    again_on = models.DateField(null=True)
    again_part = models.CharField(max_length=9, choices=DayPart.choices, blank=True)
    by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    division_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attempt_disposition_is_known",
                condition=Q(disposition__in=list(Disposition.values)),
            ),
            models.CheckConstraint(
                name="attempt_comes_again_for_a_reason",
                condition=Q(again_on=None, again_part="") | Q(disposition="COME_AGAIN"),
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk} at {self.unit_id}"


class CallBackOutcome(models.TextChoices):
    CONFIRMED = "CONFIRMED", pgettext_lazy("call-back", "asked as told")
    DIFFERS = "DIFFERS", pgettext_lazy("call-back", "asked, but otherwise")
    NEVER_ASKED = "NEVER_ASKED", pgettext_lazy("call-back", "never asked")
    NOT_REACHED = "NOT_REACHED", pgettext_lazy("call-back", "not reached")


class CallBack(models.Model):
    """A household of the tenth that is asked a second time, by somebody else."""

    unit = models.OneToOneField("SampleUnit", models.PROTECT, related_name="call_back")
    division_id = models.BigIntegerField()
    outcome = models.CharField(max_length=11, choices=CallBackOutcome.choices)
    minutes = models.PositiveSmallIntegerField(null=True)
    # A few questions once more, as they were answered now: {question: answer}.
    answers: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    # The answers that these are compared with, until the survey closes.
    pair = models.UUIDField(null=True, unique=True)
    by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="call_back_outcome_is_known",
                condition=Q(outcome__in=list(CallBackOutcome.values)),
            ),
        ]

    def __str__(self) -> str:
        return f"call-back of {self.unit_id}"
