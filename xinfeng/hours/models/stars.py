from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal

LEVELS = (1, 2, 3, 4, 5)


class Star(models.Model):
    """A star rating of a volunteer, from one to five, with a number that never changes."""

    number = models.CharField(max_length=24, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    level = models.PositiveSmallIntegerField()
    awarded_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="star_level_is_one_to_five", condition=Q(level__gte=1, level__lte=5)
            ),
            models.CheckConstraint(
                name="star_ends_after_it_is_awarded",
                condition=Q(ended_on=None)
                | Q(ended_on__isnull=False, ended_on__gt=F("awarded_on")),
            ),
            models.UniqueConstraint(
                name="one_current_star_per_person",
                fields=["person"],
                condition=Q(ended_on=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} stars, number {self.number}"


class ApplicationState(models.TextChoices):
    APPLIED = "APPLIED", _("applied for")
    NOTICE = "NOTICE", _("public notice")
    AWARDED = "AWARDED", _("awarded")
    REFUSED = "REFUSED", _("refused")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class StarRefusal(models.TextChoices):
    """Why a star was not given. A word of a list, because free text would hold names."""

    NOT_ENOUGH = "NOT_ENOUGH", _("the hours do not suffice")
    HOURS_IN_DOUBT = "HOURS_IN_DOUBT", _("hours are under review")
    FALSE_HOURS = "FALSE_HOURS", _("hours were false")
    OBJECTION_UPHELD = "OBJECTION_UPHELD", _("an objection was upheld")
    NOT_WORTHY = "NOT_WORTHY", _("conduct does not become a star volunteer")


class StarApplication(models.Model):
    """A star asked for: the office checks, the public may object, the star follows."""

    MOVES: ClassVar = {
        ApplicationState.APPLIED: {
            ApplicationState.NOTICE,
            ApplicationState.REFUSED,
            ApplicationState.WITHDRAWN,
        },
        ApplicationState.NOTICE: {
            ApplicationState.AWARDED,
            ApplicationState.REFUSED,
            ApplicationState.WITHDRAWN,
        },
    }

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    level = models.PositiveSmallIntegerField()
    # Valid service time as it stood when the state last changed.
    minutes = models.PositiveIntegerField()
    applied_at = models.DateTimeField()
    state = models.CharField(
        max_length=9, choices=ApplicationState.choices, default=ApplicationState.APPLIED
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # The notice stands from the first to the last day, both included.
    notice_from = models.DateField(null=True)
    notice_until = models.DateField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    refusal = models.CharField(
        max_length=16, choices=StarRefusal.choices, blank=True, default=""
    )
    star = models.OneToOneField(Star, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="star_asked_for_is_one_to_five", condition=Q(level__gte=1, level__lte=5)
            ),
            models.CheckConstraint(
                name="application_state_is_known",
                condition=Q(state__in=list(ApplicationState.values)),
            ),
            models.CheckConstraint(
                name="notice_has_its_days",
                condition=Q(notice_from=None, notice_until=None)
                | Q(
                    notice_from__isnull=False,
                    notice_until__isnull=False,
                    checked_by__isnull=False,
                    notice_until__gt=F("notice_from"),
                ),
            ),
            models.CheckConstraint(
                name="no_star_without_a_notice",
                condition=~Q(state__in=["NOTICE", "AWARDED"]) | Q(notice_until__isnull=False),
            ),
            models.CheckConstraint(
                name="star_belongs_to_an_award",
                condition=Q(state="AWARDED", star__isnull=False)
                | ~Q(state="AWARDED") & Q(star=None),
            ),
            models.CheckConstraint(
                name="refusal_says_why",
                condition=Q(state="REFUSED") & ~Q(refusal="")
                | ~Q(state="REFUSED") & Q(refusal=""),
            ),
            models.CheckConstraint(
                name="decision_has_its_person_and_time",
                condition=Q(
                    state__in=["AWARDED", "REFUSED"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | ~Q(state__in=["AWARDED", "REFUSED"]) & Q(decided_by=None, decided_at=None),
            ),
            models.UniqueConstraint(
                name="one_open_application_per_person",
                fields=["person"],
                condition=Q(state__in=["APPLIED", "NOTICE"]),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "division_id", "id"], name="application_by_desk"),
        ]

    def __str__(self) -> str:
        return f"application {self.pk} for {self.level} stars"

    def move_to(self, state: ApplicationState) -> None:
        if state not in self.MOVES.get(ApplicationState(self.state), set()):
            raise Refusal(
                "application_is_decided", gettext("This application is no longer at that step.")
            )
        self.state = state


class ObjectionState(models.TextChoices):
    OPEN = "OPEN", _("to be looked into")
    UPHELD = "UPHELD", _("upheld")
    DISMISSED = "DISMISSED", _("not upheld")


class StarObjection(models.Model):
    """Somebody says during the notice that a star is not deserved."""

    application = models.ForeignKey(StarApplication, models.PROTECT, related_name="objections")
    # Who objects; only the office sees it.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    words = models.CharField(max_length=500)
    at = models.DateTimeField()
    state = models.CharField(
        max_length=9, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="objection_decision_agrees_with_state",
                condition=Q(state="OPEN", decided_by=None, decided_at=None)
                | Q(
                    state__in=["UPHELD", "DISMISSED"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(name="objection_says_something", condition=~Q(words="")),
            models.UniqueConstraint(
                name="one_objection_per_person_and_application",
                fields=["application", "person"],
            ),
        ]

    def __str__(self) -> str:
        return f"objection {self.pk} to application {self.application_id}"


class BanGround(models.TextChoices):
    """Why somebody is kept from stars. A word of a list, because free text would hold names."""

    FALSE_HOURS = "FALSE_HOURS", _("false hours were claimed")
    HOURS_SOLD = "HOURS_SOLD", _("hours were bought or sold")
    FALSE_ENTRY = "FALSE_ENTRY", _("false entries were made for others")


class StarBan(models.Model):
    """No star for one to three years, for false hours."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    division_id = models.BigIntegerField()
    ground = models.CharField(max_length=16, choices=BanGround.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    imposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="ban_ends_after_it_starts", condition=Q(ends_on__gt=F("starts_on"))
            ),
            models.CheckConstraint(
                name="nobody_bans_themselves", condition=~Q(imposed_by=F("person"))
            ),
        ]

    def __str__(self) -> str:
        return f"no star for person {self.person_id} until {self.ends_on}"
