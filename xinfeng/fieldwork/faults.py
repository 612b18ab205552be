"""What is wrong with a workbook: where, in words, and how to mend it."""

from dataclasses import dataclass

from xinfeng.base.refusal import Refusal


@dataclass(frozen=True)
class Fault:
    """One thing: the place, our words, what to do, and what the converter says of it."""

    words: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    mend: str = ""
    original: str = ""

    @property
    def where(self) -> str:
        """The place in one word, as the interface writes it: `survey.3.name`."""
        parts = (self.sheet, str(self.row or ""), self.column)
        return ".".join(part for part in parts if part) or "workbook"


class NotAForm(Refusal):
    """A workbook that is no form yet: every fault that was found."""

    status = 422

    def __init__(self, *faults: Fault) -> None:
        super().__init__("xlsform_wrong", " ".join(fault.words for fault in faults))
        self.faults = faults
        self.mistakes = [
            {"where": fault.where, "detail": f"{fault.words} {fault.mend}".strip()}
            for fault in faults
        ]
