from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.base import crypto

from .identity import about

MOST_CATEGORIES = 4
# Morning, afternoon and evening of seven days.
PARTS_OF_DAY = 3
SLOTS = 7 * PARTS_OF_DAY
# How programs write a part of the week: "1-MORNING" is Monday morning, the first bit.
WRITTEN_PART = r"^[1-7]-(MORNING|AFTERNOON|EVENING)$"


class PartOfDay(models.IntegerChoices):
    MORNING = 0, _("morning")
    AFTERNOON = 1, _("afternoon")
    EVENING = 2, _("evening")


def parts_of(week: int) -> list[str]:
    """The parts of these bits as they are written, in the order of the week."""
    return [
        f"{slot // PARTS_OF_DAY + 1}-{PartOfDay(slot % PARTS_OF_DAY).name}"
        for slot in range(SLOTS)
        if week >> slot & 1
    ]


def week_of(parts: Iterable[str]) -> int:
    """The bits of parts as they are written."""
    told = [part.split("-") for part in {*parts}]
    return sum(1 << (int(day) - 1) * PARTS_OF_DAY + PartOfDay[name] for day, name in told)


def _codes() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=40), default=list, blank=True)


class Profile(models.Model):
    """What somebody can and likes to do, and when; said by themselves, and all optional."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    division_id = models.BigIntegerField()
    # Codes of the city pack.
    skills = _codes()
    categories = _codes()
    languages = _codes()
    # Bit `weekday * 3 + part of day`, Monday morning first; null: not said.
    availability = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="profile_four_categories_at_most",
                condition=Q(categories__len__lte=MOST_CATEGORIES)
                # The length of an empty array is null, and null would pass unsaid.
                | Q(categories=[]),
            ),
            models.CheckConstraint(
                name="profile_week_has_21_parts",
                condition=Q(availability=None)
                | Q(availability__isnull=False, availability__gte=0)
                & Q(availability__lt=2**SLOTS),
            ),
        ]
        # An index on skills would lie idle: row-level security lets no array operator use it.
        indexes = [models.Index(fields=["division_id"], name="profile_by_division")]

    def __str__(self) -> str:
        return f"profile of person {self.person_id}"

    def free_parts(self) -> list[str] | None:
        """Like "1-MORNING" for Monday morning; None: not said."""
        return None if self.availability is None else parts_of(self.availability)


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def valid_on(self, day: date) -> "QualificationQuerySet":
        """Seen by an office and not run out."""
        lasting = Q(valid_until=None) | Q(valid_until__gte=day)
        return self.filter(lasting, checked_at__isnull=False)


class Qualification(models.Model):
    """A certificate somebody holds: only one that an office has seen opens a post."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    # A code of the city pack.
    code = models.CharField(max_length=40)
    number_sealed = models.CharField(max_length=300, blank=True, default="")
    # The last day on which it is valid; null: for good.
    valid_until = models.DateField(null=True)
    entered_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = QualificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "code"], name="one_qualification_of_a_code"
            ),
            models.CheckConstraint(
                name="qualification_checked_by_another",
                condition=Q(checked_at=None, checked_by=None)
                | Q(checked_at__isnull=False, checked_by__isnull=False)
                & ~Q(checked_by=F("person")),
            ),
        ]
        indexes = [
            models.Index(fields=["code", "division_id"], name="qualification_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of person {self.person_id} (qualification {self.pk})"

    def number(self) -> str:
        """The certificate's number in full; empty when not given."""
        return crypto.unseal(self.number_sealed, about=self.bound) if self.number_sealed else ""

    def sealed(self, number: str) -> str:
        """A number sealed for this row and no other."""
        return crypto.seal(number, about=self.bound) if number else ""

    @property
    def bound(self) -> str:
        """What the sealed number is bound to."""
        return about(f"qualification.{self.code}", self.person_id)
