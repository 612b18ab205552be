from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal
from xinfeng.base.units import Minutes

from .shifts import Part, Post, Shift


class SignupState(models.TextChoices):
    WAITING = "WAITING", _("Waiting")
    BOOKED = "BOOKED", _("Booked")
    PRESENT = "PRESENT", _("Here")
    LEFT = "LEFT", _("Left")
    CANCELLED = "CANCELLED", _("Cancelled")
    NO_SHOW = "NO_SHOW", _("Did not come")
    EXCUSED = "EXCUSED", _("Excused")


# States that take one of the places of a shift.
HOLDING = (SignupState.BOOKED, SignupState.PRESENT, SignupState.LEFT)
# States of somebody who is still expected or was seen.
LIVE = (SignupState.WAITING, *HOLDING)


class SignupQuerySet(models.QuerySet["Signup"]):
    def live(self) -> "SignupQuerySet":
        """Waiting, booked, here or gone again; nothing cancelled or missed."""
        return self.filter(state__in=LIVE)

    def holding(self) -> "SignupQuerySet":
        """Those who take a place of the shift."""
        return self.filter(state__in=HOLDING)

    def waiting(self) -> "SignupQuerySet":
        """Those who wait for a place; in the order of their ids."""
        return self.filter(state=SignupState.WAITING)

    def helpers(self) -> "SignupQuerySet":
        """Those who serve; learners come for themselves."""
        return self.filter(part=Part.HELPER)

    def ahead_of(self, signup: "Signup") -> "SignupQuerySet":
        """Who waits for the same and came earlier."""
        waiting = self.waiting().filter(shift_id=signup.shift_id, pk__lt=signup.pk)
        if signup.post_id is None:
            return waiting.filter(post=None)
        return waiting.filter(post_id=signup.post_id)

    def of(self, person: models.Model) -> "SignupQuerySet":
        """What this person has booked or done, nothing cancelled."""
        return self.live().filter(person_id=person.pk)

    def roster(self) -> "SignupQuerySet":
        """Everyone still expected or already seen, in reading order."""
        return self.live().select_related("person").order_by("person__username", "pk")

    def locked(self) -> "SignupQuerySet":
        """Hold the sign-up row until commit; its shift and activity are only read."""
        return self.select_for_update(of=("self",)).select_related("shift__activity", "person")


class Signup(models.Model):
    """One person's place on one shift, from booking to leaving.

    Its division is the activity's: where the time is given.
    """

    MOVES: ClassVar = {
        SignupState.WAITING: {SignupState.BOOKED, SignupState.CANCELLED},
        SignupState.BOOKED: {
            SignupState.PRESENT,
            SignupState.CANCELLED,
            SignupState.NO_SHOW,
            SignupState.EXCUSED,
        },
        # What was said at the door without a network arrives after the register was closed.
        SignupState.NO_SHOW: {SignupState.EXCUSED, SignupState.PRESENT},
        SignupState.PRESENT: {SignupState.LEFT},
    }

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="signups")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    state = models.CharField(
        max_length=12, choices=SignupState.choices, default=SignupState.BOOKED
    )
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    # Of the post, at the time of signing up; only helpers ever earn.
    part = models.CharField(
        max_length=8, choices=Part.choices, default=Part.HELPER, db_default=Part.HELPER
    )
    # How well the attendance is witnessed: A, B or C; empty: not known.
    grade = models.CharField(max_length=1, blank=True, default="", db_default="")
    # Who set the times after a forgotten check-out; the minutes are then the planned ones.
    reviewed_by_id = models.BigIntegerField(null=True)

    objects = SignupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_signup_per_person_and_shift",
                fields=["shift", "person"],
                condition=Q(state__in=["WAITING", "BOOKED", "PRESENT", "LEFT"]),
            ),
            models.CheckConstraint(
                name="signup_times_agree_with_state",
                condition=(
                    Q(
                        state__in=["WAITING", "BOOKED", "CANCELLED", "NO_SHOW", "EXCUSED"],
                        arrived_at=None,
                        left_at=None,
                    )
                    | Q(state="PRESENT", arrived_at__isnull=False, left_at=None)
                    # Named not-null: a CHECK that comes out NULL lets the row through.
                    | Q(state="LEFT", arrived_at__isnull=False, left_at__isnull=False)
                    & Q(left_at__gte=F("arrived_at"))
                ),
            ),
            models.CheckConstraint(
                name="signup_grade_is_known", condition=Q(grade__in=["", "A", "B", "C"])
            ),
            models.CheckConstraint(
                name="signup_part_is_known", condition=Q(part__in=list(Part.values))
            ),
            models.CheckConstraint(
                name="nobody_reviews_their_own_times",
                condition=Q(reviewed_by_id=None)
                | Q(reviewed_by_id__isnull=False) & ~Q(reviewed_by_id=F("person")),
            ),
        ]
        # Few of ten million sign-ups name a post.
        indexes = [
            models.Index(
                fields=["post"], name="signup_by_post", condition=Q(post__isnull=False)
            ),
            # The waiting list in its order: ids are drawn under the lock of the shift.
            models.Index(
                fields=["shift", "id"], name="signup_waiting", condition=Q(state="WAITING")
            ),
        ]

    def __str__(self) -> str:
        return f"signup {self.pk} ({self.state})"

    def move_to(self, state: SignupState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(SignupState(self.state), set()):
            raise Refusal("signup_state", gettext("This sign-up is already closed or changed."))
        self.state = state

    @property
    def is_learner(self) -> bool:
        return self.part == Part.LEARNER

    @property
    def is_booked(self) -> bool:
        return self.state == SignupState.BOOKED

    @property
    def is_holding(self) -> bool:
        return self.state in HOLDING

    @property
    def minutes(self) -> Minutes:
        """Time given within the shift: coming early is welcome and earns nothing."""
        assert self.arrived_at
        assert self.left_at
        given = self.left_at - max(self.arrived_at, self.shift.starts_at)
        return Minutes(max(given // timedelta(minutes=1), 0))
