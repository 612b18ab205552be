"""Every write in this room. One function, one transaction, one journal entry."""

from .bulk import add_sheet, import_sheet
from .details import (
    close_on,
    enter_facility,
    name_person,
    relieve,
    remove_facility,
    set_week,
)
from .divisions import import_divisions, merge
from .places import add, change, close, move, open_, suspend

__all__ = [
    "add",
    "add_sheet",
    "change",
    "close",
    "close_on",
    "enter_facility",
    "import_divisions",
    "import_sheet",
    "merge",
    "move",
    "name_person",
    "open_",
    "relieve",
    "remove_facility",
    "set_week",
    "suspend",
]
