from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from .log import OctetLength


class CertificateState(models.TextChoices):
    VALID = "VALID", _("valid")
    REVOKED = "REVOKED", _("revoked")


class RevocationReason(models.TextChoices):
    """Why a certificate no longer holds. A word of a list, because it is shown to everybody."""

    HOURS_TAKEN_BACK = "HOURS_TAKEN_BACK", _("hours it states were taken back")
    ISSUED_WRONGLY = "ISSUED_WRONGLY", _("it was issued by mistake")
    REPLACED = "REPLACED", _("a newer certificate replaces it")
    AT_REQUEST = "AT_REQUEST", _("the holder asked for it")


class Certificate(models.Model):
    """What a person has given in a period, stated once and for all; its file is made anew."""

    code = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Where the person lived when it was issued: the office there may revoke it.
    division_id = models.BigIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    service_minutes = models.PositiveIntegerField()
    training_minutes = models.PositiveIntegerField()
    # The credits it stands on, frozen by their numbers.
    credit_ids = ArrayField(models.BigIntegerField())
    # What is printed beside the name, as it was called then: see `queries/certificates.py`.
    body = models.JSONField(default=dict, db_default={})
    # SHA-256 of the canonical record: a file whose words differ is not made.
    digest = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()
    state = models.CharField(
        max_length=8, choices=CertificateState.choices, default=CertificateState.VALID
    )
    # The holder decides whether the public page answers to the code.
    is_public = models.BooleanField(default=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(
        max_length=16, choices=RevocationReason.choices, blank=True, default=""
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="certificate_period_is_whole", condition=Q(last_on__gte=F("first_on"))
            ),
            models.CheckConstraint(
                name="certificate_states_something",
                condition=Q(service_minutes__gt=0) | Q(training_minutes__gt=0),
            ),
            models.CheckConstraint(
                name="certificate_names_its_credits", condition=Q(credit_ids__len__gt=0)
            ),
            models.CheckConstraint(
                name="certificate_digest_is_32_bytes",
                condition=Exact(OctetLength(F("digest")), 32),
            ),
            models.CheckConstraint(
                name="revocation_agrees_with_state",
                condition=Q(state="VALID", revoked_at=None, revoked_by=None, reason="")
                | Q(
                    state="REVOKED",
                    revoked_at__isnull=False,
                    revoked_by__isnull=False,
                    reason__in=list(RevocationReason.values),
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-issued_at"], name="certificate_by_person"),
            models.Index(fields=["division_id", "id"], name="certificate_by_division"),
        ]

    def __str__(self) -> str:
        return f"certificate {self.pk} of person {self.person_id}"
