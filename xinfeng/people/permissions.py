"""Who may do what with people and grants. Pure questions on a standing that is already read."""

from xinfeng.base.standing import Standing

from .models import Person, Role

OFFICES = frozenset({Role.CITY_OFFICE, Role.COUNTY_OFFICE, Role.TOWNSHIP})
UPPER_OFFICES = frozenset({Role.CITY_OFFICE, Role.COUNTY_OFFICE})
# Who may open rows about people within their own reach.
SEES_PEOPLE = OFFICES | {Role.AUDITOR}

_LOCAL = frozenset({
    Role.KEEPER, Role.TEAM_LEADER, Role.LECTURER, Role.VOLUNTEER, Role.RESIDENT, Role.GUARDIAN,
})  # fmt: skip
_COUNTY = _LOCAL | {
    Role.TOWNSHIP, Role.INSPECTOR, Role.JUROR, Role.SURVEYOR, Role.EDITOR,
}  # fmt: skip
# Nobody gives a role above their own; the auditor is named by the city alone.
GIVES = {
    Role.CITY_OFFICE: frozenset(Role),
    Role.COUNTY_OFFICE: _COUNTY,
    Role.TOWNSHIP: _LOCAL,
}
# Roles that oversee are only ever held over a division.
OVER_DIVISIONS_ONLY = OFFICES | {Role.AUDITOR}


def is_office(standing: Standing) -> bool:
    return bool(standing.spans(OFFICES))


def is_volunteer(person: Person) -> bool:
    """Registered, not left, and the account open."""
    return person.is_active and person.registered_on is not None and person.left_on is None


def may_see_span(standing: Standing, lo: int, hi: int) -> bool:
    """Rows about the people of a whole span: its offices, and the auditor."""
    return standing.covers_all(lo, hi, SEES_PEOPLE)


def may_register(standing: Standing, lo: int, hi: int) -> bool:
    """Accounts are made by the offices above the division."""
    return standing.covers_all(lo, hi, OFFICES)


def may_close(standing: Standing, person_id: int, division_id: int) -> bool:
    """Oneself, or an office where the person lives."""
    return standing.person_id == person_id or standing.covers(division_id, OFFICES)


def may_grant(standing: Standing, role: Role, person_id: int, span: tuple[int, int]) -> bool:
    """An office whose reach holds the whole span gives lower roles, and never to itself."""
    givers = [office for office, roles in GIVES.items() if role in roles]
    return standing.person_id != person_id and standing.covers_all(*span, givers)


def may_answer_for(actor: Person, person_id: int, wards: frozenset[int]) -> bool:
    """For oneself, and for those one is guardian or carer of."""
    return actor.is_active and (actor.pk == person_id or person_id in wards)


def may_look_after(standing: Standing, division_id: int) -> bool:
    """The offices above where somebody lives keep that person's account in order."""
    return standing.covers(division_id, OFFICES)


def outranks(standing: Standing, other: Standing) -> bool:
    """An office may give every role that the other holds: no clerk takes over a higher one."""
    return all(
        any(
            Role(role) in GIVES[Role(office)] and office != role and low <= lo and hi <= high
            for office, low, high in standing.roles
            if office in GIVES
        )
        for role, lo, hi in other.roles
    )
