from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xinfeng.base import crypto

from .orders import Order, Warned

_ME = settings.AUTH_USER_MODEL
# At or below this the desk calls back.
POOR = 2
# At or above this somebody is satisfied.
GOOD = 4


def _about(field: str, order_id: int, number: int | str) -> str:
    """What a sealed text is bound to: this field of this order and no other."""
    return f"order.{field}:{order_id}.{number}"


class Rater(models.TextChoices):
    RESIDENT = "RESIDENT", _("the resident")
    PROXY = "PROXY", _("whoever ordered for them")
    CALL_BACK = "CALL_BACK", _("asked in a call")


def _points(name: str) -> Q:
    return Q(**{name: None}) | Q(
        **{f"{name}__isnull": False, f"{name}__gte": 1, f"{name}__lte": 5}
    )


class Rating(models.Model):
    """What the resident says about one service. What was not said stays unsaid."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="ratings", db_index=False)
    attempt = models.PositiveSmallIntegerField()
    division_id = models.BigIntegerField()
    overall = models.PositiveSmallIntegerField()
    punctual = models.PositiveSmallIntegerField(null=True)
    attitude = models.PositiveSmallIntegerField(null=True)
    skill = models.PositiveSmallIntegerField(null=True)
    # Was a fee asked? Null: not said.
    fee_asked = models.BooleanField(null=True)
    comment_sealed = models.TextField(blank=True, default="")
    by = models.CharField(max_length=10, choices=Rater.choices)
    rated_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    rated_at = models.DateTimeField()
    rated_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_rating_of_an_attempt", fields=["order", "attempt"]
            ),
            models.CheckConstraint(
                name="rating_is_one_to_five",
                condition=Q(overall__gte=1, overall__lte=5)
                & _points("punctual")
                & _points("attitude")
                & _points("skill"),
            ),
            models.CheckConstraint(
                name="rating_by_call_names_the_caller",
                condition=~Q(by="CALL_BACK") | Q(rated_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["division_id", "rated_on"], name="rating_by_division")]

    def __str__(self) -> str:
        return f"rating {self.pk} of order {self.order_id}"

    @property
    def is_poor(self) -> bool:
        """Somebody calls back: it went badly, or a fee was asked."""
        return self.overall <= POOR or self.fee_asked is True

    @property
    def bound(self) -> str:
        return _about("comment", self.order_id, self.attempt)

    def comment(self) -> str:
        if not self.comment_sealed:
            return ""
        return crypto.unseal(self.comment_sealed, about=self.bound)


class CallOutcome(models.TextChoices):
    NOT_REACHED = "NOT_REACHED", _("nobody answered")
    SETTLED = "SETTLED", _("settled")
    AGAIN = "AGAIN", _("dispatched again")


class CallBack(models.Model):
    """One call to a resident after a poor rating, or one try."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="call_backs", db_index=False)
    attempt = models.PositiveSmallIntegerField()
    division_id = models.BigIntegerField()
    # 1, 2 … for this order.
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=12, choices=CallOutcome.choices)
    note_sealed = models.TextField(blank=True, default="")
    called_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    called_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="calls_of_an_order_are_numbered", fields=["order", "number"]
            ),
            models.CheckConstraint(
                name="call_outcome_is_known",
                condition=Q(outcome__in=list(CallOutcome.values), number__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.number} about order {self.order_id}"

    @property
    def bound(self) -> str:
        return _about("call", self.order_id, self.number)

    def note(self) -> str:
        return crypto.unseal(self.note_sealed, about=self.bound) if self.note_sealed else ""


class ComplaintKind(models.TextChoices):
    FEE = "FEE", _("a fee was asked")
    CONDUCT = "CONDUCT", _("bad conduct")
    NOT_DONE = "NOT_DONE", pgettext_lazy("complaint", "not done")
    OTHER = "OTHER", pgettext_lazy("complaint", "other")


class ComplaintState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("complaint", "open")
    ANSWERED = "ANSWERED", pgettext_lazy("complaint", "answered")


class Complaint(models.Model):
    """A resident's complaint about one order, answered by the office within its days."""

    MOVES: ClassVar = {
        ComplaintState.OPEN: {ComplaintState.ANSWERED},
        ComplaintState.ANSWERED: set(),
    }

    code = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="complaints")
    attempt = models.PositiveSmallIntegerField()
    division_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=ComplaintKind.choices)
    text_sealed = models.TextField()
    state = models.CharField(
        max_length=8, choices=ComplaintState.choices, default=ComplaintState.OPEN
    )
    # Null: by the tracking address, without an account.
    made_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    warned = models.PositiveSmallIntegerField(choices=Warned.choices, default=Warned.NOT)
    answer_sealed = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="complaint_has_its_text_until_erased",
                condition=Q(kind__in=list(ComplaintKind.values), due_at__gt=F("made_at")),
            ),
            models.CheckConstraint(
                name="complaint_answer_agrees_with_state",
                condition=Q(state="OPEN", answer_sealed="", answered_by=None, answered_at=None)
                | Q(state="ANSWERED", answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_answers_their_own_complaint",
                condition=Q(answered_by=None)
                | Q(made_by=None)
                | Q(answered_by__isnull=False, made_by__isnull=False)
                & ~Q(answered_by=F("made_by")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="complaint_open", condition=Q(state="OPEN")
            ),
        ]

    def __str__(self) -> str:
        return f"complaint {self.code} about order {self.order_id}"

    def bound(self, field: str) -> str:
        return _about(f"complaint.{field}", self.order_id, self.code)

    def text(self) -> str:
        return self._unsealed("text", self.text_sealed)

    def answer(self) -> str:
        return self._unsealed("answer", self.answer_sealed)

    def _unsealed(self, field: str, sealed: str) -> str:
        return crypto.unseal(sealed, about=self.bound(field)) if sealed else ""
