"""More time, and appeals: asked by the unit, decided by somebody apart."""

from datetime import datetime

from django.http import Http404
from ninja import Form, Schema
from pydantic import AwareDatetime, Field

from xinfeng.base import clock, short_code
from xinfeng.findings import commands
from xinfeng.findings.models import Appeal, Cause, ExtensionState, Ground
from xinfeng.findings.reach import seen
from xinfeng.people.tokens import TokenRequest

from .acting import NONE, Pictures, act, uploads
from .one import FindingSheet, hand, sheet_of
from .words import CauseWord, GroundWord


class AskingForTime(Schema):
    until: AwareDatetime
    cause: CauseWord


class Appealing(Schema):
    ground: GroundWord
    words: str = Field(min_length=1, max_length=Appeal.LONGEST)


class Judging(Schema):
    """The judgement, as the unit reads it."""

    judgement: str = Field(min_length=1, max_length=Appeal.LONGEST)


@act("/extension", "Ask for more time, for the unit")
def ask_extension(request: TokenRequest, code: str, said: AskingForTime) -> FindingSheet:
    until: datetime = said.until
    commands.ask_extension(until=until, cause=Cause(said.cause), **hand(request, code))
    return sheet_of(request, code)


@act("/extension/granting", "Grant the time that the unit asks for")
def grant_extension(request: TokenRequest, code: str) -> FindingSheet:
    commands.grant_extension(
        extension_id=_asked(request, code), actor=request.user, at=clock.now()
    )
    return sheet_of(request, code)


@act("/extension/refusal", "Leave the deadline as it is")
def refuse_extension(request: TokenRequest, code: str) -> FindingSheet:
    commands.refuse_extension(
        extension_id=_asked(request, code), actor=request.user, at=clock.now()
    )
    return sheet_of(request, code)


@act("/appeal", "Appeal, for the unit; the deadline stands still until it is judged")
def appeal(
    request: TokenRequest,
    code: str,
    said: Form[Appealing],
    pictures: Pictures = NONE,
) -> FindingSheet:
    commands.appeal(
        code=short_code.new(8),
        ground=Ground(said.ground),
        words=said.words,
        pictures=uploads(pictures),
        **hand(request, code),
    )
    return sheet_of(request, code)


@act("/appeal/upholding", "Judge that the unit is right; never by who had a part in it")
def uphold(request: TokenRequest, code: str, said: Judging) -> FindingSheet:
    commands.uphold(
        appeal_id=_newest(request, code), judgement=said.judgement, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return sheet_of(request, code)


@act("/appeal/rejection", "Judge that the finding stands")
def reject(request: TokenRequest, code: str, said: Judging) -> FindingSheet:
    commands.reject(
        appeal_id=_newest(request, code), judgement=said.judgement, actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return sheet_of(request, code)


def _asked(request: TokenRequest, code: str) -> int:
    """The wish for more time that waits; none is not there."""
    found, _caller = seen(request, code)
    waiting = found.extensions.filter(state=ExtensionState.ASKED)
    asked = waiting.order_by("pk").values_list("pk", flat=True).first()
    if asked is None:
        raise Http404
    return int(asked)


def _newest(request: TokenRequest, code: str) -> int:
    found, _caller = seen(request, code)
    newest = found.appeals.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        raise Http404
    return int(newest)
