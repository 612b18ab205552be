"""What the activity of a session says: in the city's language, whoever presses the button."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from xinfeng.activities.commands import NewActivity, NewPost, NewShift
from xinfeng.activities.models import Audience, Nature, Part

from .models import NightClass, Session

# A check-in by position counts from the hall and the yard before it.
FENCE_M = 300


def activity_of(
    night_class: NightClass, session: Session, *, category_id: int, deputies: tuple[int, ...]
) -> NewActivity:
    """The first evening as an activity; the others repeat it. It names no person."""
    course, place = night_class.course, night_class.place
    with translation.override(settings.LANGUAGE_CODE):
        return NewActivity(
            code=f"{night_class.code}-{session.number}",
            title=_("Night school: %(course)s") % {"course": course.title},
            category_id=category_id,
            division_id=night_class.division_id,
            place_id=place.pk,
            nature=Nature.PAID if night_class.is_paid else Nature.SERVICE,
            content=course.outline,
            conditions=course.audience or _("Everybody may come."),
            contact=_("Ask at %(place)s.") % {"place": place.name},
            risks=_("None known."),
            protection=_("The keeper of the place is present and looks after safety."),
            meeting_point=f"{place.address or place.name} {night_class.room}".strip(),
            deputies=deputies,
            fence_m=FENCE_M if place.lat_e6 is not None else None,
            shifts=(_shift(night_class, session),),
        )


def _shift(night_class: NightClass, session: Session) -> NewShift:
    """Nobody signs up for single evenings: the class enrols, and books them all."""
    return NewShift(
        session.starts_at,
        session.ends_at,
        night_class.quota + 1,
        posts=(
            NewPost(_("Lecturer"), 1, part=Part.HELPER, audience=Audience.INVITED),
            NewPost(
                _("Learner"),
                night_class.quota,
                min_age=night_class.course.min_age,
                part=Part.LEARNER,
                audience=Audience.INVITED,
            ),
        ),
    )
