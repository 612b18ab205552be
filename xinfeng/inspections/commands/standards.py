from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes, scope
from xinfeng.base.document import BadDocument, Problem
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.inspections import permissions, reading
from xinfeng.inspections.models import Standard, StandardState
from xinfeng.inspections.tree import digest_of
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division

journal.declare(
    {
        "standard.imported": gettext_lazy("imported a standard"),
        "standard.copied": gettext_lazy("copied a standard to a draft"),
        "standard.rewritten": gettext_lazy("changed the draft of a standard"),
        "standard.published": gettext_lazy("published a standard"),
        "standard.evaluated": gettext_lazy("evaluated the places by a standard"),
    }
)


class BadStandard(Refusal):
    """A document that is no standard; `problems` names line, reason and remedy of each."""

    status = 422

    def __init__(self, error: BadDocument) -> None:
        super().__init__("standard_is_wrong", str(error))
        self.source = error.source
        self.problems: list[Problem] = error.problems


@scope.command
def import_standard(
    *, text: str, source: str, version: str = "", actor: Person | None, at: datetime
) -> Standard:
    """A document becomes a draft, under another version if one is said.

    The same document again is no change; a new one follows the version published last.
    """
    refuse_stranger(actor, at)
    if version:
        text = under_version(text, source, version)
    values, digest = _read(text, source)
    name, version = str(values["name"]), str(values["version"])
    former = _locked(name=name, version=version)
    if former is not None and former.digest == digest:
        return former
    if former is None:
        follows = followed(name, version)
        standard = _create(name, version, text, values, digest, at, copied_from=follows)
    else:
        standard = _replace(former, text, values, digest)
    journal.record("standard.imported", standard, actor=actor, at=at, digest=digest)
    return standard


@scope.command
def copy_draft(
    *, standard_id: int, version: str, actor: Person | None, at: datetime
) -> Standard:
    """A draft that reads like the version it comes from, under a version of its own."""
    refuse_stranger(actor, at)
    former = locked(standard_id)
    if Standard.objects.filter(name=former.name, version=version).exists():
        raise _taken(version)
    text = _with_version(former.document, former.version, version)
    values, digest = _read(text, f"{former.name}.yaml")
    draft = _create(former.name, version, text, values, digest, at, copied_from=former)
    journal.record("standard.copied", draft, actor=actor, at=at, copied_from=former.pk)
    return draft


@scope.command
def rewrite(*, standard_id: int, text: str, actor: Person | None, at: datetime) -> Standard:
    """A draft gets another text; its name and version stay."""
    refuse_stranger(actor, at)
    draft = locked(standard_id)
    values, digest = _read(text, f"{draft.name}.yaml")
    if (str(values["name"]), str(values["version"])) != (draft.name, draft.version):
        raise Refusal(
            "standard_is_another",
            _("The text names another standard or version. Keep name %(name)s, version %(v)s.")
            % {"name": draft.name, "v": draft.version},
        )
    _replace(draft, text, values, digest)
    journal.record("standard.rewritten", draft, actor=actor, at=at, digest=digest)
    return draft


@scope.command
def publish(*, standard_id: int, actor: Person | None, at: datetime) -> Standard:
    """From now on this version never changes; published twice is published once."""
    refuse_stranger(actor, at)
    standard = locked(standard_id)
    if standard.state == StandardState.PUBLISHED:
        return standard
    standard.move_to(StandardState.PUBLISHED)
    standard.published_at = at
    standard.published_by = actor
    standard.save(update_fields=["state", "published_at", "published_by"])
    journal.record("standard.published", standard, actor=actor, at=at, digest=standard.digest)
    return standard


def followed(name: str, version: str) -> Standard | None:
    """The version a draft of this name is a change of: the one published last."""
    published = Standard.objects.filter(name=name, state=StandardState.PUBLISHED)
    return published.exclude(version=version).order_by("-published_at", "-pk").first()


def refuse_stranger(actor: Person | None, at: datetime) -> None:
    """Nobody but the city office; None is the program itself, at set-up or in a job."""
    if actor is None:
        return
    city = codes.span(_city().code, codes.Level.CITY)
    if not permissions.may_keep_standards(standing_of(actor, clock.local_date(at)), city):
        raise Forbidden("not_the_city_office", _("Only the city office keeps the standards."))


def locked(standard_id: int) -> Standard:
    standard = _locked(pk=standard_id)
    if standard is None:
        raise Unknown("standard_unknown", _("There is no such standard."))
    return standard


def _locked(**which: object) -> Standard | None:
    # No key changes, so that results may point at the row meanwhile.
    return Standard.objects.select_for_update(no_key=True).filter(**which).first()


def _city() -> Division:
    city = Division.objects.filter(level=codes.Level.CITY).order_by("code").first()
    if city is None:
        raise Refusal("city_is_empty", _("There is no city yet; import its divisions first."))
    return city


def _read(text: str, source: str) -> tuple[dict[str, Any], str]:
    try:
        _tree, values = reading.parse(text, source)
    except BadDocument as error:
        raise BadStandard(error) from None
    decides = {key: value for key, value in values.items() if key != "version"}
    return values, digest_of(decides)


def _create(
    name: str,
    version: str,
    text: str,
    values: dict[str, Any],
    digest: str,
    at: datetime,
    copied_from: Standard | None = None,
) -> Standard:
    try:
        with transaction.atomic():
            return Standard.objects.create(
                name=name,
                version=version,
                document=text,
                parsed=values,
                digest=digest,
                imported_at=at,
                copied_from=copied_from,
            )
    except IntegrityError:
        # Somebody made the same version at the same moment.
        raise _taken(version) from None


def _taken(version: str) -> Refusal:
    return Refusal(
        "version_is_taken",
        _("There is a version %(version)s already; choose another name for the copy.")
        % {"version": version},
    )


def _replace(standard: Standard, text: str, values: dict[str, Any], digest: str) -> Standard:
    if standard.state == StandardState.PUBLISHED:
        raise Refusal(
            "standard_is_published",
            _("Version %(version)s is published and never changes; make a copy instead.")
            % {"version": standard.version},
        )
    standard.document, standard.parsed, standard.digest = text, values, digest
    standard.save(update_fields=["document", "parsed", "digest"])
    return standard


def under_version(text: str, source: str, version: str) -> str:
    """The document as written, but for the version it says."""
    values, _digest = _read(text, source)
    said = str(values["version"])
    return text if said == version else _with_version(text, said, version)


def _with_version(text: str, old: str, new: str) -> str:
    """The text with its first `version:` line changed; everything else stays as written."""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith("version:"):
            lines[number] = f'version: "{new}"\n'
            return "".join(lines)
    raise Refusal(
        "version_is_not_found",
        _("Version %(v)s has no line “version:” of its own.") % {"v": old},
    )
