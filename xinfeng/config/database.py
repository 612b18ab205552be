"""Which PostgreSQL the program uses, and what each of its three roles may do there.

Owner: migrates and loads in bulk. App: the pages and jobs. Auditor: reads. Without
DATABASE_URL the embedded server is used; with it any PostgreSQL from version 15.
"""

import atexit
import json
import os
import secrets
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from xinfeng.base.postgres import SUPERUSER, Server
from xinfeng.config import environment

OWNER, APP, AUDITOR = "xinfeng_owner", "xinfeng_app", "xinfeng_auditor"
NAME = "xinfeng"
OLDEST = 150_000
# Rows of these tables are only ever added; a mistake is undone by a further row.
APPEND_ONLY = ("journal_entry", "hours_credit", "inspections_result")


class DatabaseProblem(RuntimeError):
    """The database cannot be used as it is: what is wrong and how to mend it."""


def outside_url() -> str | None:
    return os.environ.get("DATABASE_URL") or None


@cache
def server() -> Server:
    home = environment.home()
    return Server(home, "pg", durable=not environment.flag("XINFENG_FORGETFUL"))


def start() -> None:
    """Join or start the embedded server until this process ends; check an outside one."""
    if outside_url() is None:
        server().start()
        atexit.register(server().leave)
        with psycopg.connect(**server().parameters(SUPERUSER), autocommit=True) as connection:
            ensure_roles(connection)
    else:
        with psycopg.connect(
            **parameters(OWNER, _maintenance()), autocommit=True
        ) as connection:
            _refuse_old(connection)
            ensure_roles(connection)


def parameters(role: str, dbname: str | None = None) -> dict[str, Any]:
    """psycopg parameters of one of the three roles."""
    url = outside_url()
    if url is None:
        return server().parameters(role, dbname or NAME)
    given = dict(conninfo_to_dict(url))
    own = os.environ.get(
        {APP: "DATABASE_APP_URL", AUDITOR: "DATABASE_AUDITOR_URL"}.get(role, "")
    )
    if own:
        given = dict(conninfo_to_dict(own))
    elif role != OWNER:
        given |= {"user": role, "password": _password(role)}
    given["dbname"] = dbname or str(given.get("dbname") or NAME)
    return given


def name() -> str:
    return str(parameters(OWNER)["dbname"])


def django_databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` is the app's, `owner` and `auditor` the other roles'."""
    aliases = {"default": APP, "owner": OWNER, "auditor": AUDITOR}
    return {alias: _django(parameters(role)) for alias, role in aliases.items()}


def _django(given: dict[str, Any]) -> dict[str, Any]:
    known = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    options = {k: v for k, v in given.items() if k not in known and k != "dbname"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given["dbname"],
        **{django: str(given.get(plain) or "") for plain, django in known.items()},
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def prepare() -> None:
    """Database, tables and privileges as this version of the program wants them."""
    ensure_database(name())
    call_command("migrate", database="owner", verbosity=0)
    apply_privileges(name())


def ensure_database(dbname: str) -> bool:
    """Create the database if it is not there; True when it was created."""
    with psycopg.connect(**_creator(), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [dbname])
        if found.fetchone():
            return False
        owner = parameters(OWNER)["user"]
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                sql.Identifier(dbname), sql.Identifier(owner)
            )
        )
        return True


def ensure_roles(connection: psycopg.Connection[Any]) -> None:
    """The roles exist, may sign in, and have no right beyond those given to them."""
    embedded = outside_url() is None
    for role in (OWNER, APP, AUDITOR) if embedded else (APP, AUDITOR):
        if not embedded and parameters(role)["user"] != role:
            continue  # The operator made this role and named it in the environment.
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        verb = "ALTER" if found.fetchone() else "CREATE"
        password = sql.SQL("NULL") if embedded else sql.Literal(_password(role))
        connection.execute(
            sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEROLE PASSWORD {}").format(
                sql.Identifier(role), password
            )
        )


def apply_privileges(dbname: str) -> None:
    """What app and auditor may do with each table; run after every migration."""
    app, auditor = (sql.Identifier(parameters(role)["user"]) for role in (APP, AUDITOR))
    with psycopg.connect(**parameters(OWNER, dbname), autocommit=True) as connection:
        names = {"app": app, "auditor": auditor, "database": sql.Identifier(dbname)}
        for statement in _PRIVILEGES:
            connection.execute(sql.SQL(statement).format(**names))
        for table in APPEND_ONLY:
            if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,):
                connection.execute(
                    sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(
                        sql.Identifier(table), app
                    )
                )


_PRIVILEGES = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
    "GRANT CONNECT ON DATABASE {database} TO {auditor}",
    "GRANT USAGE ON SCHEMA public TO {app}, {auditor}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {app}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {auditor}",
)


def _creator() -> dict[str, Any]:
    if outside_url() is None:
        return server().parameters(SUPERUSER)
    return parameters(OWNER, _maintenance())


def _maintenance() -> str:
    return os.environ.get("DATABASE_MAINTENANCE_NAME", "postgres")


def _refuse_old(connection: psycopg.Connection[Any]) -> None:
    version = connection.info.server_version
    if version < OLDEST:
        raise DatabaseProblem(
            f"DATABASE_URL names PostgreSQL {version // 10000}; 15 or newer is needed."
            " Upgrade the server, or leave DATABASE_URL unset to use the embedded one."
        )


def _password(role: str) -> str:
    """Of a role that the program made on an outside server; kept where only we read."""
    file = environment.home() / "database-roles.json"
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if role not in kept:
        kept[role] = secrets.token_urlsafe(24)
        _keep(file, kept)
    return kept[role]


def _keep(file: Path, kept: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_suffix(f".{os.getpid()}")
    made.touch(mode=0o600)
    made.write_text(json.dumps(kept))
    made.replace(file)
