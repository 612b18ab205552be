"""Builders: a log of one's own in a folder, and what the outside sees of it."""

from pathlib import Path

from xinfeng.base.note import SecretKey
from xinfeng.hours.public_log import PublicLog
from xinfeng.places.tests.build import CITY

KEY = SecretKey("city.example/log", bytes(range(32)))


def a_log(folder: Path, *, key: SecretKey = KEY) -> PublicLog:
    return PublicLog(folder / "log", key, CITY, chance=bytes)
