from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy

from xinfeng.base.refusal import Refusal
from xinfeng.places.models import Division

from .frames import Frame
from .questionnaires import QuestionnaireVersion

if TYPE_CHECKING:
    from .samples import Sample

_ME = settings.AUTH_USER_MODEL


class SurveyState(models.TextChoices):
    PLANNED = "PLANNED", pgettext_lazy("survey", "planned")
    DRAWN = "DRAWN", pgettext_lazy("survey", "drawn")
    IN_FIELD = "IN_FIELD", pgettext_lazy("survey", "in the field")
    CLOSED = "CLOSED", pgettext_lazy("survey", "closed")
    PUBLISHED = "PUBLISHED", pgettext_lazy("survey", "published")
    CALLED_OFF = "CALLED_OFF", pgettext_lazy("survey", "called off")


# From here on everybody may know which communities were drawn, and read the questions.
OVER = (SurveyState.CLOSED, SurveyState.PUBLISHED)


class Survey(models.Model):
    """One survey: a locked questionnaire, asked of samples drawn from one frame by lot.

    `secret` is bound by `commitment` before the draw, and `dice` is what was thrown in public
    for it. Surveys of one `series` ask the same, so that years can be compared. A survey of
    which nothing is drawn (open to all, or asked in the street with quotas) has no frame.
    """

    MOVES: ClassVar = {
        SurveyState.PLANNED: {
            SurveyState.DRAWN, SurveyState.IN_FIELD, SurveyState.CALLED_OFF,
        },
        SurveyState.DRAWN: {SurveyState.IN_FIELD, SurveyState.CALLED_OFF},
        SurveyState.IN_FIELD: {SurveyState.CLOSED},
        SurveyState.CLOSED: {SurveyState.PUBLISHED},
        SurveyState.PUBLISHED: set(),
        SurveyState.CALLED_OFF: set(),
    }  # fmt: skip

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    series = models.CharField(max_length=30, blank=True)
    # What the answers are about.
    year = models.PositiveSmallIntegerField()
    questionnaire = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, related_name="surveys"
    )
    # Whose residents are asked; everybody below is assessed by it.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    frame = models.ForeignKey(Frame, models.PROTECT, null=True, related_name="surveys")
    secret = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    dice = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        max_length=10, choices=SurveyState.choices, default=SurveyState.PLANNED
    )
    planned_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField()
    drawn_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="survey_state_is_known", condition=Q(state__in=list(SurveyState.values))
            ),
            models.CheckConstraint(
                name="survey_ends_after_it_begins", condition=Q(until__gt=F("since"))
            ),
            models.CheckConstraint(
                name="survey_is_drawn_with_dice",
                condition=Q(dice="", drawn_at=None)
                | ~Q(dice="") & Q(drawn_at__isnull=False, frame__isnull=False),
            ),
            models.CheckConstraint(
                name="survey_times_agree_with_state",
                condition=Q(state__in=["PLANNED", "CALLED_OFF", "DRAWN"], opened_at=None,
                            closed_at=None, published_at=None)
                | Q(state="IN_FIELD", opened_at__isnull=False, closed_at=None,
                    published_at=None)
                | Q(state="CLOSED", opened_at__isnull=False, closed_at__isnull=False,
                    published_at=None)
                | Q(state="PUBLISHED", closed_at__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="survey_drawn_knows_when",
                condition=~Q(state="DRAWN") | Q(drawn_at__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["series", "year"], name="survey_by_series"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def seed(self) -> str:
        """What the draws start from; nobody alone could choose it."""
        return f"{self.secret} {self.dice}" if self.dice else ""

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @cached_property
    def sheets(self) -> list["Sample"]:
        """Its samples drawn by lot, once there is a sheet of them to look at."""
        if self.drawn_at is None:
            return []
        return [each for each in self._samples if each.is_drawn]

    @property
    def is_visited(self) -> bool:
        """Somebody goes to households or calls them."""
        return any(each.mode in ("HOUSEHOLD", "PHONE") for each in self._samples)

    @property
    def asked_now(self) -> set[str]:
        """In which ways people are asked while it is in the field."""
        in_field = self.state == SurveyState.IN_FIELD
        return {each.mode for each in self._samples} if in_field else set()

    @cached_property
    def has_numbers(self) -> bool:
        return self.is_over and self.samples.filter(estimations__isnull=False).exists()

    @cached_property
    def _samples(self) -> list["Sample"]:
        return list(self.samples.order_by("-is_headline", "mode"))

    def move_to(self, state: SurveyState) -> None:
        if state not in self.MOVES[SurveyState(self.state)]:
            raise Refusal(
                "survey_state",
                gettext("The survey is “%(now)s”; this cannot be done with it now.")
                % {"now": self.get_state_display()},
            )
        self.state = state
