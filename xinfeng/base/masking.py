"""Names and numbers as others may see them: enough to recognise, too little to use."""

from . import id_number


def name(text: str) -> str:
    """王**: the first sign only; 欧阳娜娜 and Anna alike."""
    return text[:1] + "*" * max(len(text) - 1, 1) if text else ""


def number(text: str) -> str:
    """An ID number (4101**********0042) or a telephone number (138****1234)."""
    if len(text) == 11:
        return f"{text[:3]}****{text[-4:]}"
    return id_number.masked(text)
