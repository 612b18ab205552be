"""Forms and their versions: read, drafted from a workbook, published, closed."""

import base64
import binascii
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Misread, Moment, answers
from xinfeng.fieldwork import commands, queries
from xinfeng.fieldwork.faults import Fault
from xinfeng.fieldwork.models import Form, FormVersion
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import known_form, known_version, router

# As base64 in a JSON body; larger workbooks are uploaded on the page.
_MOST_SIGNS = 2_400_000
FormAct = Literal["closing", "reopening"]
VersionAct = Literal["publishing", "closing", "reopening"]


class FormBrief(Schema):
    """`offered` is the version that phones fetch; null while there is none."""

    form_id: str
    title: str
    owner: int
    state: str
    offered: str | None


class FormList(Schema):
    items: list[FormBrief]


class VersionBrief(Schema):
    """`received` counts what came under it; null for whoever may not see that."""

    version: str
    title: str
    state: str
    md5: str
    questions: int
    published_at: Moment | None
    closed_at: Moment | None
    received: int | None


class FormShown(FormBrief):
    versions: list[VersionBrief]


class VersionShown(Schema):
    """`questions` is the form read once: names, types, labels, choices, conditions."""

    form_id: str
    version: str
    title: str
    state: str
    md5: str
    published_at: Moment | None
    missing_files: list[str]
    questions: dict[str, Any]
    xform: str


class FormDrafted(Schema):
    """An XLSForm workbook in base64, and the division whose office keeps the form."""

    owner: int = Field(ge=10**11, lt=10**12)
    workbook: str = Field(min_length=4, max_length=_MOST_SIGNS)


class FormFault(Schema):
    """Where in the workbook, what, and how to mend it; rows as Excel counts them."""

    sheet: str
    row: int | None
    column: str
    detail: str
    mend: str


class DraftMade(Schema):
    """The draft, and what phones take and whoever reads it will wonder at."""

    form_id: str
    version: str
    state: str
    warnings: list[FormFault]


class FormState(Schema):
    form_id: str
    state: str


class VersionState(Schema):
    form_id: str
    version: str
    state: str


@router.get(
    "/forms", response=answers(FormList), auth=needs(Scope.OFFICE), summary="Forms I may read"
)
def forms(request: TokenRequest) -> FormList:
    found = queries.forms_of(request.standing)
    return FormList(items=[_brief(line.form, line.offered) for line in found])


@router.post(
    "/forms",
    response=answers(DraftMade),
    auth=needs(Scope.OFFICE),
    summary="Draft a version from a workbook; every fault comes back with its place",
)
def draft(request: TokenRequest, drafted: FormDrafted) -> DraftMade:
    made = commands.draft(
        xlsx=_decoded(drafted.workbook), file_name="form.xlsx", owner_id=drafted.owner,
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    version = made.version
    return DraftMade(
        form_id=version.form.form_id,
        version=version.version,
        state=version.state,
        warnings=[_fault(each) for each in made.warnings],
    )


@router.get(
    "/forms/{form_id}",
    response=answers(FormShown),
    auth=needs(Scope.OFFICE),
    summary="One form with its versions",
)
def form(request: TokenRequest, form_id: str) -> FormShown:
    found = known_form(request, form_id)
    sheet = queries.sheet_of(request.standing, found)
    offered = next((each for each in sheet.versions if each.pk == sheet.offered_id), None)
    brief = _brief(found, offered)
    return FormShown(
        **brief.dict(),
        versions=[_version_brief(each, sheet.received) for each in sheet.versions],
    )


@router.post(
    "/forms/{form_id}/{act}",
    response=answers(FormState),
    auth=needs(Scope.OFFICE),
    summary="Close a form, or open it again",
)
def set_form(request: TokenRequest, form_id: str, act: FormAct) -> FormState:
    acts = {"closing": commands.close_form, "reopening": commands.reopen_form}
    pk = known_form(request, form_id).pk
    done = acts[act](form_id=pk, actor=request.user, at=clock.now())
    return FormState(form_id=done.form_id, state=done.state)


@router.get(
    "/forms/{form_id}/versions/{version}",
    response=answers(VersionShown),
    auth=needs(Scope.OFFICE),
    summary="One version: what it asks, and the XForm that phones are served",
)
def version(request: TokenRequest, form_id: str, version: str) -> VersionShown:
    found = known_version(request, form_id, version)
    return VersionShown(
        form_id=form_id,
        version=found.version,
        title=found.title,
        state=found.state,
        md5=found.md5,
        published_at=found.published_at,
        missing_files=queries.version_sheet(found).missing,
        questions=found.questions,
        xform=bytes(found.xform).decode(),
    )


@router.post(
    "/forms/{form_id}/versions/{version}/{act}",
    response=answers(VersionState),
    auth=needs(Scope.OFFICE),
    summary="Publish a version to phones, close it, or open it again",
)
def set_version(
    request: TokenRequest, form_id: str, version: str, act: VersionAct
) -> VersionState:
    acts = {
        "publishing": commands.publish,
        "closing": commands.close_version,
        "reopening": commands.reopen_version,
    }
    pk = known_version(request, form_id, version).pk
    done = acts[act](version_id=pk, actor=request.user, at=clock.now())
    return VersionState(form_id=form_id, version=done.version, state=done.state)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Misread("workbook_unreadable", _("Send the workbook in base64.")) from None


def _brief(form: Form, offered: FormVersion | None) -> FormBrief:
    return FormBrief(
        form_id=form.form_id,
        title=form.title,
        owner=form.owner_id,
        state=form.state,
        offered=offered.version if offered else None,
    )


def _version_brief(version: FormVersion, received: dict[int, int] | None) -> VersionBrief:
    return VersionBrief(
        version=version.version,
        title=version.title,
        state=version.state,
        md5=version.md5,
        questions=len(version.questions.get("questions", ())),
        published_at=version.published_at,
        closed_at=version.closed_at,
        received=None if received is None else received.get(version.pk, 0),
    )


def _fault(fault: Fault) -> FormFault:
    return FormFault(
        sheet=fault.sheet, row=fault.row, column=fault.column, detail=fault.words,
        mend=fault.mend,
    )  # fmt: skip
