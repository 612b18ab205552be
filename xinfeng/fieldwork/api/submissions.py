"""What came from the field, read: the list, and one with its answers."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, unreadable
from xinfeng.fieldwork import commands, queries
from xinfeng.fieldwork.models import Submission
from xinfeng.fieldwork.queries import Choice, Key
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import RowId, known_submission, router


class SubmissionsNarrowed(Schema):
    form: str = Field("", max_length=64)
    person_id: RowId | None = None
    day: date | None = None
    state: Literal["", "whole", "missing", "amended", "withdrawn"] = ""
    after: Annotated[str, Field(max_length=40)] = ""


class FieldSubmission(Schema):
    """`sender` is masked; `subjects` says what it is about, by code."""

    submission_id: int
    instance_id: str
    form_id: str
    version: str
    sender: str
    person_id: int
    received_at: Moment
    subjects: dict[str, str]
    state: str
    files_arrived: int
    files_expected: int


class FieldSubmissionPage(Schema):
    items: list[FieldSubmission]
    next: str | None


class FieldAnswer(Schema):
    """`value` as it was stored, `words` as people read it; null: not answered."""

    question: str
    label: str
    line: str
    type: str
    value: str | int | float | list[str] | None
    words: str | None


class FieldFile(Schema):
    name: str
    kind: str
    size: int
    sha256: str
    arrived_at: Moment


class FieldSubmissionShown(FieldSubmission):
    """`amends` is the one before it, `amended_by` the one after it."""

    started_at: Moment | None
    ended_at: Moment | None
    lat: float | None
    lon: float | None
    sha256: str
    amends: int | None
    amended_by: int | None
    withdrawn_because: str | None
    answers: list[FieldAnswer]
    files: list[FieldFile]
    missing_files: list[str]


@router.get(
    "/field-submissions",
    response=answers(FieldSubmissionPage),
    auth=needs(Scope.OFFICE),
    summary="What came from the field, the newest first",
)
def submissions(
    request: TokenRequest, narrowed: Query[SubmissionsNarrowed]
) -> FieldSubmissionPage:
    choice = Choice(narrowed.form, narrowed.person_id, narrowed.day, narrowed.state)
    found = queries.received(request.standing, choice, _key(narrowed.after))
    return FieldSubmissionPage(
        items=[
            FieldSubmission(
                **_told(line.submission), sender=line.sender, state=line.state,
                files_arrived=line.arrived, files_expected=line.expected,
            )
            for line in found.lines
        ],
        next=str(found.after) if found.after else None,
    )  # fmt: skip


@router.get(
    "/field-submissions/{submission_id}",
    response=answers(FieldSubmissionShown),
    auth=needs(Scope.OFFICE),
    summary="One submission with its answers; looking at it is written in the journal",
)
def submission(request: TokenRequest, submission_id: int) -> FieldSubmissionShown:
    found = known_submission(request, submission_id)
    commands.note_submission_view(submission_id=found.pk, actor=request.user, at=clock.now())
    sheet = queries.submission_sheet(request.standing, found, "zh")
    after = next((k for k in sheet.chain if k.submission.deprecates_id == found.pk), None)
    return FieldSubmissionShown(
        **_told(found),
        sender=sheet.sender,
        state=sheet.state,
        files_arrived=len(sheet.files),
        files_expected=len(found.expects),
        started_at=found.started_at,
        ended_at=found.ended_at,
        lat=None if found.lat_e6 is None else found.lat_e6 / 1_000_000,
        lon=None if found.lon_e6 is None else found.lon_e6 / 1_000_000,
        sha256=found.sha256,
        amends=found.deprecates_id,
        amended_by=after.submission.pk if after else None,
        withdrawn_because=sheet.withdrawal.reason if sheet.withdrawal else None,
        answers=[_answer(each) for each in sheet.answers],
        files=[
            FieldFile(
                name=each.name, kind=each.file.kind, size=each.file.size,
                sha256=each.file.digest, arrived_at=each.at,
            )
            for each in sheet.files
        ],
        missing_files=sheet.missing,
    )  # fmt: skip


def _key(after: str) -> Key | None:
    if not after:
        return None
    moment, _sep, pk = after.partition("_")
    try:
        key = Key(datetime.fromtimestamp(float(moment), UTC), int(pk))
    except (ValueError, OverflowError, OSError):
        raise unreadable() from None
    if not 0 < key.pk < 2**63:
        raise unreadable()
    return key


def _told(submission: Submission) -> dict[str, Any]:
    version = submission.form_version
    return {
        "submission_id": submission.pk,
        "instance_id": submission.instance_id,
        "form_id": version.form.form_id,
        "version": version.version,
        "person_id": submission.person_id,
        "received_at": submission.received_at,
        "subjects": submission.subjects,
    }


def _answer(answer: queries.Answer) -> FieldAnswer:
    value = answer.value
    if not isinstance(value, str | int | float | list | None):
        # A place, a day, a time: as text.
        value = answer.words
    return FieldAnswer(
        question=answer.name, label=answer.label, line=answer.line, type=answer.kind,
        value=[str(each) for each in value] if isinstance(value, list) else value,
        words=answer.words,
    )  # fmt: skip
