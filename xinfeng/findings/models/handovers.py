from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .findings import Finding

_ME = settings.AUTH_USER_MODEL


class HandoverState(models.TextChoices):
    WAITING = "WAITING", pgettext_lazy("handover", "waits to be handed over")
    # Being sent just now; left so by a process that died, nobody knows whether it arrived.
    SENDING = "SENDING", pgettext_lazy("handover", "being handed over")
    HANDED = "HANDED", _("handed over")
    UNSURE = "UNSURE", _("sent without an answer")
    REFUSED = "REFUSED", pgettext_lazy("handover", "not taken")
    ENDED = "ENDED", _("ended there")


class Handover(models.Model):
    """A finding that another city's or company's Open311 server deals with, and what it says.

    What was sent without an answer is never sent again by itself: the protocol has no mark by
    which a second one would be known.
    """

    LONGEST: ClassVar = 500

    finding = models.ForeignKey(
        Finding, models.PROTECT, related_name="handovers", db_index=False
    )
    # Its name in the operator's list of servers.
    endpoint = models.SlugField(max_length=40, db_index=False)
    state = models.CharField(max_length=10, choices=HandoverState.choices)
    # Their number; empty until they have told it.
    number = models.CharField(max_length=120, blank=True)
    # What they gave instead of a number, to ask for it later.
    token = models.CharField(max_length=120, blank=True)
    their_state = models.CharField(max_length=40, blank=True)
    their_words = models.CharField(max_length=LONGEST, blank=True)
    # Why it was not taken, or not yet.
    trouble = models.CharField(max_length=LONGEST, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # When it is sent, or asked about, the next time; null: no more.
    next_at = models.DateTimeField(null=True)
    wanted_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    wanted_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    # When their state last changed, by our clock.
    heard_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "endpoint"], name="handed_over_once_to_each"
            ),
            models.CheckConstraint(
                name="handover_state_is_known",
                condition=Q(state__in=list(HandoverState.values)),
            ),
            models.CheckConstraint(
                name="handed_over_has_their_number",
                condition=~Q(state__in=["HANDED", "ENDED"])
                | Q(handed_at__isnull=False) & (~Q(number="") | ~Q(token="")),
            ),
            models.CheckConstraint(
                name="handover_that_goes_on_has_a_time",
                condition=Q(state__in=["WAITING", "SENDING", "HANDED"], next_at__isnull=False)
                | Q(state__in=["UNSURE", "REFUSED", "ENDED"], next_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], name="handover_by_next", condition=Q(next_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"handover of finding {self.finding_id} to {self.endpoint}"
