"""Which classes time has something to do with; ids only, each is decided under its lock."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Max, Min, Q

from xinfeng.activities.models import ActivityState
from xinfeng.base import clock, pack, scope
from xinfeng.school.evenings import KNOWN_BEFORE
from xinfeng.school.models import (
    ClassState,
    EnrolmentState,
    NightClass,
    Session,
    SessionState,
)

_PLANNED = Q(sessions__state=SessionState.PLANNED)


def classes_to_lapse(at: datetime) -> list[int]:
    """Lecturers who are silent too long, and drafts whose first evening has come."""
    days = pack.load(settings.CITY_PACK).rules.class_answer_days
    silent = Q(state=ClassState.PROPOSED, asked_at__lte=at - timedelta(days=days))
    open_ones = Q(state__in=[ClassState.DRAFT, ClassState.PROPOSED])
    late = open_ones & Q(first_on__lte=clock.local_date(at))
    return _ids(NightClass.objects.filter(silent | late))


def classes_to_end(at: datetime) -> list[int]:
    """Published ones after their last evening; confirmed ones whose first one has come."""
    live = NightClass.objects.filter(state__in=[ClassState.PUBLISHED, ClassState.CONFIRMED])
    told = live.annotate(
        first=Min("sessions__starts_at", filter=_PLANNED),
        last=Max("sessions__ends_at", filter=_PLANNED),
    )
    published = Q(state=ClassState.PUBLISHED) & (Q(last=None) | Q(last__lte=at))
    confirmed = Q(state=ClassState.CONFIRMED) & (Q(first=None) | Q(first__lte=at))
    return _ids(told.filter(published | confirmed))


def sessions_to_lapse(at: datetime) -> list[int]:
    """Moved evenings near at hand that their lecturers have not accepted."""
    asked = Session.objects.planned().filter(
        asked_at__isnull=False,
        starts_at__lte=at + KNOWN_BEFORE,
        night_class__state=ClassState.PUBLISHED,
    )
    return _ids(asked)


def sessions_called_off_elsewhere() -> list[int]:
    """Evenings whose activity was called off on its own page."""
    off = Session.objects.planned().filter(activity__state=ActivityState.CALLED_OFF)
    return _ids(off)


def classes_to_fill(at: datetime) -> list[int]:
    """Where somebody waits although a place is free."""
    taken = Count("enrolments", filter=Q(enrolments__state=EnrolmentState.ENROLLED))
    waiting = Count("enrolments", filter=Q(enrolments__state=EnrolmentState.WAITING))
    live = NightClass.objects.filter(
        state=ClassState.PUBLISHED, enrolments__state=EnrolmentState.WAITING
    )
    counted = live.annotate(taken=taken, waits=waiting)
    with scope.whole_city():
        return _ids(counted.filter(waits__gt=0, taken__lt=F("quota")))


def _ids(found) -> list[int]:  # type: ignore[no-untyped-def]
    return list(found.order_by("pk").values_list("pk", flat=True))
