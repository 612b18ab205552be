"""The classes of reports as the city pack says them now."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinfeng.base import pack, scope
from xinfeng.base.refusal import Forbidden
from xinfeng.findings.models import Category
from xinfeng.journal import commands as journal
from xinfeng.people.models import Person

journal.declare(
    {"snap_classes.renewed": gettext_lazy("took the classes of reports over from the city")}
)


@scope.command
def renew_classes(*, at: datetime, actor: Person | None = None) -> int:
    """Bring the classes in line with the pack; what it no longer names is not offered.

    The operator does it at the machine; nobody does it on a page.
    """
    if actor is not None:
        raise Forbidden("not_by_page", _("The classes are renewed by the operator."))
    Category.objects.update(is_active=False)
    rows = [
        Category.objects.update_or_create(
            code=one.code,
            defaults={
                "name": one.name, "name_en": one.name_en, "hint": one.hint,
                "hint_en": one.hint_en, "term": one.term, "position": position,
                "asks": [asked.kept() for asked in one.asks], "is_active": True,
            },
        )[0]
        for position, one in enumerate(pack.load(settings.CITY_PACK).snap_classes)
    ]  # fmt: skip
    if rows:
        journal.record("snap_classes.renewed", rows[0], actor=None, at=at, classes=len(rows))
    return len(rows)
