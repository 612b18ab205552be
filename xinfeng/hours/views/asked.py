"""What an address asks for, read leniently."""

from django.http import HttpRequest

# The largest id that the database knows.
MOST = 2**63 - 1


def whole(request: HttpRequest, name: str) -> int | None:
    """A whole number in the query; anything else is as if it were not there."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:20]) <= MOST else None
