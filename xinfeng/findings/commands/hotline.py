"""Tables of the hotline 12345: kept sealed, looked through, imported whole or not at all."""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, crypto, scope
from xinfeng.base.previews import LARGEST
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.base.standing import Standing
from xinfeng.findings.hotline import reading
from xinfeng.findings.hotline.reading import Preview, Row
from xinfeng.findings.models import (
    Category,
    Finding,
    HotlineSheet,
    HotlineTicket,
    HotlineWord,
    Source,
)
from xinfeng.findings.wishes import NewFinding
from xinfeng.journal import commands as journal
from xinfeng.people.commands import NewContact
from xinfeng.people.commands.contacts import keep_contacts
from xinfeng.people.models import Contact, ContactConsent, Person
from xinfeng.people.permissions import OFFICES
from xinfeng.people.queries import standing_of

from .absorbing import absorb, lock_both
from .moving import alone
from .raising import keep

journal.declare(
    {
        "hotline.sheet_added": gettext_lazy("uploaded a table of the hotline"),
        "hotline.words_said": gettext_lazy("said which classes words of the hotline are"),
        "hotline.imported": gettext_lazy("imported matters of the hotline"),
        "hotline.joined": gettext_lazy("joined a matter of the hotline to what is known"),
        "hotline.sheets_forgotten": gettext_lazy("let tables of the hotline go unread"),
    }
)
KEPT_FOR = timedelta(days=7)


@scope.command
def add_hotline_sheet(
    *, code: str, name: str, content: bytes, actor: Person, at: datetime
) -> HotlineSheet:
    """Keep a table for its preview; it changes nothing yet."""
    _reach_of(actor, at)
    if known := HotlineSheet.objects.filter(code=code, added_by=actor).first():
        return known
    if not content or len(content) > LARGEST:
        raise Refusal(
            "sheet_size",
            _("A table must hold something and be at most %(mb)s MB.")
            % {"mb": LARGEST // 2**20},
        )
    sheet = HotlineSheet(
        code=code, name=name[:120], bytes=len(content),
        digest=hashlib.sha256(content).hexdigest(), added_by=actor, added_at=at,
    )  # fmt: skip
    sheet.content_sealed = crypto.seal(base64.b64encode(content).decode(), about=sheet.bound)
    sheet.save(force_insert=True)
    journal.record("hotline.sheet_added", sheet, actor=actor, at=at, bytes=len(content))
    return sheet


@scope.command
def say_words(*, words: Mapping[str, int], actor: Person, at: datetime) -> int:
    """Which class each of the hotline's words is; kept for every table to come."""
    _reach_of(actor, at)
    classes = {one.pk: one for one in Category.objects.offered()}
    made = None
    for word, category_id in sorted(words.items()):
        if category_id not in classes or not 0 < len(word) <= reading.LONGEST_WORD:
            raise Refusal("class_unknown", _("Choose one of the classes."))
        made, _is_new = HotlineWord.objects.update_or_create(
            word=word,
            defaults={"category_id": category_id, "said_by": actor, "said_at": at},
        )
    if made is not None:
        journal.record("hotline.words_said", made, actor=actor, at=at, words=len(words))
    return len(words)


@scope.command
def import_hotline(
    *,
    code: str,
    joins: Mapping[int, int],
    draw: Callable[[int], Sequence[str]],
    actor: Person,
    at: datetime,
) -> HotlineSheet:
    """Every new matter becomes a finding that waits for the desk; one problem stops it all.

    `joins` says of rows which open finding they are; `draw` makes so many codes.
    """
    reach = _reach_of(actor, at)
    sheets = HotlineSheet.objects.select_for_update(of=("self",))
    sheet = sheets.filter(code=code, added_by=actor).first()
    if sheet is None:
        raise Forbidden("not_your_sheet", _("This is not your table."))
    if sheet.imported_at is not None:
        return sheet
    # Two tables with the same matters: the second finds what the first has made.
    alone("hotline import")
    found = reading.preview(content_of(sheet), at, reach.spans(OFFICES))
    if found.problems:
        raise Refusal(
            "sheet_has_problems", _("The table still has problems; nothing was imported.")
        )
    _refuse_foreign(found, reach)
    rows = [row for row in found.rows if row.differs]
    tickets = _keep(rows, sheet, draw(len(rows)), actor, at)
    sheet.joined = _join(rows, tickets, joins, actor, at)
    sheet.added, sheet.known = len(rows), len(found.rows) - len(rows)
    sheet.imported_at, sheet.content_sealed = at, ""
    sheet.save(update_fields=["added", "joined", "known", "imported_at", "content_sealed"])
    _tell_journal(sheet, rows, actor, at)
    return sheet


@scope.command
def forget_hotline_sheets(*, at: datetime) -> int:
    """Tables that nobody imported within a week are let go, with everybody in them."""
    old = HotlineSheet.objects.filter(imported_at=None, added_at__lt=at - KEPT_FOR)
    oldest = old.order_by("pk").first()
    if oldest is None:
        return 0
    journal.record("hotline.sheets_forgotten", oldest, actor=None, at=at, sheets=old.count())
    return old.delete()[0]


def content_of(sheet: HotlineSheet) -> bytes:
    return base64.b64decode(sheet.opened())


def _reach_of(actor: Person, at: datetime) -> Standing:
    reach = standing_of(actor, clock.local_date(at))
    if not actor.is_active or not reach.spans(OFFICES):
        raise Forbidden("not_an_office", _("Only offices import such tables."))
    return reach


def _refuse_foreign(found: Preview, reach: Standing) -> None:
    for row in found.rows:
        if row.differs and not reach.covers(row.division_id, OFFICES):
            raise Forbidden(
                "not_your_area",
                _("Row %(row)s (%(name)s) lies outside your area; nothing was imported.")
                % {"row": row.number, "name": row.ticket},
            )


def _keep(
    rows: Sequence[Row], sheet: HotlineSheet, codes: Sequence[str], actor: Person, at: datetime
) -> dict[int, HotlineTicket]:
    """Findings, contacts and tickets of the rows, by the row's number in the table."""
    findings = keep(
        [_finding(row, code) for row, code in zip(rows, codes, strict=True)], actor=actor, at=at
    )
    contacts = _contacts(rows, at)
    made = HotlineTicket.objects.bulk_create(
        [
            HotlineTicket(
                number=row.ticket, finding=finding, division_id=row.division_id,
                contact=contacts.get(row.number), word=row.word, called_at=row.called_at,
                reply_by=row.reply_by, sheet=sheet, imported_by=actor, imported_at=at,
            )
            for row, finding in zip(rows, findings, strict=True)
        ],
        batch_size=1000,
    )  # fmt: skip
    return {row.number: ticket for row, ticket in zip(rows, made, strict=True)}


def _finding(row: Row, code: str) -> NewFinding:
    return NewFinding(
        code=code, origin=f"hotline:{row.ticket}", source=Source.HOTLINE,
        division_id=row.division_id, text=row.text[: Finding.LONGEST], found_at=row.called_at,
        category_id=row.category_id, lat_e6=row.lat_e6, lon_e6=row.lon_e6,
    )  # fmt: skip


def _contacts(rows: Sequence[Row], at: datetime) -> dict[int, Contact]:
    named = [row for row in rows if row.name or row.phone]
    news = [
        (
            NewContact(
                name=row.name or _("No name given"), phone=row.phone,
                consent_how=ContactConsent.ORAL,
            ),
            row.division_id,
        )
        for row in named
    ]  # fmt: skip
    kept = keep_contacts(news, at=at)
    return {row.number: contact for row, contact in zip(named, kept, strict=True)}


def _join(
    rows: Sequence[Row],
    tickets: Mapping[int, HotlineTicket],
    joins: Mapping[int, int],
    actor: Person,
    at: datetime,
) -> int:
    """Only what the preview offered; what has ended meanwhile is left to the desk."""
    joined = 0
    for row in rows:
        wanted = joins.get(row.number)
        if wanted is None or wanted not in {known.pk for known in row.alike}:
            continue
        own, into = lock_both(tickets[row.number].finding_id, wanted)
        if own is None or into is None or not into.is_open:
            continue
        absorb(own, into, verb="hotline.joined", actor=actor, at=at)
        joined += 1
    return joined


def _tell_journal(
    sheet: HotlineSheet, rows: Sequence[Row], actor: Person, at: datetime
) -> None:
    on = clock.local_date(at)
    counts = Counter(row.division_id for row in rows)
    for division_id, n in sorted(counts.items()):
        journal.record(
            "hotline.imported", sheet, actor=actor, at=at, where=division_id, on=on, rows=n
        )
    if not counts:
        journal.record("hotline.imported", sheet, actor=actor, at=at, on=on, rows=0)
