from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .signups import Signup


class Phase(models.TextChoices):
    IN = "IN", _("check-in")
    OUT = "OUT", _("check-out")


class Means(models.TextChoices):
    """How somebody said that they are here, or go."""

    ROTATING = "ROTATING", _("rotating code")
    SIX_DIGITS = "SIX_DIGITS", _("six-digit code")
    FENCE = "FENCE", _("position")
    KIOSK = "KIOSK", _("kiosk")
    CARD = "CARD", _("personal card")
    ROLL_CALL = "ROLL_CALL", _("roll call by the leader")


class CheckIn(models.Model):
    """One saying of being here or going, as it was received; rows are only ever added.

    The person's position itself is never kept: only inside or outside, and in which band.
    """

    # Made by the device that said it: sent twice, kept once.
    client_id = models.UUIDField(unique=True)
    signup = models.ForeignKey(Signup, models.PROTECT, related_name="checkins")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    phase = models.CharField(max_length=3, choices=Phase.choices)
    means = models.CharField(max_length=10, choices=Means.choices)
    # What the device's clock said, what ours said, and the time that counts.
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    counted_at = models.DateTimeField()
    # Seconds the device's clock was ahead of ours, where it told both; null: not known.
    skew_s = models.IntegerField(null=True)
    is_late = models.BooleanField(default=False)
    # What backs it: the code of the moment, the signing device, the place, the leader.
    code_held = models.BooleanField(default=False)
    device_id = models.BigIntegerField(null=True)
    device_counter = models.BigIntegerField(null=True)
    is_inside = models.BooleanField(null=True)
    distance_band_m = models.PositiveIntegerField(null=True)
    accuracy_band_m = models.PositiveIntegerField(null=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="nobody_calls_their_own_roll",
                condition=Q(recorded_by=None)
                | Q(recorded_by__isnull=False) & ~Q(recorded_by=models.F("person")),
            ),
            models.UniqueConstraint(
                name="a_device_counts_up_once",
                fields=["device_id", "device_counter"],
                condition=Q(device_id__isnull=False, device_counter__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phase} of signup {self.signup_id} (check-in {self.pk})"
