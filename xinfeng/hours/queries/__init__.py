"""What the pages of hours show."""

from .own import CreditPage, Key, Line, Record, credit_page, every_line, record

__all__ = ["CreditPage", "Key", "Line", "Record", "credit_page", "every_line", "record"]
