"""Which PostgreSQL the program uses, and what each of its three roles may do there.

Owner: migrates and loads in bulk. App: the pages and jobs. Auditor: reads. Without
DATABASE_URL the embedded server is used; with it any PostgreSQL from version 15.
"""

import atexit
import base64
import hashlib
import json
import os
import secrets
import time
from contextlib import suppress
from functools import cache
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from xinfeng.base.host import ServerProblem
from xinfeng.base.postgres import SUPERUSER, Server
from xinfeng.config import environment

OWNER, APP, AUDITOR = "xinfeng_owner", "xinfeng_app", "xinfeng_auditor"
NAME = "xinfeng"
OLDEST = 150_000
CONNECT_SECONDS = 10
# Held while roles are made, so that two programs that start at once do not collide.
ROLES_LOCK = 4_304_000
# Rows of these tables are only ever added; a mistake is undone by a further row.
APPEND_ONLY = (
    "journal_entry",
    "hours_credit",
    "hours_leaf",
    "hours_checkpoint",
    "activities_checkin",
    "inspections_result",
    "inspections_reading",
    "points_posting",
    "points_earning",
    "dispatch_step",
    "findings_findingstep",
    "findings_recheck",
    "findings_repair",
    "fieldwork_submission",
    "fieldwork_submissionfile",
    "fieldwork_completion",
    "fieldwork_withdrawal",
    "surveys_attempt",
    "surveys_exclusion",
    "surveys_estimate",
    "surveys_responseweight",
)

# Kept by the owner's triggers alone.
READ_ONLY = ("hours_day", "hours_dayfilling")


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
    with _maintaining() as connection:
        _refuse_old(connection)
        ensure_roles(connection)


def keep_running(every: float = 2.0) -> None:
    """Start the embedded server again whenever it died under us; never returns."""
    while True:
        time.sleep(every)
        if not server().is_ready():
            # A start that failed is tried again; what it said is in the server's log.
            with suppress(ServerProblem):
                server().start()


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
        "OPTIONS": _soon(options),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def prepare(dbname: str | None = None) -> None:
    """Database, tables and privileges as this version of the program wants them."""
    wanted = dbname or name()
    ensure_database(wanted)
    migrate(wanted)
    apply_privileges(wanted)


def migrate(dbname: str) -> None:
    """Bring one database to this version's tables, as their owner."""
    owner = connections["owner"]
    usual = owner.settings_dict["NAME"]
    owner.close()
    owner.settings_dict["NAME"] = dbname
    try:
        call_command("migrate", database="owner", verbosity=0)
    finally:
        owner.close()
        owner.settings_dict["NAME"] = usual


def ensure_database(dbname: str) -> bool:
    """Create the database if it is not there; True when it was created."""
    with _maintaining() as connection:
        if exists(connection, dbname):
            return False
        # The same order and the same letters everywhere, whatever the server's own language.
        builtin = "LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        of_system = "LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        modern = connection.info.server_version >= 170_000
        statement = sql.SQL(
            "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
            + (builtin if modern else of_system)
        )
        owner = parameters(OWNER)["user"]
        connection.execute(statement.format(sql.Identifier(dbname), sql.Identifier(owner)))
        return True


def exists(connection: psycopg.Connection[Any], dbname: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [dbname])
    return found.fetchone() is not None


def ensure_roles(connection: psycopg.Connection[Any]) -> None:
    """The roles exist, may sign in, and have no right beyond those given to them."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ROLES_LOCK])
        for role in (OWNER, APP, AUDITOR) if outside_url() is None else (APP, AUDITOR):
            if parameters(role)["user"] == role:
                _ensure_role(connection, role)
            else:
                # The operator made this one and named it in the environment.
                _refuse_powerful(connection, parameters(role)["user"])


def _ensure_role(connection: psycopg.Connection[Any], role: str) -> None:
    powers = _powers(connection, role)
    if powers == set() and _may_sign_in(role):
        return
    # Only what it has: naming a power at all takes a superuser, for some of them.
    words = " ".join(
        ["LOGIN", *(f"NO{power}" for power in sorted(powers or ())), "PASSWORD {}"]
    )
    password = sql.SQL("NULL") if outside_url() is None else sql.Literal(_password(role))
    verb = "CREATE" if powers is None else "ALTER"
    statement = sql.SQL(verb + " ROLE {} " + words).format(sql.Identifier(role), password)
    try:
        connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as problem:
        raise DatabaseProblem(
            f"The user of DATABASE_URL may not make the role {role} ({problem}). Give it the"
            " right CREATEROLE, or make the roles yourself and name them in DATABASE_APP_URL"
            " and DATABASE_AUDITOR_URL."
        ) from None


def _powers(connection: psycopg.Connection[Any], role: str) -> set[str] | None:
    """What a role may beyond its grants; None when there is no such role."""
    rows = connection.execute(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication"
        " FROM pg_roles WHERE rolname = %s",
        [role],
    ).fetchone()
    names = ("SUPERUSER", "CREATEROLE", "CREATEDB", "BYPASSRLS", "REPLICATION")
    return None if rows is None else {n for n, has in zip(names, rows, strict=True) if has}


def _refuse_powerful(connection: psycopg.Connection[Any], role: str) -> None:
    """Row-level security does not hold whoever bypasses it."""
    powers = (_powers(connection, role) or set()) & {"SUPERUSER", "BYPASSRLS"}
    if powers:
        raise DatabaseProblem(
            f"The role {role} has {' and '.join(sorted(powers))}: it would see everybody's"
            " data whatever a person may see. Name a role without it."
        )


def _may_sign_in(role: str) -> bool:
    if outside_url() is None:
        return True  # By peer authentication.
    try:
        psycopg.connect(**_soon(parameters(role, _maintenance()))).close()
    except psycopg.OperationalError:
        return False
    return True


def apply_privileges(dbname: str) -> None:
    """What app and auditor may do with each table; run after every migration."""
    app, auditor = (sql.Identifier(parameters(role)["user"]) for role in (APP, AUDITOR))
    with psycopg.connect(**parameters(OWNER, dbname), autocommit=True) as connection:
        names = {"app": app, "auditor": auditor, "database": sql.Identifier(dbname)}
        for statement in _PRIVILEGES:
            connection.execute(sql.SQL(statement).format(**names))
        taken = dict.fromkeys(APPEND_ONLY, "UPDATE, DELETE, TRUNCATE")
        taken |= dict.fromkeys(READ_ONLY, "INSERT, UPDATE, DELETE, TRUNCATE")
        for table, verbs in taken.items():
            if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,):
                revoke = sql.SQL("REVOKE " + verbs + " ON {} FROM {}")
                connection.execute(revoke.format(sql.Identifier(table), app))


_PRIVILEGES = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    # A server may hold several cities; a role of one has no business in another.
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
    "GRANT CONNECT ON DATABASE {database} TO {auditor}",
    "GRANT USAGE ON SCHEMA public TO {app}, {auditor}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {app}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {auditor}",
)


def maintainer() -> dict[str, Any]:
    """Who makes databases and roles: the superuser of the embedded server, or the owner."""
    if outside_url() is None:
        return server().parameters(SUPERUSER)
    return parameters(OWNER, _maintenance())


def _maintaining() -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(**_soon(maintainer()), autocommit=True)
    except psycopg.OperationalError as problem:
        raise DatabaseProblem(
            f"The database does not answer: {str(problem).strip()}\n"
            "Is the server of DATABASE_URL running, and are name and password right?"
        ) from None


def _soon(given: dict[str, Any]) -> dict[str, Any]:
    """A server that is silent is given up, not waited for."""
    return {"connect_timeout": CONNECT_SECONDS, **given}


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
    """Of a role that the program made on an outside server."""
    of_owner = conninfo_to_dict(outside_url() or "").get("password")
    # Derived, so that all programs that know the owner agree without telling each other.
    return _derived(str(of_owner), role) if of_owner else _kept_passwords()[role]


@cache
def _derived(secret: str, role: str) -> str:
    """Slow on purpose: nobody finds the owner's password by trying from the app's."""
    key = hashlib.scrypt(secret.encode(), salt=role.encode(), n=2**14, r=8, p=1, dklen=24)
    return base64.urlsafe_b64encode(key).decode()


def _kept_passwords() -> dict[str, str]:
    """Where the owner signs in without a password: made once, in a file only we read."""
    file = environment.home() / "database-roles.json"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        made = file.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(
            json.dumps({role: secrets.token_urlsafe(24) for role in (APP, AUDITOR)})
        )
        # The first one there stays: passwords of another process would be refused.
        with suppress(FileExistsError):
            os.link(made, file)
        made.unlink()
    kept: dict[str, str] = json.loads(file.read_text())
    return kept
