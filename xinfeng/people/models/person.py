from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal
from xinfeng.places.models import Division


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username=username)


class PersonState(models.TextChoices):
    ACTIVE = "ACTIVE", _("active")
    # A child under 14 whose guardian has not confirmed yet.
    ASLEEP = "ASLEEP", _("waiting for a guardian")
    CLOSED = "CLOSED", _("closed")
    # Found to be the same human being as another account, which goes on.
    MERGED = "MERGED", _("merged")
    # The personal data are destroyed; the row stays so that others' counts stay true.
    ERASED = "ERASED", _("erased")


class Person(AbstractBaseUser):
    """Anyone who can sign in or serves; holds no personal data, see Identity."""

    username = models.CharField(max_length=40, unique=True)
    state = models.CharField(
        max_length=8, choices=PersonState.choices, default=PersonState.ACTIVE
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    # The day of registration as a volunteer; null: not a volunteer.
    registered_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    # Its index leaves out the nulls, which are nearly all.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = PersonManager()

    # What is merged or erased is so for good.
    MOVES: ClassVar = {
        PersonState.ACTIVE: {
            PersonState.ASLEEP, PersonState.CLOSED, PersonState.MERGED, PersonState.ERASED,
        },
        PersonState.ASLEEP: {
            PersonState.ACTIVE, PersonState.CLOSED, PersonState.MERGED, PersonState.ERASED,
        },
        PersonState.CLOSED: {PersonState.MERGED, PersonState.ERASED},
        PersonState.MERGED: set(),
        PersonState.ERASED: set(),
    }  # fmt: skip

    USERNAME_FIELD = "username"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="volunteer_leaves_after_registering",
                condition=Q(left_on=None)
                | Q(left_on__isnull=False, registered_on__isnull=False)
                & Q(left_on__gte=F("registered_on")),
            ),
            models.CheckConstraint(
                name="person_state_is_known", condition=Q(state__in=list(PersonState.values))
            ),
            models.CheckConstraint(
                name="person_merged_into_another",
                condition=Q(state=PersonState.MERGED, merged_into__isnull=False)
                & ~Q(merged_into=F("id"))
                | ~Q(state=PersonState.MERGED) & Q(merged_into=None),
            ),
        ]
        indexes = [
            models.Index(fields=["division", "registered_on", "id"], name="person_by_division"),
            models.Index(
                fields=["merged_into"],
                name="person_by_merged_into",
                condition=Q(merged_into__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.state == PersonState.ACTIVE

    def move_to(self, state: PersonState) -> None:
        if state not in self.MOVES[PersonState(self.state)]:
            raise Refusal(
                "account_ended", _("This account has ended; nothing more can be done.")
            )
        self.state = state


class SignInTally(models.Model):
    """Failed tries at one account name; the name itself is kept only as a keyed digest."""

    MOST = 5
    LOCKED_FOR = timedelta(minutes=15)

    name_digest = models.CharField(max_length=40, primary_key=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tries} failed tries (tally {self.name_digest[:8]})"

    @staticmethod
    def digest(name: str) -> str:
        named = salted_hmac("sign-in tally", name.strip().lower(), algorithm="sha256")
        return named.hexdigest()[:40]

    def is_locked(self, at: datetime, most: int = MOST) -> bool:
        return self.tries >= most and at < self.last_at + self.LOCKED_FOR

    def is_stale(self, at: datetime) -> bool:
        return at >= self.last_at + self.LOCKED_FOR
