from django.db import models

from xinfeng.base import crypto

from .identity import about


class Invitee(models.Model):
    """What a team entered of somebody who has not agreed to anything yet; erased soon."""

    # Of the team that asks.
    division_id = models.BigIntegerField()
    # Read with `name()` and `phone()`; what is sealed is bound to this row.
    name_sealed = models.CharField(max_length=400)
    phone_sealed = models.CharField(max_length=200, blank=True, default="")
    # A keyed blind index, to compare with the number that the person enters; null: not given.
    id_number_digest = models.BinaryField(max_length=32, null=True)
    entered_at = models.DateTimeField()
    erase_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["erase_at"], name="invitee_by_end")]

    def __str__(self) -> str:
        return f"invitee {self.pk}"

    def name(self) -> str:
        return crypto.unseal(self.name_sealed, about=about("invitee.name", self.pk))

    def phone(self) -> str:
        """The telephone number in full; empty when only an account name was given."""
        if not self.phone_sealed:
            return ""
        return crypto.unseal(self.phone_sealed, about=about("invitee.phone", self.pk))
