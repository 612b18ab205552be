"""Submissions that upper rooms keep from somebody: they say it once, when loaded.

    @hiding.declare
    def from_the_assessed(person_id: int) -> Q:
        return Q(form_version__form__subject="point") if judged(person_id) else Q(pk__in=[])

What somebody sent themselves is never kept from them.
"""

from collections.abc import Callable

from django.db.models import Q

Hidden = Callable[[int], Q]
_hidden: list[Hidden] = []


def declare(hidden: Hidden) -> Hidden:
    _hidden.append(hidden)
    return hidden


def open_to(person_id: int | None) -> Q:
    """The submissions that nobody keeps from this person."""
    if person_id is None:
        return Q()
    kept = Q(pk__in=[])
    for hidden in _hidden:
        kept |= hidden(person_id)
    return Q(person=person_id) | ~kept
