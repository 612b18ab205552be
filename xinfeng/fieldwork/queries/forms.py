"""What pages and programs read of forms: the list, one form, one version with its words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from xinfeng.base import scope
from xinfeng.base.standing import Standing
from xinfeng.fieldwork import xlsforms
from xinfeng.fieldwork.faults import Fault, NotAForm
from xinfeng.fieldwork.models import Form, FormMedia, FormVersion, Submission, VersionState
from xinfeng.fieldwork.permissions import may_keep_forms, may_read_drafts, may_read_form
from xinfeng.files.queries import open_original
from xinfeng.places.models import Division

# What a form shows beside its words: pictures, recordings, lists.
_SHOWN = re.compile(rb"jr://(?:images|audio|video|file|file-csv)/([^\"'<>/\s&]+)")


@dataclass(frozen=True)
class FormLine:
    """One form of a list, with the version that phones are offered."""

    form: Form
    offered: FormVersion | None
    versions: int
    drafts: int
    may_keep: bool


@dataclass(frozen=True)
class FormSheet:
    form: Form
    versions: list[FormVersion]
    # How many submissions came under each version; None: not for this reader.
    received: dict[int, int] | None
    offered_id: int | None


@dataclass(frozen=True)
class VersionSheet:
    version: FormVersion
    media: list[FormMedia]
    # Names the form shows and nobody has uploaded.
    missing: list[str]


def forms_of(rights: Standing) -> list[FormLine]:
    """The forms somebody may read, open ones first; in three queries."""
    readable = [
        form
        for form in Form.objects.select_related("owner").order_by("-state", "title", "pk")
        if may_read_form(rights, form.owner.span)
    ]
    ids = [form.pk for form in readable]
    counted = FormVersion.objects.filter(form__in=ids).values("form_id").order_by("form_id")
    drafts = Count("pk", filter=Q(state=VersionState.DRAFT))
    numbers = {
        row["form_id"]: (row["n"], row["drafts"])
        for row in counted.annotate(n=Count("pk"), drafts=drafts)
    }
    offered = FormVersion.objects.offered().filter(form__in=ids).defer("xform", "questions")
    newest = {version.form_id: version for version in offered}
    return [
        FormLine(
            form,
            newest.get(form.pk),
            *numbers.get(form.pk, (0, 0)),
            may_keep_forms(rights, form.owner.span),
        )
        for form in readable
    ]


def form_of(rights: Standing, form_id: str) -> Form | None:
    form = Form.objects.select_related("owner").filter(form_id=form_id).first()
    return form if form and may_read_form(rights, form.owner.span) else None


def sheet_of(rights: Standing, form: Form) -> FormSheet:
    """Its versions, the newest first; drafts only for those who keep the form or look on."""
    versions = form.versions.select_related("xlsx").defer("xform")
    reads_drafts = may_read_drafts(rights, form.owner.span)
    if not reads_drafts:
        versions = versions.exclude(state=VersionState.DRAFT)
    offered = FormVersion.objects.offered().filter(form=form).values_list("pk", flat=True)
    return FormSheet(
        form,
        list(versions.order_by("-created_at", "-pk")),
        _received(form) if reads_drafts else None,
        offered.first(),
    )


def version_of(rights: Standing, version_id: int) -> FormVersion | None:
    found = FormVersion.objects.filter(pk=version_id)
    version = found.select_related("form__owner", "xlsx").first()
    if version is None or not may_read_form(rights, version.form.owner.span):
        return None
    is_draft = version.state == VersionState.DRAFT
    if is_draft and not may_read_drafts(rights, version.form.owner.span):
        return None
    return version


def version_sheet(version: FormVersion) -> VersionSheet:
    media = list(version.media.select_related("file").order_by("name", "pk"))
    missing = missing_media(bytes(version.xform), (each.name for each in media))
    return VersionSheet(version, media, missing)


def missing_media(xform: bytes, there: Iterable[str]) -> list[str]:
    return sorted(media_named(xform) - set(there))


def media_named(xform: bytes) -> set[str]:
    """The names of files that a form shows."""
    return {name.decode() for name in _SHOWN.findall(xform)}


def owners(rights: Standing) -> list[Division]:
    """The areas whose office somebody works in: a form belongs to one of them."""
    areas = Division.objects.filter(level__lte=2).order_by("level", "code")
    return [area for area in areas if may_keep_forms(rights, area.span)]


def _received(form: Form) -> dict[int, int]:
    """Numbers alone, so the whole city may be counted."""
    with scope.whole_city():
        rows = Submission.objects.filter(form_version__form=form).order_by("form_version_id")
        counted = rows.values("form_version_id").annotate(n=Count("pk"))
        return {row["form_version_id"]: row["n"] for row in counted}


def warnings_of(version: FormVersion) -> list[Fault]:
    """What the converter and we wonder at, read again from the workbook of a draft."""
    if version.xlsx is None or not version.xlsx.is_kept:
        return []
    with open_original(version.xlsx) as workbook:
        content = workbook.read()
    try:
        return list(xlsforms.convert(content).warnings)
    except NotAForm as problem:
        # A newer converter may refuse what an older one took; the version stands as it is.
        return list(problem.faults)
