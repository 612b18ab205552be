"""To whom a finding was handed over and what they say; to whom it still may be."""

from dataclasses import dataclass

from xinfeng.findings.models import Finding, Handover, HandoverState
from xinfeng.findings.open311.endpoints import Endpoint, endpoints

_AGAIN = (HandoverState.REFUSED, HandoverState.UNSURE)


@dataclass(frozen=True)
class Handed:
    handover: Handover
    # As the operator calls them; a server that is not named any more by its short name.
    title: str


def handovers_of(finding: Finding) -> list[Handed]:
    titles = {one.name: one.title for one in endpoints()}
    return [
        Handed(one, titles.get(one.endpoint, one.endpoint))
        for one in Handover.objects.filter(finding=finding).order_by("pk")
    ]


def takers_of(finding: Finding) -> list[Endpoint]:
    """Whose business it is, who have it not yet, or were not to be had."""
    if not finding.is_open or finding.confirmed_at is None:
        return []
    fitting = [one for one in endpoints() if one.takes(finding)]
    if not fitting:
        return []
    held = Handover.objects.filter(finding=finding).exclude(state__in=_AGAIN)
    names = set(held.values_list("endpoint", flat=True))
    return [one for one in fitting if one.name not in names]
