from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xinfeng.base.refusal import Refusal
from xinfeng.places.models import Division, Place

from .catalogue import Course, Series
from .lecturers import EVENINGS


class RequestState(models.TextChoices):
    ASKED = "ASKED", _("asked for")
    PLACED = "PLACED", _("in the timetable")
    UNPLACED = "UNPLACED", _("not placed yet")
    REFUSED = "REFUSED", _("refused")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    SERVED = "SERVED", _("held")


# The next timetable looks at them.
WAITING_FOR_PLACE = (RequestState.ASKED, RequestState.UNPLACED)


class Unplaced(models.TextChoices):
    """Why the timetable has no place for a class; the numbers stand in `why_numbers`."""

    NOBODY_TEACHES_IT = "NOBODY_TEACHES_IT", _("no lecturer teaches it")
    NOBODY_COMES_SO_FAR = "NOBODY_COMES_SO_FAR", _("no lecturer of it comes so far")
    NOBODY_FREE = "NOBODY_FREE", _("no lecturer in reach is free on the evenings wished")
    ROOM_TAKEN = "ROOM_TAKEN", _("the room is taken on the evenings wished")
    OTHERS_CAME_FIRST = "OTHERS_CAME_FIRST", _("others got the lecturers and rooms")


class ClassRequestQuerySet(models.QuerySet["ClassRequest"]):
    def inside(self, lo: int, hi: int) -> "ClassRequestQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def waiting(self) -> "ClassRequestQuerySet":
        return self.filter(state__in=WAITING_FOR_PLACE)


class ClassRequest(models.Model):
    """A station's wish for a class: the course, from when on, on which evenings, which room."""

    MOVES: ClassVar = {
        RequestState.ASKED: {
            RequestState.PLACED, RequestState.UNPLACED, RequestState.REFUSED,
            RequestState.WITHDRAWN,
        },
        RequestState.UNPLACED: {
            RequestState.PLACED, RequestState.REFUSED, RequestState.WITHDRAWN,
        },
        # A lecturer declines, or the class is called off: it waits for the next timetable.
        RequestState.PLACED: {
            RequestState.ASKED, RequestState.SERVED, RequestState.WITHDRAWN,
        },
    }  # fmt: skip

    code = models.CharField(max_length=20, unique=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, related_name="requests")
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="requests")
    # A Monday: the first week in which it may begin.
    wished_from = models.DateField()
    # Bit 0 is Monday evening.
    evenings = models.PositiveSmallIntegerField()
    # Minute of the day at which its sessions begin.
    begins_minute = models.PositiveSmallIntegerField()
    heads = models.PositiveSmallIntegerField()
    # Name or number of a room of the place; two classes of one evening have two rooms.
    room = models.CharField(max_length=40)
    # Whose class it is, where the same people take several; empty: anybody's.
    group = models.CharField(max_length=40, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(
        max_length=9, choices=RequestState.choices, default=RequestState.ASKED
    )
    why = models.CharField(max_length=20, choices=Unplaced.choices, blank=True, default="")
    why_numbers = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # Why it was refused, or why it is no longer wished.
    reason = models.CharField(max_length=200, blank=True, default="")

    objects = ClassRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="class_request_evenings_are_of_a_week",
                condition=Q(evenings__gte=1, evenings__lt=2**EVENINGS),
            ),
            models.CheckConstraint(name="class_request_has_heads", condition=Q(heads__gte=1)),
            models.CheckConstraint(
                name="class_request_week_begins_on_monday",
                condition=Q(wished_from__week_day=2),
            ),
            models.CheckConstraint(
                name="class_request_begins_within_a_day",
                condition=Q(begins_minute__gte=360, begins_minute__lte=1320),
            ),
            models.CheckConstraint(
                name="class_request_unplaced_says_why",
                condition=Q(state="UNPLACED") & ~Q(why="") | ~Q(state="UNPLACED") & Q(why=""),
            ),
            models.CheckConstraint(
                name="class_request_end_agrees_with_state",
                condition=Q(state__in=["ASKED", "PLACED", "UNPLACED"], closed_at=None)
                | Q(state__in=["REFUSED", "WITHDRAWN", "SERVED"], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="class_request_refused_with_reason",
                condition=~Q(state="REFUSED") | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["division", "state", "id"], name="class_request_by_division"),
            models.Index(fields=["place", "id"], name="class_request_by_place"),
        ]

    def __str__(self) -> str:
        return f"class request {self.pk} ({self.state})"

    def move_to(self, state: RequestState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(RequestState(self.state), set()):
            raise Refusal(
                "request_state", gettext("This class request is already closed or placed.")
            )
        self.state = state
        if state != RequestState.UNPLACED:
            self.why, self.why_numbers = "", {}


class TimetableState(models.TextChoices):
    QUEUED = "QUEUED", pgettext_lazy("timetable", "waiting")
    RUNNING = "RUNNING", _("being worked out")
    DRAFT = "DRAFT", pgettext_lazy("timetable", "draft")
    PUBLISHED = "PUBLISHED", _("sent to the lecturers")
    FAILED = "FAILED", _("failed")


class Timetable(models.Model):
    """One working-out of a timetable for a division, from a Monday on; a job does it.

    As long as it is a draft the office changes it by hand; publishing asks the lecturers.
    """

    MOVES: ClassVar = {
        TimetableState.QUEUED: {TimetableState.RUNNING, TimetableState.FAILED},
        TimetableState.RUNNING: {TimetableState.DRAFT, TimetableState.FAILED},
        TimetableState.DRAFT: {TimetableState.PUBLISHED},
    }

    code = models.CharField(max_length=20, unique=True)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    # A Monday.
    first_week = models.DateField()
    # Classes begin within so many weeks.
    weeks = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=9, choices=TimetableState.choices, default=TimetableState.QUEUED
    )
    # In percent, for the page that waits.
    progress = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    # What came out; null until it is done.
    placed = models.PositiveIntegerField(null=True)
    kept = models.PositiveIntegerField(null=True)
    unplaced = models.PositiveIntegerField(null=True)
    # The way of all there and back, its cost, and what no timetable could undercut.
    travel_m = models.BigIntegerField(null=True)
    cost_m = models.BigIntegerField(null=True)
    bound_m = models.BigIntegerField(null=True)
    # Why it failed: a stable code.
    failure = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="timetable_begins_on_monday", condition=Q(first_week__week_day=2)
            ),
            models.CheckConstraint(
                name="timetable_has_weeks", condition=Q(weeks__gte=1, weeks__lte=26)
            ),
            models.CheckConstraint(
                name="timetable_progress_is_percent", condition=Q(progress__lte=100)
            ),
            models.CheckConstraint(
                name="timetable_figures_agree_with_state",
                condition=Q(state__in=["QUEUED", "RUNNING", "FAILED"], placed=None,
                            unplaced=None, published_at=None)
                | Q(state="DRAFT", placed__isnull=False, unplaced__isnull=False,
                    done_at__isnull=False, published_at=None)
                | Q(state="PUBLISHED", placed__isnull=False, unplaced__isnull=False,
                    done_at__isnull=False, published_at__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["division", "id"], name="timetable_by_division")]

    def __str__(self) -> str:
        return f"timetable {self.pk} ({self.state})"

    def move_to(self, state: TimetableState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(TimetableState(self.state), set()):
            raise Refusal("timetable_state", gettext("This timetable is in another state."))
        self.state = state
