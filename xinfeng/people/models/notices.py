from django.conf import settings
from django.db import models
from django.db.models import F, Q


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)


class Notice(models.Model):
    """A message to one person: a declared kind, and the words its sentence is filled with."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    # Whom it is about when the person was told as guardian or carer.
    ward = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=60)
    # Titles and times; never personal data.
    words = models.JSONField(default=dict)
    href = models.CharField(max_length=200, blank=True, default="")
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # When the city's gateway took it; null: not sent beyond the inbox.
    sent_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_read_after_it_was_told",
                condition=Q(read_at=None) | Q(read_at__isnull=False, read_at__gte=F("told_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-told_at", "-id"], name="notice_by_person"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at=None)),
            models.Index(fields=["told_at"], name="notice_by_age"),
            models.Index(
                fields=["ward"], name="notice_by_ward", condition=Q(ward__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to person {self.person_id} (notice {self.pk})"
