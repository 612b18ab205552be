from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from xinfeng.units.models import Unit

from .findings import Finding
from .states import AppealState, Ground, State, Warned

_ME = settings.AUTH_USER_MODEL


class Appeal(models.Model):
    """A unit says that a finding, or its re-check, is wrong; a second reviewer judges it.

    Who judges had no part in the finding before; the first judge has one after judging, so that
    a second instance is somebody else's again.
    """

    LONGEST: ClassVar = 1000
    INSTANCES: ClassVar = 2

    code = models.CharField(max_length=20, unique=True)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="appeals", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    # 1, or 2 when the unit did not accept the first judgement.
    instance = models.PositiveSmallIntegerField()
    ground = models.CharField(max_length=12, choices=Ground.choices)
    against = models.CharField(max_length=10, choices=State.choices)
    words = models.CharField(max_length=LONGEST)
    state = models.CharField(max_length=10, choices=AppealState.choices)
    made_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warned = models.PositiveSmallIntegerField(choices=Warned.choices, default=Warned.NOT)
    reviewer = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    judgement = models.CharField(max_length=LONGEST, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(state="OPEN"), name="one_open_appeal"
            ),
            models.CheckConstraint(
                name="appeal_has_two_instances", condition=Q(instance__in=[1, 2])
            ),
            models.CheckConstraint(
                name="appeal_judged_by_another_with_words",
                condition=Q(state__in=["OPEN", "WITHDRAWN"], reviewer=None, judgement="")
                | Q(state__in=["UPHELD", "REJECTED"])
                & Q(reviewer__isnull=False, judged_at__isnull=False)
                & ~Q(reviewer=F("made_by"))
                & ~Q(judgement=""),
            ),
        ]
        indexes = [
            models.Index(fields=["finding", "id"], name="appeal_by_finding"),
            models.Index(fields=["due_at"], name="appeal_by_due", condition=Q(state="OPEN")),
        ]

    def __str__(self) -> str:
        return f"appeal {self.code}"
