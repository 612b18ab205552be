"""Keepers come and go; whoever keeps the place now runs the evenings that are still ahead."""

from datetime import datetime

from xinfeng.activities.commands.programme import deputise_arranged
from xinfeng.base import clock, scope
from xinfeng.school.models import ClassState, NightClass
from xinfeng.school.queries.keepers import keepers

from .placing import lock_class, planned


@scope.command
def renew_deputies(*, class_id: int, at: datetime) -> NightClass | None:
    """Who became keeper after publishing deputises, too; who no longer is one does not.

    The lecturer never runs the own class, even as a keeper of its place.
    """
    night_class = lock_class(class_id)
    if night_class is None or night_class.state != ClassState.PUBLISHED:
        return night_class
    found = keepers(night_class.place_id, clock.local_date(at))
    add = found.now - {night_class.lecturer.person_id}
    for session in planned(night_class):
        if session.starts_at > at and session.activity_id is not None:
            deputise_arranged(activity_id=session.activity_id, add=add, drop=found.gone, at=at)
    return night_class
