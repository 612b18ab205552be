"""Classes as lists show them: who gives it, how many places are free, when it is next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.utils.translation import gettext as _

from xinfeng.base import scope
from xinfeng.people.queries import masked_names, published_names
from xinfeng.school.models import (
    Enrolment,
    EnrolmentState,
    Lecturer,
    NightClass,
    NightClassQuerySet,
    Session,
)

PAGE = 30


@dataclass(frozen=True)
class ClassLine:
    """One class with what is read for a whole list at once."""

    night_class: NightClass
    lecturer: str
    taken: int
    waiting: int
    next_at: datetime | None

    @property
    def free(self) -> int:
        return max(0, self.night_class.quota - self.taken)


def named(classes: NightClassQuerySet) -> NightClassQuerySet:
    """With all that a line says; the lecturers' rows need the scope of the whole city."""
    return classes.select_related("course__field", "place", "division", "lecturer")


def lines_of(classes: Sequence[NightClass], at: datetime) -> list[ClassLine]:
    """Three questions for any number of classes."""
    ids = [one.pk for one in classes]
    with scope.whole_city():
        taken = _enrolments(ids)
        sessions = Session.objects.planned().filter(night_class__in=ids, ends_at__gt=at)
        following = dict(
            sessions.order_by("night_class")
            .values_list("night_class")
            .annotate(Min("starts_at"))
        )
        names = names_of(one.lecturer for one in classes)
    return [
        ClassLine(
            one,
            names[one.lecturer_id],
            taken.get((one.pk, EnrolmentState.ENROLLED), 0),
            taken.get((one.pk, EnrolmentState.WAITING), 0),
            following.get(one.pk),
        )
        for one in classes
    ]


def names_of(lecturers: Iterable[Lecturer]) -> dict[int, str]:
    """What everybody may call them: the name where they agreed to that, else 王老师."""
    people = {one.pk: one.person_id for one in lecturers}
    whole, masked = published_names(people.values()), masked_names(people.values())
    return {
        pk: whole.get(person_id) or _courteous(masked.get(person_id, ""))
        for pk, person_id in people.items()
    }


def _courteous(masked: str) -> str:
    return _("Teacher %(family)s") % {"family": masked[:1]} if masked else _("a lecturer")


def _enrolments(ids: list[int]) -> dict[tuple[int, str], int]:
    live = Enrolment.objects.live().filter(night_class__in=ids)
    rows = live.order_by("night_class").values_list("night_class", "state")
    return {(pk, state): heads for pk, state, heads in rows.annotate(heads=Count("pk"))}
