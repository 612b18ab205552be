"""What a phone's form says of a point: which one, what was found, and the photos of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xinfeng.fieldwork.models import Submission
from xinfeng.fieldwork.reading import answers

from . import reading
from .models import Round, Standard, Verdict
from .tree import Line
from .wishes import Found

# Of forms whose submissions are about points of rounds.
SUBJECT = "point"
# What is counted at a point; more was typed by mistake.
_MOST = 1_000_000
_LONGEST_NOTE = 500


@dataclass(frozen=True)
class Sent:
    """A submission as this room reads it; codes as they were typed or scanned."""

    round_code: str
    point_code: str
    found: tuple[Found, ...]
    # Names of files by the line that they show.
    photos: Mapping[str, tuple[str, ...]]


def said_by(submission: Submission) -> Sent:
    told = answers(submission)
    questions = submission.form_version.questions["questions"]
    lines = {each["name"]: each["line"] for each in questions if each.get("line")}
    return Sent(
        round_code=_code(told.get("round_code")),
        point_code=_code(told.get("point_code")),
        found=tuple(_found(lines, told)),
        photos=_photos(lines, questions, told),
    )


def lines_read(
    submission: Submission, held: Round, lines: Mapping[str, Line]
) -> dict[str, Line]:
    """Those of a point's lines that the form asks as the round's standard does.

    A phone may hold the form of an older version: what is decided otherwise by now is not read
    from it.
    """
    version = submission.form_version
    if version.version == held.standard.version:
        return dict(lines)
    older = Standard.objects.filter(name=held.standard.name, version=version.version).first()
    if older is None:
        return dict(lines)
    former = reading.tree_of(older).lines
    return {code: line for code, line in lines.items() if _same(former.get(code), line)}


def _same(former: Line | None, line: Line) -> bool:
    return former is not None and former.digest == line.digest and former.title == line.title


def _code(said: Any) -> str:
    """A code on paper holds an address that ends in the code."""
    parts = [part for part in str(said or "").split("/") if part.strip()]
    return parts[-1].strip() if parts else ""


def _found(lines: Mapping[str, str], told: Mapping[str, Any]) -> Iterator[Found]:
    for name, code in lines.items():
        verdict, value = _verdict(told.get(name)), _whole(told.get(f"{name}_value"))
        if verdict is not None or value is not None:
            note = str(told.get(f"{name}_note") or "").strip()[:_LONGEST_NOTE]
            yield Found(code, verdict, value, note, _whole(told.get(f"{name}_of")))


def _verdict(said: Any) -> Verdict | None:
    return Verdict(said) if said in Verdict.values else None


def _whole(said: Any) -> int | None:
    is_whole = isinstance(said, int) and not isinstance(said, bool)
    return said if is_whole and 0 <= said <= _MOST else None


def _photos(
    lines: Mapping[str, str], questions: list[dict[str, Any]], told: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for each in questions:
        line = _shown_line(lines, each["name"])
        if each["type"] == "image" and line is not None:
            said = told.get(each["name"])
            names = said if isinstance(said, list) else [said]
            found.setdefault(line, []).extend(str(name) for name in names if name)
    return {line: tuple(names) for line, names in found.items() if names}


def _shown_line(lines: Mapping[str, str], question: str) -> str | None:
    """`l_1_1_photo`, and `l_1_1_photo_2` where several are asked for, show `l_1_1`."""
    name, photo, _rest = question.rpartition("_photo")
    return lines.get(name) if photo else None
