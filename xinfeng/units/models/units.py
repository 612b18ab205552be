from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinfeng.places.models import Division


class UnitKind(models.TextChoices):
    CITY = "CITY", _("department of the city")
    COUNTY = "COUNTY", _("department of a county")
    TOWNSHIP = "TOWNSHIP", _("township or street office")
    PUBLIC = "PUBLIC", _("public institution")
    COMPANY = "COMPANY", _("company")
    OTHER = "OTHER", _("other")


class UnitQuerySet(models.QuerySet["Unit"]):
    def inside(self, lo: int, hi: int) -> "UnitQuerySet":
        return self.filter(division_id__gte=lo, division_id__lt=hi)

    def active(self) -> "UnitQuerySet":
        return self.filter(is_active=True)

    def in_reading_order(self) -> "UnitQuerySet":
        return self.order_by("division_id", "code", "pk")


class Unit(models.Model):
    """A responsible unit (责任单位): it answers for points, and repairs what is found there."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=UnitKind.choices)
    # The division whose offices are above the unit.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    is_active = models.BooleanField(default=True, db_default=True)
    since = models.DateField()
    until = models.DateField(null=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unit_kind_is_known", condition=Q(kind__in=list(UnitKind.values))
            ),
            models.CheckConstraint(
                name="unit_is_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=F("pk"))
            ),
            models.CheckConstraint(
                name="unit_end_agrees_with_activity",
                condition=Q(is_active=True, until=None)
                | Q(is_active=False, until__isnull=False, until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class MemberRole(models.TextChoices):
    HEAD = "HEAD", _("head")
    LIAISON = "LIAISON", _("liaison")
    STAFF = "STAFF", _("staff member")


class MemberQuerySet(models.QuerySet["UnitMember"]):
    def current(self) -> "MemberQuerySet":
        return self.filter(until=None)

    def on(self, day: date) -> "MemberQuerySet":
        ended = Q(until=None) | Q(until__gt=day)
        return self.filter(ended, since__lte=day)


class UnitMember(models.Model):
    """Somebody who acts for a unit during some days; half-open, so an empty span is a slip."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The unit's, so that row-level security can ask it.
    division_id = models.BigIntegerField()
    role = models.CharField(max_length=8, choices=MemberRole.choices)
    since = models.DateField()
    until = models.DateField(null=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="unit_member_role_is_known", condition=Q(role__in=list(MemberRole.values))
            ),
            models.CheckConstraint(
                name="unit_member_ends_after_beginning",
                condition=Q(until=None) | Q(until__isnull=False, until__gte=F("since")),
            ),
            models.UniqueConstraint(
                name="one_current_membership_of_a_unit",
                fields=["unit", "person"],
                condition=Q(until=None),
            ),
            models.UniqueConstraint(
                name="one_head_of_a_unit_at_a_time",
                fields=["unit"],
                condition=Q(role="HEAD", until=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of unit {self.unit_id} (member {self.pk})"
