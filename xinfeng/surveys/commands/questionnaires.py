"""A questionnaire from its first draft to words that never change again."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes, scope
from xinfeng.base.document import BadDocument, Problem
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.people.queries import standing_of
from xinfeng.places.models import Division
from xinfeng.surveys import permissions, xlsforms
from xinfeng.surveys.asking import reading
from xinfeng.surveys.asking.reading import NAME, Taken
from xinfeng.surveys.models import Questionnaire, QuestionnaireVersion, VersionState
from xinfeng.units.queries import units_of

journal.declare(
    {
        "questionnaire.made": gettext_lazy("began a questionnaire"),
        "questionnaire.changed": gettext_lazy("changed the draft of a questionnaire"),
        "questionnaire.copied": gettext_lazy("copied a questionnaire to a new version"),
        "questionnaire.locked": gettext_lazy("locked the words of a questionnaire"),
    }
)


class BadQuestionnaire(Refusal):
    """A document that cannot be asked; `problems` names line, place, reason and remedy."""

    status = 422

    def __init__(self, error: BadDocument) -> None:
        super().__init__("questionnaire_is_wrong", str(error))
        self.source = error.source
        self.problems: list[Problem] = error.problems
        self.mistakes = [
            {
                "where": each.where or f"line {each.line}",
                "detail": f"{each.reason} {each.mend}".strip(),
            }
            for each in error.problems
        ]


@scope.command
def new_questionnaire(
    *, code: str, owner_id: int, document: dict[str, Any], actor: Person | None, at: datetime
) -> QuestionnaireVersion:
    """A questionnaire with its first draft; the same sent again makes no second one."""
    refuse_stranger(owner_id, actor, at)
    taken = _checked(document)
    if not NAME.fullmatch(code):
        raise Refusal(
            "questionnaire_code",
            _("A code has small letters, digits and hyphens, a letter first, 30 at most."),
        )
    return _begun(code, owner_id, taken, actor, at)


@scope.command
def change_version(
    *, version_id: int, document: dict[str, Any], was: str = "", actor: Person | None,
    at: datetime,
) -> QuestionnaireVersion:  # fmt: skip
    """A draft gets other words.

    `was` is the digest of what the writer began from: whoever else changed the draft meanwhile
    is not written over.
    """
    found = locked_row(version_id, actor, at)
    taken = _checked(document)
    if found.digest == taken.digest:
        return found
    refuse_locked(found)
    if was and was != found.digest:
        raise Refusal(
            "questionnaire_changed_meanwhile",
            _("Somebody else has changed this draft meanwhile. Look at it, then change it."),
        )
    return _changed(found, taken, actor, at)


@scope.command
def change_text(
    *, version_id: int, text: str, was: str = "", actor: Person | None, at: datetime
) -> QuestionnaireVersion:
    """A draft gets the words of a YAML text that names the same questionnaire."""
    code = locked_row(version_id, actor, at).questionnaire.code
    taken = _read(text, f"{code}.yaml")
    if taken.code != code:
        raise Refusal(
            "questionnaire_is_another",
            _("The text names another questionnaire: keep code: %(code)s.") % {"code": code},
        )
    return change_version(
        version_id=version_id, document=taken.document, was=was, actor=actor, at=at
    )


@scope.command
def copy_version(
    *, version_id: int, code: str = "", owner_id: int | None = None, actor: Person | None,
    at: datetime,
) -> QuestionnaireVersion:  # fmt: skip
    """A new draft that asks the same: the next version, or a questionnaire of another code."""
    found = locked_row(version_id, actor, at)
    if code and code != found.questionnaire.code:
        return new_questionnaire(
            code=code, owner_id=owner_id or found.questionnaire.owner_id,
            document=found.document, actor=actor, at=at,
        )  # fmt: skip
    _refuse_second_draft(found.questionnaire)
    return _next(found.questionnaire, _checked(found.document), found, actor, at)


@scope.command
def lock_version(
    *, version_id: int, actor: Person | None, at: datetime
) -> QuestionnaireVersion:
    """From now on these are the words; the digest is published. Locked twice is locked once."""
    found = locked_row(version_id, actor, at)
    if found.state == VersionState.LOCKED:
        return found
    unfinished = _checked(found.document).unfinished
    if unfinished:
        raise Refusal("questionnaire_is_unfinished", "\n".join(map(str, unfinished)))
    found.move_to(VersionState.LOCKED)
    found.locked_by, found.locked_at = actor, at
    found.save(update_fields=["state", "locked_by", "locked_at"])
    _record("questionnaire.locked", found, actor, at)
    return found


@scope.command
def import_questionnaire(
    *, text: str, source: str = "questionnaire.yaml", actor: Person | None, at: datetime
) -> QuestionnaireVersion:
    """A YAML text becomes a draft of the questionnaire it names.

    The same words again are no change; a draft that stands is replaced; after a locked version
    comes the next.
    """
    return _taken_in(_read(text, source), actor, at)


@scope.command
def import_file(
    *, content: bytes, source: str, actor: Person | None, at: datetime
) -> QuestionnaireVersion:
    """The same of a file as it was sent: an XLSForm workbook, or YAML as UTF-8."""
    return _taken_in(_read_file(content, source), actor, at)


def _taken_in(taken: Taken, actor: Person | None, at: datetime) -> QuestionnaireVersion:
    kept = Questionnaire.objects.filter(code=taken.code).first()
    owner = kept.owner_id if kept else _owner(actor, at)
    refuse_stranger(owner, actor, at)
    if kept is None:
        return _begun(taken.code, owner, taken, actor, at)
    # Whoever imports the same at the same moment waits here.
    kept = Questionnaire.objects.select_for_update(no_key=True).get(pk=kept.pk)
    newest = kept.versions.order_by("-number").first()
    if newest is not None and newest.digest == taken.digest:
        return newest
    if newest is None or newest.state == VersionState.LOCKED:
        return _next(kept, taken, newest, actor, at)
    return _changed(newest, taken, actor, at)


def refuse_stranger(owner_id: int, actor: Person | None, at: datetime) -> None:
    """Nobody but offices over the whole area; None is the program itself, at set-up."""
    if actor is None:
        return
    owner = codes.span(owner_id, codes.level_of(owner_id))
    standing = standing_of(actor, clock.local_date(at))
    if not permissions.may_keep_questionnaires(standing, owner, units_of(actor.pk)):
        raise Forbidden(
            "not_a_keeper_of_questionnaires",
            _("Only the city's and counties' offices keep questionnaires, no assessed unit."),
        )


def locked_row(version_id: int, actor: Person | None, at: datetime) -> QuestionnaireVersion:
    """The version for somebody who may change it; its questionnaire's row is held."""
    found = QuestionnaireVersion.objects.filter(pk=version_id).first()
    if found is None:
        raise Unknown("questionnaire_unknown", _("There is no such questionnaire."))
    kept = Questionnaire.objects.select_for_update(no_key=True).get(pk=found.questionnaire_id)
    refuse_stranger(kept.owner_id, actor, at)
    # Read again under the lock: it may have been locked or changed while this one waited.
    found.refresh_from_db()
    found.questionnaire = kept
    return found


def refuse_locked(found: QuestionnaireVersion) -> None:
    if found.state == VersionState.LOCKED:
        raise Refusal(
            "questionnaire_is_locked",
            _("Version %(number)s is locked and never changes; make a copy instead.")
            % {"number": found.number},
        )


def _refuse_second_draft(kept: Questionnaire) -> None:
    draft = kept.versions.filter(state=VersionState.DRAFT).order_by("number").first()
    if draft is not None:
        raise Refusal(
            "questionnaire_has_a_draft",
            _("Version %(number)s is still a draft: go on with it, or lock it first.")
            % {"number": draft.number},
        )


def _begun(
    code: str, owner_id: int, taken: Taken, actor: Person | None, at: datetime
) -> QuestionnaireVersion:
    try:
        with transaction.atomic():
            kept = Questionnaire.objects.create(
                code=code, owner_id=owner_id, created_by=actor, created_at=at
            )
    except IntegrityError:
        return _begun_before(code, taken)
    return _next(kept, taken, None, actor, at)


def _begun_before(code: str, taken: Taken) -> QuestionnaireVersion:
    """The same form sent twice is answered twice; another's code is taken."""
    first = QuestionnaireVersion.objects.filter(questionnaire__code=code, number=1).first()
    if first is not None and first.digest == taken.digest:
        return first
    raise Refusal(
        "questionnaire_code_is_taken",
        _("There is a questionnaire “%(code)s” already; choose another code.") % {"code": code},
    )


def _next(
    kept: Questionnaire, taken: Taken, former: QuestionnaireVersion | None,
    actor: Person | None, at: datetime,
) -> QuestionnaireVersion:  # fmt: skip
    last = kept.versions.order_by("-number").values_list("number", flat=True).first()
    made = QuestionnaireVersion.objects.create(
        questionnaire=kept, number=(last or 0) + 1, document=taken.document,
        digest=taken.digest, created_by=actor, created_at=at, changed_at=at,
    )  # fmt: skip
    verb = "questionnaire.made" if former is None else "questionnaire.copied"
    _record(verb, made, actor, at, **({"former": former.number} if former else {}))
    return made


def _changed(
    found: QuestionnaireVersion, taken: Taken, actor: Person | None, at: datetime
) -> QuestionnaireVersion:
    found.document, found.digest, found.changed_at = taken.document, taken.digest, at
    found.save(update_fields=["document", "digest", "changed_at"])
    _record("questionnaire.changed", found, actor, at)
    return found


def _record(
    verb: str, found: QuestionnaireVersion, actor: Person | None, at: datetime, **details: Any
) -> None:
    kept = found.questionnaire
    journal.record(
        verb, found, actor=actor, at=at, where=kept.owner_id, questionnaire=kept.code,
        number=found.number, digest=found.digest, **details,
    )  # fmt: skip


def _checked(document: dict[str, Any]) -> Taken:
    try:
        return reading.checked(document)
    except BadDocument as error:
        raise BadQuestionnaire(error) from None


def _read(text: str, source: str) -> Taken:
    try:
        return reading.read(text, source)
    except BadDocument as error:
        raise BadQuestionnaire(error) from None


def _read_file(content: bytes, source: str) -> Taken:
    if content[:2] == b"PK":
        try:
            return xlsforms.read(content, source)
        except BadDocument as error:
            raise BadQuestionnaire(error) from None
    try:
        return _read(content.decode("utf-8-sig"), source)
    except UnicodeDecodeError:
        reason = _("This is neither an Excel workbook nor text in UTF-8.")
        problem = Problem(1, "", reason, _("Save it as .xlsx or as UTF-8 and send that."))
        raise BadQuestionnaire(BadDocument(source, [problem])) from None


def _owner(actor: Person | None, at: datetime) -> int:
    """For whom somebody imports: their own area, the widest if they have several."""
    if actor is None:
        return _city().pk
    spans = standing_of(actor, clock.local_date(at)).spans(UPPER_OFFICES)
    return max(spans, key=lambda span: span[1] - span[0])[0] if spans else _city().pk


def _city() -> Division:
    city = Division.objects.filter(level=codes.Level.CITY).order_by("code").first()
    if city is None:
        raise Refusal("city_is_empty", _("There is no city yet; import its divisions first."))
    return city
