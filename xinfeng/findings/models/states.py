"""Where a finding can be, and where it can go from there."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    REPORTED = "REPORTED", pgettext_lazy("finding", "reported")
    CONFIRMED = "CONFIRMED", pgettext_lazy("finding", "confirmed")
    REFUSED = "REFUSED", pgettext_lazy("finding", "not a finding")
    MERGED = "MERGED", pgettext_lazy("finding", "duplicate")
    ORDERED = "ORDERED", _("ordered to the unit")
    REPAIRING = "REPAIRING", _("being put right")
    REPAIRED = "REPAIRED", _("to be re-checked")
    SENT_BACK = "SENT_BACK", _("sent back")
    VERIFIED = "VERIFIED", _("re-check passed")
    CLOSED = "CLOSED", pgettext_lazy("finding", "closed")
    REOPENED = "REOPENED", _("reopened")


class Source(models.TextChoices):
    """How a finding came to the city."""

    INSPECTION = "INSPECTION", pgettext_lazy("source", "inspection")
    SNAP = "SNAP", _("snap report")
    HOTLINE = "HOTLINE", _("hotline 12345")
    SELF = "SELF", _("found by the unit itself")
    OPEN311 = "OPEN311", "Open311"


class Term(models.TextChoices):
    """How long the unit has, in the five classes that cities use."""

    ON_THE_SPOT = "ON_THE_SPOT", _("on the spot")
    H24 = "H24", _("24 hours")
    WD3 = "WD3", _("3 working days")
    D7 = "D7", _("7 days")
    D30 = "D30", _("30 days")


class Warned(models.IntegerChoices):
    """What was told about a deadline: nothing, that it comes near, that it is over."""

    NOT = 0, _("in time")
    YELLOW = 1, _("due soon")
    RED = 2, pgettext_lazy("deadline", "overdue")


class Escalation(models.IntegerChoices):
    """Whose business it is; each further working day missed carries it one step up."""

    DESK = 0, _("whoever has to act")
    HEAD = 1, _("head of the unit, or the county")
    CITY = 2, _("city")


ENDED: Final = (State.REFUSED, State.MERGED, State.CLOSED)
OPEN: Final = tuple(state for state in State if state not in ENDED)
# What the unit has to do; in the other open states it is the turn of an office or re-checker.
WITH_UNIT: Final = (State.ORDERED, State.REPAIRING, State.SENT_BACK)
# Somebody was made responsible, so there is a unit, a term and a day.
NEEDS_UNIT: Final = (*WITH_UNIT, State.REPAIRED, State.VERIFIED)
NEEDS_REASON: Final = (State.REFUSED, State.SENT_BACK, State.REOPENED)

MOVES: Final[dict[State, frozenset[State]]] = {
    # Praise is read and passed on: there is nothing to put right.
    State.REPORTED: frozenset({State.CONFIRMED, State.REFUSED, State.MERGED, State.CLOSED}),
    State.CONFIRMED: frozenset({State.ORDERED, State.REFUSED, State.MERGED}),
    # An appeal that is upheld ends it, or gives it back to be ordered to another unit.
    State.ORDERED: frozenset(
        {State.REPAIRING, State.REPAIRED, State.CONFIRMED, State.REFUSED, State.MERGED}
    ),
    State.REPAIRING: frozenset({State.REPAIRED, State.CONFIRMED, State.REFUSED, State.MERGED}),
    State.REPAIRED: frozenset({State.VERIFIED, State.SENT_BACK}),
    # An appeal against being sent back finds the repair good after all.
    State.SENT_BACK: frozenset({State.REPAIRING, State.REPAIRED, State.VERIFIED}),
    State.VERIFIED: frozenset({State.CLOSED, State.REOPENED}),
    State.CLOSED: frozenset({State.REOPENED}),
    State.REOPENED: frozenset({State.ORDERED, State.REFUSED, State.MERGED}),
    State.REFUSED: frozenset(),
    State.MERGED: frozenset(),
}


class Reason(models.TextChoices):
    """Why it was refused, sent back or reopened. Words of a list: free text holds names."""

    # Refused
    NOT_THERE = "NOT_THERE", _("not there when looked for")
    NOT_OURS = "NOT_OURS", _("not a matter of this city's offices")
    UNCLEAR = "UNCLEAR", _("cannot be told from what was sent")
    IN_ORDER = "IN_ORDER", _("looked at and in order")
    NOT_MEANT = "NOT_MEANT", _("not meant, or a mistake")
    # By time, weather or law nothing can be done: the reporter is told so.
    CANNOT_BE = "CANNOT_BE", _("cannot be changed for now")
    APPEAL = "APPEAL", _("the unit's appeal was upheld")
    # Sent back
    NOT_DONE = "NOT_DONE", _("not put right")
    PARTLY = "PARTLY", _("put right in part only")
    NO_PROOF = "NO_PROOF", _("the pictures do not show it")
    # Reopened
    CAME_BACK = "CAME_BACK", _("there again")
    NOT_SATISFIED = "NOT_SATISFIED", _("the reporter is not satisfied")
    CLOSED_WRONGLY = "CLOSED_WRONGLY", _("closed by mistake")


REFUSALS: Final = (
    Reason.NOT_THERE, Reason.NOT_OURS, Reason.UNCLEAR, Reason.IN_ORDER, Reason.NOT_MEANT,
    Reason.CANNOT_BE,
)  # fmt: skip
SENDS_BACK: Final = (Reason.NOT_DONE, Reason.PARTLY, Reason.NO_PROOF)
REOPENS: Final = (Reason.CAME_BACK, Reason.NOT_SATISFIED, Reason.CLOSED_WRONGLY)


class Stage(models.TextChoices):
    """What a picture shows."""

    BEFORE = "BEFORE", pgettext_lazy("picture", "before")
    AFTER = "AFTER", pgettext_lazy("picture", "after")
    RECHECK = "RECHECK", pgettext_lazy("picture", "re-check")
    EVIDENCE = "EVIDENCE", pgettext_lazy("picture", "evidence")


class ExtensionState(models.TextChoices):
    ASKED = "ASKED", pgettext_lazy("extension", "asked for")
    GRANTED = "GRANTED", pgettext_lazy("extension", "granted")
    REFUSED = "REFUSED", pgettext_lazy("extension", "refused")
    LAPSED = "LAPSED", pgettext_lazy("extension", "no longer needed")


class Cause(models.TextChoices):
    """Why a unit cannot be in time."""

    WEATHER = "WEATHER", _("weather")
    MATERIAL = "MATERIAL", _("material or parts are missing")
    BUILDING = "BUILDING", _("needs building work")
    OTHERS = "OTHERS", _("depends on another unit")
    MONEY = "MONEY", _("money has to be approved")


class AppealState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("appeal", "to be judged")
    UPHELD = "UPHELD", pgettext_lazy("appeal", "upheld")
    REJECTED = "REJECTED", pgettext_lazy("appeal", "rejected")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("appeal", "no longer needed")


class Ground(models.TextChoices):
    """What an appeal says."""

    NO_FINDING = "NO_FINDING", _("there is nothing wrong")
    OTHER_UNIT = "OTHER_UNIT", _("another unit is responsible")
    IS_REPAIRED = "IS_REPAIRED", _("it was put right and sent back wrongly")


class Verdict(models.TextChoices):
    MET = "MET", _("put right")
    NOT_MET = "NOT_MET", pgettext_lazy("re-check", "not put right")
