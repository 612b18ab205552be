"""One evening for those who stand at its door: the keeper, the lecturer, an office."""

from dataclasses import dataclass

from xinfeng.activities import permissions as activities_permissions
from xinfeng.activities.models import Part, Signup, SignupState
from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.people.models import Person
from xinfeng.people.queries import masked_names
from xinfeng.school import permissions
from xinfeng.school.models import NightClass, Session, WalkIns

from .lines import names_of


@dataclass(frozen=True)
class Learner:
    """A row of the list at the door."""

    signup: Signup
    name: str
    may_record: bool

    @property
    def is_here(self) -> bool:
        return self.signup.state in {SignupState.PRESENT, SignupState.LEFT}


@dataclass(frozen=True)
class SessionPage:
    session: Session
    lecturer_name: str
    learners: list[Learner]
    lecturer: Learner | None
    walk_ins: WalkIns | None
    may_run: bool
    may_record: bool
    may_show_door: bool

    @property
    def night_class(self) -> NightClass:
        return self.session.night_class

    @property
    def here(self) -> int:
        return sum(one.is_here for one in self.learners)


def session_page(session_id: int, *, reader: Person, standing: Standing) -> SessionPage | None:
    """None for whoever has nothing to do at this door."""
    with scope.whole_city():
        whole = Session.objects.select_related(
            "night_class__course", "night_class__place", "night_class__lecturer",
            "lecturer", "place", "shift__activity",
        )  # fmt: skip
        session = whole.filter(pk=session_id).first()
        if session is None or session.shift is None or not _may_see(session, standing):
            return None
        activity = session.shift.activity
        may_record = activities_permissions.may_run(standing, activity)
        rows = _rows(session, reader, may_record)
        walk_ins = WalkIns.objects.filter(session=session).first()
        name = names_of([session.lecturer])[session.lecturer_id]
    learners = [one for one in rows if one.signup.part == Part.LEARNER]
    lecturer = next((one for one in rows if one.signup.part == Part.HELPER), None)
    return SessionPage(
        session=session,
        lecturer_name=name,
        learners=learners,
        lecturer=lecturer,
        walk_ins=walk_ins,
        may_run=permissions.may_run(standing, session.night_class, session.lecturer),
        may_record=may_record,
        may_show_door=permissions.may_show_door(standing, session, session.lecturer)
        or may_record,
    )


def _may_see(session: Session, standing: Standing) -> bool:
    return standing.person_id is not None and permissions.may_see_attendance(
        standing, session.night_class, session.lecturer
    )


def _rows(session: Session, reader: Person, may_record: bool) -> list[Learner]:
    assert session.shift is not None
    signups = list(session.shift.signups.roster())
    names = masked_names(one.person_id for one in signups)
    return [
        Learner(
            one,
            names.get(one.person_id, "*"),
            # Nobody vouches for their own presence.
            may_record and one.person_id != reader.pk,
        )
        for one in signups
    ]
