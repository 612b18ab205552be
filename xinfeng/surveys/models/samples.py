from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from xinfeng.places.models import Division

from .field import Disposition, Surveyor
from .surveys import Survey

_ME = settings.AUTH_USER_MODEL


class Mode(models.TextChoices):
    """How people are asked; answers of two modes are never put together."""

    HOUSEHOLD = "HOUSEHOLD", pgettext_lazy("survey mode", "at the door")
    PHONE = "PHONE", pgettext_lazy("survey mode", "by telephone")
    WEB_CODE = "WEB_CODE", pgettext_lazy("survey mode", "on the web, by personal code")
    INTERCEPT = "INTERCEPT", pgettext_lazy("survey mode", "in the street, by quota")
    WEB_OPEN = "WEB_OPEN", pgettext_lazy("survey mode", "on the web, open to all")


# Households drawn by lot, each with a known chance. The others are not representative.
DRAWN_MODES = (Mode.HOUSEHOLD, Mode.PHONE, Mode.WEB_CODE)
_DRAWN = ["HOUSEHOLD", "PHONE", "WEB_CODE"]


class Allocation(models.TextChoices):
    """The words of `surveys.designing.allocation.Rule`."""

    EQUAL = "EQUAL", pgettext_lazy("allocation", "equal")
    PROPORTIONAL = "PROPORTIONAL", pgettext_lazy("allocation", "proportional")
    NEYMAN = "NEYMAN", pgettext_lazy("allocation", "Neyman")


class HouseholdWay(models.TextChoices):
    """The words of `surveys.drawing.Way`."""

    SYSTEMATIC = "SYSTEMATIC", pgettext_lazy("households", "systematic")
    RANDOM = "RANDOM", pgettext_lazy("households", "random")


class AdultRule(models.TextChoices):
    BIRTHDAY = "BIRTHDAY", pgettext_lazy("adult", "last birthday")
    KISH = "KISH", pgettext_lazy("adult", "Kish’s order")


class LonelyRule(models.TextChoices):
    """The words of `surveys.estimates.Lonely`."""

    FAIL = "FAIL", pgettext_lazy("lonely unit", "fail")
    ADJUST = "ADJUST", pgettext_lazy("lonely unit", "adjust")
    AVERAGE = "AVERAGE", pgettext_lazy("lonely unit", "average")


class Sample(models.Model):
    """The people asked in one way. Each sample of a survey is drawn and estimated by itself."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="samples", db_index=False)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    # Whose estimates the city publishes first; one of the drawn ones.
    is_headline = models.BooleanField(default=False)
    # Of drawn modes: how many communities in all, and how many households of each.
    communities = models.PositiveSmallIntegerField(null=True)
    per_community = models.PositiveSmallIntegerField(null=True)
    allocation = models.CharField(
        max_length=12, choices=Allocation.choices, default=Allocation.PROPORTIONAL
    )
    # At least so many communities of each stratum.
    least = models.PositiveSmallIntegerField(default=2)
    way = models.CharField(
        max_length=10, choices=HouseholdWay.choices, default=HouseholdWay.SYSTEMATIC
    )
    adult = models.CharField(
        max_length=8, choices=AdultRule.choices, default=AdultRule.BIRTHDAY
    )
    lonely = models.CharField(
        max_length=7, choices=LonelyRule.choices, default=LonelyRule.ADJUST
    )
    # The public address of what is open to all: /answer/open/<code>/.
    open_code = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_sample_per_survey_and_mode", fields=["survey", "mode"]
            ),
            models.UniqueConstraint(
                name="one_headline_sample_per_survey", fields=["survey"],
                condition=Q(is_headline=True),
            ),
            models.UniqueConstraint(
                name="one_open_sample_per_address", fields=["open_code"],
                condition=~Q(open_code=""),
            ),
            models.CheckConstraint(
                name="sample_mode_is_known", condition=Q(mode__in=list(Mode.values))
            ),
            models.CheckConstraint(
                name="drawn_sample_says_how_many",
                condition=Q(mode__in=_DRAWN, communities__gte=1, communities__isnull=False,
                            per_community__gte=1, per_community__isnull=False, open_code="")
                | ~Q(mode__in=_DRAWN) & Q(communities=None, per_community=None),
            ),
            models.CheckConstraint(
                name="only_drawn_samples_are_headlines",
                condition=Q(is_headline=False) | Q(mode__in=_DRAWN),
            ),
            models.CheckConstraint(
                name="open_sample_has_an_address",
                condition=Q(open_code="") & ~Q(mode="WEB_OPEN")
                | Q(mode="WEB_OPEN") & ~Q(open_code=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.mode} sample of survey {self.survey_id}"

    @property
    def is_drawn(self) -> bool:
        return self.mode in DRAWN_MODES

    @property
    def seed(self) -> str:
        """Samples of one survey are drawn apart: from its seed and the mode."""
        return f"{self.survey.seed} {self.mode}"


class Stratum(models.Model):
    """County × urban or rural: what it holds, and how many communities are drawn of it."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="strata", db_index=False)
    # "430405-urban": the stratum of `surveys.drawing.Community`.
    key = models.CharField(max_length=30)
    county = models.BigIntegerField()
    is_urban = models.BooleanField()
    communities = models.PositiveIntegerField()
    households = models.PositiveBigIntegerField()
    wanted = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_stratum_per_sample_and_key", fields=["sample", "key"]
            ),
            models.CheckConstraint(
                name="survey_stratum_draws_what_it_has",
                condition=Q(wanted__lte=F("communities")),
            ),
        ]

    def __str__(self) -> str:
        return f"stratum {self.key} of sample {self.sample_id}"


class SampleCommunity(models.Model):
    """A community that was drawn, with the chance it had: a fraction, exactly."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="drawn", db_index=False)
    stratum = models.ForeignKey(Stratum, models.CASCADE, related_name="drawn")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    households = models.PositiveIntegerField()
    # How many households were drawn of it: each with the chance taken ÷ households.
    taken = models.PositiveSmallIntegerField()
    chance_num = models.BigIntegerField()
    chance_den = models.BigIntegerField()
    surveyor = models.ForeignKey(
        Surveyor, models.SET_NULL, null=True, related_name="communities"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_sample_draws_a_community_once", fields=["sample", "division"]
            ),
            models.CheckConstraint(
                name="community_chance_is_a_chance",
                condition=Q(chance_num__gte=1, chance_num__lte=F("chance_den")),
            ),
            models.CheckConstraint(
                name="community_gives_what_it_has",
                condition=Q(taken__gte=1, taken__lte=F("households")),
            ),
        ]

    def __str__(self) -> str:
        return f"community {self.division_id} in sample {self.sample_id}"

    @property
    def is_certain(self) -> bool:
        return self.chance_num == self.chance_den

    @property
    def chance(self) -> Fraction:
        """Of each household of it: the community's chance times the household's in it."""
        return Fraction(self.chance_num, self.chance_den) * Fraction(
            self.taken, self.households
        )


class SampleUnit(models.Model):
    """A household that was drawn. What it answered stands elsewhere, and nothing leads there.

    `pair` is the one exception: households drawn for a second call whose member agreed to it
    share it with their answers until the survey closes, when it is erased on both sides.
    """

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="units", db_index=False)
    community = models.ForeignKey(SampleCommunity, models.CASCADE, related_name="units")
    # The survey's: whoever is assessed sees no row before the end.
    division_id = models.BigIntegerField()
    # Printed on sheets; it opens nothing.
    code = models.CharField(max_length=12, unique=True)
    # Its number in the community's list.
    number = models.PositiveIntegerField()
    # Of WEB_CODE: a keyed digest of the personal code, so that no list of codes exists.
    web_digest = models.BinaryField(max_length=32, null=True, unique=True)
    address_sealed = models.CharField(max_length=1200, blank=True, default="")
    phone_sealed = models.CharField(max_length=200, blank=True, default="")
    surveyor = models.ForeignKey(Surveyor, models.SET_NULL, null=True, related_name="units")
    # The surveyor's, so that row-level security can ask the row itself.
    person = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    # What the last attempt came to; "": nobody tried yet.
    disposition = models.CharField(max_length=13, choices=Disposition.choices, blank=True)
    is_final = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    # A day, never an hour: two lists in order of time would tell who answered what.
    done_on = models.DateField(null=True)
    is_called_back = models.BooleanField(default=False)
    pair = models.UUIDField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_sample_draws_a_household_once",
                fields=["sample", "community", "number"],
            ),
            models.CheckConstraint(
                name="sample_unit_is_done_on_a_day",
                condition=Q(is_final=False, done_on=None)
                | Q(is_final=True, done_on__isnull=False) & ~Q(disposition=""),
            ),
            models.CheckConstraint(
                name="sample_unit_has_surveyor_and_person",
                condition=Q(surveyor=None, person=None)
                | Q(surveyor__isnull=False, person__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["sample", "disposition"], name="sample_unit_by_disposition"),
        ]

    def __str__(self) -> str:
        return f"household {self.code}"
