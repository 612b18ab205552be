"""No log names what opens something by itself."""

import logging

import pytest

from xinfeng.config.logs import HideKeys


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/answer/ABCDEFGHJK/", "/answer/…/"),
        ("/snap/track/A.secret/rating/", "/snap/track/…/rating/"),
        ("/answer/open/happy22/", "/answer/open/happy22/"),
        ("/answer/", "/answer/"),
    ],
)
def test_addresses_that_are_keys_are_hidden(path: str, told: str):
    record = logging.LogRecord("x", 30, "", 1, "%s: %s", ("Not Found", path), None)

    assert HideKeys().filter(record)

    assert record.getMessage() == f"Not Found: {told}"
