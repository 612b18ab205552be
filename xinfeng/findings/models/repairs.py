"""What happens between the order and the end: pictures, repairs, re-checks, extensions."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xinfeng.files.models import File

from .findings import Finding
from .states import Cause, ExtensionState, Reason, Stage, Verdict

_ME = settings.AUTH_USER_MODEL


class FindingFile(models.Model):
    """A picture of a finding: before, after, of the re-check, or in support of an appeal."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="files", db_index=False)
    file = models.ForeignKey(File, models.PROTECT, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    # Of which attempt it shows the result.
    attempt = models.PositiveSmallIntegerField(default=1)
    # Whether the page of the report and the open interface may show its public copy.
    is_public = models.BooleanField(default=False)
    # Null: the reporter, who is not signed in.
    added_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "file", "stage", "attempt"], name="finding_file_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} of finding {self.finding_id}"


class Repair(models.Model):
    """What the unit says it has done, once for each attempt."""

    LONGEST: ClassVar = 500

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="repairs", db_index=False)
    attempt = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=LONGEST)
    repaired_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "attempt"], name="one_repair_an_attempt"
            ),
        ]

    def __str__(self) -> str:
        return f"repair {self.attempt} of finding {self.finding_id}"

    @property
    def is_late(self) -> bool:
        return self.at > self.due_at


class Recheck(models.Model):
    """Somebody else looked at a repair. The database keeps that, too."""

    LONGEST: ClassVar = 500

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="rechecks", db_index=False
    )
    attempt = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    words = models.CharField(max_length=LONGEST, blank=True)
    repaired_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "attempt"], name="one_recheck_an_attempt"
            ),
            models.CheckConstraint(
                name="recheck_by_another", condition=~Q(checked_by=F("repaired_by"))
            ),
            models.CheckConstraint(
                name="recheck_that_fails_says_why",
                condition=Q(verdict="MET", reason="") | Q(verdict="NOT_MET") & ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"re-check {self.attempt} of finding {self.finding_id}"


class Extension(models.Model):
    """A unit asks for more time, and somebody else grants it or does not."""

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="extensions", db_index=False
    )
    asked_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    was_due_at = models.DateTimeField()
    until = models.DateTimeField()
    cause = models.CharField(max_length=10, choices=Cause.choices)
    state = models.CharField(max_length=8, choices=ExtensionState.choices)
    decided_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(state="ASKED"), name="one_extension_at_a_time"
            ),
            models.CheckConstraint(
                name="extension_is_longer", condition=Q(until__gt=F("was_due_at"))
            ),
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=Q(state__in=["ASKED", "LAPSED"], decided_by=None)
                | Q(state__in=["GRANTED", "REFUSED"])
                & Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("asked_by")),
            ),
        ]
        indexes = [models.Index(fields=["finding", "id"], name="extension_by_finding")]

    def __str__(self) -> str:
        return f"extension {self.pk} of finding {self.finding_id}"
