from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division

_ME = settings.AUTH_USER_MODEL


class RevokeReason(models.TextChoices):
    LOST = "LOST", _("lost or stolen")
    REPLACED = "REPLACED", _("replaced by another phone")
    BROKEN = "BROKEN", _("broken")
    LEFT = "LEFT", _("goes out no more")
    OTHER = "OTHER", _("another reason")


class DeviceQuerySet(models.QuerySet["Device"]):
    def in_use(self) -> "DeviceQuerySet":
        return self.filter(revoked_at=None)


class Device(models.Model):
    """A phone that may fetch forms and send for one person, until it is revoked.

    The token itself is shown once, as the code the phone scans; only its digest is kept.
    """

    person = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    # Where the person belongs when the phone was set up; whose office may revoke it.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    token_digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(_ME, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    revoked_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    # Said by whoever shuts out the phone of somebody else.
    revoke_reason = models.CharField(
        max_length=8, choices=RevokeReason.choices, blank=True, default="", db_default=""
    )
    # To the quarter of an hour: enough to see a phone that nobody uses any more.
    seen_at = models.DateTimeField(null=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="device_is_revoked_by_somebody",
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False,
                    revoked_at__gte=F("issued_at")),
            ),
            models.CheckConstraint(
                name="device_in_use_has_no_reason_to_be_out",
                condition=Q(revoke_reason="") | Q(revoked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="device_token_is_kept_as_digest",
                condition=Q(token_digest__regex=r"^[0-9a-f]{64}$"),  # noqa: S106
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"device {self.pk}"

    @property
    def is_in_use(self) -> bool:
        return self.revoked_at is None
