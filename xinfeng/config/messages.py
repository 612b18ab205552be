"""The rooms' catalogues: find what is to be translated, say what is missing, compile.

`python -m xinfeng.config.messages compile | extract | check`
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
HAN = re.compile(r"[\u3400-\u9fff]")
# Words that a native page writes in Latin letters too: "API", "CSV".
LATIN_TOO = re.compile(r"[\W\d_]*(%\(\w+\)s[\W\d_]*)*|[A-Z0-9 ]+", re.ASCII)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
JINJA = {
    "newstyle_gettext": "true",
    "trimmed": "true",
    "silent": "false",
    "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
}
# (msgid or pair of singular and plural, context)
Key = tuple[str | tuple[str, ...], str | None]


def rooms() -> list[Path]:
    return sorted(p for p in PACKAGE.iterdir() if (p / "__init__.py").exists())


def catalogue_of(room: Path) -> Path:
    return room / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def compile_all() -> int:
    """Write each .mo whose .po is newer, in one step: a running server never reads half."""
    for po in filter(Path.exists, map(catalogue_of, rooms())):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        half = po.with_suffix(f".{os.getpid()}.half")
        with half.open("wb") as file:
            write_mo(file, read(po))
        half.replace(mo)
    return 0


def extract_all() -> int:
    """Add to each room's catalogue what it says and no catalogue translates yet."""
    known = {key(message) for room in rooms() for message in entries(catalogue_of(room))}
    for room in rooms():
        new = {k: places for k, places in said_in(room).items() if k not in known}
        if new:
            _add(catalogue_of(room), new)
            known |= set(new)
    return 0


def check_all() -> int:
    found = problems()
    for problem in found:
        sys.stderr.write(problem + "\n")
    return 1 if found else 0


def problems() -> list[str]:
    """What is said without Chinese, or with two different Chinese wordings."""
    translated: dict[Key, tuple[str, Path]] = {}
    found = []
    for room in rooms():
        for message in entries(catalogue_of(room)):
            text = (
                message.string
                if isinstance(message.string, str)
                else (message.string or [""])[0]
            )
            before = translated.setdefault(key(message), (text, room))
            if before[0] != text:
                found.append(
                    f"{room.name}: {message.id!r} is also {before[0]!r} in {before[1].name}"
                )
            if text and not (HAN.search(text) or LATIN_TOO.fullmatch(text)):
                found.append(f"{room.name}: {message.id!r} has no Chinese signs: {text!r}")
    for room in rooms():
        for said, places in said_in(room).items():
            if not translated.get(said, ("", room))[0]:
                found.append(f"{room.name}: no Chinese for {said[0]!r} ({places[0]})")
    return found


def said_in(room: Path) -> dict[Key, list[str]]:
    """Every translatable text of a room, with where it stands."""
    said: dict[Key, list[str]] = {}
    for file, method in _files(room):
        options = JINJA if method.startswith("jinja2") else {}
        messages = extract_from_file(method, file, keywords=KEYWORDS, options=options)
        for line, text, _comments, context in messages:
            where = f"{file.relative_to(PACKAGE.parent)}:{line}"
            said.setdefault((text, context), []).append(where)
    return said


def entries(po: Path) -> Iterator[Message]:
    if po.exists():
        yield from (m for m in read(po) if m.id and not m.fuzzy)


def key(message: Message) -> Key:
    return (tuple(message.id) if message.pluralizable else str(message.id), message.context)


def read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale=LOCALE)


def _files(room: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(room.rglob("*.py")):
        if not {"tests", "migrations"} & set(file.parts):
            yield file, "python"
    for file in sorted((room / "templates").rglob("*.html")):
        yield file, "jinja2.ext:babel_extract"


def _add(po: Path, new: dict[Key, list[str]]) -> None:
    catalogue = read(po) if po.exists() else Catalog(locale=LOCALE, charset="utf-8")
    for text, context in new:
        catalogue.add(text, context=context)
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=True, omit_header=False)


VERBS = {"compile": compile_all, "extract": extract_all, "check": check_all}

if __name__ == "__main__":
    sys.exit(VERBS[sys.argv[1]]())
