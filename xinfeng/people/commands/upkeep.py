"""Sealed texts are sealed anew with the current key, in batches that may stop and go on."""

from collections.abc import Iterator

from django.db import models

from xinfeng.base import crypto, keys, scope
from xinfeng.people import sealing
from xinfeng.people.sealing import Sealed

BATCH = 1000


def texts_by_key() -> dict[str, int]:
    """How many sealed texts each key still has to read."""
    # The key's id stands between the second dot and the third.
    key = models.Func(
        models.F("text"), models.Value("."), models.Value(3),
        function="split_part", output_field=models.CharField(),
    )  # fmt: skip
    found: dict[str, int] = {}
    with scope.whole_city():
        for sealed in sealing.columns():
            texts = _texts(sealed).annotate(text=models.F(sealed.column), key=key)
            for name, count in texts.values_list("key").annotate(n=models.Count("pk")):
                found[name] = found.get(name, 0) + count
    return found


def reseal() -> Iterator[int]:
    """Seal everything with the current key; yields how many texts each batch took.

    Each batch is a transaction of its own: what is done stays done when the program stops, and
    the next run goes on with what is left.
    """
    for sealed in sealing.columns():
        after = None
        while True:
            taken, after = _reseal_some(sealed=sealed, after=after)
            if after is None:
                break
            yield taken


@scope.command
def _reseal_some(*, sealed: Sealed, after: object) -> tuple[int, object]:
    """The next rows in the order of their keys; with None when there are no more."""
    old = _texts(sealed).exclude(**{f"{sealed.column}__contains": f".{keys.ring().current}."})
    if after is not None:
        old = old.filter(pk__gt=after)
    rows = list(old.select_for_update().order_by("pk")[:BATCH])
    for row in rows:
        bound = sealed.bound(row)
        text = crypto.unseal(getattr(row, sealed.column), about=bound)
        setattr(row, sealed.column, crypto.seal(text, about=bound))
    sealed.model._default_manager.bulk_update(rows, [sealed.column])
    return len(rows), rows[-1].pk if rows else None


def _texts(sealed: Sealed) -> "models.QuerySet[models.Model]":
    return sealed.model._default_manager.exclude(**{sealed.column: ""})
