"""A household answers by the personal code of its letter: the questions, then the answers.

The code comes in the body and never in an address, so that no log on the way keeps it.
"""

import secrets
import time
from collections.abc import Iterable
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, StringConstraints

from xinfeng.base import addresses, clock
from xinfeng.base.contract import TooMany, answers
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.people.http import VisitorRequest
from xinfeng.surveys import commands
from xinfeng.surveys.asking import Bank, Condition, Question, arranged
from xinfeng.surveys.asking.flow import ARRANGEMENTS
from xinfeng.surveys.guessing import WRONG_CODES
from xinfeng.surveys.models import Survey
from xinfeng.surveys.queries import answering as queries
from xinfeng.surveys.sent import LONGEST_SECONDS, Sheet

from .routing import among, router

_MOST_ANSWERS = 500
# A question's text is at most 200 signs; what is longer is told by its question, to a limit.
_Text = Annotated[str, StringConstraints(max_length=2000)]
_Several = Annotated[list[_Text], Field(max_length=200)]
Answer = _Text | int | _Several | None
PersonalCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class LetterCode(Schema):
    """As it stands in the letter; small letters and gaps do no harm."""

    code: PersonalCode


class LetterCondition(Schema):
    question: str
    among: list[str]


class LetterOption(Schema):
    code: str
    text: str


class LetterQuestion(Schema):
    """`only_if` all have to hold for it to be asked.

    `kind`: scale and one take one option, several takes some, number and text are written.
    """

    code: str
    kind: str
    text: str
    hint: str
    required: bool
    options: list[LetterOption]
    only_if: list[LetterCondition]
    lowest: int | None
    highest: int | None
    most: int | None


class LetterBlock(Schema):
    title: str
    questions: list[LetterQuestion]


class LetterSheet(Schema):
    """The sheet to show, in the order to show it; `arrangement` is sent back with the answers.

    `is_answered`: this household has answered, and `blocks` is empty. Whoever answers a
    question of `screening` otherwise is not asked: send it, and nothing of it is kept.
    """

    survey: str
    title: str
    welcome: str
    thanks: str
    is_answered: bool
    arrangement: int
    screening: list[LetterCondition]
    blocks: list[LetterBlock]


class LetterAnswers(LetterCode):
    """`adults`: of how many adults of the household one was chosen to answer.

    0 says that nobody lives there whom the survey asks, and ends it for the household.
    `seconds`: from the first question to the last, null where nobody counted.
    """

    answers: dict[Annotated[str, StringConstraints(max_length=30)], Answer] = Field(
        max_length=_MOST_ANSWERS
    )
    adults: int = Field(ge=0, le=99)
    arrangement: int = Field(0, ge=0, lt=ARRANGEMENTS)
    seconds: int | None = Field(None, ge=0, le=LONGEST_SECONDS)
    language: Annotated[str, among("zh", "en")] = "zh"


class LetterReceipt(Schema):
    """RECEIVED; ALREADY: this household has answered before, and nothing was doubled.

    NOT_ELIGIBLE: whoever answered is none of those asked, and nothing was kept; somebody
    else of the household may be.
    """

    receipt: str


@router.post(
    "/survey-letters/questions",
    response=answers(LetterSheet),
    auth=None,
    summary="The questions for the household of a personal code",
)
def letter_questions(request: VisitorRequest, said: LetterCode) -> LetterSheet:
    guard = _Guarded(request)
    door = queries.by_code(said.code)
    if door is None:
        guard.count()
        raise _unknown()
    if not door.is_answered and not door.is_open(clock.today()):
        raise Refusal("survey_not_in_field", _("This survey does not take answers now."))
    return _sheet(door.survey, door.bank, is_answered=door.is_answered)


@router.post(
    "/survey-letters/answers",
    response=answers(LetterReceipt),
    auth=None,
    summary="Answer by the personal code of a letter; sent twice it is there once",
)
def letter_answers(request: VisitorRequest, said: LetterAnswers) -> LetterReceipt:
    guard = _Guarded(request)
    sheet = Sheet(
        said.answers, language=said.language, arrangement=said.arrangement,
        seconds=said.seconds, adults=said.adults,
    )  # fmt: skip
    try:
        receipt = commands.answer_by_code(code=said.code, sheet=sheet, at=clock.now())
    except Unknown:
        guard.count()
        raise
    return LetterReceipt(receipt=receipt.value)


class _Guarded:
    """Whoever tried many codes that do not exist waits, on the page and here together."""

    def __init__(self, request: VisitorRequest) -> None:
        self._who = addresses.of(request)
        wait = WRONG_CODES.wait(self._who, time.monotonic())
        if wait > 0:
            raise TooMany(
                "too_many_codes",
                _(
                    "Too many codes that do not exist were tried from here."
                    " Please wait ten minutes."
                ),
                wait_seconds=int(wait) + 1,
            )

    def count(self) -> None:
        WRONG_CODES.take(self._who, time.monotonic())


def _unknown() -> Unknown:
    return Unknown("code_unknown", _("This code is not known. Look at the letter again."))


def _sheet(survey: Survey, bank: Bank, *, is_answered: bool) -> LetterSheet:
    # By lot, and not by the code: else the order of a sheet would tell of its household.
    arrangement = secrets.randbelow(ARRANGEMENTS)
    blocks = [] if is_answered else arranged(bank, arrangement)
    return LetterSheet(
        survey=survey.code, title=str(bank.title), welcome=str(bank.welcome),
        thanks=str(bank.thanks), is_answered=is_answered, arrangement=arrangement,
        screening=_conditions(() if is_answered else bank.screening),
        blocks=[
            LetterBlock(
                title=str(block.title), questions=[_question(each) for each in block.questions]
            )
            for block in blocks
        ],
    )  # fmt: skip


def _question(asked: Question) -> LetterQuestion:
    return LetterQuestion(
        code=asked.code, kind=asked.kind.value, text=str(asked.text),
        hint=str(asked.hint or ""), required=asked.required,
        options=[LetterOption(code=each.code, text=str(each.text)) for each in asked.options],
        only_if=_conditions(asked.only_if), lowest=asked.lowest, highest=asked.highest,
        most=asked.most,
    )  # fmt: skip


def _conditions(said: Iterable[Condition]) -> list[LetterCondition]:
    return [LetterCondition(question=each.question, among=list(each.among)) for each in said]
