from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal
from xinfeng.teams.models import Team

from .orders import Order

_ME = settings.AUTH_USER_MODEL


class PlanState(models.TextChoices):
    QUEUED = "QUEUED", pgettext_lazy("plan", "waiting")
    RUNNING = "RUNNING", pgettext_lazy("plan", "being worked out")
    DONE = "DONE", pgettext_lazy("plan", "ready")
    FAILED = "FAILED", pgettext_lazy("plan", "failed")


class Plan(models.Model):
    """One run of the matching over the open orders of a division, and what it proved."""

    MOVES: ClassVar = {
        PlanState.QUEUED: {PlanState.RUNNING, PlanState.FAILED},
        PlanState.RUNNING: {PlanState.DONE, PlanState.FAILED},
        PlanState.DONE: set(),
        PlanState.FAILED: set(),
    }

    code = models.CharField(max_length=20, unique=True)
    division_id = models.BigIntegerField()
    # The same seed and rows give the same plan.
    seed = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=PlanState.choices, default=PlanState.QUEUED)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    orders = models.PositiveIntegerField(null=True)
    volunteers = models.PositiveIntegerField(null=True)
    proposed = models.PositiveIntegerField(null=True)
    unserved = models.PositiveIntegerField(null=True)
    # In metres, as the engine counts; nothing over all pairs costs less than the bound.
    cost_m = models.BigIntegerField(null=True)
    bound_m = models.BigIntegerField(null=True)
    greedy_cost_m = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_progress_is_a_share", condition=Q(progress_percent__lte=100)
            ),
            models.CheckConstraint(
                name="plan_done_has_its_figures",
                condition=Q(state="DONE", orders__isnull=False, proposed__isnull=False)
                & Q(unserved__isnull=False, cost_m__isnull=False, bound_m__isnull=False)
                & Q(ended_at__isnull=False)
                | Q(state="FAILED", ended_at__isnull=False)
                | Q(state__in=["QUEUED", "RUNNING"], ended_at=None),
            ),
        ]
        indexes = [models.Index(fields=["division_id", "-id"], name="plan_by_division")]

    def __str__(self) -> str:
        return f"plan {self.code}"

    def move_to(self, state: PlanState) -> None:
        if state not in self.MOVES[PlanState(self.state)]:
            raise Refusal("plan_state", gettext("This plan has ended."))
        self.state = state


class OfferState(models.TextChoices):
    PROPOSED = "PROPOSED", pgettext_lazy("offer", "proposed")
    OFFERED = "OFFERED", pgettext_lazy("offer", "waiting for an answer")
    ACCEPTED = "ACCEPTED", pgettext_lazy("offer", "accepted")
    DECLINED = "DECLINED", pgettext_lazy("offer", "declined")
    LAPSED = "LAPSED", pgettext_lazy("offer", "not answered in time")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("offer", "withdrawn")


LIVE = (OfferState.PROPOSED, OfferState.OFFERED, OfferState.ACCEPTED)
ANSWERED = (OfferState.ACCEPTED, OfferState.DECLINED)


class Decline(models.TextChoices):
    """Why somebody does not take an order."""

    NO_TIME = "NO_TIME", _("no time then")
    TOO_FAR = "TOO_FAR", _("too far away")
    NOT_ABLE = "NOT_ABLE", _("cannot do this")
    ILL = "ILL", _("ill or in an emergency")
    KNOWS_THEM = "KNOWS_THEM", _("knows the household and would rather not")
    OTHER = "OTHER", pgettext_lazy("decline", "other")


class OfferQuerySet(models.QuerySet["Offer"]):
    def live(self) -> "OfferQuerySet":
        return self.filter(state__in=LIVE)

    def coming(self, order: Order) -> "OfferQuerySet":
        """Who has accepted in this attempt; a team has not, its members have."""
        accepted = self.filter(order=order, state=OfferState.ACCEPTED)
        return accepted.filter(attempt=order.attempt, person__isnull=False)


class Offer(models.Model):
    """One volunteer, or one team, for one order: proposed, offered, and answered by them.

    Only who was offered it answers; an acceptance is never written for somebody.
    """

    MOVES: ClassVar = {
        OfferState.PROPOSED: {OfferState.OFFERED, OfferState.WITHDRAWN},
        OfferState.OFFERED: {
            OfferState.ACCEPTED, OfferState.DECLINED, OfferState.LAPSED, OfferState.WITHDRAWN,
        },
        OfferState.ACCEPTED: {OfferState.WITHDRAWN},
        OfferState.DECLINED: set(),
        OfferState.LAPSED: set(),
        OfferState.WITHDRAWN: set(),
    }  # fmt: skip

    order = models.ForeignKey(Order, models.PROTECT, related_name="offers", db_index=False)
    attempt = models.PositiveSmallIntegerField()
    # Of the order.
    division_id = models.BigIntegerField()
    person = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    # The team's offer that its leader passed on to this member.
    through = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=OfferState.choices)
    # The stretch of time that is proposed.
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    metres = models.PositiveIntegerField(null=True)
    # Why just this one: codes and numbers, put into words where they are shown.
    why = models.JSONField(default=dict)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    # When it lapsed or was withdrawn.
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=12, choices=Decline.choices, blank=True)
    words = models.CharField(max_length=200, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offer_is_to_a_person_or_a_team",
                condition=Q(person__isnull=False, team=None)
                | Q(person=None, team__isnull=False, through=None),
            ),
            models.CheckConstraint(
                name="offer_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="offer_times_agree_with_state",
                condition=Q(state="PROPOSED", offered_at=None, answer_by=None,
                            answered_at=None, ended_at=None)
                | Q(state="OFFERED", offered_at__isnull=False, answer_by__isnull=False,
                    answered_at=None, ended_at=None)
                | Q(state__in=ANSWERED, offered_at__isnull=False, answered_at__isnull=False,
                    answered_by__isnull=False, ended_at=None)
                | Q(state="LAPSED", offered_at__isnull=False, answered_at=None,
                    ended_at__isnull=False)
                | Q(state="WITHDRAWN", ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_person_accepts_for_themselves",
                condition=Q(answered_by=None)
                | Q(person=None)
                | Q(answered_by__isnull=False, person__isnull=False, answered_by=F("person")),
            ),
            models.CheckConstraint(
                name="offer_declined_for_a_reason",
                condition=Q(state="DECLINED") & ~Q(reason="")
                | ~Q(state="DECLINED") & Q(reason="", words=""),
            ),
            models.UniqueConstraint(
                name="one_live_offer_of_an_order_to_a_person",
                fields=["order", "attempt", "person"],
                condition=Q(state__in=LIVE, person__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_live_offer_of_an_order_to_a_team",
                fields=["order", "attempt", "team"],
                condition=Q(state__in=LIVE, team__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["order", "state", "id"], name="offer_by_order"),
            models.Index(fields=["person", "state", "starts_at"], name="offer_by_person"),
            models.Index(
                fields=["answer_by"], name="offer_by_deadline", condition=Q(state="OFFERED")
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk} of order {self.order_id}"

    def move_to(self, state: OfferState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES[OfferState(self.state)]:
            raise Refusal("offer_state", gettext("This offer was answered or has ended."))
        self.state = state


class Unserved(models.Model):
    """Why nobody was found for an order, as the last plan saw it."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="unserved")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    # A code of the engine, and the numbers for its sentence.
    why = models.CharField(max_length=24)
    details = models.JSONField(default=dict)
    # Places that stay empty.
    short = models.PositiveSmallIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unserved_says_why", condition=Q(short__gt=0) & ~Q(why="")
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.order_id} unserved: {self.why}"
