"""The course menu: fields, courses with their materials, series and special topics."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xinfeng.places.models import Division


class Field(models.Model):
    """One of the fields of the night school, from the city pack."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    # Code of the kind of service that giving a class of it counts as; empty: the first kind.
    category = models.CharField(max_length=40, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """Classes under one heading: a sequence of courses, or a special topic of the city."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True, default="")
    outline = models.TextField(blank=True, default="")
    # A special topic that the city sets for a while, e.g. a month of the Civil Code.
    is_topic = models.BooleanField(default=False)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="series_ends_after_it_starts",
                condition=Q(ends_on=None)
                | Q(ends_on__isnull=False, ends_on__gt=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (series {self.pk})"


class Course(models.Model):
    """What a station may order: a subject with its sessions, and what it needs."""

    code = models.CharField(max_length=40, unique=True)
    field = models.ForeignKey(Field, models.PROTECT, related_name="courses")
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True, default="")
    outline = models.TextField()
    sessions = models.PositiveSmallIntegerField()
    # Of one session.
    minutes = models.PositiveSmallIntegerField()
    # What the room must have, in words: a projector, mats, a sink.
    needs = models.CharField(max_length=200, blank=True, default="")
    # For whom it is meant.
    audience = models.CharField(max_length=120, blank=True, default="")
    # Codes of the city pack; its lecturer holds all of them, seen by an office.
    qualifications = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    min_age = models.PositiveSmallIntegerField(null=True)
    topic = models.ForeignKey(Series, models.PROTECT, null=True, related_name="courses")
    # Whose menu it stands on: everybody below may order it.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    # Null: it came with the city pack.
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    offered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="course_has_sessions", condition=Q(sessions__gte=1, sessions__lte=30)
            ),
            models.CheckConstraint(
                name="course_session_fits_an_evening",
                condition=Q(minutes__gte=30, minutes__lte=180),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (course {self.pk})"


class Material(models.Model):
    """A handout of a course; its bytes lie in a row of their own."""

    TYPES = (
        ("application/pdf", "pdf"),
        ("image/jpeg", "jpg"),
        ("image/png", "png"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    )
    MOST_BYTES = 10 * 1024 * 1024

    code = models.CharField(max_length=20, unique=True)
    course = models.ForeignKey(Course, models.PROTECT, related_name="materials")
    title = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_course_holds_a_file_once",
                fields=["course", "digest"],
                condition=Q(removed_at=None),
            ),
            models.CheckConstraint(
                name="material_has_a_size",
                condition=Q(size__gt=0, size__lte=10 * 1024 * 1024),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (material {self.pk})"

    @property
    def extension(self) -> str:
        return dict(self.TYPES)[self.media_type]


class MaterialFile(models.Model):
    """The bytes of a material, apart so that lists never read them; gone when removed."""

    material = models.OneToOneField(
        Material, models.PROTECT, primary_key=True, related_name="file"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"file of material {self.material_id}"
