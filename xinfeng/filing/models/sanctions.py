from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy

from xinfeng.base.refusal import Refusal
from xinfeng.inspections.models import Standard
from xinfeng.places.models import Division

_ME = settings.AUTH_USER_MODEL


class SanctionState(models.TextChoices):
    PROPOSED = "PROPOSED", pgettext_lazy("sanction", "proposed")
    STANDING = "STANDING", pgettext_lazy("sanction", "stands")
    REFUSED = "REFUSED", pgettext_lazy("sanction", "not taken up")
    LIFTED = "LIFTED", pgettext_lazy("sanction", "lifted")


class Sanction(models.Model):
    """An entry of the negative list that came true: what happened, when, and what it costs."""

    MOVES: ClassVar = {
        SanctionState.PROPOSED: {SanctionState.STANDING, SanctionState.REFUSED},
        SanctionState.STANDING: {SanctionState.LIFTED},
        SanctionState.REFUSED: set(),
        SanctionState.LIFTED: set(),
    }

    # Its index is sanction_by_day.
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+", db_index=False)
    entry = models.CharField(max_length=20)
    # Where it happened; it counts for every division above.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    happened_on = models.DateField()
    what = models.CharField(max_length=500)
    # Where it can be read: a number of a document, an address of a notice.
    source = models.CharField(max_length=200)
    # Points taken, as the list said when it was proposed; null: it suspends.
    deduct = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(
        max_length=8, choices=SanctionState.choices, default=SanctionState.PROPOSED
    )
    proposed_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    judged_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sanction_state_is_known",
                condition=Q(state__in=list(SanctionState.values)),
            ),
            models.CheckConstraint(
                name="sanction_is_judged_by_another",
                condition=Q(state="PROPOSED", judged_by=None, judged_at=None)
                | ~Q(state="PROPOSED")
                & Q(judged_by__isnull=False, judged_at__isnull=False)
                & ~Q(judged_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="sanction_is_refused_or_lifted_with_a_reason",
                condition=~Q(state__in=["REFUSED", "LIFTED"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="sanction_takes_something",
                condition=Q(deduct=None) | Q(deduct__isnull=False, deduct__gt=0),
            ),
            models.UniqueConstraint(
                name="one_sanction_per_entry_division_and_day",
                fields=["standard", "entry", "division", "happened_on"],
                condition=Q(state__in=["PROPOSED", "STANDING"]),
            ),
        ]
        indexes = [
            models.Index(fields=["standard", "happened_on"], name="sanction_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.entry} on {self.happened_on} (sanction {self.pk})"

    def move_to(self, state: SanctionState) -> None:
        if state not in self.MOVES[SanctionState(self.state)]:
            raise Refusal(
                "sanction_state",
                gettext("The entry is “%(now)s”; this cannot be done with it now.")
                % {"now": self.get_state_display()},
            )
        self.state = state
