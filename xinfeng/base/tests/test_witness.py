"""A witness believes a log that only grows, and nobody else."""

import pytest

from xinfeng.base import merkle, note, tlog, witness
from xinfeng.base.note import BadNote, SecretKey
from xinfeng.base.tiles import Folder

LOG = SecretKey("city.example/log", bytes(32))


def shown(folder, entries, *, key=LOG, start=0):
    log = Folder(folder)
    log.grow(start, entries[start:])
    root = merkle.root_of([merkle.leaf_hash(entry) for entry in entries])
    text = tlog.Head(key.name, len(entries), root).text()
    log.write("checkpoint", note.sign(text, [key]).encode())
    return log


def look(log, folder, at=1):
    key = witness.own_key(folder, "paper.example", lambda n: b"w" * n)
    return witness.watch(fetch=log.fetch, log=LOG.public, folder=folder, key=key, at=at)


def some(count):
    return [n.to_bytes(32, "big") for n in range(count)]


def test_it_cosigns_a_log_that_grows(tmp_path):
    first = look(shown(tmp_path / "log", some(300)), tmp_path / "mine")
    second = look(shown(tmp_path / "log", some(700), start=300), tmp_path / "mine", at=2)

    assert (first.head.size, second.head.size) == (300, 700)
    key = witness.own_key(tmp_path / "mine", "paper.example").public
    assert note.open_note(second.cosigned, [LOG.public, key]).signers == (LOG.public, key)


def test_it_denies_a_log_that_shrinks_or_changes_the_past(tmp_path):
    look(shown(tmp_path / "log", some(300)), tmp_path / "mine")

    with pytest.raises(witness.Denied):
        look(shown(tmp_path / "short", some(200)), tmp_path / "mine")
    with pytest.raises(witness.Denied):
        look(shown(tmp_path / "other", [b"x" * 32, *some(400)]), tmp_path / "mine")
    # The last good head is kept as evidence.
    assert "\n300\n" in (tmp_path / "mine" / "last-checkpoint").read_text()


def test_it_does_not_believe_another_key(tmp_path):
    log = shown(tmp_path / "log", some(3), key=SecretKey("city.example/log", b"z" * 32))

    with pytest.raises(BadNote):
        look(log, tmp_path / "mine")


def test_its_key_is_its_own(tmp_path):
    look(shown(tmp_path / "log", some(3)), tmp_path / "mine")

    assert (tmp_path / "mine" / "witness.key").stat().st_mode & 0o777 == 0o600


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ValueError, match="https"):
        witness.over_http("file:///etc")
