"""What a person brings to a shift, read before it is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass

from xinfeng.base import clock, scope
from xinfeng.people.models import CareKind, Guardianship, Person
from xinfeng.people.queries import Abilities, abilities, ages

from .models import Post, Shift, Signup

WITH_GUARDIAN = 10


@dataclass(frozen=True)
class Fitness:
    """Age, skills and valid qualifications on the day; whether a guardian comes along."""

    age: int | None = None
    skills: frozenset[str] = frozenset()
    qualifications: frozenset[str] = frozenset()
    is_accompanied: bool = False


def of(person: Person, shift: Shift, posts: Iterable[Post]) -> Fitness:
    """What these posts may ask; in a rush every question less counts."""
    on = clock.local_date(shift.starts_at)
    if any(post.skills or post.qualifications for post in posts):
        able = abilities(person.pk, on)
    else:
        able = Abilities(ages([person.pk], on)[person.pk], frozenset(), frozenset())
    small = able.age is not None and able.age < WITH_GUARDIAN
    return Fitness(
        able.age,
        able.skills,
        able.qualifications,
        is_accompanied=small and _guardian_comes(person, shift),
    )


def _guardian_comes(child: Person, shift: Shift) -> bool:
    guardians = guardians_of(child)
    with scope.whole_city():
        return shift.signups.holding().filter(person__in=guardians).exists()


def guardians_of(child: Person) -> list[int]:
    """Accounts that have confirmed to be the child's guardian."""
    with scope.whole_city():
        confirmed = Guardianship.objects.standing().filter(ward=child, kind=CareKind.GUARDIAN)
        return list(confirmed.order_by("pk").values_list("guardian_id", flat=True))


def answers_for(guardian: Person, ward_id: int) -> bool:
    """Guardians of children and carers of people without a telephone act for them."""
    with scope.whole_city():
        confirmed = Guardianship.objects.standing()
        return confirmed.filter(guardian=guardian, ward=ward_id).exists()


def small_wards_signed_up(guardian: Person, shift: Shift) -> list[Signup]:
    """Children who may come only because this guardian comes."""
    with scope.whole_city():
        confirmed = Guardianship.objects.standing().filter(
            guardian=guardian, kind=CareKind.GUARDIAN
        )
        wards = list(confirmed.order_by("pk").values_list("ward_id", flat=True))
        if not wards:
            return []
        theirs = shift.signups.live().filter(person__in=wards).select_related("person")
        return [s for s in theirs.order_by("pk") if _is_small(s.person, shift)]


def _is_small(person: Person, shift: Shift) -> bool:
    age = ages([person.pk], clock.local_date(shift.starts_at))[person.pk]
    return age is not None and age < WITH_GUARDIAN
