"""A city on disk: its database as PostgreSQL dumps it, with a list that proves it whole."""

import hashlib
import json
import shutil
import subprocess
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from xinfeng.base import host
from xinfeng.config import database

DUMP, LIST, FILES = "city.dump", "backup.json", "files"
# What proves that no row of the ledger, no result and no entry was lost on the way.
LEDGERS = {
    "hours_credit": "sum(minutes)",
    "journal_entry": "max(id)",
    "inspections_result": "count(score_permille)",
}


class BackupProblem(RuntimeError):
    """Why a backup or a restore stopped, and how to go on; nothing is half written."""


@dataclass(frozen=True)
class Proof:
    """When a backup was made, of what, and what it must count to."""

    at: str
    sha256: str
    rows: dict[str, int]
    sums: dict[str, int]
    migrations: int
    # How many uploaded files lie beside the dump, each under its own digest.
    files: int = 0


def backup(folder: Path, at: datetime) -> Proof:
    """Dump the database into an empty folder; pages go on meanwhile."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupProblem(f"{folder} is not empty; name a new folder for each backup.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = folder / f"{DUMP}.half"
    try:
        # One snapshot for the dump and for what is counted beside it.
        with _owner(database.name()) as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            row = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert row
            with half.open("wb") as file:
                _run("pg_dump", "--format=custom", f"--snapshot={row[0]}", stdout=file)
            rows, sums, migrations = _counted(connection)
        # Files are only added, so what the dump names is there by now.
        files = _copied(settings.FILES_FOLDER, folder / FILES)
        proof = Proof(at.isoformat(), _sha256(half), rows, sums, migrations, files)
        half.rename(folder / DUMP)
        (folder / LIST).write_text(json.dumps(asdict(proof), indent=2) + "\n")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return proof


def restore(folder: Path) -> Proof:
    """Read a backup into a database without a city; all of it or nothing."""
    proof = _proof(folder)
    wanted = database.name()
    database.ensure_database(wanted)
    with _owner(wanted) as connection:
        _refuse_a_city(connection, wanted)
        # What an empty installation has is made anew by the dump.
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    try:
        with (folder / DUMP).open("rb") as file:
            _run(
                "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error",
                "--single-transaction", f"--dbname={wanted}", stdin=file,
            )  # fmt: skip
    finally:
        # With the dump in it or still empty: the tables and rights of this version.
        database.prepare(wanted)
    with _owner(wanted) as connection:
        rows, sums, _migrations = _counted(connection)
    if {name: rows.get(name) for name in proof.rows} != proof.rows or sums != proof.sums:
        raise BackupProblem("The restored rows do not count to what the backup says.")
    _copied(folder / FILES, settings.FILES_FOLDER)
    return proof


def _copied(source: Path, target: Path) -> int:
    """Copy every kept file that is not there yet; raises when bytes are not their digest's."""
    copied = 0
    for file in sorted(source.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
        copied += 1
        there = target / file.relative_to(source)
        if there.exists():
            continue
        if _sha256(file) != file.name:
            raise BackupProblem(f"{file} is not the file that was kept; its bytes changed.")
        there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = there.with_suffix(".half")
        shutil.copyfile(file, half)
        half.rename(there)
    return copied


def _proof(folder: Path) -> Proof:
    try:
        proof = Proof(**json.loads((folder / LIST).read_text()))
    except (OSError, ValueError, TypeError) as problem:
        raise BackupProblem(f"{folder} holds no backup that can be read: {problem}") from None
    if not (folder / DUMP).is_file() or _sha256(folder / DUMP) != proof.sha256:
        raise BackupProblem(
            f"{folder / DUMP} is not the file this backup was made with; take another copy."
        )
    kept = list((folder / FILES).glob("*/*/*"))
    if len(kept) != proof.files or any(_sha256(file) != file.name for file in kept):
        raise BackupProblem(
            f"{folder / FILES} does not hold the {proof.files} files of this backup; take"
            " another copy."
        )
    return proof


def _refuse_a_city(connection: psycopg.Connection[Any], name: str) -> None:
    found = connection.execute("SELECT to_regclass('public.places_division')").fetchone()
    if found and found[0] is not None:
        stands = connection.execute("SELECT EXISTS (SELECT FROM places_division)").fetchone()
        if stands and stands[0]:
            raise BackupProblem(
                f"The database {name} already holds a city. Restore into an empty one: set"
                " XINFENG_HOME (or DATABASE_URL) to a new place."
            )


def _counted(
    connection: psycopg.Connection[Any],
) -> tuple[dict[str, int], dict[str, int], int]:
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    count = sql.SQL("SELECT count(*) FROM {}")
    rows = {
        table: _one(connection, count.format(sql.Identifier(table)))
        for (table,) in tables
        # Jobs come and go; sessions end with a restore.
        if not table.startswith(("procrastinate_", "django_session"))
    }
    sums = {
        table: _one(
            connection,
            sql.SQL("SELECT {} FROM {}").format(sql.SQL(what), sql.Identifier(table)),
        )
        for table, what in LEDGERS.items()
    }
    return rows, sums, rows.get("django_migrations", 0)


def _one(connection: psycopg.Connection[Any], question: sql.Composed) -> int:
    row = connection.execute(question).fetchone()
    return int(row[0] or 0) if row else 0


def _owner(dbname: str) -> psycopg.Connection[Any]:
    return psycopg.connect(**database.parameters(database.OWNER, dbname), autocommit=True)


def _run(program: str, *arguments: str, **streams: Any) -> None:
    """PostgreSQL's own program as the owner; its password travels in the environment."""
    given = database.parameters(database.OWNER)
    known = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    environment = {env: str(given[key]) for key, env in known.items() if given.get(key)}
    environment |= {"PGDATABASE": database.name(), "LC_ALL": "C"}
    done = subprocess.run(  # noqa: S603
        [str(host.programs() / program), *arguments],
        env=environment, stderr=subprocess.PIPE, check=False, cwd="/",
        **streams, **host.as_owner(),
    )  # fmt: skip
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise BackupProblem(f"{program} stopped: {said}")


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
