"""Where an order can be, and where it can go from there."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("order", "draft")
    TO_VERIFY = "TO_VERIFY", _("to verify")
    REFUSED = "REFUSED", pgettext_lazy("order", "refused")
    TO_DISPATCH = "TO_DISPATCH", _("to dispatch")
    DISPATCHED = "DISPATCHED", pgettext_lazy("order", "dispatched")
    ACCEPTED = "ACCEPTED", pgettext_lazy("order", "accepted")
    SCHEDULED = "SCHEDULED", _("time agreed")
    IN_SERVICE = "IN_SERVICE", _("being served")
    TO_CONFIRM = "TO_CONFIRM", pgettext_lazy("order", "to confirm")
    TO_RATE = "TO_RATE", _("to rate")
    CALL_BACK = "CALL_BACK", _("to call back")
    CLOSED = "CLOSED", pgettext_lazy("order", "closed")
    CANCELLED = "CANCELLED", pgettext_lazy("order", "cancelled")
    TRANSFERRED = "TRANSFERRED", _("handed to the hotline")
    MERGED = "MERGED", pgettext_lazy("order", "merged")
    ON_HOLD = "ON_HOLD", _("on hold")


ENDED: Final = (
    State.REFUSED, State.CLOSED, State.CANCELLED, State.TRANSFERRED, State.MERGED,
)  # fmt: skip
OPEN: Final = tuple(state for state in State if state not in ENDED)
# Before the service nobody has given anything yet, so that an order can still be let go.
BEFORE_SERVICE: Final = (
    State.TO_VERIFY, State.TO_DISPATCH, State.DISPATCHED, State.ACCEPTED, State.SCHEDULED,
)  # fmt: skip
_LET_GO: Final = {State.CANCELLED, State.TRANSFERRED, State.MERGED, State.ON_HOLD}
# Where an order on hold can go on: what was arranged for it has been let go.
HELD_FROM: Final = (State.TO_VERIFY, State.TO_DISPATCH, State.CALL_BACK)
# Nobody comes to these without somebody's acceptance.
SERVED_BY_SOMEBODY: Final = (
    State.ACCEPTED, State.SCHEDULED, State.IN_SERVICE, State.TO_CONFIRM, State.TO_RATE,
)  # fmt: skip
WITH_SHIFT: Final = (State.SCHEDULED, State.IN_SERVICE, State.TO_CONFIRM, State.TO_RATE)
VERIFIED: Final = (State.TO_DISPATCH, State.DISPATCHED, *SERVED_BY_SOMEBODY, State.CALL_BACK)
NEEDS_REASON: Final = (State.REFUSED, State.CANCELLED, State.ON_HOLD)

MOVES: Final[dict[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.TO_VERIFY, State.CANCELLED}),
    State.TO_VERIFY: frozenset({State.REFUSED, State.TO_DISPATCH} | _LET_GO),
    State.TO_DISPATCH: frozenset({State.DISPATCHED} | _LET_GO),
    # All declined or were silent: back to where it is dispatched from.
    State.DISPATCHED: frozenset({State.ACCEPTED, State.TO_DISPATCH} | _LET_GO),
    State.ACCEPTED: frozenset({State.SCHEDULED, State.TO_DISPATCH} | _LET_GO),
    # Who was there may become known only afterwards; or nobody came; or another time is needed.
    State.SCHEDULED: frozenset(
        {State.IN_SERVICE, State.TO_CONFIRM, State.TO_DISPATCH, State.ACCEPTED} | _LET_GO
    ),
    # Once somebody has begun, it is served or found not to have been.
    State.IN_SERVICE: frozenset({State.TO_CONFIRM, State.TO_DISPATCH}),
    State.TO_CONFIRM: frozenset({State.TO_RATE, State.CALL_BACK, State.TRANSFERRED}),
    State.TO_RATE: frozenset({State.CLOSED, State.CALL_BACK, State.TRANSFERRED}),
    State.CALL_BACK: frozenset(
        {State.TO_DISPATCH, State.CLOSED, State.CANCELLED, State.TRANSFERRED, State.ON_HOLD}
    ),
    State.ON_HOLD: frozenset({*HELD_FROM, State.CANCELLED, State.TRANSFERRED, State.MERGED}),
    **{state: frozenset() for state in ENDED},
}


class Reason(models.TextChoices):
    """Why an order was refused, held or cancelled. Words of a list: free text holds names."""

    # Refused
    NO_SERVICE = "NO_SERVICE", _("not a voluntary service")
    PAID_TRADE = "PAID_TRADE", _("a matter for a paid trade")
    UNSAFE = "UNSAFE", _("too dangerous for volunteers")
    OUT_OF_AREA = "OUT_OF_AREA", _("outside this area")
    NOT_MEANT = "NOT_MEANT", _("not meant, or a mistake")
    NOT_REACHED = "NOT_REACHED", _("could not be reached")
    # On hold
    BY_WISH = "BY_WISH", _("the resident asks to wait")
    WEATHER = "WEATHER", _("weather or emergency")
    MATERIAL = "MATERIAL", _("material or parts are missing")
    NOBODY_YET = "NOBODY_YET", _("nobody can serve it at present")
    # Cancelled
    CHANGED_MIND = "CHANGED_MIND", _("no longer wished")
    SOLVED = "SOLVED", _("solved in another way")
    MOVED_AWAY = "MOVED_AWAY", _("moved away or in hospital")
    CANNOT_SERVE = "CANNOT_SERVE", _("nobody could be found")
    DRAFT_ENDED = "DRAFT_ENDED", _("the draft was never sent")
    # Dispatched again
    NOBODY_CAME = "NOBODY_CAME", _("nobody came")
    NOT_DONE = "NOT_DONE", _("not done, or not well")
    ALL_DECLINED = "ALL_DECLINED", _("all declined or did not answer")
    GAVE_BACK = "GAVE_BACK", _("the volunteer gave it back")
    OTHER_TIME = "OTHER_TIME", _("another time is needed")


REFUSALS: Final = (
    Reason.NO_SERVICE, Reason.PAID_TRADE, Reason.UNSAFE, Reason.OUT_OF_AREA, Reason.NOT_MEANT,
    Reason.NOT_REACHED,
)  # fmt: skip
HOLDS: Final = (Reason.BY_WISH, Reason.WEATHER, Reason.MATERIAL, Reason.NOBODY_YET)
CANCELLATIONS: Final = (
    Reason.CHANGED_MIND, Reason.SOLVED, Reason.MOVED_AWAY, Reason.CANNOT_SERVE,
)  # fmt: skip
