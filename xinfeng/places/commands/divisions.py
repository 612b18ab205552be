from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import clock, codes, scope, standing
from xinfeng.base.codes import Level
from xinfeng.base.pack import DivisionRow
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal import commands as journal
from xinfeng.places import permissions
from xinfeng.places.models import Division, Place

from .places import Actor, begin_spell

journal.declare(
    {
        "division.imported": gettext_lazy("imported divisions"),
        "division.merged": gettext_lazy("merged a division into another one"),
    }
)


@scope.command
def import_divisions(
    *, rows: Iterable[DivisionRow], city: int, actor: Actor, at: datetime
) -> int:
    """Add divisions that are new and take over new names; returns how many changed.

    A division that the list no longer holds stays as it is: a merger has a day and an heir,
    and only `merge` can say them.
    """
    _refuse_stranger(actor, city, at)
    lo, hi = codes.span(city, Level.CITY)
    known = {division.code: division for division in Division.objects.inside(lo, hi)}
    fresh: list[Division] = []
    renamed: list[Division] = []
    for row in rows:
        if not lo <= row.code < hi:
            raise Refusal(
                "division_outside_the_city",
                _("%(name)s (%(code)s) does not lie in the city %(city)s.")
                % {"name": row.name, "code": row.code, "city": city},
            )
        former = known.get(row.code)
        if former is None:
            fresh.append(_division(row))
        elif former.name != row.name:
            former.name = row.name
            renamed.append(former)
    Division.objects.bulk_create(fresh, batch_size=2000)
    Division.objects.bulk_update(renamed, ["name"], batch_size=500)
    changed = len(fresh) + len(renamed)
    if changed:
        head = Division.objects.get(pk=city)
        journal.record(
            "division.imported", head, actor=actor, at=at, where=city,
            on=clock.local_date(at), added=len(fresh), renamed=len(renamed),
        )  # fmt: skip
    return changed


@scope.command
def merge(
    *,
    old: int,
    into: int,
    on: date,
    new_codes: Mapping[int, int],
    actor: Actor,
    at: datetime,
) -> Division:
    """From a day a division belongs to its heir; what was counted before stays with it.

    `new_codes` names for each division under the old one its code under the heir. Places
    that lie there move with it; the rows of their past keep the code of their day.
    """
    ending, heir = (_valid(code, on) for code in (old, into))
    city = codes.span(old, Level.CITY)[0]
    _refuse_stranger(actor, city, at)
    _refuse_misfit(ending, heir, new_codes, on)
    below = list(
        Division.objects.as_of(on)
        .inside(*ending.span)
        .exclude(pk=old)
        .select_for_update()
        .order_by("code")
    )
    moved_to = {old: into}
    for division in below:
        moved_to[division.code] = _successor(division, new_codes[division.code], on).code
    for division in [ending, *below]:
        division.valid_until, division.successor_id = on, moved_to[division.code]
        division.save(update_fields=["valid_until", "successor"])
    _take_places_along(moved_to, on)
    above = codes.parent(old, Level(ending.level))
    journal.record("division.merged", ending, actor=actor, at=at, where=above, on=on, into=into)
    return ending


def _take_places_along(moved_to: Mapping[int, int], on: date) -> None:
    places = Place.objects.filter(division_id__in=moved_to).select_for_update(of=("self",))
    for place in places.order_by("pk"):
        place.division_id = moved_to[place.division_id]
        place.save(update_fields=["division"])
        begin_spell(place, on)


def _successor(division: Division, code: int, on: date) -> Division:
    return Division.objects.create(
        code=code,
        level=division.level,
        name=division.name,
        name_en=division.name_en,
        valid_from=on,
    )


def _valid(code: int, on: date) -> Division:
    found = Division.objects.as_of(on).select_for_update().filter(pk=code).first()
    if found is None:
        raise Unknown(
            "division_unknown",
            _("%(code)s is no division on %(day)s.") % {"code": code, "day": on.isoformat()},
        )
    return found


def _refuse_misfit(
    ending: Division, heir: Division, new_codes: Mapping[int, int], on: date
) -> None:
    if ending.level != heir.level or ending.code == heir.code:
        raise Refusal(
            "heir_does_not_fit", _("A division merges into another one of the same level.")
        )
    below = Division.objects.as_of(on).inside(*ending.span).exclude(pk=ending.pk)
    missing = set(below.values_list("code", flat=True)) - new_codes.keys()
    if missing:
        raise Refusal(
            "codes_are_missing",
            _("These divisions have no new code yet: %(codes)s.")
            % {"codes": ", ".join(str(code) for code in sorted(missing)[:10])},
        )
    lo, hi = heir.span
    wrong = [code for code in new_codes.values() if not lo < code < hi]
    taken = Division.objects.filter(pk__in=new_codes.values()).values_list("code", flat=True)
    if wrong or taken or len(set(new_codes.values())) < len(new_codes):
        raise Refusal(
            "codes_do_not_fit",
            _("New codes must lie under %(name)s and be free.") % {"name": heir.name},
        )


def _refuse_stranger(actor: Actor, city: int, at: datetime) -> None:
    if actor is None:
        return
    span = codes.span(city, Level.CITY)
    if not permissions.may_redraw(standing.of(actor, clock.local_date(at)), span):
        raise Forbidden("not_the_city_office", _("Only the city office changes divisions."))


def _division(row: DivisionRow) -> Division:
    return Division(
        code=row.code,
        level=row.level.value,
        name=row.name,
        name_en=row.name_en,
        valid_from=row.valid_from,
    )
