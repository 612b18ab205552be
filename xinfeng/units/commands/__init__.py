"""Every write in this room. One function, one transaction, one journal entry."""

from .members import name_member, relieve_member
from .points import (
    add_point,
    close_point,
    describe_point,
    put_in_charge,
    relieve,
    resume_point,
    suspend_point,
)
from .sheets import add_sheet, forget_sheets, import_sheet
from .types import renew_point_types
from .units import add_unit, describe_unit, end_unit

__all__ = [
    "add_point",
    "add_sheet",
    "add_unit",
    "close_point",
    "describe_point",
    "describe_unit",
    "end_unit",
    "forget_sheets",
    "import_sheet",
    "name_member",
    "put_in_charge",
    "relieve",
    "relieve_member",
    "renew_point_types",
    "resume_point",
    "suspend_point",
]
