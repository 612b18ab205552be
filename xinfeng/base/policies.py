"""The texts people agree to: data of the city, each version kept with its very words."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from .entries import only

KINDS = ("registration", "location", "publication", "sharing", "minor")
_KEYS = ("code", "kind", "since", "title", "title_en", "text", "text_en")
LONGEST_CODE = 20


@dataclass(frozen=True)
class Policy:
    """One version of a text: what it is about, since when it holds, and its words."""

    code: str
    kind: str
    since: date
    title: str
    title_en: str
    text: str
    text_en: str

    @property
    def digest(self) -> str:
        """SHA-256 of the words, so that nobody can change them afterwards unseen."""
        words = [self.code, self.kind, self.title, self.text]
        plain = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


def read_policy(entry: dict[str, Any]) -> Policy:
    """An entry of policies.yaml; ValueError says what is wrong with it."""
    only(entry, *_KEYS)
    given = {key: str(entry.get(key) or "").strip() for key in _KEYS}
    for key in ("code", "kind", "since", "title", "text"):
        if not given[key]:
            raise ValueError(_("“%(key)s” is missing.") % {"key": key})
    if given["kind"] not in KINDS:
        reason = _("unknown kind “%(kind)s”; known are %(known)s")
        raise ValueError(reason % {"kind": given["kind"], "known": ", ".join(KINDS)})
    if len(given["code"]) > LONGEST_CODE:
        raise ValueError(
            _("the code is longer than %(count)s signs.") % {"count": LONGEST_CODE}
        )
    return Policy(**{**given, "since": date.fromisoformat(given["since"])})  # type: ignore[arg-type]


def in_force(policies: Iterable[Policy], kind: str, on: date) -> Policy | None:
    """The newest version of a text that holds on a day."""
    holding = [p for p in policies if p.kind == kind and p.since <= on]
    return max(holding, key=lambda policy: (policy.since, policy.code), default=None)
