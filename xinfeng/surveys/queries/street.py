"""What each quota of a sample in the street still needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from xinfeng.surveys import quotas
from xinfeng.surveys.asking import Bank
from xinfeng.surveys.models import Quota, Response, Sample


@dataclass(frozen=True)
class Need:
    """A quota, and how many of it have answered; sheets that were excluded make room again."""

    quota: Quota
    taken: int
    # Its cell in the words of the questionnaire.
    words: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        return max(0, self.quota.wanted - self.taken)


def needs_of(sample: Sample, bank: Bank) -> list[Need]:
    rows = list(sample.quotas.order_by("key", "pk"))
    taken = taken_of(rows)
    return [Need(row, taken[row.pk], _words(bank, row.cell)) for row in rows]


def why_full(sample: Sample, said: Mapping[str, Any]) -> str:
    """Why somebody with these answers is not needed; "" where they are.

    A look before the long part; decided again, under the quota's lock, when it is handed in.
    """
    rows = list(sample.quotas.order_by("pk"))
    if not rows:
        return ""
    cell = quotas.cell_of(rows[0].cell, said)
    if cell is None:
        return _("Ask the first questions, all of them.")
    row = next((each for each in rows if each.key == quotas.key_of(cell)), None)
    if row is None:
        return _("Nobody like this is asked in the street any more.")
    if taken_of([row])[row.pk] >= row.wanted:
        return _("Enough people like this have answered. Thank them, and ask somebody else.")
    return ""


def _words(bank: Bank, cell: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        str(option.text)
        for question in bank.questions.values()
        for option in question.options
        if cell.get(question.code) == option.code
    )


def taken_of(rows: Iterable[Quota]) -> dict[int, int]:
    """How many sheets count in each quota. Decided where its row is locked."""
    wanted = {row.pk: 0 for row in rows}
    counted = (
        Response.objects.filter(quota__in=wanted, exclusion=None)
        .values_list("quota")
        .annotate(sheets=Count("pk"))
        .order_by("quota")
    )
    return wanted | {pk: sheets for pk, sheets in counted if pk is not None}
