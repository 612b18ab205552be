"""The Chinese catalogues: one per room, compiled at set-up; a test asks for completeness."""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent
KEYWORDS: dict[str, object] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip


def catalogues() -> list[Path]:
    return sorted(PACKAGE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))


def compile_all() -> int:
    """Write each .mo beside its .po; returns how many."""
    for po in catalogues():
        with po.open("rb") as source, po.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale="zh_Hans"))
    return len(catalogues())


def wanted(room: Path) -> Iterator[tuple[str, str]]:
    """Every message of a room's code and templates, with the file it stands in."""
    for file in sorted(room.rglob("*.py")):
        if not {"tests", "migrations"} & set(file.parts):
            yield from ((_first(m), str(file)) for _, m, _, _ in _extract("python", file))
    for file in sorted(room.glob("templates/**/*.html")):
        found = _extract("jinja2.ext:babel_extract", file)
        yield from ((_first(m), str(file)) for _, m, _, _ in found)


def missing() -> list[str]:
    """Messages without Chinese: "file: message"."""
    known = {message.id for po in catalogues() for message in _read(po) if message.string}
    known |= {message_id[0] for message_id in known if isinstance(message_id, tuple)}
    rooms = (p for p in sorted(PACKAGE.iterdir()) if p.is_dir() and p.name != "__pycache__")
    return [f"{f}: {m}" for room in rooms for m, f in wanted(room) if m and m not in known]


def update(room: Path) -> list[str]:
    """Add a room's untranslated messages to its catalogue, empty; returns what was added."""
    po = room / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    catalogue = _read(po) if po.exists() else Catalog(locale="zh_Hans")
    everywhere = {message.id for file in catalogues() for message in _read(file)}
    added = sorted({text for text, _ in wanted(room) if text and text not in everywhere})
    for text in added:
        catalogue.add(text, flags=["python-format"] if re.search(r"%\(", text) else [])
    po.parent.mkdir(parents=True, exist_ok=True)
    out = BytesIO()
    write_po(out, catalogue, width=96, omit_header=False)
    po.write_bytes(out.getvalue())
    return added


def _extract(method: str, file: Path) -> Iterator[tuple[int, object, list[str], str | None]]:
    options = {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "silent": "false"}
    yield from extract_from_file(method, file, keywords=KEYWORDS, options=options)  # type: ignore[arg-type,misc]


def _first(message: object) -> str:
    return str(message[0] if isinstance(message, tuple) else message)


def _read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def main(verb: str) -> int:
    if verb == "compile":
        compile_all()
        return 0
    if verb == "update":
        for room in sorted(p for p in PACKAGE.iterdir() if p.is_dir()):
            update(room)
        return 0
    lines = missing()
    sys.stdout.write("\n".join(lines) + ("\n" if lines else ""))
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "missing"))
