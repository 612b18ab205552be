"""What a server of others says, or does not say, when it is asked."""

import pytest

from xinfeng.findings.open311 import asking
from xinfeng.findings.open311.endpoints import Endpoint

from .test_handing import Other


@pytest.fixture
def other():
    made = Other()
    yield made
    made.stop()


def at(url: str) -> Endpoint:
    return Endpoint(
        name="roads", title="公路局", url=url, jurisdiction="", api_key="", classes={}
    )


def test_a_report_without_a_state_is_no_answer(other):
    other.says("/requests/311-7.xml", "<service_code>TRASH</service_code>")
    with pytest.raises(asking.NoAnswer, match="no status"):
        asking.state(at(other.url), "311-7")


def test_an_answer_that_does_not_end_is_given_up(other):
    words = "x" * asking.LONGEST
    other.says(
        "/requests/311-7.xml", f"<status>open</status><status_notes>{words}</status_notes>"
    )
    with pytest.raises(asking.NoAnswer, match="too long"):
        asking.state(at(other.url), "311-7")


def test_a_server_that_nobody_finds_was_not_reached():
    with pytest.raises(asking.NotReached):
        asking.state(at("http://127.0.0.1:1"), "311-7")


def test_a_server_that_hangs_up_has_given_no_answer(other):
    other.answers["/requests/311-7.xml"] = (200, None)
    with pytest.raises(asking.NoAnswer):
        asking.state(at(other.url), "311-7")
