"""Cells of tables that leave the program, for a spreadsheet to open."""

from typing import Any

# Signs that make a formula of what follows; the wide ones do so in Chinese spreadsheets.
STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def plain(value: Any) -> Any:
    """The value as it is; a text that would be taken for a formula is marked as text."""
    if isinstance(value, str) and value.startswith(STARTS_A_FORMULA):
        return f"'{value}"
    return "" if value is None else value
