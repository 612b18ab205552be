from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal

from .ledger import Credit


class HoldState(models.TextChoices):
    HELD = "HELD", _("under review")
    RELEASED = "RELEASED", _("checked and in order")
    UPHELD = "UPHELD", _("taken back")


class Appeal(models.TextChoices):
    """Why a volunteer says that a hold is wrong."""

    I_WAS_THERE = "I_WAS_THERE", _("I was there")
    SHARED_DEVICE = "SHARED_DEVICE", _("we share a phone in the family")
    TIMES_CORRECT = "TIMES_CORRECT", _("the times are correct")
    ENTERED_WRONGLY = "ENTERED_WRONGLY", _("somebody else entered it wrongly")
    OTHER = "OTHER", _("another reason")


class Finding(models.TextChoices):
    """What an office found when it looked. Words of a list, so that no names get in."""

    EVIDENCE_AGREES = "EVIDENCE_AGREES", _("the evidence agrees")
    LEADER_CONFIRMS = "LEADER_CONFIRMS", _("the leader confirms it")
    FAMILY = "FAMILY", _("a family on one device")
    ENTRY_SLIP = "ENTRY_SLIP", _("a slip of entry, the time itself is right")
    NOT_SERVED = "NOT_SERVED", _("the person did not serve")
    WRONG_PERSON = "WRONG_PERSON", _("credited to the wrong person")
    WRONG_TIME = "WRONG_TIME", _("wrong times were entered")
    NOT_VOLUNTARY = "NOT_VOLUNTARY", _("this was no voluntary service")


# What takes a credit back; the words are those of a reversal. The others release it.
AGAINST = (
    Finding.NOT_SERVED, Finding.WRONG_PERSON, Finding.WRONG_TIME, Finding.NOT_VOLUNTARY,
)  # fmt: skip
FOR = tuple(finding for finding in Finding if finding not in AGAINST)


class HoldQuerySet(models.QuerySet["Hold"]):
    def open(self) -> "HoldQuerySet":
        """Those that keep a credit out of certificates, stars and points."""
        return self.filter(state=HoldState.HELD, is_soft=False)

    def to_look_at(self) -> "HoldQuerySet":
        """All that wait for somebody, the soft ones too."""
        return self.filter(state=HoldState.HELD)

    def locked(self) -> "HoldQuerySet":
        return self.select_for_update(of=("self",)).select_related("credit__person")


class Hold(models.Model):
    """A credit that a rule wants looked at, with the reason. It never deletes anything."""

    MOVES: ClassVar = {HoldState.HELD: {HoldState.RELEASED, HoldState.UPHELD}}

    credit = models.ForeignKey(Credit, models.PROTECT, related_name="holds")
    rule = models.CharField(max_length=40)
    # Taken over from the credit: whose it is, where and when, and who stands behind it.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    earned_on = models.DateField()
    recorded_by_id = models.BigIntegerField(null=True)
    confirmed_by_id = models.BigIntegerField(null=True)
    # The team whose activity it was, where the rule knows it.
    team_id = models.BigIntegerField(null=True)
    # Ids and numbers that the rule saw; never names.
    details = models.JSONField(default=dict)
    # A soft one asks to be looked at and takes nothing from the volunteer meanwhile.
    is_soft = models.BooleanField(default=False)
    state = models.CharField(
        max_length=8, choices=HoldState.choices, default=HoldState.HELD, db_default="HELD"
    )
    held_at = models.DateTimeField()
    appeal = models.CharField(
        max_length=16, choices=Appeal.choices, blank=True, default="", db_default=""
    )
    appeal_text = models.CharField(max_length=500, blank=True, default="", db_default="")
    appealed_at = models.DateTimeField(null=True)
    finding = models.CharField(
        max_length=16, choices=Finding.choices, blank=True, default="", db_default=""
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_rule_holds_a_credit_once", fields=["credit", "rule"]
            ),
            models.CheckConstraint(
                name="hold_decision_agrees_with_state",
                condition=Q(state="HELD", finding="", decided_by=None, decided_at=None)
                | Q(
                    state="RELEASED",
                    finding__in=[finding.value for finding in FOR],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(
                    state="UPHELD",
                    finding__in=[finding.value for finding in AGAINST],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="appeal_has_its_time",
                condition=Q(appeal="", appeal_text="", appealed_at=None)
                | ~Q(appeal="") & Q(appealed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_decides_on_their_own_hours",
                condition=Q(decided_by=None)
                | Q(decided_by__isnull=False)
                & ~Q(decided_by=F("person"))
                & (Q(recorded_by_id=None) | ~Q(decided_by=F("recorded_by_id")))
                & (Q(confirmed_by_id=None) | ~Q(decided_by=F("confirmed_by_id"))),
            ),
        ]
        indexes = [
            models.Index(
                fields=["division_id", "rule", "id"],
                name="hold_to_look_at",
                condition=Q(state="HELD"),
            ),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk} of credit {self.credit_id} by {self.rule}"

    def move_to(self, state: HoldState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(HoldState(self.state), set()):
            raise Refusal("hold_decided", gettext("Somebody has decided on this already."))
        self.state = state
