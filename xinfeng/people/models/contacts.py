from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinfeng.base import crypto, masking

from .identity import about


class ContactConsent(models.TextChoices):
    """How the served person, or whoever speaks for them, agreed that this is kept."""

    PAGE = "PAGE", _("on the page")
    ORAL = "ORAL", _("said so, by phone or at the door")
    PAPER = "PAPER", _("on paper")
    PROXY = "PROXY", _("said so to whoever ordered for them")


class Contact(models.Model):
    """Whom a service is for and how to reach them: sealed, opened for a reason, erased in time.

    Whoever is served needs no account. The row stays when its words are erased, so that what
    stands on it stays true.
    """

    # Their account, if they have one.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # Where they are served.
    division_id = models.BigIntegerField()
    name_sealed = models.CharField(max_length=400, blank=True, default="")
    phone_sealed = models.CharField(max_length=200, blank=True, default="")
    # A keyed blind index, to find a second order from the same number.
    phone_digest = models.BinaryField(max_length=32, null=True)
    address_sealed = models.CharField(max_length=1200, blank=True, default="")
    # What they say about what they need; may be long, and may name anything.
    note_sealed = models.TextField(blank=True, default="")
    consent_how = models.CharField(max_length=8, choices=ContactConsent.choices)
    consent_at = models.DateTimeField()
    # From when on it is erased; null while it is needed.
    erase_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="contact_consented_somehow",
                condition=Q(consent_how__in=list(ContactConsent.values)),
            ),
            models.CheckConstraint(
                name="contact_phone_is_sealed_and_indexed",
                condition=Q(phone_sealed="", phone_digest=None)
                | Q(phone_digest__isnull=False) & ~Q(phone_sealed=""),
            ),
            models.CheckConstraint(
                name="contact_erased_holds_nothing",
                condition=Q(erased_at=None) & ~Q(name_sealed="")
                | Q(erased_at__isnull=False, name_sealed="", phone_sealed="",
                    address_sealed="", note_sealed="", person=None),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["phone_digest"], name="contact_by_phone"),
            models.Index(
                fields=["erase_at"], name="contact_by_end", condition=Q(erased_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"

    @property
    def masked_name(self) -> str:
        """The family name only, as a list may show it: 张**; empty once erased."""
        return masking.name(self.name())

    def name(self) -> str:
        return self._unsealed("name", self.name_sealed)

    def phone(self) -> str:
        return self._unsealed("phone", self.phone_sealed)

    def address(self) -> str:
        return self._unsealed("address", self.address_sealed)

    def note(self) -> str:
        return self._unsealed("note", self.note_sealed)

    def _unsealed(self, field: str, sealed: str) -> str:
        return crypto.unseal(sealed, about=about_contact(field, self.pk)) if sealed else ""


def about_contact(field: str, contact_id: int) -> str:
    """What a sealed text is bound to: this field of this contact and no other."""
    return about(f"contact.{field}", contact_id)
