"""A whole table of places at once: all of it, or nothing."""

import hashlib
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, scope, standing
from xinfeng.base.previews import LARGEST
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal import commands as journal
from xinfeng.places import importing, permissions
from xinfeng.places.importing import Row
from xinfeng.places.models import Place, Sheet, Spell

from .places import Actor

journal.declare(
    {
        "sheet.added": gettext_lazy("uploaded a table of places"),
        "place.imported": gettext_lazy("imported places from a table"),
    }
)


@scope.command
def add_sheet(*, name: str, content: bytes, actor: Actor, at: datetime) -> Sheet:
    """Keep a table for its preview; it changes no place."""
    if actor is not None and not standing.of(actor, clock.local_date(at)).spans(
        permissions.OFFICES
    ):
        raise Forbidden("not_an_office", _("Only offices import places."))
    if not content or len(content) > LARGEST:
        raise Refusal(
            "sheet_size",
            _("A table must hold something and be at most %(mb)s MB.")
            % {"mb": LARGEST // 2**20},
        )
    sheet = Sheet.objects.create(
        name=name[:120], content=content, digest=hashlib.sha256(content).hexdigest(),
        added_by_id=actor.pk if actor else None, added_at=at,
    )  # fmt: skip
    journal.record("sheet.added", sheet, actor=actor, at=at, bytes=len(content))
    return sheet


@scope.command
def import_sheet(*, sheet_id: int, actor: Actor, at: datetime) -> Sheet:
    """Every row of the table becomes a place or changes one; a single problem stops it all."""
    sheet = Sheet.objects.select_for_update(of=("self",)).filter(pk=sheet_id).first()
    if sheet is None or (actor is not None and sheet.added_by_id != actor.pk):
        raise Forbidden("not_your_sheet", _("This is not your table."))
    if sheet.imported_at is not None:
        return sheet
    found = importing.preview(bytes(sheet.content), today=clock.local_date(at))
    if found.problems:
        raise Refusal(
            "sheet_has_problems", _("The table still has problems; nothing was imported.")
        )
    _refuse_strange_rows(found.rows, actor, at)
    _add([row for row in found.rows if row.known_id is None], at)
    _change([row for row in found.rows if row.known_id is not None and row.differs])
    sheet.imported_at = at
    sheet.save(update_fields=["imported_at"])
    journal.record(
        "place.imported", sheet, actor=actor, at=at, where=found.city,
        on=clock.local_date(at), added=found.new, changed=found.changed,
    )  # fmt: skip
    return sheet


def _refuse_strange_rows(rows: list[Row], actor: Actor, at: datetime) -> None:
    if actor is None:
        return
    reach = standing.of(actor, clock.local_date(at))
    for row in rows:
        if not permissions.may_govern(reach, row.division_id):
            raise Forbidden(
                "not_your_area",
                _("Row %(row)s (%(name)s) lies outside your area; nothing was imported.")
                % {"row": row.number, "name": row.name},
            )


def _add(rows: list[Row], at: datetime) -> None:
    made = Place.objects.bulk_create(
        [Place(code=row.code, tier=row.tier, state=row.state, division_id=row.division_id,
               **row.wish) for row in rows],
        batch_size=2000,
    )  # fmt: skip
    today = clock.local_date(at)
    Spell.objects.bulk_create(
        [
            Spell(
                place=place,
                division_id=place.division_id,
                state=place.state,
                starts_on=row.opened_on or today,
            )
            for place, row in zip(made, rows, strict=True)
        ],
        batch_size=2000,
    )


def _change(rows: list[Row]) -> None:
    """Names, kinds, addresses and positions; states and divisions have their own commands."""
    places = {
        place.pk: place for place in Place.objects.filter(pk__in=[r.known_id for r in rows])
    }
    for row in rows:
        place = places[row.known_id or 0]
        for name, value in row.wish.items():
            setattr(place, name, value)
    fields = ["name", "name_en", "kind", "address", "lon_e6", "lat_e6"]
    Place.objects.bulk_update(places.values(), fields, batch_size=500)
