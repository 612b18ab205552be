"""Acts of the desk on one order: all are posted to its address and answer with its sheet."""

from collections.abc import Callable
from typing import Any, TypeVar

from xinfeng.base import clock
from xinfeng.base.contract import answers
from xinfeng.dispatch.desk_reach import order_of
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .desk import DeskSheet
from .routing import router

View = TypeVar("View", bound=Callable[..., Any])


def act(path: str, summary: str) -> Callable[[View], View]:
    return router.post(
        f"/desk/orders/{{code}}{path}",
        response=answers(DeskSheet),
        auth=needs(Scope.OFFICE),
        summary=summary,
    )


def hand(request: TokenRequest, code: str) -> dict[str, Any]:
    """Which order, who acts, and when: what every command wants."""
    return {"order_id": order_of(request, code).pk, "actor": request.user, "at": clock.now()}
