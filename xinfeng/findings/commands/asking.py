"""A finding locked for somebody, with what they may do; foreign and unknown look alike."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.findings import permissions
from xinfeng.findings.models import Finding
from xinfeng.findings.permissions import Caller
from xinfeng.findings.queries.callers import caller_of
from xinfeng.people.models import Person

from .moving import lock


def lock_for(
    finding_id: int, actor: Person, at: datetime, may: Callable[[Caller, Finding], bool]
) -> tuple[Finding, Caller]:
    """The finding, held until commit, for whoever may do what `may` asks."""
    finding = lock(finding_id)
    caller = caller_of(actor, at, finding=finding)
    if finding is None or not (permissions.may_see(caller, finding) or may(caller, finding)):
        raise Unknown("finding_unknown", _("There is no such finding."))
    if not may(caller, finding):
        raise Forbidden("not_your_finding", _("You cannot do this with this finding."))
    return finding, caller


def words_of(given: str, longest: int) -> str:
    """A few sentences, as they may be kept."""
    text = given.strip()
    if not 0 < len(text) <= longest:
        raise Refusal(
            "words_missing",
            _("Say it in a few sentences, at most %(most)s signs.") % {"most": longest},
        )
    return text
