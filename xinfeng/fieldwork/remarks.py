"""What phones take and whoever reads the form will wonder at: told, never refused."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from .checking import SELECT, Sheets
from .faults import Fault
from .workbooks import plain


def warnings_in(sheets: Sheets) -> list[Fault]:
    return [*_half_said(sheets), *_unused(sheets)]


def _unused(sheets: Sheets) -> Iterator[Fault]:
    kinds = [" ".join(r.said("type", "command").split()) for r in sheets["survey"].rows]
    used = {found["list"] for kind in kinds if (found := SELECT.fullmatch(kind))}
    # A list that a question names by an answer may be any of them.
    if "choices" not in sheets or any("${" in kind for kind in kinds):
        return
    told: set[str] = set()
    for row in sheets["choices"].rows:
        name = row.said("list_name", "list name")
        if name and name not in used | told:
            told.add(name)
            yield Fault(
                _("No question asks for the list “%(list)s”.") % {"list": name}, "choices",
                row.number, sheets["choices"].title("list_name", "list name"),
            )  # fmt: skip


def _half_said(sheets: Sheets) -> Iterator[Fault]:
    """A text in one language only: a phone in the other one shows nothing there."""
    for name in ("survey", "choices"):
        sheet = sheets.get(name)
        titles = [t for t in (sheet.titles if sheet else ()) if plain(t).startswith("label::")]
        columns = [plain(title) for title in titles]
        rows = [row for row in (sheet.rows if sheet else ()) if row.said(*columns)]
        for title in titles:
            silent = [row for row in rows if not row.said(plain(title))]
            if silent:
                yield Fault(
                    _("%(count)s labels are missing in this language, the first one here.")
                    % {"count": len(silent)},
                    name, silent[0].number, title,
                )  # fmt: skip
