"""By when somebody must act on a finding, in working time where offices act."""

from datetime import datetime
from typing import Final, NamedTuple

from django.conf import settings

from xinfeng.base import pack
from xinfeng.base.city_rules import CityRules
from xinfeng.base.worktime import Span, Unit

from .models import State, Term

# From ordering on. Ours: documents name the classes and leave the hours to the city.
TERMS: Final = {
    Term.ON_THE_SPOT: Span(2, Unit.HOURS),
    Term.H24: Span(24, Unit.HOURS),
    Term.WD3: Span(3, Unit.WORKING_DAYS),
    Term.D7: Span(7 * 24, Unit.HOURS),
    Term.D30: Span(30 * 24, Unit.HOURS),
}
# What was sent back was begun before: nobody gets a month for the rest of it.
_AGAIN: Final = {Term.D7: Term.WD3, Term.D30: Term.D7}
_DESK = (State.REPORTED, State.CONFIRMED, State.REOPENED)
_YELLOW_PERCENT = 75


class Due(NamedTuple):
    """From when on it is near, and when it is over."""

    yellow_at: datetime
    due_at: datetime


def due(state: State, term: str, at: datetime) -> Due:
    """The deadline of an open state that a finding comes to now."""
    return until(span(state, term).after(at, _rules().office_hours), at)


def until(ends: datetime, at: datetime) -> Due:
    """A deadline at a named moment, counted from now."""
    return Due(min(at + (ends - at) * _YELLOW_PERCENT / 100, ends), ends)


def span(state: State, term: str) -> Span:
    rules = _rules()
    if state in _DESK:
        return Span(rules.finding_desk_workdays, Unit.WORKING_DAYS)
    if state == State.REPAIRED:
        return Span(rules.finding_recheck_workdays, Unit.WORKING_DAYS)
    if state == State.VERIFIED:
        return Span(rules.finding_close_workdays, Unit.WORKING_DAYS)
    given = Term(term)
    return TERMS[_AGAIN.get(given, given) if state == State.SENT_BACK else given]


def of_appeal(at: datetime) -> datetime:
    rules = _rules()
    days = Span(rules.finding_appeal_workdays, Unit.WORKING_DAYS)
    return days.after(at, rules.office_hours)


def next_escalation(at: datetime) -> datetime:
    """The next one is told when this one has let a further working day pass."""
    return Span(1, Unit.WORKING_DAYS).after(at, _rules().office_hours)


def _rules() -> CityRules:
    return pack.load(settings.CITY_PACK).rules
