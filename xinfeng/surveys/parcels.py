"""What a surveyor's phone sends: tries and sheets, many at once, each answered by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    TypeAdapter,
    ValidationError,
)

from xinfeng.base import scope
from xinfeng.base.refusal import Refusal
from xinfeng.people.models import Person
from xinfeng.surveys import commands
from xinfeng.surveys.asking.flow import ARRANGEMENTS
from xinfeng.surveys.models import Attempt, DayPart, Disposition, SampleUnit
from xinfeng.surveys.sent import Sheet

# Of one parcel; a phone sends the rest in the next one.
MOST_ITEMS = 40
MOST_BYTES = 1024 * 1024
_MOST_ANSWERS = 400
_MOST_MISTAKES = 10


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: UUID
    unit: str = Field(min_length=1, max_length=12)
    on: date
    part: DayPart


class TryIn(_Sent):
    """A try that brought no answers."""

    kind: Literal["try"]
    disposition: Disposition
    again_on: date | None = None
    again_part: Literal["", "MORNING", "AFTERNOON", "EVENING"] = ""


class SheetIn(_Sent):
    """A sheet that somebody answered, whole or broken off."""

    kind: Literal["sheet"]
    answers: dict[str, JsonValue] = Field(max_length=_MOST_ANSWERS)
    adults: int | None = Field(None, ge=1, le=99)
    arrangement: int = Field(0, ge=0, lt=ARRANGEMENTS)
    language: Literal["zh", "en"] = "zh"
    seconds: int | None = Field(None, ge=0, le=10**9)
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    is_complete: bool = True
    # Random; sent when the member agreed to be asked a second time.
    pair: UUID | None = None


ItemIn = Annotated[TryIn | SheetIn, Field(discriminator="kind")]
_item: TypeAdapter[TryIn | SheetIn] = TypeAdapter(ItemIn)


@dataclass(frozen=True)
class Received:
    """What became of one item: taken (now or before), or why not."""

    key: str
    is_taken: bool
    code: str = ""
    detail: str = ""
    mistakes: Sequence[dict[str, str]] = field(default=())
    # How the household stands now.
    disposition: str = ""
    is_final: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key, "is_taken": self.is_taken, "code": self.code,
            "detail": self.detail, "mistakes": list(self.mistakes),
            "disposition": self.disposition, "is_final": self.is_final,
        }  # fmt: skip


def take(items: Sequence[Any], *, actor: Person, at: datetime) -> list[Received]:
    """Each in a transaction of its own, so that one at fault holds up no other."""
    return [_take(each, actor, at) for each in items]


def _take(sent: Any, actor: Person, at: datetime) -> Received:
    try:
        item = _item.validate_python(sent)
    except ValidationError as error:
        return Received(
            _key_of(sent), is_taken=False, code="unreadable",
            detail=_("This cannot be read. Load the pages again, or tell your office."),
            mistakes=[{"where": _where(each["loc"]), "detail": each["type"]}
                      for each in error.errors()[:_MOST_MISTAKES]],
        )  # fmt: skip
    try:
        made = _try(item, actor, at) if isinstance(item, TryIn) else _sheet(item, actor, at)
    except Refusal as refusal:
        return Received(
            str(item.key), is_taken=False, code=refusal.code, detail=str(refusal),
            mistakes=refusal.mistakes,
        )  # fmt: skip
    unit = made.unit
    return Received(
        str(item.key), is_taken=True, disposition=unit.disposition, is_final=unit.is_final
    )


def _try(item: TryIn, actor: Person, at: datetime) -> Attempt:
    return commands.record_attempt(
        unit_id=_unit_of(item.unit), key=item.key, disposition=item.disposition, on=item.on,
        part=item.part, again_on=item.again_on, again_part=item.again_part, actor=actor, at=at,
    )  # fmt: skip


def _sheet(item: SheetIn, actor: Person, at: datetime) -> Attempt:
    sheet = Sheet(
        item.answers, language=item.language, arrangement=item.arrangement,
        seconds=item.seconds, adults=item.adults, started_at=item.started_at,
        ended_at=item.ended_at, is_complete=item.is_complete,
    )  # fmt: skip
    return commands.interview(
        unit_code=item.unit, key=item.key, sheet=sheet, on=item.on, part=item.part,
        pair=item.pair, actor=actor, at=at,
    )  # fmt: skip


def _unit_of(unit_code: str) -> int:
    with scope.whole_city():
        found = SampleUnit.objects.filter(code=unit_code).values_list("pk", flat=True).first()
    return found or 0


def _key_of(sent: Any) -> str:
    return str(sent.get("key", ""))[:36] if isinstance(sent, dict) else ""


def _where(place: tuple[int | str, ...]) -> str:
    return ".".join(str(each) for each in place[1:])[:80]
