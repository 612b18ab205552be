"""The embedded database starts, is shared, survives what happens to it, and trusts nobody."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from xinfeng.base import host
from xinfeng.base.postgres import SUPERUSER, Server, ServerProblem

CODE = Path(__file__).parents[3]
# Another program that uses the server: says so, and leaves when told.
USER = """
import sys
from pathlib import Path
from xinfeng.base.postgres import Server
server = Server(Path(sys.argv[1]), durable=False)
server.start()
print("using", flush=True)
sys.stdin.readline()
server.leave()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="SKIPPED: only root may do this")


@pytest.fixture(scope="module")
def home():
    yield from _homes()


@pytest.fixture
def own_home():
    yield from _homes()


def _homes():
    # pytest's own directories are closed to the user that root runs the server as.
    made = Path(tempfile.mkdtemp(prefix="xinfeng-test-"))
    made.chmod(0o755)
    yield made
    server = Server(made)
    server.stop()
    shutil.rmtree(server.sockets, ignore_errors=True)
    shutil.rmtree(made)


@pytest.fixture
def server(home):
    with Server(home, durable=False).use() as server:
        yield server


def _ask(server, question, *, role=SUPERUSER):
    with psycopg.connect(**server.parameters(role), autocommit=True) as connection:
        return connection.execute(question).fetchone()[0]


def _write_down(server, word):
    with psycopg.connect(**server.parameters(SUPERUSER), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS written (word text)")
        connection.execute("INSERT INTO written VALUES (%s)", [word])


def _written(server):
    with psycopg.connect(**server.parameters(SUPERUSER)) as connection:
        return {row[0] for row in connection.execute("SELECT word FROM written")}


def _another_user(home, **options):
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True, cwd=options.pop("cwd", CODE), **options,
    )  # fmt: skip
    assert process.stdout.readline() == "using\n"
    return process


def _let_go(process):
    process.communicate("\n", timeout=30)
    assert process.returncode == 0


def _processes(server):
    """The postmaster and its children, and nobody else's."""
    postmaster = server.process_id()
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *(int(child) for child in children)]


def _kill_all(server):
    for process in _processes(server):
        os.kill(process, signal.SIGKILL)


def test_it_starts_and_answers_in_utf_8_with_checksums(server):
    assert _ask(server, "SHOW server_encoding") == "UTF8"
    assert _ask(server, "SHOW data_checksums") == "on"
    assert _ask(server, "SELECT upper('ä新风')") == "Ä新风"


def test_it_listens_on_no_network(server):
    assert _ask(server, "SHOW listen_addresses") == ""
    lines = _ask(server, "SELECT string_agg(type || auth_method, ',') FROM pg_hba_file_rules")
    assert lines == "localpeer,localpeer"


def test_only_its_user_may_enter_the_socket_directory(server):
    assert server.sockets.stat().st_mode & 0o777 == 0o700
    assert server.sockets.stat().st_uid == host.owner()[0]
    assert len(str(server.sockets / ".s.PGSQL.5432")) < 107


def test_root_runs_it_as_a_user_without_power(server):
    status = Path(f"/proc/{server.process_id()}/status").read_text()

    assert f"Uid:\t{host.owner()[0]}\t" in status
    assert host.owner()[0] != 0


def test_the_log_holds_no_statement_and_no_detail(server):
    with psycopg.connect(**server.parameters(SUPERUSER), autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE phones (number text UNIQUE)")
        connection.execute("INSERT INTO phones VALUES ('13800001234')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO phones VALUES ('13800001234')")

    deadline = time.monotonic() + 10
    while "phones_number_key" not in (written := server.log.read_text()):
        # The collector of the log is a process of its own, and may be a moment late.
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "13800001234" not in written


def test_a_second_user_joins_and_the_last_to_leave_stops_it(own_home):
    first = Server(own_home, durable=False)
    first.start()
    process = first.process_id()
    second = _another_user(own_home)

    first.leave()
    assert first.process_id() == process
    assert first.is_ready()

    _let_go(second)
    assert first.process_id() is None


def test_who_is_killed_no_longer_counts(own_home):
    first = Server(own_home, durable=False)
    first.start()
    second = _another_user(own_home)

    second.kill()
    second.communicate()
    first.leave()

    assert first.process_id() is None


def test_a_fork_that_ends_does_not_stop_the_server_under_its_parent(server):
    child = os.fork()
    if child == 0:
        server.leave()
        os._exit(0)
    os.waitpid(child, 0)

    assert server.is_ready()


def test_many_who_start_at_once_share_one_server(own_home):
    command = [sys.executable, "-c", USER, str(own_home)]
    users = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CODE
        )
        for _ in range(4)
    ]
    said = [user.stdout.readline() for user in users]
    noted = Server(own_home).process_id()

    assert said == ["using\n"] * 4
    assert noted is not None
    for user in users:
        _let_go(user)
    assert Server(own_home).process_id() is None


def test_joining_and_leaving_in_haste_never_finds_a_stopped_server(own_home):
    users = [
        subprocess.Popen(
            [sys.executable, "-c", HASTE, str(own_home)], cwd=CODE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for user in users:
        _, errors = user.communicate(timeout=60)
        assert user.returncode == 0, errors.decode()


HASTE = """
import sys
from pathlib import Path
import psycopg
from xinfeng.base.postgres import SUPERUSER, Server
for _ in range(6):
    with Server(Path(sys.argv[1]), durable=False).use() as server:
        with psycopg.connect(**server.parameters(SUPERUSER)) as connection:
            connection.execute("SELECT 1")
"""


def test_a_killed_server_comes_back_with_every_committed_row(own_home):
    with Server(own_home).use() as server:
        _write_down(server, "kept")
        before = server.process_id()
        _kill_all(server)

        server.start()

        assert server.process_id() != before
        assert _written(server) == {"kept"}


def test_a_killed_postmaster_alone_is_replaced_once_its_children_are_gone(own_home):
    with Server(own_home).use() as server:
        _write_down(server, "kept")
        os.kill(server.process_id(), signal.SIGKILL)

        server.start()

        assert _written(server) == {"kept"}


def test_a_number_that_another_program_bears_by_now_does_not_keep_it_from_starting(own_home):
    with Server(own_home, durable=False).use() as server:
        pass
    other = subprocess.Popen(["sleep", "60"], **host.as_owner())
    (server.data / "postmaster.pid").write_text(f"{other.pid}\n{server.data}\n")

    assert server.process_id() is None
    with server.use():
        assert server.is_ready()
    assert other.poll() is None
    other.kill()
    other.wait()


# A first process that reaps nobody but its own, as in a container without an init: the server
# whose starter is gone stays in the table of processes after its death.
UNREAPED = """
import ctypes, os, signal, subprocess, sys
from pathlib import Path
from xinfeng.base.postgres import Server
PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
home = Path(sys.argv[1])
subprocess.run([sys.executable, "-c", sys.argv[2], str(home)], check=True)
dead = Server(home, durable=False).process_id()
os.kill(dead, signal.SIGKILL)
with Server(home, durable=False).use() as server:
    os.kill(dead, 0)
    assert server.process_id() != dead
"""
STARTS_AND_GOES = """
import sys
from pathlib import Path
from xinfeng.base.postgres import Server
server = Server(Path(sys.argv[1]), durable=False)
server.start()
server.forget()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="SKIPPED: a matter of Linux")
def test_a_killed_server_that_nobody_reaps_is_replaced_all_the_same(own_home):
    done = subprocess.run(
        [sys.executable, "-c", UNREAPED, str(own_home), STARTS_AND_GOES],
        cwd=CODE, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_a_half_made_cluster_is_made_again_and_what_lay_there_is_kept(own_home):
    server = Server(own_home, durable=False)
    left = own_home / ".pg-new-killed"
    left.mkdir()
    server.data.mkdir()
    (server.data / "postgresql.conf").write_text("half")

    with server.use():
        assert server.is_ready()

    assert not left.exists()
    (aside,) = own_home.glob("pg-incomplete-*")
    assert (aside / "postgresql.conf").read_text() == "half"


def test_a_cluster_of_another_major_version_is_refused_in_words(own_home):
    server = Server(own_home)
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("17\n")

    with pytest.raises(ServerProblem, match="made by PostgreSQL 17; this program brings 18"):
        server.start()


@pytest.mark.parametrize("trap", ["link", "file"])
def test_a_socket_directory_that_is_not_one_is_refused(own_home, trap):
    server = Server(own_home)
    if trap == "link":
        server.sockets.symlink_to(own_home)
    else:
        server.sockets.write_text("")
    try:
        with pytest.raises(ServerProblem, match="somebody else or is a link"):
            server.start()
    finally:
        server.sockets.unlink()


@as_root
def test_a_socket_directory_of_somebody_else_is_refused(own_home):
    server = Server(own_home)
    server.sockets.mkdir()
    os.chown(server.sockets, 12345, 12345)

    with pytest.raises(ServerProblem, match="somebody else"):
        server.start()


@as_root
def test_a_link_in_the_place_of_a_setting_never_leads_root_elsewhere(own_home):
    precious = own_home / "precious"
    precious.write_text("of root")
    with Server(own_home, durable=False).use() as server:
        pass
    (server.data / "pg_hba.conf").unlink()
    (server.data / "pg_hba.conf").symlink_to(precious)

    with server.use():
        pass

    assert precious.read_text() == "of root"
    assert precious.stat().st_uid == 0


def test_a_start_that_fails_says_what_where_and_how_and_counts_nobody(own_home):
    with Server(own_home, durable=False).use() as server:
        pass
    auto = server.data / "postgresql.auto.conf"
    auto.write_text("no_such_setting = 1\n")

    with pytest.raises(ServerProblem, match="no_such_setting") as problem:
        server.start()
    assert str(server.data) in str(problem.value)
    assert str(server.log) in str(problem.value)

    auto.write_text("")
    with server.use():
        assert server.is_ready()
    assert server.process_id() is None


@as_root
def test_below_a_closed_home_root_keeps_the_rows_elsewhere(own_home, monkeypatch):
    elsewhere = own_home / "shared"
    closed = own_home / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(host, "SHARED", elsewhere)

    with Server(closed, durable=False).use() as server:
        assert server.data.is_relative_to(elsewhere)
        assert server.is_ready()

    assert closed.stat().st_mode & 0o777 == 0o700
    # Opened later, it still finds its rows.
    closed.chmod(0o755)
    assert Server(closed).data == server.data
    shutil.rmtree(server.sockets)


@as_root
def test_programs_that_the_servers_user_cannot_reach_are_copied_once(own_home, monkeypatch):
    monkeypatch.setattr(host, "SHARED", own_home)
    monkeypatch.setattr(host, "works", lambda *command: False)

    there = host.programs.__wrapped__()
    first = there.stat().st_ino
    again = host.programs.__wrapped__()

    assert there.is_relative_to(own_home)
    assert again.stat().st_ino == first
    said = subprocess.run(
        [there / "postgres", "--version"], capture_output=True, check=True, **host.as_owner()
    )
    assert said.stdout.startswith(b"postgres (PostgreSQL) 18")


@as_root
def test_an_ordinary_user_runs_it_as_oneself(own_home):
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    if not _can_run_python(nobody):
        pytest.skip("SKIPPED: this Python or checkout is closed to the user nobody")
    os.chown(own_home, 65534, 65534)

    process = _another_user(own_home, **nobody)

    try:
        (sockets,) = Path("/tmp").glob(f"xinfeng-65534-{host.digest(own_home / 'pg')}")
        assert (own_home / "pg").stat().st_uid == sockets.stat().st_uid == 65534
        number = (own_home / "pg" / "postmaster.pid").read_text().split()[0]
        assert "Uid:\t65534\t" in Path(f"/proc/{number}/status").read_text()
    finally:
        _let_go(process)
    shutil.rmtree(sockets)


@as_root
def test_a_user_without_a_name_is_told_so(own_home):
    nameless = {"user": 54321, "group": 54321, "extra_groups": []}
    if not _can_run_python(nameless):
        pytest.skip("SKIPPED: this Python or checkout is closed to other users")
    os.chown(own_home, 54321, 54321)

    done = subprocess.run(
        [sys.executable, "-c", USER, str(own_home)], cwd=CODE, capture_output=True, text=True,
        check=False, **nameless,
    )  # fmt: skip

    assert "The OS user 54321 has no name" in done.stderr
    assert list(own_home.glob(".pg-new-*")) == []
    for sockets in Path("/tmp").glob("xinfeng-54321-*"):
        shutil.rmtree(sockets)


def _can_run_python(whom):
    command = [sys.executable, "-c", "import xinfeng.base.postgres"]
    try:
        done = subprocess.run(command, cwd=CODE, capture_output=True, check=False, **whom)
    except OSError:
        return False
    return done.returncode == 0


@pytest.fixture
def small_disk():
    """A disk of 110 MB of its own."""
    place = Path(tempfile.mkdtemp(prefix="xinfeng-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=110m,mode=755", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        place.rmdir()
        pytest.skip("SKIPPED: mounting a small disk is not allowed here")
    yield place
    subprocess.run(["umount", str(place)], check=True)
    place.rmdir()


@pytest.mark.drill
def test_a_full_disk_loses_no_acknowledged_row_and_is_said_in_words(small_disk):
    spare = small_disk / "something-else"
    spare.write_bytes(b"x" * (24 << 20))
    server = Server(small_disk)
    with (
        server.use(),
        psycopg.connect(**server.parameters(SUPERUSER), autocommit=True) as connection,
    ):
        connection.execute("CREATE TABLE filler (n bigint, words text)")
        acknowledged, broken = _fill(connection)
    assert broken
    with suppress(ServerProblem):
        # It says what to mend, or stands again by itself.
        server.start()
        server.leave()

    spare.unlink()

    with server.use():
        assert acknowledged > 0
        assert _ask(server, "SELECT count(*) FROM filler") in range(
            acknowledged, acknowledged + 501
        )
    shutil.rmtree(server.sockets)


def _fill(connection):
    """Insert until the disk is full; how many rows were acknowledged."""
    acknowledged = 0
    try:
        while True:
            connection.execute(
                "INSERT INTO filler SELECT n, repeat(md5(n::text), 30)"
                " FROM generate_series(1, 500) n"
            )
            acknowledged += 500
    except psycopg.Error as problem:
        return acknowledged, connection.broken or "No space left" in str(problem)
