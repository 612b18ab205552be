from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xinfeng.activities.models import Activity, Shift
from xinfeng.base.refusal import Refusal
from xinfeng.places.models import Division, Place

from .catalogue import Course, Series
from .lecturers import Lecturer
from .requests import ClassRequest, Timetable


class ClassState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("class", "draft")
    PROPOSED = "PROPOSED", _("the lecturer is asked")
    CONFIRMED = "CONFIRMED", _("the lecturer has accepted")
    PUBLISHED = "PUBLISHED", _("open for enrolment")
    ENDED = "ENDED", pgettext_lazy("class", "ended")
    CALLED_OFF = "CALLED_OFF", _("called off")
    DECLINED = "DECLINED", _("the lecturer has declined")
    WITHDRAWN = "WITHDRAWN", _("replaced before it was accepted")


# They hold their lecturer, room and group.
LIVE_CLASSES = (
    ClassState.DRAFT,
    ClassState.PROPOSED,
    ClassState.CONFIRMED,
    ClassState.PUBLISHED,
)
# The lecturer has accepted them.
TAUGHT = (ClassState.CONFIRMED, ClassState.PUBLISHED, ClassState.ENDED)


class DeclineReason(models.TextChoices):
    BUSY = "BUSY", _("other duties on these evenings")
    TOO_FAR = "TOO_FAR", _("too far")
    NOT_MY_SUBJECT = "NOT_MY_SUBJECT", _("not my subject")
    HEALTH = "HEALTH", _("health")
    OTHER = "OTHER", _("another reason")


class NightClassQuerySet(models.QuerySet["NightClass"]):
    def inside(self, lo: int, hi: int) -> "NightClassQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def live(self) -> "NightClassQuerySet":
        return self.filter(state__in=LIVE_CLASSES)

    def public(self) -> "NightClassQuerySet":
        """What everybody may read: open for enrolment, held, or called off after that."""
        return self.filter(published_at__isnull=False)


class NightClass(models.Model):
    """A course given by one lecturer at one place, week by week on the same evening.

    A draft stands in a timetable that the office still looks at; its lecturer knows nothing of
    it. Nobody teaches without having accepted: `accepted_at` is the lecturer's own doing.
    """

    MOVES: ClassVar = {
        ClassState.DRAFT: {ClassState.PROPOSED, ClassState.WITHDRAWN},
        ClassState.PROPOSED: {
            ClassState.CONFIRMED, ClassState.DECLINED, ClassState.WITHDRAWN,
        },
        ClassState.CONFIRMED: {
            # Moved: the lecturer said yes to other evenings, and is asked again.
            ClassState.PROPOSED, ClassState.PUBLISHED, ClassState.CALLED_OFF,
        },
        ClassState.PUBLISHED: {ClassState.ENDED, ClassState.CALLED_OFF},
    }  # fmt: skip

    code = models.CharField(max_length=20, unique=True)
    request = models.ForeignKey(ClassRequest, models.PROTECT, related_name="classes")
    course = models.ForeignKey(Course, models.PROTECT, related_name="classes")
    lecturer = models.ForeignKey(Lecturer, models.PROTECT, related_name="classes")
    timetable = models.ForeignKey(Timetable, models.PROTECT, null=True, related_name="classes")
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="classes")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    room = models.CharField(max_length=40)
    group = models.CharField(max_length=40, blank=True, default="")
    first_on = models.DateField()
    begins_minute = models.PositiveSmallIntegerField()
    ends_minute = models.PositiveSmallIntegerField()
    sessions_count = models.PositiveSmallIntegerField()
    quota = models.PositiveSmallIntegerField()
    # As the lecturer was when asked; paid teaching earns no service hours.
    is_paid = models.BooleanField(default=False)
    # The lecturer's way there and back of all sessions.
    travel_m = models.PositiveIntegerField(null=True)
    state = models.CharField(
        max_length=10, choices=ClassState.choices, default=ClassState.DRAFT
    )
    placed_at = models.DateTimeField()
    # Null: the timetable; else who placed or last moved it by hand.
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(
        max_length=16, choices=DeclineReason.choices, blank=True, default=""
    )
    decline_text = models.CharField(max_length=200, blank=True, default="")
    published_at = models.DateTimeField(null=True)
    # Whoever published leads its activities; the lecturer never does.
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    # Why it was called off, for everybody to read.
    reason = models.CharField(max_length=200, blank=True, default="")

    objects = NightClassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_class_per_request",
                fields=["request"],
                condition=Q(state__in=["DRAFT", "PROPOSED", "CONFIRMED", "PUBLISHED", "ENDED"]),
            ),
            models.CheckConstraint(name="class_has_a_quota", condition=Q(quota__gte=1)),
            models.CheckConstraint(
                name="class_has_sessions", condition=Q(sessions_count__gte=1)
            ),
            models.CheckConstraint(
                name="class_ends_after_it_begins",
                condition=Q(ends_minute__gt=F("begins_minute"), ends_minute__lte=1440),
            ),
            models.CheckConstraint(
                name="class_asked_agrees_with_state",
                condition=Q(state="DRAFT", asked_at=None)
                | Q(state="WITHDRAWN")
                | ~Q(state__in=["DRAFT", "WITHDRAWN"]) & Q(asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_teaches_without_accepting",
                condition=Q(state__in=["CONFIRMED", "PUBLISHED", "ENDED", "CALLED_OFF"],
                            accepted_at__isnull=False)
                | Q(state__in=["DRAFT", "PROPOSED", "DECLINED", "WITHDRAWN"],
                    accepted_at=None),
            ),
            models.CheckConstraint(
                name="class_declined_with_reason",
                condition=Q(state="DECLINED", declined_at__isnull=False)
                & ~Q(decline_reason="")
                | ~Q(state="DECLINED") & Q(declined_at=None, decline_reason=""),
            ),
            models.CheckConstraint(
                name="class_publication_agrees_with_state",
                condition=Q(state__in=["PUBLISHED", "ENDED"], published_at__isnull=False,
                            published_by__isnull=False)
                | Q(state="CALLED_OFF")
                | Q(state__in=["DRAFT", "PROPOSED", "CONFIRMED", "DECLINED", "WITHDRAWN"],
                    published_at=None, published_by=None),
            ),
            models.CheckConstraint(
                name="class_end_agrees_with_state",
                condition=Q(state__in=["DRAFT", "PROPOSED", "CONFIRMED", "PUBLISHED"],
                            closed_at=None)
                | Q(state__in=["ENDED", "CALLED_OFF", "DECLINED", "WITHDRAWN"],
                    closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="class_called_off_with_reason",
                condition=~Q(state="CALLED_OFF") | ~Q(reason=""),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["division", "state", "id"], name="class_by_division"),
            models.Index(fields=["place", "state", "id"], name="class_by_place"),
            models.Index(fields=["lecturer", "state", "id"], name="class_by_lecturer"),
            models.Index(fields=["course", "state", "id"], name="class_by_course"),
        ]

    def __str__(self) -> str:
        return f"class {self.code} ({self.state})"

    @property
    def weekday(self) -> int:
        """Monday is 0."""
        return self.first_on.weekday()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_CLASSES

    def move_to(self, state: ClassState) -> None:
        """Change state in memory, or refuse. Saving is the command's business."""
        if state not in self.MOVES.get(ClassState(self.state), set()):
            raise Refusal("class_state", gettext("This class is already in another state."))
        self.state = state


class SessionState(models.TextChoices):
    PLANNED = "PLANNED", _("planned")
    CALLED_OFF = "CALLED_OFF", _("called off")


class SessionQuerySet(models.QuerySet["Session"]):
    def planned(self) -> "SessionQuerySet":
        return self.filter(state=SessionState.PLANNED)

    def between(self, first: date, until: date) -> "SessionQuerySet":
        return self.filter(on__gte=first, on__lt=until)


class Session(models.Model):
    """One evening of a class, once published a shift of an activity of its own.

    Lecturer, place, room and group are those of the class, kept here so that the database
    itself refuses two of them on one evening. A class that nobody gives has no sessions.
    """

    night_class = models.ForeignKey(NightClass, models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    on = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lecturer = models.ForeignKey(Lecturer, models.PROTECT, related_name="sessions")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    room = models.CharField(max_length=40)
    group = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(
        max_length=10, choices=SessionState.choices, default=SessionState.PLANNED
    )
    # Both null until the class is published.
    activity = models.OneToOneField(Activity, models.PROTECT, null=True, related_name="+")
    shift = models.OneToOneField(Shift, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")
    # Moved after publishing: the lecturer has been asked since, and has not accepted it.
    asked_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_class_has_a_session_once", fields=["night_class", "number"]
            ),
            models.UniqueConstraint(
                name="a_lecturer_teaches_once_an_evening",
                fields=["lecturer", "on"],
                condition=Q(state="PLANNED"),
            ),
            models.UniqueConstraint(
                name="a_room_is_used_once_an_evening",
                fields=["place", "room", "on"],
                condition=Q(state="PLANNED"),
            ),
            models.UniqueConstraint(
                name="a_group_learns_once_an_evening",
                fields=["place", "group", "on"],
                condition=Q(state="PLANNED") & ~Q(group=""),
            ),
            models.CheckConstraint(
                name="session_state_is_known", condition=Q(state__in=["PLANNED", "CALLED_OFF"])
            ),
            models.CheckConstraint(
                name="session_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="session_shift_is_whole",
                condition=Q(activity=None, shift=None)
                | Q(activity__isnull=False, shift__isnull=False),
            ),
            models.CheckConstraint(
                name="session_asked_again_is_published",
                condition=Q(asked_at=None) | Q(shift__isnull=False),
            ),
            models.CheckConstraint(
                name="session_declined_was_asked",
                condition=Q(declined_at=None) | Q(asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="session_called_off_with_reason",
                condition=~Q(state="CALLED_OFF") | ~Q(reason=""),
            ),
        ]
        indexes = [
            models.Index(fields=["on", "id"], name="session_by_day"),
            models.Index(fields=["place", "on"], name="session_by_place"),
            models.Index(fields=["lecturer", "on"], name="session_by_lecturer"),
        ]

    def __str__(self) -> str:
        return f"session {self.number} of class {self.night_class_id} (session {self.pk})"
