from django.conf import settings
from django.db import models
from django.db.models import Func


class CurrentTransaction(Func):
    """The running transaction's number, so a reader can tell which entries are complete."""

    template = "(pg_current_xact_id()::text::bigint)"
    arity = 0
    output_field = models.BigIntegerField()


class Entry(models.Model):
    """Who did what to which thing, when. Rows are only ever added."""

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    division_id = models.BigIntegerField(null=True)
    happened_on = models.DateField(null=True)
    details = models.JSONField(default=dict)
    transaction = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="entry_by_subject"),
            models.Index(fields=["transaction"], name="entry_by_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject} (entry {self.pk})"
