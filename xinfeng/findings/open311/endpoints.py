"""Servers of others to which findings may be handed over: named by the operator, else none.

XINFENG_OPEN311_OUT names a YAML file; only the addresses in it are ever asked. Without it no
request leaves this server.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from xinfeng.base import codes
from xinfeng.findings.models import Finding

_KEYS = {
    "name", "title", "url", "jurisdiction", "api_key", "classes", "within", "by_itself",
}  # fmt: skip
# A server on the same machine may be asked in the clear.
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Endpoint:
    """One server, and which of our findings are its business."""

    name: str
    title: str
    url: str
    # Our class → their service code.
    classes: dict[str, str]
    jurisdiction: str = ""
    api_key: str = ""
    # Divisions whose findings it takes; empty: the whole city.
    within: tuple[int, ...] = ()
    # Whether what an office has confirmed goes there without being told to.
    by_itself: bool = False

    def takes(self, finding: Finding) -> bool:
        """Whether a finding's class and place are its business."""
        if finding.is_praise or finding.category is None:
            return False
        lies = not self.within or any(
            lo <= finding.division_id < hi
            for lo, hi in (codes.span(code, codes.level_of(code)) for code in self.within)
        )
        return lies and finding.category.code in self.classes


def endpoints() -> tuple[Endpoint, ...]:
    return _read(settings.OPEN311_OUT) if settings.OPEN311_OUT else ()


def named(name: str) -> Endpoint | None:
    return next((one for one in endpoints() if one.name == name), None)


@cache
def _read(file: str) -> tuple[Endpoint, ...]:
    try:
        said = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
        entries = said["endpoints"]
        found = tuple(_endpoint(entry) for entry in entries)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"XINFENG_OPEN311_OUT ({file}): {error}") from None
    if len({one.name for one in found}) < len(found):
        raise ImproperlyConfigured(f"XINFENG_OPEN311_OUT ({file}): a name stands there twice")
    return found


def _endpoint(entry: dict[str, Any]) -> Endpoint:
    if strange := sorted(set(entry) - _KEYS):
        raise ValueError(f"unknown key {strange[0]!r}; known are {', '.join(sorted(_KEYS))}")
    name, url = str(entry["name"]), str(entry["url"]).rstrip("/")
    if not (name.isascii() and name.replace("-", "").isalnum() and len(name) <= 40):
        raise ValueError(f"{name!r} must be letters, digits and hyphens")
    parts = urlsplit(url)
    in_the_clear = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.scheme == "https" and parts.hostname) and not in_the_clear:
        raise ValueError(f"{name}: the address begins with https://")
    if parts.username or parts.query or parts.fragment:
        raise ValueError(f"{name}: the address holds no name, query or fragment")
    classes = {str(ours): str(theirs) for ours, theirs in dict(entry["classes"]).items()}
    return Endpoint(
        name=name, title=str(entry.get("title") or name), url=url, classes=classes,
        jurisdiction=str(entry.get("jurisdiction") or ""),
        api_key=str(entry.get("api_key") or ""),
        within=tuple(codes.pad(str(code)) for code in entry.get("within") or ()),
        by_itself=entry.get("by_itself") is True,
    )  # fmt: skip
