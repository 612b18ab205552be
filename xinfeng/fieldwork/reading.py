"""What a submission says, read from its bytes whenever somebody asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import Element

from django.utils import timezone
from django.utils.translation import gettext as _

from . import xml
from .models import Submission
from .xforms import FILES

MOST_FILES = 110
_LONGEST_NAME = 200
_CODE = "_code"


@dataclass(frozen=True)
class Place:
    """Where the phone said it was; the accuracy is its own guess."""

    lat: float
    lon: float
    altitude: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Instance:
    """The outside of a submission: which form, which id, and what it amends."""

    root: Element
    form_id: str
    version: str
    instance_id: str
    deprecated_id: str


@dataclass(frozen=True)
class Inside:
    """What a submission says of itself, read with the questions of its form."""

    names: tuple[str, ...]
    subjects: dict[str, str]
    started_at: datetime | None
    ended_at: datetime | None
    place: Place | None


def instance_of(content: bytes) -> Instance:
    """Refuses what no form could have made."""
    root = xml.parsed(content)
    meta = xml.child(root, "meta")
    ids = [
        xml.text_of(xml.child(meta, name)) if meta is not None else ""
        for name in ("instanceID", "deprecatedID")
    ]
    if not root.get("id"):
        raise xml.Malformed("no_form_id", _("This file does not say which form it answers."))
    if not ids[0]:
        raise xml.Malformed("no_instance_id", _("This file has no instance id."))
    if any(len(value) > 200 or not value.isprintable() for value in ids):
        raise xml.Malformed(
            "instance_id_bad", _("The instance id of this file cannot be used.")
        )
    return Instance(root, root.get("id", ""), root.get("version", ""), ids[0], ids[1])


def inside_of(root: Element, questions: dict[str, Any]) -> Inside:
    said = list(xml.leaves(root))
    wanted = {tuple(path) for path in questions["files"]}
    names = tuple(dict.fromkeys(text for path, text in said if path in wanted and text))
    if len(names) > MOST_FILES:
        raise xml.Malformed("too_many_files", _("This file names more files than are taken."))
    if any(is_path(name) for name in names):
        raise xml.Malformed("file_name_is_path", _("A file is named like a path."))
    by_name = {path[-1]: text for path, text in reversed(said)}
    places = {
        tuple(question["path"]): question
        for question in questions["questions"] if question["type"] == "geopoint"
    }  # fmt: skip
    place = next((p for path, text in said if path in places and (p := _place(text))), None)
    return Inside(
        names,
        {
            name.removesuffix(_CODE): text
            for name, text in by_name.items()
            if name.endswith(_CODE) and name != _CODE and text and len(text) <= 60
        },
        _moment(by_name.get("start", "")), _moment(by_name.get("end", "")), place,
    )  # fmt: skip


def is_path(name: str) -> bool:
    """Whether a file name tries to steer where it is put, or cannot be shown or kept."""
    if len(name) > _LONGEST_NAME or not name.isprintable():
        return True
    return "/" in name or "\\" in name or name in {".", ".."}


def answers(submission: Submission) -> dict[str, Any]:
    """The answers by the name of the question; what was not answered is None.

    int, float, str, date, time, datetime, `Place`; a list for choices of several and for
    questions that repeat. For files the name: see `submission.files`. When two questions have
    one name, the key is the path below the root, joined by slashes.
    """
    version = submission.form_version
    root = xml.parsed(bytes(submission.xml))
    said: dict[tuple[str, ...], list[str]] = {}
    for path, text in xml.leaves(root):
        said.setdefault(path, []).append(text)
    questions = [*version.questions["questions"], *version.questions["hidden"]]
    names = [question["name"] for question in questions]
    found: dict[str, Any] = {}
    for question in questions:
        name = (
            question["name"]
            if names.count(question["name"]) == 1
            else "/".join(question["path"])
        )
        values = [
            _value(question["type"], text) for text in said.get(tuple(question["path"]), [])
        ]
        found[name] = values if question.get("repeats") else next(iter(values), None)
    return found


def _value(kind: str, text: str) -> Any:
    if not text:
        return None
    if kind in ("select_multiple", "rank"):
        return text.split()
    if kind in FILES:
        return text
    read = _READERS.get(kind)
    try:
        return read(text) if read else text
    except ValueError:
        # A phone that writes something else is not believed; the bytes are still there.
        return None


def _moment(text: str) -> datetime | None:
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1 < said.year < 9999:
        return None
    return said if said.tzinfo else said.replace(tzinfo=timezone.get_default_timezone())


def _place(text: str) -> Place | None:
    try:
        parts = [float(part) for part in text.split()]
    except ValueError:
        return None
    if len(parts) < 2 or not (abs(parts[0]) <= 90 and abs(parts[1]) <= 180):
        return None
    more = [part if part == part else None for part in parts[2:4]]
    return Place(parts[0], parts[1], *more)


_READERS: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "decimal": float,
    "date": lambda text: date.fromisoformat(text[:10]),
    "time": time.fromisoformat,
    "datetime": _moment,
    "geopoint": _place,
}
