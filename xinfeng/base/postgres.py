"""The embedded PostgreSQL: binaries from a wheel, a launcher of ours.

The wheel's own launcher trusts every local login, so only its binaries are used. The server
listens on a Unix socket in a directory that only its own user and root may enter; a role is
taken by peer authentication. Users of the server hold a shared lock, which the kernel frees
even after a kill: who leaves last stops the server.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from psycopg import pq

from xinfeng.base import host
from xinfeng.base.host import ServerProblem

SUPERUSER = "xinfeng_super"
MAJOR = "18"
START_SECONDS = 60
# Starts that end by themselves before we believe what the log says.
ENOUGH_FAILURES = 5
# What the log says while the processes of a killed server are still going.
PASSING = ("lock file", "is still in use")

# No statement and no detail goes into the log: both may hold names and phone numbers.
# Nobody follows this server's log of changes, and backups are dumps: `minimal` spares writing
# twice what a load fills and indexes in one transaction, which then reaches the disk at commit.
CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0777
max_connections = 100
shared_buffers = '{buffers}MB'
work_mem = '32MB'
maintenance_work_mem = '{maintenance}MB'
effective_cache_size = '{cache}MB'
wal_level = minimal
max_wal_senders = 0
min_wal_size = '32MB'
max_wal_size = '{wal}MB'
checkpoint_timeout = '15min'
checkpoint_completion_target = 0.9
random_page_cost = 1.1
jit = off
synchronous_commit = on
password_encryption = 'scram-sha-256'
timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = '%a.log'
log_file_mode = 0600
log_rotation_age = '1d'
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %q%u@%d '
log_timezone = 'UTC'
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
"""
# A test cluster may lose its data with the machine, and is quicker for it.
FORGETFUL = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
PEOPLE_OF_THIS_MACHINE = "local {database} all peer map=xinfeng\n"
FIRST_WORDS_AT_MOST = 1 << 20

# The server outlives the process that started it, so a start is remembered, not waited for.
_spawned: list[subprocess.Popen[bytes]] = []


class Server:
    """One embedded cluster below a directory; safe to use from many processes at once."""

    def __init__(self, home: Path, name: str = "pg", *, durable: bool = True) -> None:
        self.home, self.name, self.durable = home.resolve(), name, durable
        # Short, because a socket's path may have 107 bytes; the same for the same data.
        place = f"xinfeng-{os.geteuid()}-{host.digest(home / name)}"
        self.sockets = Path("/tmp", place)  # noqa: S108 (made private before it is used)
        self._users: IO[str] | None = None
        _servers.add(self)

    @cached_property
    def data(self) -> Path:
        """Where the rows lie: below home, or for root below /var/lib when home is closed."""
        below = self.home / self.name
        if os.geteuid():
            return below
        apart = host.SHARED / host.digest(below) / self.name
        for place in (apart, below):
            if (place / "PG_VERSION").exists():
                return place
        return below if host.may_reach(self.home) else apart

    @property
    def log(self) -> Path:
        """Where the server last wrote: its first words, or the file of the weekday."""
        first_words = self._first_words
        found = [*self.data.glob("log/*.log"), *([first_words] if first_words.exists() else [])]
        return max(found, key=lambda file: file.stat().st_mtime_ns, default=first_words)

    def parameters(self, role: str, dbname: str = "postgres") -> dict[str, Any]:
        """Connection parameters for psycopg."""
        return {"host": str(self.sockets), "user": role, "dbname": dbname}

    @contextmanager
    def use(self) -> Iterator["Server"]:
        self.start()
        try:
            yield self
        finally:
            self.leave()

    def start(self) -> None:
        """Join the running server, or start it; counted as a user until `leave` or death."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._starting():
            users = self._users or self._open_lock("users")
            try:
                fcntl.flock(users, fcntl.LOCK_SH)
                # Before the first connection: nobody else's socket is ever spoken to.
                host.make_private(self.sockets)
                if not self.is_ready():
                    self._make_cluster()
                    self._launch()
            except BaseException:
                users.close()
                self._users = None
                raise
            self._users = users

    def leave(self) -> None:
        """Stop counting as a user; the last one to leave stops the server."""
        if self._users is None:
            return
        with self._starting():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self.stop()
            except BlockingIOError:
                pass  # Others still use it.
            finally:
                self.forget()

    def forget(self) -> None:
        """Stop counting as a user and leave the server as it is."""
        if self._users is not None:
            self._users.close()
            self._users = None

    def stop(self) -> None:
        """Stop the server whoever uses it."""
        if self.process_id() is not None:
            self._stop_process()
        _reap()

    def _stop_process(self) -> None:
        stop = ("pg_ctl", "-D", str(self.data), "-w", "stop", "-m")
        try:
            self._run(*stop, "fast")
        except ServerProblem:
            # A full disk leaves no room for the last checkpoint; the log brings all back.
            self._run(*stop, "immediate")

    def is_ready(self) -> bool:
        """Does it answer a connection? (That it has no connection left is an answer too.)"""
        asked = f"host='{self.sockets}' user={SUPERUSER} dbname=postgres connect_timeout=3"
        return pq.PGconn.ping(asked.encode()) == pq.Ping.OK

    def process_id(self) -> int | None:
        """The living postmaster of this cluster, or None."""
        process = _noted_in(self.data / "postmaster.pid")
        if process is None:
            return None
        command = Path("/proc", str(process), "cmdline")
        if Path("/proc/self/cmdline").exists():
            # A number may belong to another program by now; a dead one has no command line.
            ours = f"-D\0{self.data}\0".encode()
            return process if command.exists() and ours in command.read_bytes() else None
        return process if _is_alive(process) else None

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with self._open_lock("start") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _open_lock(self, what: str) -> IO[str]:
        path = self.home / f"{self.name}.{what}.lock"
        try:
            return path.open("a")
        except PermissionError:
            raise ServerProblem(
                f"{path} may not be written by this OS user. Run as the user who first started"
                " the database here, or give XINFENG_HOME another directory."
            ) from None

    def _make_cluster(self) -> None:
        """initdb beside the final place and rename: a half-made cluster is never taken."""
        if (self.data / "PG_VERSION").exists():
            self._refuse_other_major()
            self._write_configuration(self.data)
            return
        parent = self.data.parent
        parent.mkdir(parents=True, exist_ok=True)
        self._clear_away(parent)
        made = Path(tempfile.mkdtemp(prefix=f".{self.name}-new-", dir=parent))
        host.give(made)
        try:
            self._run(
                "initdb", "-D", str(made), "-U", SUPERUSER, "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                "--data-checksums", "--auth=peer", *([] if self.durable else ["--no-sync"]),
            )  # fmt: skip
            main = made / "postgresql.conf"
            host.write(main, main.read_text() + "include 'xinfeng.conf'\n")
            self._write_configuration(made)
            made.rename(self.data)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise

    def _clear_away(self, parent: Path) -> None:
        """Drop what a killed start left; what we did not make is kept under another name."""
        for left in parent.glob(f".{self.name}-new-*"):
            shutil.rmtree(left, ignore_errors=True)
        if self.data.is_dir() and any(self.data.iterdir()):
            aside = self.data.with_name(f"{self.name}-incomplete-{time.time_ns()}")
            self.data.rename(aside)

    def _refuse_other_major(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise ServerProblem(
                f"{self.data} was made by PostgreSQL {found}; this program brings {MAJOR}."
                " Move the rows with pg_dump of the old and pg_restore of the new version."
            )

    def _write_configuration(self, cluster: Path) -> None:
        memory, disk = host.megabytes_of_memory(), shutil.disk_usage(cluster).total >> 20
        text = CONFIGURATION.format(
            sockets=self.sockets,
            buffers=max(128, min(memory // 8, 1024)),
            maintenance=max(64, min(memory // 16, 512)),
            cache=max(256, memory // 2),
            # A log that may grow larger than the disk would fill it.
            wal=max(32, min(disk // 10, 4096)),
        )
        names = host.user_names()
        files = {
            "xinfeng.conf": text if self.durable else text + FORGETFUL,
            "pg_hba.conf": "".join(
                PEOPLE_OF_THIS_MACHINE.format(database=each) for each in ("all", "replication")
            ),
            "pg_ident.conf": "".join(f'xinfeng "{name}" all\n' for name in names),
        }
        for name, content in files.items():
            host.write(cluster / name, content)

    def _launch(self) -> None:
        """Start and ask until it answers; after an unclean end the old one may not be gone."""
        deadline, failures = time.monotonic() + START_SECONDS, 0
        process: subprocess.Popen[bytes] | None = None
        while time.monotonic() < deadline:
            if self.is_ready():
                return
            _reap()
            # A living one that does not answer yet is recovering, or on its way out.
            if self.process_id() is None and (process is None or process.poll() is not None):
                failures += process is not None
                if failures >= ENOUGH_FAILURES and not self._is_passing():
                    break
                self._disown_dead_process()
                process = self._spawn()
            time.sleep(min(0.05 * 2**failures, 2))
        raise ServerProblem(
            f"The embedded database in {self.data} does not start."
            f" Its log {self.log} ends:\n{host.tail(self.log)}\n"
            "Mend what the log names (often a full disk), then start again; no row is lost."
        )

    def _is_passing(self) -> bool:
        return any(words in host.tail(self.log, 3) for words in PASSING)

    def _disown_dead_process(self) -> None:
        """Let a start pass over a number that is noted but no longer our server's.

        Another program may bear it by now, or nobody may have reaped it, as below a container's
        first process. The server takes its parent's number for left over, and what else the
        file says it still checks: whether processes of the killed server use its memory.
        """
        for note in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            process = _noted_in(note)
            if process is None or not _is_alive(process):
                continue
            _, *rest = note.read_text().split("\n")
            with note.open("r+") as file:
                file.write("\n".join([str(os.getpid()), *rest]))
                file.truncate()

    def _spawn(self) -> subprocess.Popen[bytes]:
        log = self._first_words
        if log.exists() and log.stat().st_size > FIRST_WORDS_AT_MOST:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(host.programs() / "postgres"), "-D", str(self.data)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, cwd="/", **host.as_owner(),
            )  # fmt: skip
        _spawned.append(process)
        return process

    @property
    def _first_words(self) -> Path:
        return self.data.with_name(f"{self.name}.log")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(host.programs() / program), *arguments],
            capture_output=True, text=True, cwd="/", check=False, **host.as_owner(),
        )  # fmt: skip
        if done.returncode:
            raise ServerProblem(
                f"{program} failed for {self.data}: {(done.stderr or done.stdout).strip()}\n"
                "Make room or give rights as it says, then start again; nothing was lost."
            )


_servers: weakref.WeakSet[Server] = weakref.WeakSet()


def _forget_all() -> None:
    for server in list(_servers):
        server.forget()


# A fork shares its parent's lock; leaving there would stop the server under the parent.
os.register_at_fork(after_in_child=_forget_all)


def _reap() -> None:
    """Let go of servers that ended: as zombies they would seem to run still."""
    _spawned[:] = [process for process in _spawned if process.poll() is None]


def _noted_in(file: Path) -> int | None:
    try:
        return int(file.read_text().split("\n")[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # Somebody else's, and alive.
    return True
