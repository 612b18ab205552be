"""Who may stand at a door and say the last digits of their telephone number."""

from datetime import datetime, timedelta

from xinfeng.activities.models import Part, Signup, SignupState
from xinfeng.base import scope
from xinfeng.people.queries import LAST_DIGITS, Likely, with_last_digits
from xinfeng.school.models import Enrolment, Session

# Whoever learnt or enrolled at the place in the last year is known there.
_KNOWN_FOR = timedelta(days=365)
_MOST = 2000


def is_last_digits(text: str) -> bool:
    """Just those digits that every list shows of a number.

    With more of them compared, a door would tell a whole number digit by digit.
    """
    return text.isascii() and text.isdigit() and len(text) == LAST_DIGITS


def likely(session: Session, digits: str, at: datetime) -> list[Likely]:
    """Those known at this place whose number ends so; for whoever runs the class only."""
    return with_last_digits(_known_at(session.place_id, at) - {_lecturer(session)}, digits)


def _known_at(place_id: int, at: datetime) -> set[int]:
    since = at - _KNOWN_FOR
    with scope.whole_city():
        enrolled = Enrolment.objects.filter(
            night_class__place=place_id, asked_at__gte=since
        ).order_by("-pk")
        shifts = Session.objects.filter(
            place=place_id, shift__isnull=False, starts_at__gte=since, starts_at__lte=at
        )
        came = Signup.objects.filter(
            shift__in=shifts.values("shift_id"), part=Part.LEARNER,
            state__in=[SignupState.PRESENT, SignupState.LEFT],
        ).order_by("-pk")  # fmt: skip
        found = [*enrolled.values_list("person_id", flat=True)[:_MOST]]
        found += came.values_list("person_id", flat=True)[:_MOST]
    return set(found)


def _lecturer(session: Session) -> int:
    with scope.whole_city():
        return Session.objects.values_list("lecturer__person_id", flat=True).get(pk=session.pk)
