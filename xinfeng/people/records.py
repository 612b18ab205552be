"""All that is held about one person, section by section; each room tells of its own rows."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise

from xinfeng.base.exports import plain

Row = dict[str, Any]
Teller = Callable[[int], Iterable[Row]]


@dataclass(frozen=True)
class Section:
    """One kind of rows: its name in the file, its title on the page, and who tells them."""

    name: str
    title: str | Promise
    tell: Teller


_sections: dict[str, Section] = {}


def section(name: str, title: str | Promise) -> Callable[[Teller], Teller]:
    """`@records.section("hours", _("My hours"))` over `fn(person_id) -> rows`.

    A row is a dictionary of plain values under lasting English names. The function sees the
    rows of this person only: it filters by the id itself, within a scope that shows all.
    """
    assert name not in _sections, f"the section {name} is declared twice"

    def declared(tell: Teller) -> Teller:
        _sections[name] = Section(name, title, tell)
        return tell

    return declared


def sections() -> list[Section]:
    return list(_sections.values())


def archive(person_id: int, at: datetime) -> bytes:
    """A ZIP with everything as one JSON file, and each section as a CSV for a spreadsheet."""
    told = {each.name: list(each.tell(person_id)) for each in sections()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as files:
        whole = {"made_at": at, "sections": told}
        files.writestr(
            "record.json",
            json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1),
        )
        for name, rows in told.items():
            files.writestr(f"{name}.csv", _table(rows))
    return made.getvalue()


def _table(rows: list[Row]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows({column: _cell(value) for column, value in row.items()} for row in rows)
    # With a mark at the start, so that spreadsheets read Chinese.
    return "\ufeff" + text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return plain(value)
