from django.conf import settings
from django.db import models
from django.db.models import F, Q


class CalendarLinkQuerySet(models.QuerySet["CalendarLink"]):
    def valid(self) -> "CalendarLinkQuerySet":
        return self.filter(ended_at=None)


class CalendarLink(models.Model):
    """The secret address under which somebody's calendar program reads their shifts.

    What is sent out is the code with a signature, as on a card: whoever has the database alone
    cannot make one. A new link ends the old one.
    """

    code = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = CalendarLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_valid_calendar_link_per_person",
                fields=["person"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="calendar_link_ends_after_it_is_made",
                condition=Q(ended_at=None)
                | Q(ended_at__isnull=False, ended_at__gte=F("made_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"calendar link {self.pk} of person {self.person_id}"
