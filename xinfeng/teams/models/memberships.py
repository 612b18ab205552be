from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .teams import Team


class Channel(models.TextChoices):
    """How a person said that they want to be in the team."""

    PAGE = "PAGE", _("joined by themselves")
    INVITATION = "INVITATION", _("accepted an invitation")
    CARER = "CARER", _("joined by the person who cares for them")
    FOUNDER = "FOUNDER", _("proposed the team")


class Ending(models.TextChoices):
    """Why a membership ended. Words of a list, because free text would hold names."""

    LEFT = "LEFT", _("left the team")
    DISSOLVED = "DISSOLVED", _("the team was dissolved")
    NOT_ME = "NOT_ME", _("the person says that this was not them")
    NOT_SERVING = "NOT_SERVING", _("has not served for a long time")
    MOVED_AWAY = "MOVED_AWAY", _("moved away")
    BROKE_RULES = "BROKE_RULES", _("broke the rules of the team")
    OWN_WISH = "OWN_WISH", _("asked to be taken off")
    BY_MISTAKE = "BY_MISTAKE", _("was entered by mistake")


# What a leader may give as the reason of a removal.
REMOVALS = (
    Ending.NOT_SERVING,
    Ending.MOVED_AWAY,
    Ending.BROKE_RULES,
    Ending.OWN_WISH,
    Ending.BY_MISTAKE,
)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        return self.filter(ends_on=None)

    def roster(self) -> "MembershipQuerySet":
        """Everyone in the team now, in the order in which they came."""
        return self.current().select_related("person").order_by("starts_on", "pk")


class Membership(models.Model):
    """A person's time in a team; its division is the team's, where it was when they joined."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    # When and how the person agreed; null and empty: from before this was kept.
    consented_at = models.DateTimeField(null=True)
    channel = models.CharField(
        max_length=10, choices=Channel.choices, blank=True, default="", db_default=""
    )
    # Empty while it lasts, and where it ended before this was kept.
    ending = models.CharField(
        max_length=12, choices=Ending.choices, blank=True, default="", db_default=""
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="once_in_a_team_at_a_time",
                fields=["team", "person"],
                condition=Q(ends_on=None),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ends_on=None)
                | Q(ends_on__isnull=False, ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="membership_consent_is_whole",
                condition=Q(consented_at=None, channel="")
                | Q(consented_at__isnull=False) & ~Q(channel=""),
            ),
            models.CheckConstraint(
                name="membership_that_lasts_has_no_ending",
                condition=Q(ends_on__isnull=False) | Q(ending="", ended_by=None),
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} in team {self.team_id} (membership {self.pk})"
