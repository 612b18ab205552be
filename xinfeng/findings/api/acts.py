"""What offices, units and re-checkers do with a finding: one operation, one command."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Form, Schema
from pydantic import Field

from xinfeng.base.refusal import Unknown
from xinfeng.findings import commands
from xinfeng.findings.models import Category, Finding, Reason, Recheck, Repair, Term, Verdict
from xinfeng.findings.reach import seen
from xinfeng.people.tokens import TokenRequest
from xinfeng.units.models import Unit

from .acting import NONE, Pictures, act, uploads
from .one import FindingSheet, hand, sheet_of
from .words import RefusalWord, ReopenWord, ReturnWord, TermWord, VerdictWord


class Confirming(Schema):
    """An empty text leaves the words as they came in; take out names, numbers and doors."""

    text: str = Field("", max_length=Finding.LONGEST)
    category: str = Field("", max_length=40)
    public_pictures: list[int] = Field([], max_length=100)


class FindingRefused(Schema):
    reason: RefusalWord


class FindingReopened(Schema):
    reason: ReopenWord


class JoiningFinding(Schema):
    """The code of the finding that goes on."""

    into: str = Field(min_length=1, max_length=20)


class Ordering(Schema):
    """The code of the unit, and how long it has."""

    unit: str = Field(min_length=1, max_length=20)
    term: TermWord


class HandingOver(Schema):
    """One of `handover_possible`."""

    endpoint: str = Field(min_length=1, max_length=40)


class Repairing(Schema):
    words: str = Field(min_length=1, max_length=Repair.LONGEST)


class Rechecking(Schema):
    """A reason is needed with NOT_MET, and only then."""

    verdict: VerdictWord
    reason: ReturnWord | None = None
    words: str = Field("", max_length=Recheck.LONGEST)


@act("/confirmation", "Confirm a finding, worded so that others may read it")
def confirm(request: TokenRequest, code: str, said: Confirming) -> FindingSheet:
    """Nobody confirms what they found themselves."""
    category = None
    if said.category:
        category = get_object_or_404(Category.objects.offered(), code=said.category)
    commands.confirm(
        text=said.text,
        category_id=category.pk if category else None,
        public_files=tuple(one for one in said.public_pictures if 0 < one < 2**63),
        **hand(request, code),
    )
    return sheet_of(request, code)


@act("/refusal", "End a report that is no finding, for a reason that the reporter is told")
def refuse(request: TokenRequest, code: str, said: FindingRefused) -> FindingSheet:
    commands.refuse(reason=Reason(said.reason), **hand(request, code))
    return sheet_of(request, code)


@act("/merger", "End a duplicate in the finding that goes on; the answer is the one that ended")
def merge(request: TokenRequest, code: str, said: JoiningFinding) -> FindingSheet:
    into, _caller = seen(request, said.into)
    commands.merge(into_id=into.pk, **hand(request, code))
    return sheet_of(request, code)


@act("/praise", "Pass praise on")
def pass_on(request: TokenRequest, code: str) -> FindingSheet:
    commands.pass_on(**hand(request, code))
    return sheet_of(request, code)


@act("/order", "Order a finding to a unit with a term")
def order(request: TokenRequest, code: str, said: Ordering) -> FindingSheet:
    unit = Unit.objects.filter(code=said.unit).first()
    if unit is None:
        raise Unknown("unit_unknown", _("There is no such unit."))
    commands.order(unit_id=unit.pk, term=Term(said.term), **hand(request, code))
    return sheet_of(request, code)


@act("/handover", "Hand a confirmed finding over to a server that the operator has named")
def hand_over(request: TokenRequest, code: str, said: HandingOver) -> FindingSheet:
    commands.hand_over(endpoint=said.endpoint, **hand(request, code))
    return sheet_of(request, code)


@act("/reminder", "Remind the unit")
def remind(request: TokenRequest, code: str) -> FindingSheet:
    commands.remind(**hand(request, code))
    return sheet_of(request, code)


@act("/taking", "Take a finding up, for the unit")
def take_up(request: TokenRequest, code: str) -> FindingSheet:
    commands.take_up(**hand(request, code))
    return sheet_of(request, code)


@act("/repair", "Say that it is put right, with pictures of after, and of before if need be")
def repair(
    request: TokenRequest,
    code: str,
    said: Form[Repairing],
    after: Pictures = NONE,
    before: Pictures = NONE,
) -> FindingSheet:
    commands.repair(
        words=said.words, after=uploads(after), before=uploads(before), **hand(request, code)
    )
    return sheet_of(request, code)


@act("/recheck", "Write down what a second look shows; never by who repaired it, or their unit")
def recheck(
    request: TokenRequest,
    code: str,
    said: Form[Rechecking],
    pictures: Pictures = NONE,
) -> FindingSheet:
    commands.recheck(
        verdict=Verdict(said.verdict),
        reason=said.reason or "",
        words=said.words,
        pictures=uploads(pictures),
        **hand(request, code),
    )
    return sheet_of(request, code)


@act("/closing", "Close a finding whose re-check has passed")
def close(request: TokenRequest, code: str) -> FindingSheet:
    commands.close(**hand(request, code))
    return sheet_of(request, code)


@act("/reopening", "Open a finding again")
def reopen(request: TokenRequest, code: str, said: FindingReopened) -> FindingSheet:
    commands.reopen(reason=Reason(said.reason), **hand(request, code))
    return sheet_of(request, code)
