"""Three roles on any server, a data directory of one's choice, and problems told in words."""

import os
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from xinfeng.base.postgres import Server
from xinfeng.config import database
from xinfeng.config.tests.outside import a_server, the_program

POWERS = "rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolcanlogin"


@pytest.fixture(scope="module")
def outside():
    with a_server() as server:
        yield server


@pytest.fixture
def home():
    made = Path(tempfile.mkdtemp(prefix="xinfeng-test-"))
    made.chmod(0o755)
    yield made
    server = Server(made)
    server.stop()
    shutil.rmtree(server.sockets, ignore_errors=True)
    shutil.rmtree(made)


def _as(role):
    parameters = database.parameters(role, connection.settings_dict["NAME"])
    return psycopg.connect(**parameters, autocommit=True)


@pytest.mark.django_db
def test_only_the_owner_makes_tables():
    for role in (database.APP, database.AUDITOR):
        with _as(role) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("CREATE TABLE public.mine (n int)")
    with _as(database.OWNER) as session:
        session.execute("CREATE TABLE public.mine (n int)")
        session.execute("DROP TABLE public.mine")


@pytest.mark.django_db
def test_the_app_adds_to_a_ledger_and_the_auditor_only_reads_it():
    with _as(database.APP) as session:
        allowed = session.execute(
            "SELECT has_table_privilege('hours_credit', 'INSERT'),"
            " has_table_privilege('hours_credit', 'UPDATE'),"
            " has_table_privilege('hours_credit', 'DELETE')"
        ).fetchone()
    assert allowed == (True, False, False)
    with _as(database.AUDITOR) as session:
        session.execute("SELECT count(*) FROM hours_credit")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("INSERT INTO journal_entry DEFAULT VALUES")


@pytest.mark.django_db
def test_no_role_of_the_pages_has_a_power_of_its_own():
    names = [database.parameters(role)["user"] for role in (database.APP, database.AUDITOR)]
    with _as(database.APP) as session:
        rows = session.execute(
            f"SELECT {POWERS} FROM pg_roles WHERE rolname = ANY(%s)",
            [names],
        ).fetchall()
    assert rows == [(False, False, False, False, True)] * 2


def test_the_data_lie_where_the_operator_wants_them(home):
    done = the_program(home, "check", "--database", "default")

    assert done.returncode == 0, done.stderr
    assert (Server(home).data / "PG_VERSION").read_text().strip() == "18"
    assert Server(home).process_id() is None


def test_on_another_server_the_owner_makes_the_roles_with_passwords(outside, home):
    done = the_program(home, "migrate", "--check", DATABASE_URL=outside.url())

    roles = outside.ask(f"SELECT rolname, {POWERS} FROM pg_roles WHERE rolname ~ '^xinfeng_'")
    stored = outside.ask("SELECT rolpassword FROM pg_authid WHERE rolname ~ '^xinfeng_'")
    assert 'database "xf" does not exist' in done.stderr
    powerless = (False, False, False, False, True)
    assert sorted(roles) == [("xinfeng_app", *powerless), ("xinfeng_auditor", *powerless)]
    assert all(str(password).startswith("SCRAM-SHA-256$") for (password,) in stored)
    assert not (home / "pg").exists()


def test_programs_with_homes_of_their_own_agree_on_the_passwords(outside, home, tmp_path):
    question = (
        "SELECT rolname, rolpassword FROM pg_authid WHERE rolname ~ '^xinfeng_' ORDER BY 1"
    )
    the_program(home, "check", "--database", "default", DATABASE_URL=outside.url())
    before = outside.ask(question)

    the_program(tmp_path, "check", "--database", "default", DATABASE_URL=outside.url())

    assert len(before) == 2
    assert outside.ask(question) == before


def test_a_power_that_a_role_was_given_is_taken_away_again(outside, home):
    the_program(home, "check", DATABASE_URL=outside.url())
    outside.ask("ALTER ROLE xinfeng_app CREATEDB")

    the_program(home, "check", DATABASE_URL=outside.url())

    rows = outside.ask("SELECT rolcreatedb FROM pg_roles WHERE rolname = 'xinfeng_app'")
    assert rows == [(False,)]


def test_a_role_that_sees_everything_is_refused_as_the_apps(outside, home):
    app = outside.url("postgres", "super")

    done = the_program(home, "check", DATABASE_URL=outside.url(), DATABASE_APP_URL=app)

    assert done.returncode == 1
    assert "has BYPASSRLS and SUPERUSER" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_owner_who_may_not_make_roles_is_told_what_to_do(outside, home):
    outside.ask("DROP ROLE IF EXISTS xinfeng_app, xinfeng_auditor, plain")
    outside.ask("CREATE ROLE plain LOGIN PASSWORD 'plain'")

    done = the_program(home, "check", DATABASE_URL=outside.url("plain", "plain"))

    assert "may not make the role xinfeng_app" in done.stderr
    assert "Give it the right CREATEROLE" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", ["wrong password", "nobody there"])
def test_a_server_that_does_not_answer_is_named_without_its_password(outside, home, case):
    url = outside.url(password="guessed")
    if case == "nobody there":
        url = "postgres://owner:guessed@127.0.0.1:1/xf"

    done = the_program(home, "check", DATABASE_URL=url)

    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "guessed" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_older_than_15_is_refused(outside, monkeypatch):
    monkeypatch.setattr(database, "OLDEST", 990_000)
    with (
        psycopg.connect(outside.url(dbname="postgres")) as session,
        pytest.raises(database.DatabaseProblem, match="15 or newer is needed"),
    ):
        database._refuse_old(session)


def test_without_a_password_of_the_owner_the_roles_passwords_are_kept_by_us(
    monkeypatch, tmp_path
):
    monkeypatch.setenv("DATABASE_URL", "postgres://owner@127.0.0.1/xf")
    monkeypatch.setenv("XINFENG_HOME", str(tmp_path))

    first = database.parameters(database.APP)["password"]

    file = tmp_path / "database-roles.json"
    assert database.parameters(database.APP)["password"] == first
    assert database.parameters(database.AUDITOR)["password"] != first
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == [file.name]
