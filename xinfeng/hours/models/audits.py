from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal

from .holds import AGAINST, FOR, Finding
from .ledger import Credit


class Origin(models.TextChoices):
    """Where a seed comes from: nobody can know it before the month is over."""

    CHECKPOINT = "CHECKPOINT", _("first checkpoint of the log after the month")
    TWO_PERSONS = "TWO_PERSONS", _("words of two persons")


class AuditDraw(models.Model):
    """The random sample of one month's credits, which anybody can draw again from its seed."""

    # The first day of the month in which the credits were entered that are drawn from.
    month = models.DateField(unique=True)
    origin = models.CharField(max_length=12, choices=Origin.choices)
    # Of the checkpoint: how many leaves it covers; the seed is then its root in hexadecimal.
    checkpoint_size = models.BigIntegerField(null=True)
    # Of two persons: each gives a word, the second without knowing the first's.
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    first_word = models.CharField(max_length=80, blank=True, default="", db_default="")
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    second_word = models.CharField(max_length=80, blank=True, default="", db_default="")
    permille = models.PositiveSmallIntegerField(default=10)
    # Until the seed is complete nothing is drawn.
    seed = models.CharField(max_length=64, blank=True, default="", db_default="")
    population = models.PositiveIntegerField(null=True)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audit_seed_has_its_origin",
                condition=Q(origin="CHECKPOINT", checkpoint_size__isnull=False, first_by=None)
                | Q(origin="TWO_PERSONS", checkpoint_size=None, first_by__isnull=False),
            ),
            models.CheckConstraint(
                name="two_persons_give_the_words",
                condition=Q(second_by=None, second_word="")
                | Q(second_by__isnull=False, first_by__isnull=False)
                & ~Q(second_by=F("first_by")),
            ),
            models.CheckConstraint(
                name="audit_is_drawn_from_a_seed",
                condition=Q(seed="", drawn_at=None, population=None)
                | ~Q(seed="") & Q(drawn_at__isnull=False, population__isnull=False),
            ),
            models.CheckConstraint(
                name="audit_share_is_a_share",
                condition=Q(permille__gte=1, permille__lte=1000),
            ),
        ]

    def __str__(self) -> str:
        return f"audit of {self.month:%Y-%m} (draw {self.pk})"


class AuditState(models.TextChoices):
    DRAWN = "DRAWN", _("drawn")
    IN_ORDER = "IN_ORDER", _("in order")
    FAULTY = "FAULTY", _("faulty")


class AuditCase(models.Model):
    """One drawn credit and what the check found."""

    MOVES: ClassVar = {AuditState.DRAWN: {AuditState.IN_ORDER, AuditState.FAULTY}}

    draw = models.ForeignKey(AuditDraw, models.PROTECT, related_name="cases")
    credit = models.ForeignKey(Credit, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    recorded_by_id = models.BigIntegerField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)
    state = models.CharField(
        max_length=8, choices=AuditState.choices, default=AuditState.DRAWN, db_default="DRAWN"
    )
    finding = models.CharField(
        max_length=16, choices=Finding.choices, blank=True, default="", db_default=""
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_draw_takes_a_credit_once", fields=["draw", "credit"]
            ),
            models.CheckConstraint(
                name="audit_result_agrees_with_state",
                condition=Q(state="DRAWN", finding="", checked_by=None, checked_at=None)
                | Q(
                    state="IN_ORDER",
                    finding__in=[finding.value for finding in FOR],
                    checked_by__isnull=False,
                    checked_at__isnull=False,
                )
                | Q(
                    state="FAULTY",
                    finding__in=[finding.value for finding in AGAINST],
                    checked_by__isnull=False,
                    checked_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="nobody_audits_their_own_hours",
                condition=Q(checked_by=None)
                | Q(checked_by__isnull=False)
                & ~Q(checked_by=F("person"))
                & (Q(recorded_by_id=None) | ~Q(checked_by=F("recorded_by_id")))
                & (Q(confirmed_by_id=None) | ~Q(checked_by=F("confirmed_by_id"))),
            ),
        ]
        indexes = [
            models.Index(fields=["division_id", "draw", "id"], name="audit_case_by_division")
        ]

    def __str__(self) -> str:
        return f"case {self.pk} of draw {self.draw_id}"

    def move_to(self, state: AuditState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(AuditState(self.state), set()):
            raise Refusal("audit_decided", gettext("Somebody has checked this already."))
        self.state = state
