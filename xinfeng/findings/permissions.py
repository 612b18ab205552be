"""Who may do what with findings. Pure questions: no queries, no exceptions.

Two rules stand over all: nobody judges what they did, and nobody judges their own unit.
"""

from dataclasses import dataclass

from xinfeng.base.standing import NOBODY, Standing
from xinfeng.people.models import Role
from xinfeng.people.permissions import OFFICES

from .models import Appeal, AppealState, Finding, Source

RECHECKERS = OFFICES | {Role.INSPECTOR}
READERS = RECHECKERS | {Role.AUDITOR}
# Somebody outside the offices said so, and may have left a name.
TOLD_BY_SOMEBODY = frozenset({Source.SNAP, Source.OPEN311, Source.HOTLINE})


@dataclass(frozen=True)
class Caller:
    """Who asks something of findings.

    `units` are those they act for, `tree` what lies over and under them; `had_part` says that
    they did something about this very finding.
    """

    standing: Standing = NOBODY
    units: frozenset[int] = frozenset()
    tree: frozenset[int] = frozenset()
    had_part: bool = False

    @property
    def person_id(self) -> int | None:
        return self.standing.person_id

    def is_office_of(self, division_id: int) -> bool:
        return self.standing.covers(division_id, OFFICES)

    def acts_for(self, unit_id: int | None) -> bool:
        return unit_id is not None and unit_id in self.units

    def is_apart(self, finding: Finding) -> bool:
        """Neither of the unit that it is ordered to, nor who found or repaired it."""
        own = {finding.found_by_id, finding.repaired_by_id}
        return not self.acts_for(finding.unit_id) and self.person_id not in own


def may_raise(caller: Caller, division_id: int) -> bool:
    """Offices and inspectors within their reach."""
    return caller.standing.covers(division_id, RECHECKERS)


def may_see(caller: Caller, finding: Finding) -> bool:
    """Offices, inspectors and the auditor there; everybody in the tree of its unit."""
    if caller.standing.covers(finding.division_id, READERS):
        return True
    return finding.unit_id is not None and finding.unit_id in caller.tree


def may_confirm(caller: Caller, finding: Finding) -> bool:
    """An office, but nobody what they found themselves."""
    office = caller.is_office_of(finding.division_id)
    return office and caller.person_id != finding.found_by_id


def may_order(caller: Caller, finding: Finding) -> bool:
    return caller.is_office_of(finding.division_id)


def may_remind(caller: Caller, finding: Finding) -> bool:
    return caller.is_office_of(finding.division_id)


def may_repair(caller: Caller, finding: Finding) -> bool:
    """Whoever acts for the unit that it is ordered to."""
    return caller.acts_for(finding.unit_id)


def may_recheck(caller: Caller, finding: Finding) -> bool:
    """An office or inspector: not who repaired it, and nobody of the unit."""
    reach = caller.standing.covers(finding.division_id, RECHECKERS)
    unit, repaired_by = finding.unit_id, finding.repaired_by_id
    return reach and not caller.acts_for(unit) and caller.person_id != repaired_by


def may_close(caller: Caller, finding: Finding) -> bool:
    """An office that is not of the unit."""
    return caller.is_office_of(finding.division_id) and not caller.acts_for(finding.unit_id)


def may_reopen(caller: Caller, finding: Finding) -> bool:
    return caller.is_office_of(finding.division_id)


def may_decide(caller: Caller, finding: Finding) -> bool:
    """About more time: an office that is not of the unit."""
    return may_close(caller, finding)


def may_judge(caller: Caller, finding: Finding) -> bool:
    """A second reviewer: an office without any part in the finding, and not of the unit."""
    return may_close(caller, finding) and not caller.had_part and caller.is_apart(finding)


def may_judge_now(caller: Caller, appeal: Appeal) -> bool:
    """To show or hide the form."""
    return appeal.state == AppealState.OPEN and may_judge(caller, appeal.finding)


def may_open_contact(caller: Caller, finding: Finding) -> bool:
    """To ask the reporter back: an office while it is open, and nobody of the unit."""
    return finding.source in TOLD_BY_SOMEBODY and finding.is_open and may_close(caller, finding)


def may_keep_programs(standing: Standing) -> bool:
    """Programs that report in the whole city are let in by its office."""
    return bool(standing.spans({Role.CITY_OFFICE}))
