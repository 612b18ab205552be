from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _


class OctetLength(models.Func):
    """How many bytes a value has."""

    function = "octet_length"
    output_field = models.IntegerField()


class LeafKind(models.IntegerChoices):
    """What a leaf of the public log stands for."""

    CREDIT = 1, _("credit")
    CERTIFICATE = 2, _("certificate")
    REVOCATION = 3, _("revocation of a certificate")


class Leaf(models.Model):
    """One entry of the public log: a salted commitment to a record, at a place without gaps.

    Without its salt the commitment tells nothing about the record.
    """

    index = models.BigIntegerField(primary_key=True)
    kind = models.SmallIntegerField(choices=LeafKind.choices)
    record_id = models.BigIntegerField()
    commitment = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="leaf_has_a_place_in_the_log", condition=Q(index__gte=0)
            ),
            models.CheckConstraint(
                name="leaf_kind_is_known", condition=Q(kind__in=list(LeafKind.values))
            ),
            models.CheckConstraint(
                name="commitment_is_32_bytes",
                condition=Exact(OctetLength(F("commitment")), 32),
            ),
            models.UniqueConstraint(
                name="a_record_is_in_the_log_once", fields=["record_id", "kind"]
            ),
        ]

    def __str__(self) -> str:
        return f"leaf {self.index}: {self.get_kind_display()} {self.record_id}"


class Checkpoint(models.Model):
    """A signed head of the log: so many leaves give this root. Each size is signed once."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    # The signed note as it is published.
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="checkpoint_covers_something", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="root_is_32_bytes", condition=Exact(OctetLength(F("root")), 32)
            ),
        ]
        indexes = [models.Index(fields=["at"], name="checkpoint_by_time")]

    def __str__(self) -> str:
        return f"checkpoint of {self.size} leaves"


class Sequence(models.Model):
    """How far the log has taken in the ledger: one row."""

    singleton = models.BooleanField(unique=True, default=True)
    # PostgreSQL's own text of the snapshot up to which the journal was followed.
    journal_snapshot = models.TextField()
    # Credits loaded in bulk leave no journal: they are taken in by their numbers, up to here.
    credits_up_to = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="there_is_one_sequence", condition=Q(singleton=True))
        ]

    def __str__(self) -> str:
        return f"the log has followed credits up to {self.credits_up_to}"
