"""Typed readers of the environment; a bad value is an error at start, not a surprise later."""

import os
import secrets
from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]


def text(name: str, default: str) -> str:
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, str(default)).lower()
    if value not in {"true", "false", "1", "0"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")
    return value in {"true", "1"}


def integer(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from None


def choice(name: str, default: str, known: Collection[str]) -> str:
    value = os.environ.get(name, default)
    if value not in known:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}, not {value!r}")
    return value


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks, separated by commas; none unless they are named."""
    named = [part.strip() for part in text(name, "").split(",") if part.strip()]
    try:
        return tuple(ip_network(part) for part in named)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from None


def home() -> Path:
    """Where run-time state lives: the embedded database, keys, the demo's clock."""
    return Path(text("XINFENG_HOME", str(ROOT / "var"))).resolve()


def secret(name: str, file: Path) -> str:
    """From the environment, or made once and kept in a file only its owner reads."""
    if value := os.environ.get(name):
        return value
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        made = file.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(50))
        made.replace(file)
    return file.read_text().strip()
