"""One table of the hotline against what is known: what importing it would do."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from xinfeng.base import clock, previews
from xinfeng.base.codes import Level
from xinfeng.base.refusal import Refusal
from xinfeng.base.scope import Span
from xinfeng.base.table_cells import Cells, Problem
from xinfeng.findings.hotline.columns import IN, NEEDED
from xinfeng.findings.models import Category, HotlineTicket, HotlineWord
from xinfeng.findings.queries.doubles import Doubles, Known
from xinfeng.findings.queries.where import nearest_village
from xinfeng.people.commands.contacts import number_of
from xinfeng.places.told_divisions import ToldDivisions, told_in

# Imported in one go, contacts sealed one by one.
MOST_ROWS = 5_000
LONGEST_TEXT = 800
LONGEST_WORD = 120
# Nobody hands over a matter of ten years ago; such a day is a typing mistake.
_OLDEST = timedelta(days=3 * 366)
_STOPS = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_STOP = re.compile(r"(?<=[\u4e00-\u9fff])[,;:?!]")
_SHAPES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


@dataclass(frozen=True)
class Row:
    """One matter as the table says it; `known_id`: it was imported before."""

    number: int
    ticket: str
    called_at: datetime
    word: str
    text: str
    category_id: int
    division_id: int
    lat_e6: int | None
    lon_e6: int | None
    name: str
    phone: str
    reply_by: datetime | None
    known_id: int | None = None
    alike: tuple[Known, ...] = ()

    @property
    def differs(self) -> bool:
        """What was imported goes its own way here; a table changes nothing of it."""
        return self.known_id is None


@dataclass
class Preview(previews.Preview[Row]):
    """What importing would do; words that no class is known for come with their counts."""

    words: Counter[str] = field(default_factory=Counter)

    @property
    def doubtful(self) -> list[Row]:
        """New ones that look like something open."""
        return [row for row in self.rows if row.alike]


def preview(data: bytes, at: datetime, spans: Sequence[Span]) -> Preview:
    """A fixed number of questions, whatever the length of the table.

    What is open is compared within the reader's reach only: its words are shown.
    """
    result = Preview()
    lines = list(previews.lines(data, IN, NEEDED, result.problems))
    if len(lines) > MOST_ROWS:
        reason = _("A table of the hotline may hold at most %(most)s rows.")
        told = Problem(lines[0].number, "", reason % {"most": MOST_ROWS}, _("Split it."))
        result.problems.append(told)
        return result
    reading = _Reading(result, {line.cells.get("number", "") for line in lines}, at, spans)
    for line in lines:
        before = len(result.problems)
        row = reading.row(line)
        if row is not None and len(result.problems) == before:
            result.rows.append(row)
    reading.refuse_words()
    return result


class _Reading:
    def __init__(
        self, result: Preview, numbers: set[str], at: datetime, spans: Sequence[Span]
    ) -> None:
        self.result, self.at = result, at
        self.divisions = ToldDivisions(clock.local_date(at))
        self.classes = known_words()
        known = HotlineTicket.objects.filter(number__in=numbers)
        self.known = dict(known.values_list("number", "pk"))
        self.doubles = Doubles(at, spans)
        self.seen: dict[str, int] = {}
        self.first: dict[str, Cells] = {}

    def row(self, line: Cells) -> Row | None:
        ticket = self._ticket(line)
        known_id = self.known.get(ticket)
        called_at = self._moment(line, "called_at", required=True)
        category_id = self._category(line)
        lon, lat = line.position()
        division_id = self._division(line, lat, lon)
        text = line.text("text", required=True, most=LONGEST_TEXT)
        address = line.text("address", most=120)
        name, phone = line.text("name", most=40), self._phone(line)
        reply_by = self._moment(line, "reply_by")
        if called_at is None or not category_id or not division_id or not text:
            return None
        alike: tuple[Known, ...] = ()
        if known_id is None:
            alike = self.doubles.of(category_id, division_id, (lat, lon))
        return Row(
            line.number, ticket, called_at, line.cells["word"], _placed(text, address),
            category_id, division_id, lat, lon, name, phone, reply_by, known_id, alike,
        )  # fmt: skip

    def refuse_words(self) -> None:
        """Once for each word, however many rows say it."""
        for word, n in self.result.words.items():
            reason = _("Nobody has said which class “%(word)s” is (%(n)s rows).")
            self.first[word].wrong(
                "word", reason % {"word": word, "n": n},
                _("Say it on this page, or take these rows out."),
            )  # fmt: skip

    def _ticket(self, line: Cells) -> str:
        number = line.text("number", required=True, most=HotlineTicket.LONGEST_NUMBER)
        first = self.seen.setdefault(number, line.number) if number else line.number
        if first != line.number:
            reason = _("The number %(code)s stands in row %(row)s already.")
            line.wrong("number", reason % {"code": number, "row": first}, _("Take one out."))
        return number

    def _category(self, line: Cells) -> int:
        word = line.text("word", required=True, most=LONGEST_WORD)
        found = self.classes.get(word, 0)
        if word and not found and len(word) <= LONGEST_WORD:
            self.result.words[word] += 1
            self.first.setdefault(word, line)
        return found

    def _division(self, line: Cells, lat: int | None, lon: int | None) -> int:
        told = any(line.cells.get(c) for c in ("division", "county", "township", "village"))
        if not told and lat is not None and lon is not None:
            village = nearest_village(lat, lon)
            if village is None:
                line.wrong("lon", _("This position does not lie in the city."))
            return village or 0
        division = self.divisions.told(line)
        if division is None:
            return 0
        if division.level < Level.TOWNSHIP:
            line.wrong(
                told_in(line), _("Which township or village?"),
                _("Fill in the township at least, or a position."),
            )  # fmt: skip
            return 0
        return division.code

    def _phone(self, line: Cells) -> str:
        given = line.text("phone", most=20)
        try:
            return number_of(given)
        except Refusal as refusal:
            line.wrong("phone", str(refusal), _("Correct it, or leave it empty."))
            return ""

    def _moment(self, line: Cells, column: str, *, required: bool = False) -> datetime | None:
        text = line.text(column, required=required, most=40)
        if not text:
            return None
        found = moment_of(text)
        if found is None:
            line.wrong(column, _("This is no moment."), _("Write it as 2022-06-30 14:05."))
        elif column == "called_at" and not self.at - _OLDEST <= found <= self.at:
            line.wrong(column, _("This moment lies in the future, or years ago."))
        return found


def _wide(found: re.Match[str]) -> str:
    return _STOPS[found[0]]


def moment_of(text: str) -> datetime | None:
    """As offices write it, in the city's own time; None: it is none."""
    plain = text.replace("/", "-").replace(".", "-").replace("T", " ")
    for shape in _SHAPES:
        try:
            found = datetime.strptime(plain, shape)  # noqa: DTZ007
        except ValueError:
            continue
        return timezone.make_aware(found) if 1970 <= found.year < 9000 else None
    return None


def known_words() -> dict[str, int]:
    """Which class a word of the hotline is: by name, by code, or as an office has said."""
    said: dict[str, int] = dict(
        HotlineWord.objects.filter(category__is_active=True).values_list("word", "category_id")
    )
    own: dict[str, int] = {
        word: pk
        for pk, *words in Category.objects.offered().values_list(
            "pk", "name", "name_en", "code"
        )
        for word in words
        if word
    }
    return own | said


def _placed(text: str, address: str) -> str:
    """Tables are read in plain width; sentences get their Chinese stops back."""
    text, address = (_STOP.sub(_wide, one) for one in (text, address))
    if not address:
        return text
    return _("%(text)s (where: %(where)s)") % {"text": text, "where": address}
