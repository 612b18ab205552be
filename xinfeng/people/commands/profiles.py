"""What somebody says of themselves, and the certificates that an office has seen."""

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, pack, scope
from xinfeng.base.pack import Term
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.people import notices, permissions
from xinfeng.people.models import MOST_CATEGORIES, Person, Profile, Qualification
from xinfeng.people.queries import standing_of
from xinfeng.people.wishes import Told

from .consents import wards_of
from .notices import tell

journal.declare(
    {
        "profile.told": gettext_lazy("told what they can do and when"),
        "qualification.entered": gettext_lazy("entered a qualification"),
        "qualification.checked": gettext_lazy("checked a qualification"),
        "qualification.removed": gettext_lazy("removed a qualification"),
    }
)
notices.declare(
    {"qualification.checked": gettext_lazy("The office has checked your qualification.")}
)


@scope.command
def tell_profile(*, person_id: int, told: Told, actor: Person, at: datetime) -> Profile:
    """Say anew what one can do and when; it replaces what was said before."""
    person = _own(person_id, actor)
    city = pack.load(settings.CITY_PACK)
    if len(set(told.categories)) > MOST_CATEGORIES:
        raise Refusal(
            "too_many_categories",
            _("Choose %(count)s kinds of service at most.") % {"count": MOST_CATEGORIES},
        )
    profile, _made = Profile.objects.update_or_create(
        person=person,
        defaults={
            "division_id": person.division_id,
            "skills": _known(told.skills, city.skills),
            "categories": _known(told.categories, city.categories),
            "languages": _known(told.languages, city.languages),
            "availability": told.availability,
        },
    )
    journal.record("profile.told", profile, actor=actor, at=at, where=person.division_id)
    return profile


@scope.command
def enter_qualification(
    *,
    person_id: int,
    code: str,
    number: str,
    valid_until: date | None,
    actor: Person,
    at: datetime,
) -> Qualification:
    """Enter a certificate, or its renewal; it counts when an office has seen it."""
    person = _own(person_id, actor)
    _known([code], pack.load(settings.CITY_PACK).qualifications)
    if valid_until is not None and valid_until < clock.local_date(at):
        raise Refusal("already_expired", _("This qualification has expired already."))
    entered = Qualification.objects.filter(person=person, code=code).first()
    if entered is None:
        entered = Qualification(person=person, division_id=person.division_id, code=code)
    entered.number_sealed = entered.sealed(number.strip())
    entered.valid_until, entered.entered_at = valid_until, at
    entered.checked_at = entered.checked_by = None
    entered.save()
    journal.record(
        "qualification.entered", entered, actor=actor, at=at, where=person.division_id,
        code=code,
    )  # fmt: skip
    return entered


@scope.command
def check_qualification(*, qualification_id: int, actor: Person, at: datetime) -> Qualification:
    """An office has seen the paper; nobody checks their own."""
    paper = Qualification.objects.select_for_update().filter(pk=qualification_id).first()
    standing = standing_of(actor, clock.local_date(at))
    if (
        paper is None
        or paper.person_id == actor.pk
        or not permissions.may_look_after(standing, paper.division_id)
    ):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    if paper.checked_at is not None:
        return paper
    paper.checked_at, paper.checked_by = at, actor
    paper.save(update_fields=["checked_at", "checked_by"])
    tell("qualification.checked", [paper.person_id], at=at, href="/me/profile/")
    journal.record("qualification.checked", paper, actor=actor, at=at, where=paper.division_id)
    return paper


@scope.command
def remove_qualification(*, qualification_id: int, actor: Person, at: datetime) -> None:
    """Its owner no longer wants it kept."""
    paper = Qualification.objects.select_for_update().filter(pk=qualification_id).first()
    if paper is None:
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    _own(paper.person_id, actor)
    journal.record(
        "qualification.removed", paper, actor=actor, at=at, where=paper.division_id,
        code=paper.code,
    )  # fmt: skip
    paper.delete()


def _own(person_id: int, actor: Person) -> Person:
    """Oneself or a ward, locked."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or not permissions.may_answer_for(actor, person.pk, wards_of(actor)):
        raise Forbidden("not_your_person", _("Only the person or their office can do this."))
    return person


def _known(codes: Iterable[str], terms: Iterable[Term]) -> list[str]:
    """The codes in the city's order; one that the city does not know is refused."""
    wanted = set(codes)
    found = [term.code for term in terms if term.code in wanted]
    if wanted - set(found):
        raise Refusal("not_in_the_list", _("Choose from the list of the city."))
    return found
