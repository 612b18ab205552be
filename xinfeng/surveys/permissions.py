"""Who may do what with questionnaires and surveys. Pure questions: no queries."""

from xinfeng.base.standing import Standing
from xinfeng.people.models import Role
from xinfeng.people.permissions import UPPER_OFFICES

Span = tuple[int, int]


def may_keep_questionnaires(
    standing: Standing, owner: Span, units: frozenset[int] = frozenset()
) -> bool:
    """Write, change, lock and read before the field begins: an office over the whole area.

    Nobody who acts for a unit: what is asked of a unit's work is not known there beforehand.
    """
    return not units and standing.covers_all(*owner, UPPER_OFFICES)


def may_run_surveys(standing: Standing, span: Span, units: frozenset[int]) -> bool:
    """An office over the whole area, and nobody who acts for a unit that is judged."""
    return not units and standing.covers_all(*span, UPPER_OFFICES)


def may_ask(standing: Standing, span: Span) -> bool:
    """Whoever surveys within the area, or over the whole of it, once a survey names them."""
    lo, hi = span
    return any(low < hi and lo < high for low, high in standing.spans({Role.SURVEYOR}))
