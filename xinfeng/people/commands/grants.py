"""Roles are given and taken back."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.journal import commands as journal
from xinfeng.people import permissions
from xinfeng.people.models import Grant, Person, PersonState, Role
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division, Place

journal.declare(
    {
        "grant.given": gettext_lazy("gave a role"),
        "grant.revoked": gettext_lazy("took a role back"),
    }
)


@scope.command
def grant(
    *,
    person_id: int,
    role: Role,
    division_id: int | None = None,
    place_id: int | None = None,
    actor: Person,
    at: datetime,
) -> Grant:
    """Give a role over one division or one place, from today."""
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    today = clock.local_date(at)
    span = _span(division_id, place_id)
    if (
        person is None
        or span is None
        or not permissions.may_grant(standing_of(actor, today), role, person.pk, span)
    ):
        raise Forbidden("not_your_grant", _("You cannot give this role here."))
    over = {"division_id": division_id, "place_id": place_id}
    standing_grants = Grant.objects.filter(person=person, role=role, **over).valid_on(today)
    if given := standing_grants.order_by("pk").first():
        return given
    if person.state == PersonState.CLOSED:
        raise Refusal("account_closed", _("This account is closed; it cannot hold a role."))
    if place_id is not None and role in permissions.OVER_DIVISIONS_ONLY:
        raise Refusal("role_needs_division", _("This role is given over a division."))
    given = Grant.objects.create(person=person, role=role, starts_on=today, **over)
    journal.record("grant.given", given, actor=actor, at=at, where=span[0], on=today, role=role)
    return given


@scope.command
def revoke_grant(*, grant_id: int, actor: Person, at: datetime) -> Grant:
    """Take a role back: whoever may give it may end it, from today on."""
    given = Grant.objects.select_for_update().filter(pk=grant_id).first()
    today = clock.local_date(at)
    if given is None or not _may_revoke(standing_of(actor, today), given):
        raise Forbidden("not_your_grant", _("You cannot take this role back."))
    if given.ends_on is not None and given.ends_on <= today:
        return given
    span = _span(given.division_id, given.place_id)
    assert span
    given.ends_on = max(today, given.starts_on)
    given.save(update_fields=["ends_on"])
    journal.record(
        "grant.revoked", given, actor=actor, at=at, where=span[0], on=today, role=given.role
    )
    return given


def _span(division_id: int | None, place_id: int | None) -> tuple[int, int] | None:
    """What a grant reaches; None when it is over nothing, over both, or over nothing known."""
    if division_id is not None and place_id is None:
        division = Division.objects.filter(pk=division_id).first()
        return division.span if division else None
    if place_id is not None and division_id is None:
        place = Place.objects.filter(pk=place_id).first()
        return (place.division_id, place.division_id + 1) if place else None
    return None


def _may_revoke(standing: Standing, given: Grant) -> bool:
    span = _span(given.division_id, given.place_id)
    assert span
    return permissions.may_grant(standing, Role(given.role), given.person_id, span)
