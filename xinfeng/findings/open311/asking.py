"""Speaking to another Open311 server: one question at a time, outside any transaction."""

import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .endpoints import Endpoint

SECONDS = 20
LONGEST = 1 << 20
# Their server has not begun with it: it may be sent once more without a double.
_BUSY = (429, 503)
_NOT_SENT = (socket.gaierror, ConnectionRefusedError, ssl.SSLError)


class NotReached(Exception):
    """Nothing arrived there; it is tried again later."""


class NoAnswer(Exception):
    """It was sent, and nobody knows whether it arrived."""


class NotTaken(Exception):
    """Their server says no, in its own words."""


@dataclass(frozen=True)
class Taken:
    """Their number, or a token to ask for it."""

    number: str
    token: str = ""


@dataclass(frozen=True)
class Heard:
    """What they say of it now."""

    state: str
    words: str


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The operator named an address; another one that it names is not asked."""

    def redirect_request(self, *_given: Any) -> None:
        return None


# Proxies of the environment are the operator's word as well.
_OPENER = urllib.request.build_opener(_NoRedirects)


def report(endpoint: Endpoint, said: Mapping[str, str], mark: str) -> Taken:
    """Send one report; `mark` is the same each time it is sent."""
    body = urllib.parse.urlencode({**_who(endpoint), **said}).encode()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "Idempotency-Key": mark,
    }
    root = _asked(f"{endpoint.url}/requests.xml", body, headers)
    number, token = _text(root, "service_request_id"), _text(root, "token")
    if not number and not token:
        raise NoAnswer("neither a number nor a token")
    return Taken(number[:120], token[:120])


def state(endpoint: Endpoint, number: str) -> Heard:
    root = _asked(_address(endpoint, "requests", number))
    said = _text(root, "status").lower()
    if not said:
        raise NoAnswer("no status")
    return Heard(said[:40], _text(root, "status_notes")[:500])


def number_for(endpoint: Endpoint, token: str) -> str:
    """Their number for a token; empty: they have not given one yet."""
    return _text(_asked(_address(endpoint, "tokens", token)), "service_request_id")[:120]


def _address(endpoint: Endpoint, kind: str, number: str) -> str:
    query = {name: v for name, v in _who(endpoint).items() if name == "jurisdiction_id"}
    end = f"?{urllib.parse.urlencode(query)}" if query else ""
    return f"{endpoint.url}/{kind}/{urllib.parse.quote(number, safe='')}.xml{end}"


def _who(endpoint: Endpoint) -> dict[str, str]:
    said = {"jurisdiction_id": endpoint.jurisdiction, "api_key": endpoint.api_key}
    return {name: value for name, value in said.items() if value}


def _asked(
    address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Element:
    asked = urllib.request.Request(address, body, dict(headers or {}))  # noqa: S310
    try:
        with _OPENER.open(asked, timeout=SECONDS) as answer:
            content = answer.read(LONGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(error) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, _NOT_SENT):
            raise NotReached(str(error.reason)) from None
        raise NoAnswer(str(error.reason)) from None
    except OSError as error:
        raise NoAnswer(str(error)) from None
    if len(content) > LONGEST:
        raise NoAnswer("the answer is too long")
    return _parsed(content)


def _refused(error: urllib.error.HTTPError) -> Exception:
    if error.code in _BUSY:
        return NotReached(f"HTTP {error.code}")
    # A redirect is no answer either: it says only that the address is another one.
    if 400 <= error.code < 500 or 300 <= error.code < 400:
        return NotTaken(f"HTTP {error.code} {_why(error)}".strip())
    return NoAnswer(f"HTTP {error.code}")


def _why(error: urllib.error.HTTPError) -> str:
    try:
        return _text(_parsed(error.read(LONGEST)), "description")[:300]
    except (NoAnswer, OSError):
        return ""


def _parsed(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NoAnswer(f"no XML that can be read: {type(error).__name__}") from None
    return root


def _text(root: Element, name: str) -> str:
    found = next(root.iter(name), None)
    return (found.text or "").strip() if found is not None else ""
