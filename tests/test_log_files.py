"""The log is open: anybody's program reads its files without leaving a trace."""

import pytest
from django.urls import reverse

from xinfeng.base import merkle, note, tiles, tlog
from xinfeng.hours import commands
from xinfeng.hours.public_log import public_log
from xinfeng.hours.tests.build import a_credit
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(settings, tmp_path):
    settings.LOG_FOLDER = tmp_path / "log"
    settings.LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    mei = a_person("mei")
    for _n in range(3):
        a_credit(mei)
    log = public_log()
    commands.seal(log=log, at=NINE)
    return log


def fetch(client):
    def read(address):
        answer = client.get(f"/log/{address}")
        return answer.content if answer.status_code == 200 else None

    return read


def test_an_outsider_follows_the_log_with_nothing_but_its_key(client, log):
    read = fetch(client)
    key = note.public_key(read("key").decode().strip())

    head = tlog.open_checkpoint(read("checkpoint").decode(), [key])
    tree = tiles.Tree(head.size, read)
    entries = tiles.entries(read(tlog.tile_address("entries", 0, 3)))

    assert tree.root() == head.root == merkle.root_of([merkle.leaf_hash(e) for e in entries])


def test_heads_are_fresh_and_tiles_are_kept(client, log):
    head, tile = client.get("/log/checkpoint"), client.get("/log/tile/0/000.p/3")

    assert head["Content-Type"] == "text/plain; charset=utf-8"
    assert head["Cache-Control"] == "public, max-age=5"
    assert tile["Content-Type"] == "application/octet-stream"
    assert "immutable" in tile["Cache-Control"]


def test_reading_leaves_no_session_and_asks_no_database(client, log, django_assert_num_queries):
    client.force_login(a_person("lan"))
    with django_assert_num_queries(0):
        answers = [client.get("/log/checkpoint"), client.get("/log/tile/0/000.p/3")]

    for answer in answers:
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize(
    "address",
    [
        "tile/0/001", "tile/0/../../keys/log.key", "tile/0/%2e%2e/checkpoint", "tile/0/1",
        "tile/x/000", ".lock", "tile/0/000.p/3/../../../.lock", "tile/0/000.p",
    ],
)  # fmt: skip
def test_nothing_but_its_files_is_given_out(client, log, address):
    assert client.get(f"/log/{address}").status_code == 404


def test_the_log_is_only_read(client, log):
    assert client.post("/log/checkpoint").status_code == 405
    assert client.head("/log/checkpoint").status_code == 200


def test_the_key_is_made_once_and_only_its_owner_reads_it(log, settings):
    assert settings.LOG_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert public_log().key == log.key
    assert "PRIVATE" not in str(log.key.public)


def test_a_spoilt_key_file_says_so(log, settings):
    settings.LOG_KEY_FILE.write_text("nonsense")

    with pytest.raises(RuntimeError, match="holds no key"):
        public_log()


def test_the_page_shows_root_and_key(client, log):
    page = client.get(reverse("log:index")).content.decode()

    assert str(log.key.public) in page
    assert log.head().root.hex()[:4] in page
