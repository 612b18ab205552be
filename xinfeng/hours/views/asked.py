"""What an address asks for, read leniently."""

from django.http import HttpRequest

from xinfeng.base.numbers import number_in


def whole(request: HttpRequest, name: str) -> int | None:
    """A whole number in the query; anything else is as if it were not there."""
    return number_in(request.GET.get(name, ""))
