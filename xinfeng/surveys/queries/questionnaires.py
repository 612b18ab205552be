"""Who reads the words of which questionnaire.

Before a survey is in the field its words are shown to whoever keeps questionnaires there, and
to nobody else: who knows the questions beforehand can coach the answers. Everybody sees that a
version was locked, and its digest.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.fields.json import KeyTransform

from xinfeng.base import codes, scope
from xinfeng.base.standing import Standing
from xinfeng.base.words import Words
from xinfeng.people.permissions import UPPER_OFFICES
from xinfeng.places.models import Division
from xinfeng.surveys import permissions
from xinfeng.surveys.models import Questionnaire, QuestionnaireVersion, Survey, VersionState


@dataclass(frozen=True)
class Reader:
    """A visitor as this room knows them."""

    standing: Standing
    units: frozenset[int]

    def keeps(self, owner_id: int) -> bool:
        span = codes.span(owner_id, codes.level_of(owner_id))
        return permissions.may_keep_questionnaires(self.standing, span, self.units)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Areas whose drafts this reader may see; each is asked about again."""
        return [] if self.units else self.standing.spans(UPPER_OFFICES)


@dataclass(frozen=True)
class Line:
    """A version in a list: `title` is None where its words are nobody's yet."""

    version: QuestionnaireVersion
    title: Words | None
    is_kept: bool
    is_open: bool


@dataclass(frozen=True)
class Told:
    """A version for one reader, with or without its words."""

    version: QuestionnaireVersion
    is_kept: bool
    is_open: bool

    @property
    def words(self) -> bool:
        return self.is_kept or self.is_open

    @property
    def may_change(self) -> bool:
        return self.is_kept and self.version.state == VersionState.DRAFT


def listed(reader: Reader) -> list[Line]:
    """Versions from the newest of each questionnaire; drafts only for their keepers."""
    kept = Questionnaire.objects.order_by("code", "pk").prefetch_related(
        Prefetch("versions", _with_openness().defer("document").order_by("-number"))
    )
    return [
        line
        for questionnaire in kept
        for version in questionnaire.versions.all()
        if (line := _line(version, reader, questionnaire)) is not None
    ]


def paged(reader: Reader, after: int, most: int) -> list[Line]:
    """Versions in the order of their keys, as a program asks for them."""
    kept = scope.reached(reader.spans, "questionnaire__owner_id")
    found = (
        _with_openness()
        .filter(Q(state=VersionState.LOCKED) | kept, pk__gt=after)
        .select_related("questionnaire")
        .defer("document")
        .order_by("pk")[:most]
    )
    lines = [_line(each, reader, each.questionnaire) for each in found]
    return [line for line in lines if line is not None]


def told(reader: Reader, code: str, number: int) -> Told | None:
    """None where there is none, and where it is a draft of somebody else's."""
    found = (
        _with_openness()
        .select_related("questionnaire", "questionnaire__owner", "locked_by")
        .filter(questionnaire__code=code, number=number)
        .first()
    )
    if found is None:
        return None
    is_kept = reader.keeps(found.questionnaire.owner_id)
    if found.state == VersionState.DRAFT and not is_kept:
        return None
    return Told(found, is_kept, bool(getattr(found, "is_open", False)))


def others_of(told_: Told) -> list[QuestionnaireVersion]:
    """The other versions whose words the same reader may read, newest first."""
    versions = _with_openness().filter(questionnaire=told_.version.questionnaire_id)
    versions = versions.exclude(pk=told_.version.pk).order_by("-number")
    return [each for each in versions if told_.is_kept or getattr(each, "is_open", False)]


def owners(reader: Reader) -> list[Division]:
    """The areas for which this reader may begin a questionnaire: cities and counties."""
    spans = reader.standing.spans(UPPER_OFFICES)
    wanted = [lo for lo, _hi in spans if reader.keeps(lo)]
    return list(Division.objects.filter(code__in=wanted).order_by("code"))


def _line(version: QuestionnaireVersion, reader: Reader, kept: Questionnaire) -> Line | None:
    is_kept, is_open = reader.keeps(kept.owner_id), bool(getattr(version, "is_open", False))
    if version.state == VersionState.DRAFT and not is_kept:
        return None
    title: dict[str, Any] = getattr(version, "title", None) or {}
    words = Words(title.get("zh", ""), title.get("en", "")) if is_kept or is_open else None
    return Line(version, words, is_kept, is_open)


def _with_openness() -> "QuerySet[QuestionnaireVersion]":
    in_field = Survey.objects.filter(questionnaire=OuterRef("pk"), opened_at__isnull=False)
    return QuestionnaireVersion.objects.annotate(
        is_open=Exists(in_field), title=KeyTransform("title", "document")
    )  # fmt: skip
