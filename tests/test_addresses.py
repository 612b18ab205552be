import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from xinfeng.base import addresses
from xinfeng.config import environment

OUTSIDE = "203.0.113.9"


@pytest.fixture(autouse=True)
def _two_proxies(settings, monkeypatch):
    monkeypatch.setenv("XINFENG_PROXIES", "127.0.0.1, 10.1.0.0/16,fd00::/8")
    settings.PROXIES = environment.networks("XINFENG_PROXIES")


def _from(remote, said=None):
    headers = {} if said is None else {"x-forwarded-for": said}
    return addresses.of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


@pytest.mark.parametrize(
    ("remote", "said", "address"),
    [
        pytest.param(OUTSIDE, None, OUTSIDE, id="who comes without a proxy"),
        pytest.param(OUTSIDE, "198.51.100.1", OUTSIDE, id="a stranger's word is no word"),
        pytest.param("127.0.0.1", OUTSIDE, OUTSIDE, id="one proxy"),
        pytest.param("127.0.0.1", f"{OUTSIDE}, 10.1.2.3", OUTSIDE, id="two proxies"),
        pytest.param("127.0.0.1", f"198.51.100.1, {OUTSIDE}", OUTSIDE, id="invented before it"),
        pytest.param(
            "127.0.0.1", f"10.1.2.3, {OUTSIDE}, 10.1.2.3", OUTSIDE, id="a proxy's name invented"
        ),
        pytest.param("127.0.0.1", None, "127.0.0.1", id="the machine itself"),
        pytest.param("127.0.0.1", "nonsense", "127.0.0.1", id="nonsense"),
        pytest.param("127.0.0.1", "10.1.2.3", "10.1.2.3", id="nobody but proxies"),
        pytest.param("::ffff:127.0.0.1", OUTSIDE, OUTSIDE, id="the proxy in the new writing"),
        pytest.param("fd00::1", "2001:DB8:0::7", "2001:db8::/64", id="one way of writing"),
        pytest.param("2001:db8::ffff:1", None, "2001:db8::/64", id="a line is one visitor"),
        pytest.param("", OUTSIDE, "", id="a socket has no address"),
    ],
)
def test_the_address_is_the_last_hop_that_is_no_proxy_of_ours(remote, said, address):
    assert _from(remote, said) == address


def test_without_the_setting_no_header_is_believed(settings, monkeypatch):
    monkeypatch.delenv("XINFENG_PROXIES")
    settings.PROXIES = environment.networks("XINFENG_PROXIES")
    assert _from("127.0.0.1", OUTSIDE) == "127.0.0.1"


def test_a_network_that_is_none_stops_the_program_at_its_start(monkeypatch):
    monkeypatch.setenv("XINFENG_PROXIES", "10.1.0.0/33")
    with pytest.raises(ImproperlyConfigured, match="XINFENG_PROXIES"):
        environment.networks("XINFENG_PROXIES")


def test_nobody_else_reads_where_a_request_comes_from():
    readers = {
        str(file.relative_to(environment.ROOT / "xinfeng"))
        for file in (environment.ROOT / "xinfeng").rglob("*.py")
        if "tests" not in file.parts
        and any(word in file.read_text() for word in ("REMOTE_ADDR", "FORWARDED_FOR"))
    }
    assert readers == {"base/addresses.py"}
