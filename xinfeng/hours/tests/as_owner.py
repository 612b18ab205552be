"""A connection as the owner of the tables, for what the app's own role may not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connections


@contextmanager
def as_owner() -> Iterator[psycopg.Connection[Any]]:
    owner = connections["owner"]
    known = ("host", "port", "user", "password")
    given = {key: owner.settings_dict[key.upper()] for key in known}
    parameters = {key: value for key, value in given.items() if value}
    with psycopg.connect(
        dbname=owner.settings_dict["NAME"], autocommit=True, **parameters
    ) as db:
        yield db
