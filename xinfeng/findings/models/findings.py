from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from xinfeng.base.refusal import Refusal
from xinfeng.fieldwork.models import Submission
from xinfeng.places.models import Division
from xinfeng.units.models import Point, Unit

from .categories import Category
from .states import (
    MOVES,
    NEEDS_REASON,
    NEEDS_UNIT,
    OPEN,
    WITH_UNIT,
    Escalation,
    Reason,
    Source,
    State,
    Term,
    Warned,
)

_ME = settings.AUTH_USER_MODEL


def _who(**more: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+", **more)


class FindingQuerySet(models.QuerySet["Finding"]):
    def open(self) -> "FindingQuerySet":
        """Those about which somebody must still act."""
        return self.filter(state__in=OPEN)

    def inside(self, lo: int, hi: int) -> "FindingQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def told(self) -> "FindingQuerySet":
        """What an office has confirmed; before that only they read it."""
        return self.filter(confirmed_at__isnull=False).exclude(state=State.MERGED)


class Finding(models.Model):
    """Something that is not as it should be, or praise, from the report until it is closed."""

    LONGEST: ClassVar = 1000

    code = models.CharField(max_length=20, unique=True)
    # What raised it: raised twice, it is there once. "round:R1:P7:II-26-03", "snap:<uuid>".
    origin = models.CharField(max_length=120, unique=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    # What an inspector's phone sent, when the finding was read from it.
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="+")
    point = models.ForeignKey(Point, models.PROTECT, null=True, related_name="+")
    # Code of the standard's line; empty: not found by a standard.
    line = models.CharField(max_length=60, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", db_index=False)
    # Who is to put it right; null until it is ordered.
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    # Micro-degrees WGS84; all three or none.
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    cell = models.BigIntegerField(null=True)
    text = models.CharField(max_length=LONGEST)
    is_praise = models.BooleanField(default=False)

    state = models.CharField(max_length=10, choices=State.choices)
    # How long the unit has; empty until it is ordered.
    term = models.CharField(max_length=12, choices=Term.choices, blank=True)
    # By when somebody must act; every open finding has one.
    due_at = models.DateTimeField(null=True)
    # From when on the deadline is near.
    yellow_at = models.DateTimeField(null=True)
    warned = models.PositiveSmallIntegerField(choices=Warned.choices, default=Warned.NOT)
    escalation = models.PositiveSmallIntegerField(
        choices=Escalation.choices, default=Escalation.DESK
    )
    # When the next one is told; null: not overdue, or nobody is above.
    escalates_at = models.DateTimeField(null=True)
    # The unit's deadline stands still since then, because an appeal waits.
    appealed_at = models.DateTimeField(null=True)
    # 1, and one more each time it is sent back or reopened.
    attempt = models.PositiveSmallIntegerField(default=1)
    extended = models.PositiveSmallIntegerField(default=0)
    sent_back = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    # Repairs that came after the unit's deadline.
    late_repairs = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    found_by = _who()
    confirmed_by = _who()
    ordered_by = _who()
    repaired_by = _who()
    # Whoever looked and said that it is put right, or judged so on appeal.
    rechecked_by = _who()
    # When it reached each step, the last time it did so.
    found_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    repaired_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    # When it ended, however it did.
    closed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    sent_back_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()

    objects = FindingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="finding_state_is_known", condition=Q(state__in=list(State.values))
            ),
            models.CheckConstraint(
                name="open_finding_has_a_deadline",
                condition=Q(state__in=OPEN, due_at__isnull=False, yellow_at__isnull=False)
                & Q(closed_at=None, yellow_at__lte=F("due_at"))
                | ~Q(state__in=OPEN) & Q(due_at=None, yellow_at=None, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_says_something", condition=~Q(text="") & ~Q(origin="")
            ),
            models.CheckConstraint(
                name="ordered_finding_has_unit_and_term",
                condition=~Q(state__in=NEEDS_UNIT)
                | Q(unit__isnull=False, ordered_at__isnull=False, ordered_by__isnull=False)
                & Q(confirmed_at__isnull=False)
                & ~Q(term=""),
            ),
            models.CheckConstraint(
                name="finding_waits_for_an_appeal_at_the_unit_only",
                condition=Q(appealed_at=None) | Q(state__in=WITH_UNIT),
            ),
            models.CheckConstraint(
                name="repaired_finding_says_by_whom",
                condition=Q(repaired_at=None, repaired_by=None)
                & ~Q(state__in=["REPAIRED", "VERIFIED"])
                | Q(repaired_at__isnull=False, repaired_by__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_rechecked_by_another",
                condition=Q(rechecked_by=None, verified_at=None)
                | Q(rechecked_by__isnull=False, verified_at__isnull=False)
                & Q(repaired_by__isnull=False)
                & ~Q(rechecked_by=F("repaired_by")),
            ),
            models.CheckConstraint(
                name="finding_closed_after_a_recheck",
                condition=~Q(state__in=["VERIFIED", "CLOSED"])
                | Q(is_praise=True)
                | Q(rechecked_by__isnull=False, verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="praise_is_read_and_passed_on",
                condition=Q(is_praise=False)
                | Q(is_praise=True, state__in=["REPORTED", "CLOSED", "REFUSED", "MERGED"])
                & Q(rechecked_by=None),
            ),
            models.CheckConstraint(
                name="finding_position_is_whole",
                condition=Q(lat_e6=None, lon_e6=None, cell=None)
                | Q(lat_e6__isnull=False, lon_e6__isnull=False, cell__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_merged_into_another",
                condition=Q(state="MERGED", merged_into__isnull=False) & ~Q(merged_into=F("id"))
                | ~Q(state="MERGED") & Q(merged_into=None),
            ),
            models.CheckConstraint(
                name="finding_refused_for_a_reason",
                condition=Q(state__in=NEEDS_REASON) & ~Q(reason="")
                | ~Q(state__in=NEEDS_REASON) & Q(reason=""),
            ),
        ]
        indexes = [
            # The desk's list: what is overdue, then what is due first.
            models.Index(
                F("warned").desc(), "due_at", "id",
                name="finding_by_urgency", condition=Q(state__in=OPEN),
            ),
            models.Index(
                fields=["state", "due_at"], name="finding_by_due", condition=Q(state__in=OPEN)
            ),
            models.Index(fields=["division", "state", "id"], name="finding_by_division"),
            models.Index(fields=["unit", "state", "due_at"], name="finding_by_unit"),
            models.Index(
                fields=["escalates_at"],
                name="finding_by_escalation", condition=Q(escalates_at__isnull=False),
            ),
            # Reports of the same thing: what is near, and not long ago.
            models.Index(
                fields=["cell", "found_at"],
                name="finding_by_cell", condition=Q(cell__isnull=False),
            ),
            models.Index(F("found_at").desc(), F("id").desc(), name="finding_by_day"),
            # What has ended, the newest first.
            models.Index(
                "state", F("found_at").desc(), F("id").desc(),
                name="finding_ended_by_day", condition=~Q(state__in=OPEN),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"finding {self.code}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_with_unit(self) -> bool:
        return self.state in WITH_UNIT

    def due_for(self, at: datetime) -> datetime | None:
        """The deadline as it counts at a moment: while an appeal waits it stands still."""
        if self.due_at is None or self.appealed_at is None:
            return self.due_at
        return self.due_at + (at - self.appealed_at)

    def move_to(self, state: State) -> None:
        """Change state in memory, or refuse. Saving is `commands.moving`'s business."""
        only_praise = state == State.CLOSED and self.state == State.REPORTED
        if state not in MOVES[State(self.state)] or (only_praise and not self.is_praise):
            raise Refusal(
                "finding_state", gettext("This finding has moved on; look at it again.")
            )
        self.state = state


class FindingStep(models.Model):
    """One line of a finding's own timeline. Rows are only ever added."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="steps", db_index=False)
    attempt = models.PositiveSmallIntegerField()
    # Empty: it begins here. The same as `to_state`: something happened, and it stayed.
    from_state = models.CharField(max_length=10, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=State.choices)
    # Of the journal; its sentence is shown.
    verb = models.CharField(max_length=60)
    at = models.DateTimeField()
    # Null: time did it, or somebody who is not signed in.
    actor = _who()
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    # The deadline that the state left had; a step after it was late.
    was_due_at = models.DateTimeField(null=True)
    # Codes and numbers, never names.
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(name="finding_step_has_its_verb", condition=~Q(verb="")),
        ]
        indexes = [models.Index(fields=["finding", "id"], name="findingstep_by_finding")]

    def __str__(self) -> str:
        return f"{self.verb} of finding {self.finding_id} (step {self.pk})"

    @property
    def is_late(self) -> bool:
        return self.was_due_at is not None and self.at > self.was_due_at
