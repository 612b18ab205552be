"""Django's cache over one table: allauth remembers its codes there, whichever process asks."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.utils import timezone

from xinfeng.access.models import Passing
from xinfeng.base import crypto

# What has no end of its own ends with the day.
LONGEST = timedelta(days=1)


class PassingCache(BaseCache):
    """For what lives a minute, not for speed: JSON, sealed, found by the digest of its name."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        row = self._live(key, version).first()
        if row is None:
            return default
        return json.loads(crypto.unseal(row.sealed, about=row.pk.hex()))

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        name, now = self._name(key, version), timezone.now()
        Passing.objects.filter(ends_at__lte=now).delete()
        sealed = crypto.seal(json.dumps(value), about=name.hex())
        given = {"sealed": sealed, "ends_at": self._end(timeout, now)}
        Passing.objects.update_or_create(pk=name, defaults=given)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        name, now = self._name(key, version), timezone.now()
        Passing.objects.filter(pk=name, ends_at__lte=now).delete()
        sealed = crypto.seal(json.dumps(value), about=name.hex())
        given = {"sealed": sealed, "ends_at": self._end(timeout, now)}
        return bool(Passing.objects.get_or_create(pk=name, defaults=given)[1])

    def touch(
        self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        ends_at = self._end(timeout, timezone.now())
        return bool(self._live(key, version).update(ends_at=ends_at))

    def delete(self, key: str, version: int | None = None) -> bool:
        ended, _each = self._live(key, version).delete()
        return bool(ended)

    def clear(self) -> None:
        Passing.objects.all().delete()

    def _live(self, key: str, version: int | None) -> Any:
        return Passing.objects.filter(pk=self._name(key, version), ends_at__gt=timezone.now())

    def _name(self, key: str, version: int | None) -> bytes:
        return sha256(self.make_key(key, version).encode()).digest()

    def _end(self, timeout: Any, now: datetime) -> datetime:
        moment = self.get_backend_timeout(timeout)
        if moment is None:
            return now + LONGEST
        return datetime.fromtimestamp(moment, UTC)
