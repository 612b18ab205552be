from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xinfeng.activities.models import Activity, Shift
from xinfeng.base.refusal import Refusal
from xinfeng.people.models import SLOTS, Contact
from xinfeng.places.models import Division, Place

from .menu import MenuItem
from .states import (
    HELD_FROM,
    MOVES,
    NEEDS_REASON,
    OPEN,
    SERVED_BY_SOMEBODY,
    VERIFIED,
    WITH_SHIFT,
    Reason,
    State,
)

_ME = settings.AUTH_USER_MODEL


class Channel(models.TextChoices):
    """How an order reached the city."""

    WEB = "WEB", _("page")
    PHONE = "PHONE", _("telephone")
    KIOSK = "KIOSK", pgettext_lazy("channel", "kiosk")
    HOME_VISIT = "HOME_VISIT", _("home visit")
    API = "API", _("program")


class Relation(models.TextChoices):
    """Who orders for somebody else."""

    FAMILY = "FAMILY", _("family")
    NEIGHBOUR = "NEIGHBOUR", _("neighbour")
    VILLAGE = "VILLAGE", _("village or community")
    STATION = "STATION", _("practice place")
    OTHER = "OTHER", pgettext_lazy("relation", "other")


class Verified(models.TextChoices):
    """How somebody made sure that the order is meant."""

    PHONE = "PHONE", _("called back")
    VISIT = "VISIT", _("visited")
    KNOWN = "KNOWN", _("the household is known")
    DOCUMENT = "DOCUMENT", _("saw a document")


class Warned(models.IntegerChoices):
    """What was told about a deadline: nothing, that it comes near, that it is over."""

    NOT = 0, _("in time")
    YELLOW = 1, _("due soon")
    RED = 2, pgettext_lazy("deadline", "overdue")


class Escalation(models.IntegerChoices):
    """Whose business an order is; each deadline missed carries it one office up."""

    TOWNSHIP = 0, _("township")
    COUNTY = 1, _("county")
    CITY = 2, _("city")


# A time is agreed, and fewer come than are needed.
IS_SHORT = Q(state=State.SCHEDULED, accepted__lt=F("people"))


class OrderQuerySet(models.QuerySet["Order"]):
    def open(self) -> "OrderQuerySet":
        """Those about which somebody must still act."""
        return self.filter(state__in=OPEN)

    def inside(self, lo: int, hi: int) -> "OrderQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def short(self) -> "OrderQuerySet":
        return self.filter(IS_SHORT)

    def public(self) -> "OrderQuerySet":
        """Only what was dispatched is shown to everybody, without names or village."""
        return self.filter(dispatched_at__isnull=False).exclude(state=State.MERGED)


class Order(models.Model):
    """What a resident asks for, from the form to the rating."""

    # The volunteer may open the contact until so long after the service.
    CONTACT_STAYS_OPEN: ClassVar = timedelta(days=2)

    code = models.CharField(max_length=20, unique=True)
    # Made by the form: sent twice, placed once.
    client_id = models.UUIDField(unique=True)
    item = models.ForeignKey(MenuItem, models.PROTECT, related_name="+")
    # The village where it is served.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    is_proxy = models.BooleanField(default=False)
    relation = models.CharField(max_length=10, choices=Relation.choices, blank=True)
    # A child is served; then the contact is the grown-up who ordered.
    is_for_minor = models.BooleanField(default=False)
    contact = models.OneToOneField(Contact, models.PROTECT, null=True, related_name="+")
    # The account of who is served, and of who placed it; null: none, or not signed in.
    requester = models.ForeignKey(
        _ME, models.PROTECT, null=True, related_name="+", db_index=False
    )
    placed_by = models.ForeignKey(
        _ME, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # A keyed digest of the secret in the tracking address.
    track_digest = models.BinaryField(max_length=32, null=True, unique=True)
    # A keyed digest of where somebody without an account sent it from, against floods.
    address_digest = models.BinaryField(max_length=32, null=True)
    # Micro-degrees WGS84, rounded to about a hundred metres; all three or none.
    lat_e6 = models.IntegerField(null=True)
    lon_e6 = models.IntegerField(null=True)
    cell = models.BigIntegerField(null=True)
    # The first and last day that would do, both named.
    wished_from = models.DateField()
    wished_until = models.DateField()
    # Bit `weekday * 3 + part of day`, Monday morning first; null: any time.
    wished_parts = models.IntegerField(null=True)
    # A code of the city pack; empty: any.
    language = models.CharField(max_length=40, blank=True)
    people = models.PositiveSmallIntegerField(default=1)
    # How many have accepted in this attempt.
    accepted = models.PositiveSmallIntegerField(default=0)
    is_urgent = models.BooleanField(default=False)

    state = models.CharField(max_length=12, choices=State.choices)
    # Where an order on hold goes on.
    held_from = models.CharField(max_length=12, choices=State.choices, blank=True)
    # By when somebody must act; every open order has one.
    due_at = models.DateTimeField(null=True)
    # From when on the deadline is near.
    yellow_at = models.DateTimeField(null=True)
    warned = models.PositiveSmallIntegerField(choices=Warned.choices, default=Warned.NOT)
    escalation = models.PositiveSmallIntegerField(
        choices=Escalation.choices, default=Escalation.TOWNSHIP
    )
    # When the next office is told; null: not overdue, or nobody is above.
    escalates_at = models.DateTimeField(null=True)
    # Deadlines of ours that were missed on the way; the resident's own are not counted.
    late_steps = models.PositiveSmallIntegerField(default=0)
    # 1, and one more each time it is dispatched again.
    attempt = models.PositiveSmallIntegerField(default=1)
    verified_how = models.CharField(max_length=10, choices=Verified.choices, blank=True)
    verified_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    # Why it was refused, cancelled or put on hold.
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    hotline_number = models.CharField(max_length=40, blank=True)
    # Of this attempt.
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+")
    shift = models.ForeignKey(
        Shift, models.PROTECT, null=True, related_name="+", db_index=False
    )

    # When it reached each step, the last time it did so.
    placed_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    scheduled_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    rated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="order_state_is_known", condition=Q(state__in=list(State.values))
            ),
            models.CheckConstraint(
                name="open_order_has_a_deadline",
                condition=Q(state__in=OPEN, due_at__isnull=False, yellow_at__isnull=False)
                & Q(closed_at=None, yellow_at__lte=F("due_at"))
                | ~Q(state__in=OPEN) & Q(due_at=None, yellow_at=None, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_draft_has_no_contact",
                condition=Q(state__in=["DRAFT", "CANCELLED"])
                | Q(contact__isnull=False, track_digest__isnull=False, placed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="draft_belongs_to_somebody",
                condition=~Q(state="DRAFT") | Q(placed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="order_by_proxy_says_who",
                condition=Q(is_proxy=False, is_for_minor=False, relation="")
                | Q(is_proxy=True) & ~Q(relation=""),
            ),
            models.CheckConstraint(
                name="order_position_is_whole",
                condition=Q(lat_e6=None, lon_e6=None, cell=None)
                | Q(lat_e6__isnull=False, lon_e6__isnull=False, cell__isnull=False),
            ),
            models.CheckConstraint(
                name="order_wishes_are_possible",
                condition=Q(wished_until__gte=F("wished_from"))
                & (
                    Q(wished_parts=None)
                    | Q(wished_parts__isnull=False, wished_parts__gt=0)
                    & Q(wished_parts__lt=2**SLOTS)
                ),
            ),
            models.CheckConstraint(
                name="no_more_accept_than_are_needed",
                condition=Q(people__gt=0, accepted__lte=F("people"), attempt__gt=0),
            ),
            models.CheckConstraint(
                name="nobody_is_set_to_an_order_without_accepting",
                condition=~Q(state__in=SERVED_BY_SOMEBODY)
                | Q(accepted__gt=0, accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="scheduled_order_has_its_shift",
                condition=Q(activity=None, shift=None) & ~Q(state__in=WITH_SHIFT)
                | Q(activity__isnull=False, shift__isnull=False),
            ),
            models.CheckConstraint(
                name="order_verified_by_another",
                condition=Q(verified_at=None, verified_by=None, verified_how="")
                & ~Q(state__in=VERIFIED)
                | Q(verified_at__isnull=False, verified_by__isnull=False)
                & ~Q(verified_how="")
                & (
                    Q(placed_by=None)
                    | Q(placed_by__isnull=False) & ~Q(verified_by=F("placed_by"))
                )
                & (
                    Q(requester=None)
                    | Q(requester__isnull=False) & ~Q(verified_by=F("requester"))
                ),
            ),
            models.CheckConstraint(
                name="order_on_hold_knows_where_it_goes_on",
                condition=Q(state="ON_HOLD", held_from__in=HELD_FROM)
                | ~Q(state="ON_HOLD") & Q(held_from=""),
            ),
            models.CheckConstraint(
                name="order_merged_into_another",
                condition=Q(state="MERGED", merged_into__isnull=False) & ~Q(merged_into=F("id"))
                | ~Q(state="MERGED") & Q(merged_into=None),
            ),
            models.CheckConstraint(
                name="order_transferred_has_its_number",
                condition=Q(state="TRANSFERRED") & ~Q(hotline_number="")
                | ~Q(state="TRANSFERRED") & Q(hotline_number=""),
            ),
            models.CheckConstraint(
                name="order_refused_held_or_cancelled_for_a_reason",
                condition=Q(state__in=NEEDS_REASON) & ~Q(reason="")
                | ~Q(state__in=NEEDS_REASON) & Q(reason=""),
            ),
            models.UniqueConstraint(fields=["shift"], name="a_shift_serves_one_order"),
        ]
        indexes = [
            # The desk's list: what is urgent, then what is due first.
            models.Index(
                F("is_urgent").desc(), "due_at", "id",
                name="order_by_urgency", condition=Q(state__in=OPEN),
            ),
            models.Index(fields=["division", "state", "id"], name="order_by_division"),
            models.Index(
                fields=["state", "due_at"], name="order_by_due", condition=Q(state__in=OPEN)
            ),
            # What everybody may see, newest first.
            models.Index(
                F("dispatched_at").desc(), F("id").desc(),
                name="order_by_dispatch", condition=Q(dispatched_at__isnull=False),
            ),
            models.Index(
                fields=["escalates_at"],
                name="order_by_escalation", condition=Q(escalates_at__isnull=False),
            ),
            models.Index(
                fields=["address_digest", "placed_at"],
                name="order_by_address", condition=Q(address_digest__isnull=False),
            ),
            models.Index(fields=["placed_by", "id"], name="order_by_placer"),
            models.Index(fields=["requester", "id"], name="order_by_requester"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"order {self.code}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_full(self) -> bool:
        """Whether everybody who is needed has accepted."""
        return self.accepted >= self.people

    @property
    def missing(self) -> int:
        """How many more are needed beside those who come; 0 where nobody comes yet."""
        known = self.accepted > 0 and self.state in (State.DISPATCHED, State.SCHEDULED)
        return self.people - self.accepted if known else 0

    def can_be_joined(self, at: datetime) -> bool:
        """Whether somebody can still accept it; once it has begun, nobody joins any more."""
        if self.is_full:
            return False
        if self.state == State.SCHEDULED and self.shift is not None:
            return at < self.shift.starts_at
        return self.state == State.DISPATCHED

    def seeks(self, at: datetime) -> bool:
        """Whether the desk may ask somebody for it."""
        waits = self.state == State.TO_DISPATCH and not self.is_full
        return waits or self.can_be_joined(at)

    def belongs_to(self, person_id: int | None) -> bool:
        """Who is served, and who placed it for them."""
        return person_id is not None and person_id in {self.requester_id, self.placed_by_id}

    def move_to(self, state: State) -> None:
        """Change state in memory, or refuse. Saving is `commands.moving`'s business."""
        leaves_hold = self.state == State.ON_HOLD and state in HELD_FROM
        if state not in MOVES[State(self.state)] or (leaves_hold and state != self.held_from):
            raise Refusal("order_state", gettext("This order has moved on; look at it again."))
        self.state = state


class Step(models.Model):
    """One line of an order's own timeline. Rows are only ever added."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="steps", db_index=False)
    attempt = models.PositiveSmallIntegerField()
    # Empty: it begins here. The same as `to_state`: something happened, and it stayed.
    from_state = models.CharField(max_length=12, choices=State.choices, blank=True)
    to_state = models.CharField(max_length=12, choices=State.choices)
    # Of the journal; its sentence is shown.
    verb = models.CharField(max_length=60)
    at = models.DateTimeField()
    # Null: time did it, or somebody who is not signed in.
    actor = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    # The deadline that the state left had; a step after it was late.
    was_due_at = models.DateTimeField(null=True)
    # Codes and numbers, never names.
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(name="step_has_its_verb", condition=~Q(verb="")),
        ]
        indexes = [models.Index(fields=["order", "id"], name="step_by_order")]

    def __str__(self) -> str:
        return f"{self.verb} of order {self.order_id} (step {self.pk})"

    @property
    def is_late(self) -> bool:
        return self.was_due_at is not None and self.at > self.was_due_at
