"""Forms: taken in as drafts, published to phones, closed."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope, standing
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.fieldwork import xlsforms
from xinfeng.fieldwork.faults import Fault, NotAForm
from xinfeng.fieldwork.models import Form, FormMedia, FormState, FormVersion, VersionState
from xinfeng.fieldwork.permissions import may_keep_forms
from xinfeng.fieldwork.queries.forms import media_named, missing_media
from xinfeng.fieldwork.workbooks import MOST_BYTES
from xinfeng.files import store
from xinfeng.files.commands import keep
from xinfeng.files.looking import look
from xinfeng.files.models import Kind
from xinfeng.files.store import TooLarge
from xinfeng.files.unfit import Unfit
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.places.models import Division

journal.declare(
    {
        "form.drafted": gettext_lazy("took in a form as a draft"),
        "form.published": gettext_lazy("published a form to phones"),
        "form.version_closed": gettext_lazy("closed a version of a form"),
        "form.version_reopened": gettext_lazy("took in a closed version of a form again"),
        "form.closed": gettext_lazy("closed a form"),
        "form.reopened": gettext_lazy("opened a closed form again"),
    }
)


@dataclass(frozen=True)
class Drafted:
    """A draft, and what the converter would do otherwise."""

    version: FormVersion
    warnings: tuple[Fault, ...]


def draft(
    *,
    xlsx: bytes,
    file_name: str,
    owner_id: int,
    actor: Person,
    at: datetime,
    subject: str = "",
) -> Drafted:
    """Make a draft of an XLSForm; the same form and version as a draft replaces it.

    Raises `faults.NotAForm`, whose `faults` name sheet, row and column.
    """
    # Asked before the work of reading, and again in the transaction.
    _owner(owner_id, actor, at)
    _refuse_unfit(xlsx)
    made = xlsforms.convert(xlsx)
    version = _draft(
        made=made, xlsx=xlsx, file_name=file_name, owner_id=owner_id, actor=actor, at=at,
        subject=subject,
    )  # fmt: skip
    return Drafted(version, made.warnings)


@scope.command
def _draft(
    *,
    made: xlsforms.Converted,
    xlsx: bytes,
    file_name: str,
    owner_id: int,
    actor: Person,
    at: datetime,
    subject: str,
) -> FormVersion:
    form = _form(made, owner_id, subject, actor, at)
    found = form.versions.select_for_update().filter(version=made.version).first()
    sha256 = hashlib.sha256(made.xform).hexdigest()
    if found is not None and found.sha256 == sha256:
        return found
    if found is not None and found.state != VersionState.DRAFT:
        raise Refusal(
            "form_version_taken",
            _("Version “%(version)s” of this form is out already. Give the new one another.")
            % {"version": made.version},
        )
    version = found or FormVersion(form=form, version=made.version, created_by=actor)
    version.title, version.xform, version.questions = made.title, made.xform, made.questions
    version.md5 = hashlib.md5(made.xform, usedforsecurity=False).hexdigest()
    version.sha256, version.created_at = sha256, at
    version.xlsx = keep(
        content=xlsx, name=file_name, allowed={Kind.XLSX}, max_bytes=MOST_BYTES,
        actor=actor, at=at,
    )  # fmt: skip
    if found is None:
        version.save()
        _carry_media(version)
    else:
        version.save(update_fields=["title", "xform", "questions", "md5", "sha256",
                                    "created_at", "xlsx"])  # fmt: skip
    _record("form.drafted", form, actor, at, version=version.pk)
    return version


@scope.command
def publish(*, version_id: int, actor: Person, at: datetime) -> FormVersion:
    """From now on phones are offered this version; older ones are still taken in."""
    version = locked_version(version_id, actor, at)
    if version.state == VersionState.PUBLISHED:
        return version
    _refuse_without_media(version)
    version.move_to(VersionState.PUBLISHED)
    version.published_at, version.published_by, version.closed_at = at, actor, None
    version.save(update_fields=["state", "published_at", "published_by", "closed_at"])
    form = version.form
    if form.title != version.title:
        form.title = version.title
        form.save(update_fields=["title"])
    _record("form.published", form, actor, at, version=version.pk)
    return version


@scope.command
def close_version(*, version_id: int, actor: Person, at: datetime) -> FormVersion:
    """Phones that still have this version are told to fetch another one."""
    version = locked_version(version_id, actor, at)
    if version.state == VersionState.CLOSED:
        return version
    version.move_to(VersionState.CLOSED)
    version.closed_at = at
    version.save(update_fields=["state", "closed_at"])
    _record("form.version_closed", version.form, actor, at, version=version.pk)
    return version


@scope.command
def reopen_version(*, version_id: int, actor: Person, at: datetime) -> FormVersion:
    """Taken in again; offered to phones only if none was published after it."""
    version = locked_version(version_id, actor, at)
    if version.state == VersionState.PUBLISHED:
        return version
    if version.state == VersionState.DRAFT:
        raise Refusal("form_version_state", _("This version is in another state."))
    version.move_to(VersionState.PUBLISHED)
    version.closed_at = None
    version.save(update_fields=["state", "closed_at"])
    _record("form.version_reopened", version.form, actor, at, version=version.pk)
    return version


@scope.command
def close_form(*, form_id: int, actor: Person, at: datetime) -> Form:
    """Nothing more is taken in under any version, and phones are not offered it."""
    return _set(form_id, FormState.CLOSED, "form.closed", actor, at)


@scope.command
def reopen_form(*, form_id: int, actor: Person, at: datetime) -> Form:
    return _set(form_id, FormState.OPEN, "form.reopened", actor, at)


def _set(form_id: int, state: FormState, verb: str, actor: Person, at: datetime) -> Form:
    form = _locked_form(Form.objects.filter(pk=form_id), actor, at)
    if form.state == state:
        return form
    form.state = state
    form.closed_at = at if state == FormState.CLOSED else None
    form.save(update_fields=["state", "closed_at"])
    _record(verb, form, actor, at)
    return form


def _form(
    made: xlsforms.Converted, owner_id: int, subject: str, actor: Person, at: datetime
) -> Form:
    owner = _owner(owner_id, actor, at)
    form, _made = Form.objects.get_or_create(
        form_id=made.form_id,
        defaults={
            "title": made.title, "subject": subject, "owner": owner, "created_by": actor,
            "created_at": at,
        },
    )  # fmt: skip
    form = Form.objects.select_for_update(of=("self",)).select_related("owner").get(pk=form.pk)
    if form.owner_id != owner.pk:
        raise Refusal("form_of_another", _("A form of this id belongs to another office."))
    if form.state == FormState.CLOSED:
        raise Refusal("form_closed", _("This form is closed and takes nothing in any more."))
    return form


def _carry_media(version: FormVersion) -> None:
    """What the version before showed under a name that this one uses, it shows too."""
    before = version.form.versions.exclude(pk=version.pk).order_by("-created_at", "-pk").first()
    named = media_named(bytes(version.xform)) if before else set()
    rows = before.media.filter(name__in=named).order_by("pk") if before else []
    FormMedia.objects.bulk_create(
        FormMedia(form_version=version, name=row.name, file_id=row.file_id, md5=row.md5)
        for row in rows
    )


def _refuse_without_media(version: FormVersion) -> None:
    names = version.media.order_by("pk").values_list("name", flat=True)
    if missing := missing_media(bytes(version.xform), names):
        raise Refusal(
            "form_media_missing",
            _("Files that the form shows are missing: %(names)s.")
            % {"names": "、".join(missing)},
        )


def _owner(owner_id: int, actor: Person, at: datetime) -> Division:
    owner = Division.objects.filter(pk=owner_id).first()
    rights = standing.of(actor, clock.local_date(at))
    if owner is None or not may_keep_forms(rights, owner.span):
        raise Forbidden("may_not_keep_forms", _("Forms are kept by the office of their area."))
    return owner


def _refuse_unfit(xlsx: bytes) -> None:
    """What is no harmless workbook is refused before anything unfolds it."""
    try:
        with store.receiving() as arriving:
            received = store.receive(io.BytesIO(xlsx), MOST_BYTES, arriving)
            look(received.path, {Kind.XLSX}, thorough=True)
    except (Unfit, TooLarge) as refusal:
        raise NotAForm(Fault(str(refusal))) from refusal


def locked_version(version_id: int, actor: Person, at: datetime) -> FormVersion:
    """For whoever keeps its form; the form is locked first, so that versions go one by one."""
    version = FormVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise _unknown()
    form = _locked_form(Form.objects.filter(pk=version.form_id), actor, at)
    version = FormVersion.objects.select_for_update().get(pk=version_id)
    version.form = form
    return version


def _locked_form(forms: models.QuerySet[Form], actor: Person, at: datetime) -> Form:
    form = forms.select_for_update(of=("self",)).select_related("owner").first()
    rights = standing.of(actor, clock.local_date(at))
    if form is None or not may_keep_forms(rights, form.owner.span):
        raise _unknown()
    return form


def _unknown() -> Unknown:
    return Unknown("form_unknown", _("There is no such form here."))


def _record(verb: str, form: Form, actor: Person, at: datetime, **details: Any) -> None:
    journal.record(verb, form, actor=actor, at=at, where=form.owner_id, **details)
