from django.conf import settings
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.base import crypto, masking


class NewSecret(Func):
    """32 bytes drawn by the database itself, so that rows loaded in bulk have their own too."""

    template = "sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))"
    arity = 0
    output_field = models.BinaryField()


class Sex(models.TextChoices):
    FEMALE = "F", _("female")
    MALE = "M", _("male")


class Identity(models.Model):
    """The personal data of one person, guarded by row-level security.

    Whoever erases a person deletes this row, and with it the secret that ties the ledger's
    commitments to them.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+"
    )
    division_id = models.BigIntegerField()
    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    born_on = models.DateField(null=True)
    # Empty: not known. Read with `id_number()` and `phone()`.
    id_number_sealed = models.CharField(max_length=200, blank=True, default="", db_default="")
    phone_sealed = models.CharField(max_length=200, blank=True, default="", db_default="")
    # Keyed blind indexes: two accounts cannot have one number, and it is found by its owner.
    id_number_digest = models.BinaryField(null=True)
    phone_digest = models.BinaryField(null=True)
    # The salt of this person's commitments in the ledger.
    secret = models.BinaryField(db_default=NewSecret())
    # When and by which check the name and ID number were found to belong together.
    verified_at = models.DateTimeField(null=True)
    verified_how = models.CharField(max_length=20, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_digest"],
                name="one_identity_per_id_number",
                condition=Q(id_number_digest__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["phone_digest"],
                name="one_identity_per_phone",
                condition=Q(phone_digest__isnull=False),
            ),
            models.CheckConstraint(
                name="id_number_is_sealed_and_indexed",
                condition=Q(id_number_sealed="", id_number_digest=None)
                | Q(id_number_digest__isnull=False) & ~Q(id_number_sealed=""),
            ),
            models.CheckConstraint(
                name="phone_is_sealed_and_indexed",
                condition=Q(phone_sealed="", phone_digest=None)
                | Q(phone_digest__isnull=False) & ~Q(phone_sealed=""),
            ),
            models.CheckConstraint(
                name="identity_verified_somehow",
                condition=Q(verified_at=None, verified_how="")
                | Q(verified_at__isnull=False) & ~Q(verified_how=""),
            ),
        ]
        indexes = [models.Index(fields=["name"], name="identity_by_name")]

    def __str__(self) -> str:
        return f"identity of person {self.person_id}"

    @property
    def masked_name(self) -> str:
        """The family name only, as a public list may show it: 王**."""
        return masking.name(self.name)

    def id_number(self) -> str:
        """The ID number in full; empty when not known."""
        return self._unsealed("id_number", self.id_number_sealed)

    def phone(self) -> str:
        """The telephone number in full; empty when not known."""
        return self._unsealed("phone", self.phone_sealed)

    def _unsealed(self, field: str, sealed: str) -> str:
        return crypto.unseal(sealed, about=about(field, self.person_id)) if sealed else ""


def about(field: str, person_id: int) -> str:
    """What a sealed text is bound to: this field of this person and no other."""
    return f"{field}:{person_id}"
