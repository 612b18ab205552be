"""Databases for tests: a migrated template, cloned for each worker; loaded before settings."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from xinfeng.config import environment

os.environ.setdefault("XINFENG_HOME", str(environment.ROOT / "var" / "test"))
os.environ.setdefault("XINFENG_CLOCK_OFFSET", "0")
os.environ.setdefault("XINFENG_FORGETFUL", "true")

KEPT = ("django_migrations", "django_content_type", "auth_permission")


@contextmanager
def test_database(worker: str) -> Iterator[str]:
    """A database of this worker's own, in which the connections are the app role's."""
    from django.db import connections  # noqa: PLC0415

    from xinfeng.config import database  # noqa: PLC0415

    database.start()
    template = _template()
    clone = f"test_xinfeng_{worker}"
    with psycopg.connect(**database.maintainer(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_name(clone)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                _name(clone),
                _name(template),
                _name(database.parameters(database.OWNER)["user"]),
            )
        )
    # Privileges on a database itself are not cloned with it.
    database.apply_privileges(clone)
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = clone
    yield clone
    for alias in connections:
        connections[alias].close()


def _template() -> str:
    """Migrated once per state of the migrations, however many workers ask at once."""
    from xinfeng.config import database  # noqa: PLC0415

    template = f"xinfeng_template_{_state_of_migrations()}"
    home = environment.home()
    home.mkdir(parents=True, exist_ok=True)
    with (home / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        making = f"{template}_new"
        if database.outside_url():
            _let_the_owner_end_sessions()
        with psycopg.connect(**database.maintainer(), autocommit=True) as admin:
            rows = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
            if rows.fetchone():
                return template
            for old in _names_like(admin, "xinfeng\\_template\\_%"):
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(_name(old)))
        database.ensure_database(making)
        database.migrate(making)
        database.apply_privileges(making)
        with psycopg.connect(**database.maintainer(), autocommit=True) as admin:
            admin.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(_name(making), _name(template))
            )
    return template


def _let_the_owner_end_sessions() -> None:
    """Without superuser, only a member of a role may end its sessions; tests drop databases."""
    from xinfeng.config import database  # noqa: PLC0415

    owner = _name(database.parameters(database.OWNER)["user"])
    with psycopg.connect(**database.maintainer(), autocommit=True) as admin:
        for role in (database.APP, database.AUDITOR):
            name = _name(database.parameters(role)["user"])
            admin.execute(sql.SQL("GRANT {} TO {}").format(name, owner))


def _names_like(admin: psycopg.Connection[tuple[str]], pattern: str) -> list[str]:
    rows = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
    return [row[0] for row in rows.fetchall()]


def _state_of_migrations() -> str:
    digest = hashlib.sha256()
    for file in sorted(Path(environment.ROOT, "xinfeng").glob("*/migrations/*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    digest.update(Path(environment.ROOT, "uv.lock").read_bytes())
    return digest.hexdigest()[:12]


def truncate_everything() -> None:
    """Empty all tables as the owner: the app role may not, and rows made by tests must go."""
    from django.db import connections  # noqa: PLC0415

    from xinfeng.base import guards  # noqa: PLC0415
    from xinfeng.config import database  # noqa: PLC0415

    dbname = connections["default"].settings_dict["NAME"]
    with psycopg.connect(
        **database.parameters(database.OWNER, dbname), autocommit=True
    ) as owner:
        rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in rows.fetchall() if row[0] not in KEPT]
        names = sql.SQL(", ").join(map(_name, tables))
        with owner.transaction(), guards.lifted(owner, tables):
            owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)
