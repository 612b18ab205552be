"""With what people say that they are here: their phones, their cards, the leader's kiosk."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .shifts import Shift


class Device(models.Model):
    """A browser that signs: its key never leaves it, we hold the public half.

    Whoever shares the phone shares the device, so that many people on one of them can be seen.
    """

    # Of the public key: the same browser is the same device, whoever signs in on it.
    fingerprint = models.BinaryField(max_length=32, unique=True)
    # A point of P-256, uncompressed, 65 bytes.
    public_key = models.BinaryField(max_length=65)
    registered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"device {self.pk}"


class KeyholderQuerySet(models.QuerySet["Keyholder"]):
    def of(self, person: models.Model) -> "KeyholderQuerySet":
        return self.filter(person_id=person.pk, revoked_at=None)


class Keyholder(models.Model):
    """A person who may sign with a device, until they say that it is theirs no more."""

    # What the device says instead of a session: who of its people is speaking.
    code = models.CharField(max_length=20, unique=True)
    device = models.ForeignKey(Device, models.PROTECT, related_name="holders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    # What the person calls it, e.g. the kind of phone.
    label = models.CharField(max_length=60, blank=True)
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = KeyholderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_person_holds_a_device_once",
                fields=["device", "person"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="keyholder_ends_after_registering",
                condition=Q(revoked_at=None)
                | Q(revoked_at__isnull=False, revoked_at__gte=F("registered_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} with device {self.device_id} (keyholder {self.pk})"


class CardQuerySet(models.QuerySet["Card"]):
    def valid(self) -> "CardQuerySet":
        return self.filter(revoked_at=None)


class Card(models.Model):
    """A printed code of somebody without a phone; what is printed is signed, not kept here."""

    code = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    issued_at = models.DateTimeField()
    issued_by_id = models.BigIntegerField()
    revoked_at = models.DateTimeField(null=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_valid_card_per_person",
                fields=["person"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="card_ends_after_it_is_issued",
                condition=Q(revoked_at=None)
                | Q(revoked_at__isnull=False, revoked_at__gte=F("issued_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"card {self.pk} of person {self.person_id}"


class Kiosk(models.Model):
    """A device at the door that its leader opened for one shift, until it is closed."""

    code = models.CharField(max_length=20, unique=True)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="kiosks")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="kiosk_closes_after_opening",
                condition=Q(closes_at__gt=F("opened_at")) & Q(closed_at=None)
                | Q(closes_at__gt=F("opened_at"))
                & Q(closed_at__isnull=False, closed_at__gte=F("opened_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"kiosk {self.pk} of shift {self.shift_id}"

    def is_open(self, at: datetime) -> bool:
        return self.closed_at is None and at < self.closes_at


class CodeTally(models.Model):
    """Wrong six-digit codes of one person at one shift: guessing ends soon."""

    MOST = 5

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_tally_per_person_and_shift", fields=["person", "shift"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tries} wrong codes (tally {self.pk})"
