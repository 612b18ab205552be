"""Where a request comes from, behind proxies of ours or not."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

# What one household or one phone is given of IPv6.
_LINE = 64


def of(request: HttpRequest) -> str:
    """The visitor's address as limits count by it; empty where a socket has none.

    Of IPv6 that is the line, not the single address: whoever has a line has 2^64 of them, and
    would never meet a limit.

    Each proxy adds the address it heard from at the right end of X-Forwarded-For, and whatever
    stands further left may be invented by the visitor. So the line is read from the right, and
    only as long as the hop that wrote it is a proxy of ours.
    """
    said = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    hop = _parsed(str(request.META.get("REMOTE_ADDR", "")))
    while hop is not None and said and any(hop in network for network in settings.PROXIES):
        before = _parsed(said.pop())
        if before is None:
            break
        hop = before
    if isinstance(hop, IPv6Address):
        return str(IPv6Network((hop, _LINE), strict=False))
    return "" if hop is None else str(hop)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    # One visitor is one address, whether the socket speaks of it in the old way or the new.
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
