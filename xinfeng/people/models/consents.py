from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ConsentKind(models.TextChoices):
    """What one may agree to; each apart from the others, none ticked beforehand."""

    REGISTRATION = "REGISTRATION", _("keeping my data as a volunteer")
    LOCATION = "LOCATION", _("my position when checking in")
    PUBLICATION = "PUBLICATION", _("publishing my name and picture")
    SHARING = "SHARING", _("giving my data to another body")
    MINOR = "MINOR", _("keeping the data of a child under 14")


# Without these nobody can be registered; every other consent is free, and refusing it costs
# nothing.
NEEDED = frozenset({ConsentKind.REGISTRATION, ConsentKind.MINOR})


class Channel(models.TextChoices):
    PAGE = "PAGE", _("on the page")
    PAPER = "PAPER", _("on paper")
    API = "API", _("by a program")
    INVITATION = "INVITATION", _("by accepting an invitation")


class Consent(models.Model):
    """One consent of one person: to which text, when, how, and whether it still stands."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=ConsentKind.choices)
    # The version of the city's text, and the SHA-256 of its very words.
    version = models.CharField(max_length=20)
    text_digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    given_at = models.DateTimeField()
    # Oneself, a guardian, or the clerk who holds the signed paper.
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                name="one_standing_consent_of_a_kind",
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="consent_kind_is_known", condition=Q(kind__in=list(ConsentKind.values))
            ),
            models.CheckConstraint(
                name="consent_withdrawn_by_somebody_later",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & Q(withdrawn_at__gte=F("given_at")),
            ),
        ]
        # The unique one leaves out what was withdrawn.
        indexes = [models.Index(fields=["person", "given_at"], name="consent_by_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version} of person {self.person_id} (consent {self.pk})"

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None
