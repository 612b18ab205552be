"""Who may do what in the night school. Pure questions: no queries, no exceptions."""

from xinfeng.base.standing import Standing
from xinfeng.people.permissions import OFFICES, SEES_PEOPLE
from xinfeng.places.models import Place

from .models import ClassRequest, Course, Lecturer, NightClass, Session


def may_offer_courses(standing: Standing, division_id: int) -> bool:
    """The offices put courses on the menu of their own area."""
    return standing.covers(division_id, OFFICES)


def may_add_material(standing: Standing, course: Course, teaches: bool) -> bool:
    """The office of the course, and a lecturer who gives or gave it."""
    return teaches or may_offer_courses(standing, course.division_id)


def may_decide_lecturer(standing: Standing, lecturer: Lecturer) -> bool:
    """The offices above where the lecturer lives, but nobody about themselves."""
    own = standing.person_id == lecturer.person_id
    return standing.covers(lecturer.division_id, OFFICES) and not own


def may_pause(standing: Standing, lecturer: Lecturer) -> bool:
    """Stopping, for a while or for good, is the lecturer's own right, too."""
    return standing.person_id == lecturer.person_id or may_decide_lecturer(standing, lecturer)


def may_request(standing: Standing, place: Place) -> bool:
    """Its keeper asks for the place, or an office above it."""
    return place.pk in standing.places or standing.covers(place.division_id, OFFICES)


def may_withdraw(standing: Standing, wanted: ClassRequest) -> bool:
    keeps = wanted.place_id in standing.places
    return keeps or standing.covers(wanted.division_id, OFFICES)


def may_plan(standing: Standing, lo: int, hi: int) -> bool:
    """Timetables are made by an office for what lies wholly within its reach."""
    return standing.covers_all(lo, hi, OFFICES)


def may_place(standing: Standing, division_id: int) -> bool:
    """Refuse a request, place or move a class by hand, send it to its lecturer."""
    return standing.covers(division_id, OFFICES)


def may_answer(standing: Standing, lecturer: Lecturer) -> bool:
    """Nobody accepts in another's name."""
    return standing.person_id == lecturer.person_id


def may_run(standing: Standing, night_class: NightClass, lecturer: Lecturer) -> bool:
    """Publish it, call it off, move a session: the keeper of its place or an office above.

    The lecturer never runs the own class: nobody vouches for their own hours.
    """
    if standing.person_id == lecturer.person_id:
        return False
    keeps = night_class.place_id in standing.places
    return keeps or standing.covers(night_class.division_id, OFFICES)


def may_see_attendance(standing: Standing, night_class: NightClass, lecturer: Lecturer) -> bool:
    """Who runs it, its lecturer, and the auditor."""
    teaches = standing.person_id == lecturer.person_id
    oversees = standing.covers(night_class.division_id, SEES_PEOPLE)
    return teaches or oversees or night_class.place_id in standing.places


def may_show_door(standing: Standing, session: Session, lecturer: Lecturer) -> bool:
    """The code of the door is shown by the keeper or the lecturer, who stand beside it."""
    keeps = session.place_id in standing.places
    return keeps or standing.person_id == lecturer.person_id
