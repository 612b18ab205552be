"""Asking at a door who somebody is: for letting people in, not for finding out."""

from contextlib import AbstractContextManager
from datetime import datetime

from xinfeng.people import telling
from xinfeng.people.models import Person

# Answers that tell whether a number is that of somebody known.
_TELLING = frozenset({"person_unknown"})
# In a quarter of an hour: more strangers than that are counted as heads.
_MOST = 60


def door_told(actor: Person, at: datetime) -> AbstractContextManager[None]:
    """Around letting somebody in: after so many numbers that nobody has, none is tried."""
    return telling.a_few_times(f"door {actor.pk}", at=at, telling=_TELLING, most=_MOST)
