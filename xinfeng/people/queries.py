"""What a person may reach, read from grants."""

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser

from xinfeng.base import codes, standing
from xinfeng.base.standing import Standing

from .models import Grant


@standing.builder
def standing_of(person: AbstractBaseUser, on: date) -> Standing:
    """The person's valid grants; a grant on a place reaches that place only. One query."""
    grants = Grant.objects.filter(person_id=person.pk).valid_on(on).order_by("pk")
    rows = list(grants.values_list("role", "division_id", "place_id"))
    return Standing(
        person_id=person.pk,
        roles=tuple(
            (role, *codes.span(code, codes.level_of(code)))
            for role, code, _place in rows
            if code is not None
        ),
        places=frozenset(place for _role, _code, place in rows if place is not None),
    )
