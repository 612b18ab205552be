from django.conf import settings
from django.db import models
from django.db.models import Q

from xinfeng.places.models import Division

_ME = settings.AUTH_USER_MODEL


class Frame(models.Model):
    """All communities that could be drawn, with how many households each has, as of a day.

    Households have no names here: they are the numbers 1 to `households` of the list that the
    community keeps. A frame that was taken in never changes.
    """

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    as_of = models.DateField()
    # Where the numbers come from: an office and its table.
    source = models.CharField(max_length=200, blank=True)
    # `surveys.drawing.Frame.digest` of it.
    digest = models.CharField(max_length=64)
    communities = models.PositiveIntegerField()
    households = models.PositiveBigIntegerField()
    made_by = models.ForeignKey(_ME, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="frame_digest_is_a_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="frame_lists_somebody", condition=Q(communities__gte=1, households__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"frame {self.code}"


class FrameCommunity(models.Model):
    """A village or community of a frame."""

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="listed", db_index=False)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    is_urban = models.BooleanField()
    households = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_frame_lists_a_community_once", fields=["frame", "division"]
            ),
        ]

    def __str__(self) -> str:
        return f"community {self.division_id} of frame {self.frame_id}"


class FrameTotal(models.Model):
    """How many adults of a kind live in the frame's area, as counted elsewhere: for raking."""

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="totals", db_index=False)
    # "county" (the key is its code), or a margin of the questionnaire: "sex", "age".
    margin = models.CharField(max_length=30)
    key = models.CharField(max_length=30)
    people = models.PositiveBigIntegerField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_frame_total_per_margin_and_key", fields=["frame", "margin", "key"]
            ),
            models.CheckConstraint(
                name="frame_total_counts_somebody", condition=Q(people__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.margin} {self.key} of frame {self.frame_id}"
