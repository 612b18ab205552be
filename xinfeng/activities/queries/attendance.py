"""Who is expected on a shift, and who came."""

from dataclasses import dataclass

from xinfeng.activities import permissions
from xinfeng.activities.models import Shift, Signup
from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person
from xinfeng.people.permissions import SEES_PEOPLE
from xinfeng.people.queries import masked_names

ROSTER = 1000


@dataclass(frozen=True)
class Attendance:
    """A row of the roster, and whether the reader may say that this person is here."""

    signup: Signup
    name: str
    may_record: bool


@dataclass(frozen=True)
class RosterPage:
    shift: Shift
    rows: list[Attendance]
    may_record: bool


def roster_page(shift_id: int, *, reader: Person, standing: Standing) -> RosterPage | None:
    """Who is expected and who came; None for those who may not know."""
    shifts = Shift.objects.select_related("activity__division", "activity__place")
    shift = shifts.filter(pk=shift_id).first()
    if shift is None or not permissions.may_see_roster(standing, shift.activity):
        return None
    with scope.reading(person_id=reader.pk, spans=_spans(shift, standing)):
        signups = list(shift.signups.roster()[:ROSTER])
    may_record = permissions.may_run(standing, shift.activity)
    return RosterPage(shift, _rows(signups, shift, reader, may_record), may_record)


def roster_row(signup_id: int, *, reader: Person, standing: Standing) -> Attendance | None:
    """One row of the roster again, after a button changed it."""
    with scope.whole_city():
        signup = (
            Signup.objects.select_related("shift__activity", "person")
            .filter(pk=signup_id)
            .first()
        )
    if signup is None or not permissions.may_see_roster(standing, signup.shift.activity):
        return None
    may_record = permissions.may_run(standing, signup.shift.activity)
    return _rows([signup], signup.shift, reader, may_record)[0]


def _spans(shift: Shift, standing: Standing) -> list[tuple[int, int]]:
    # Leading an activity, or keeping its place, reaches the rows of its own division.
    code = shift.activity.division_id
    return [(code, code + 1), *standing.spans(SEES_PEOPLE)]


def _rows(
    signups: list[Signup], shift: Shift, reader: Person, may_record: bool
) -> list[Attendance]:
    names = masked_names(signup.person_id for signup in signups)
    for signup in signups:
        signup.shift = shift
    return [
        Attendance(
            signup,
            names.get(signup.person_id, "*"),
            # Nobody vouches for their own hours.
            may_record and signup.person_id != reader.pk,
        )
        for signup in signups
    ]
