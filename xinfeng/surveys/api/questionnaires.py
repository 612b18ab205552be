"""Questionnaires over the interface: their versions and words, brought in, copied, locked."""

from typing import Any

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.people.http import VisitorRequest
from xinfeng.people.tokens import Scope, TokenRequest, needs, welcomes
from xinfeng.surveys import commands
from xinfeng.surveys.asking import Bank, Condition, Option, Question, bank_of, reading, wording
from xinfeng.surveys.asking.writing import yaml_of
from xinfeng.surveys.models import QuestionnaireVersion
from xinfeng.surveys.queries import questionnaires as queries
from xinfeng.surveys.queries.questionnaires import Reader, Told
from xinfeng.units.queries import units_of

from .routing import PAGE, router


class QuestionnairesAfter(Schema):
    after: str = Field("", max_length=20)


class QuestionnaireBrief(Schema):
    """One version. `title` is null as long as its words are nobody's but its keepers'.

    `digest` is the SHA-256 of the canonical JSON of the words: fixed once the state
    is LOCKED. `is_open`: a survey with these words is or was in the field.
    """

    code: str
    number: int
    title: str | None
    state: str
    digest: str
    is_open: bool
    changed_at: Moment
    locked_at: Moment | None


class QuestionnairePage(Schema):
    items: list[QuestionnaireBrief]
    next: str | None


class QuestionnaireAnswer(Schema):
    """`no_opinion`: “cannot say”, which is neither satisfied nor dissatisfied."""

    code: str
    text: str
    score: int | None
    satisfied: bool
    no_opinion: bool


class QuestionnaireCondition(Schema):
    question: str
    among: list[str]


class QuestionnaireQuestion(Schema):
    """`only_if` all have to hold; `margin` is what it is weighted to."""

    code: str
    block: str
    kind: str
    text: str
    hint: str
    required: bool
    scale: str
    margin: str
    options: list[QuestionnaireAnswer]
    only_if: list[QuestionnaireCondition]


class QuestionnaireRemark(Schema):
    """What could be asked better; never a refusal."""

    about: str
    code: str
    what: str
    better: str


class QuestionnaireWhole(QuestionnaireBrief):
    """`text` is the whole of it in YAML, to be changed and sent back; null while it is hidden.

    `remarks` and `unfinished` are told to its keepers.
    """

    owner: int
    headline: str
    is_example: bool
    screening: list[QuestionnaireCondition]
    questions: list[QuestionnaireQuestion]
    text: str | None
    remarks: list[QuestionnaireRemark]
    unfinished: list[str]


class QuestionnaireText(Schema):
    """A questionnaire in YAML; it names itself by `code`."""

    text: str = Field(min_length=1, max_length=500_000)


class QuestionnaireWords(QuestionnaireText):
    """`was` is the digest of the words it was changed from; whoever came between is told."""

    was: str = Field("", max_length=64)


class QuestionnaireCopy(Schema):
    """Without `code` the next version of the same questionnaire."""

    code: str = Field("", max_length=30)


@router.get(
    "/questionnaires",
    response=answers(QuestionnairePage),
    auth=welcomes(Scope.OFFICE),
    summary="Locked versions of questionnaires; drafts for whoever keeps them",
)
def questionnaires(
    request: VisitorRequest, page: Query[QuestionnairesAfter]
) -> QuestionnairePage:
    lines = queries.paged(_reader(request), number_key(page.after), PAGE + 1)
    shown = lines[:PAGE]
    items = [
        QuestionnaireBrief(
            **_brief(each.version, str(each.title) if each.title else None, each.is_open)
        )
        for each in shown
    ]
    after = str(shown[-1].version.pk) if len(lines) > PAGE else None
    return QuestionnairePage(items=items, next=after)


@router.get(
    "/questionnaires/{code}/{number}",
    response=answers(QuestionnaireWhole),
    auth=welcomes(Scope.OFFICE),
    summary="One version; its words once a survey with it is in the field",
)
def questionnaire(request: VisitorRequest, code: str, number: int) -> QuestionnaireWhole:
    return _whole(_told(request, code, number))


@router.post(
    "/questionnaires",
    response=answers(QuestionnaireWhole),
    auth=needs(Scope.OFFICE),
    summary="Bring a questionnaire in as a draft; the same text again is no change",
)
def import_questionnaire(request: TokenRequest, said: QuestionnaireText) -> QuestionnaireWhole:
    made = commands.import_questionnaire(text=said.text, actor=request.user, at=clock.now())
    return _again(request, made)


@router.post(
    "/questionnaires/{code}/{number}/words",
    response=answers(QuestionnaireWhole),
    auth=needs(Scope.OFFICE),
    summary="Give a draft other words",
)
def change_questionnaire(
    request: TokenRequest, code: str, number: int, said: QuestionnaireWords
) -> QuestionnaireWhole:
    found = _kept(request, code, number)
    made = commands.questionnaires.change_text(
        version_id=found.pk, text=said.text, was=said.was, actor=request.user, at=clock.now()
    )
    return _again(request, made)


@router.post(
    "/questionnaires/{code}/{number}/copies",
    response=answers(QuestionnaireWhole),
    auth=needs(Scope.OFFICE),
    summary="Copy a version to a draft: the next one, or of a questionnaire of another code",
)
def copy_questionnaire(
    request: TokenRequest, code: str, number: int, said: QuestionnaireCopy
) -> QuestionnaireWhole:
    found = _kept(request, code, number)
    made = commands.copy_version(
        version_id=found.pk, code=said.code, actor=request.user, at=clock.now()
    )
    return _again(request, made)


@router.post(
    "/questionnaires/{code}/{number}/lock",
    response=answers(QuestionnaireWhole),
    auth=needs(Scope.OFFICE),
    summary="Lock the words of a draft: they never change again, their digest is published",
)
def lock_questionnaire(request: TokenRequest, code: str, number: int) -> QuestionnaireWhole:
    found = _kept(request, code, number)
    made = commands.lock_version(version_id=found.pk, actor=request.user, at=clock.now())
    return _again(request, made)


def _reader(request: VisitorRequest) -> Reader:
    return Reader(request.standing, units_of(request.user.pk))


def _told(request: VisitorRequest, code: str, number: int) -> Told:
    found = queries.told(_reader(request), code, number)
    if found is None:
        raise Http404
    return found


def _kept(request: TokenRequest, code: str, number: int) -> QuestionnaireVersion:
    """The version for its keepers; for all others there is none."""
    found = _told(request, code, number)
    if not found.is_kept:
        raise Http404
    return found.version


def _again(request: TokenRequest, made: QuestionnaireVersion) -> QuestionnaireWhole:
    return _whole(_told(request, made.questionnaire.code, made.number))


def _brief(found: QuestionnaireVersion, title: str | None, is_open: bool) -> dict[str, Any]:
    return {
        "code": found.questionnaire.code, "number": found.number, "title": title,
        "state": found.state, "digest": found.digest, "is_open": is_open,
        "changed_at": found.changed_at, "locked_at": found.locked_at,
    }  # fmt: skip


def _whole(found: Told) -> QuestionnaireWhole:
    version = found.version
    bank = bank_of(version.document) if found.words else None
    remarks = wording.remarks(bank) if bank and found.is_kept else []
    unfinished = reading.checked(version.document).unfinished if found.is_kept else []
    return QuestionnaireWhole(
        **_brief(version, str(bank.title) if bank else None, found.is_open),
        owner=version.questionnaire.owner_id,
        headline=bank.headline if bank else "",
        is_example=bool(bank and bank.is_example),
        screening=_conditions(bank.screening) if bank else [],
        questions=_questions(bank) if bank else [],
        text=yaml_of(version.questionnaire.code, version.document) if bank else None,
        remarks=[
            QuestionnaireRemark(
                about=each.about, code=each.code, what=each.what, better=each.better
            )
            for each in remarks
        ],
        unfinished=[f"{each.reason} {each.mend}".strip() for each in unfinished],
    )


def _questions(bank: Bank) -> list[QuestionnaireQuestion]:
    margins = {code: margin for margin, code in (bank.margins or {}).items()}
    return [
        _question(question, block.code, margins.get(question.code, ""))
        for block in bank.blocks
        for question in block.questions
    ]


def _question(question: Question, block: str, margin: str) -> QuestionnaireQuestion:
    return QuestionnaireQuestion(
        code=question.code, block=block, kind=question.kind, text=str(question.text),
        hint=str(question.hint or ""), required=question.required, scale=question.scale,
        margin=margin, options=[_answer(each) for each in question.options],
        only_if=_conditions(question.only_if),
    )  # fmt: skip


def _answer(option: Option) -> QuestionnaireAnswer:
    return QuestionnaireAnswer(
        code=option.code, text=str(option.text), score=option.score,
        satisfied=option.satisfied, no_opinion=option.no_opinion,
    )  # fmt: skip


def _conditions(said: tuple[Condition, ...]) -> list[QuestionnaireCondition]:
    return [
        QuestionnaireCondition(question=each.question, among=list(each.among)) for each in said
    ]
