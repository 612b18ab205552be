"""One's own account over the interface."""

from datetime import date

from ninja import Router, Schema

from xinfeng.base import clock
from xinfeng.base.contract import answers

from . import queries
from .models import Grant
from .tokens import Scope, TokenRequest, needs

router = Router(tags=["people"])


class Role(Schema):
    """A role held, over one division or one place."""

    role: str
    division: int | None
    place: str | None
    starts_on: date


class Me(Schema):
    username: str
    name: str | None
    division: int
    registered_on: date | None
    roles: list[Role]


@router.get("/me", response=answers(Me), auth=needs(Scope.RECORD), summary="Who I am here")
def me(request: TokenRequest) -> Me:
    found = queries.me(request.user, clock.today())
    return Me(
        username=found.person.username,
        name=found.identity.name if found.identity else None,
        division=found.person.division_id,
        registered_on=found.person.registered_on,
        roles=[_role(grant) for grant in found.grants],
    )


def _role(grant: Grant) -> Role:
    return Role(
        role=grant.role,
        division=grant.division_id,
        place=grant.place.code if grant.place else None,
        starts_on=grant.starts_on,
    )
