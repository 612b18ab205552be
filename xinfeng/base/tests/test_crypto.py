"""Sealing, blind indexes, the ring of keys: published vectors, then what must never happen."""

import json
import os
import stat
import string
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base import crypto, keys

texts = st.text(max_size=200).filter(lambda t: t.isprintable() or not t)
URL_SAFE = set(string.ascii_letters + string.digits + "-_")


@pytest.fixture(autouse=True, params=["intl", "gm"])
def profile(request, settings, tmp_path):
    settings.CRYPTO_PROFILE = request.param
    settings.KEY_RING_FILE = tmp_path / "keys" / "ring.json"
    settings.KEY_RING_TEXT = ""
    return request.param


class Vector:
    """McGrew and Viega's test case 16 for AES-256-GCM; RFC 8998, A.1 for SM4-GCM."""

    def __init__(self, algorithm, key, nonce, plain, bound, sealed):
        self.algorithm = algorithm
        self.key, self.nonce, self.plain, self.bound, self.sealed = (
            bytes.fromhex(part) for part in (key, nonce, plain, bound, sealed)
        )


VECTORS = [
    Vector(
        "aes256gcm",
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
    Vector(
        "sm4gcm",
        "0123456789abcdeffedcba9876543210",
        "00001234567800000000abcd",
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec",
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.algorithm)
def test_published_vectors_are_sealed_and_read_as_published(vector):
    sealed = crypto.encrypt(
        vector.algorithm, vector.key, vector.nonce, vector.plain, vector.bound
    )
    plain = crypto.decrypt(
        vector.algorithm, vector.key, vector.nonce, vector.sealed, vector.bound
    )

    assert sealed == vector.sealed
    assert plain == vector.plain


@pytest.mark.parametrize(
    ("algorithm", "key", "message", "mac"),
    [
        # RFC 4231, test case 2.
        (
            "hmac-sha256",
            b"Jefe".hex(),
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        # GM/T 0042-2015, annex D.3.
        (
            "hmac-sm3",
            "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
            "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
        ),
    ],
    ids=["hmac-sha256", "hmac-sm3"],
)
def test_keyed_hashes_are_as_published(algorithm, key, message, mac):
    assert crypto.keyed_hash(algorithm, bytes.fromhex(key), message).hex() == mac


def test_a_sealed_text_says_how_it_was_sealed_and_not_what_it_says(profile):
    sealed = crypto.seal("430405199003070042", about="id_number:1")

    form, algorithm, key_id, body = sealed.split(".")
    assert (form, algorithm) == ("1", keys.PROFILES[profile].seals)
    assert key_id == keys.ring().current == crypto.key_of(sealed)
    assert "4304" not in sealed
    assert set(body) <= URL_SAFE


def test_the_same_text_is_never_sealed_the_same_way():
    assert crypto.seal("138") != crypto.seal("138")


def test_a_sealed_text_cannot_be_given_to_another_person_or_field():
    sealed = crypto.seal("13800001234", about="phone:1")

    for about in ("phone:2", "id_number:1", ""):
        with pytest.raises(crypto.Unsealable):
            crypto.unseal(sealed, about=about)


def test_one_changed_sign_anywhere_is_noticed():
    sealed = crypto.seal("13800001234", about="phone:1")

    for at, sign in enumerate(sealed):
        changed = sealed[:at] + ("A" if sign != "A" else "B") + sealed[at + 1 :]
        if at == len(sealed) - 1 and crypto._parts(changed).body == crypto._parts(sealed).body:
            continue  # The last sign of base64 may carry bits that mean nothing.
        with pytest.raises(crypto.Unsealable):
            crypto.unseal(changed, about="phone:1")


@given(st.text(max_size=300))
def test_rubbish_is_refused_and_never_an_accident(text):
    with pytest.raises(crypto.Unsealable):
        crypto.unseal(text)


def test_whatever_is_sealed_is_read_again():
    @given(texts, texts)
    def read_again(text, about):
        assert crypto.unseal(crypto.seal(text, about=about), about=about) == text

    read_again()


def test_a_new_key_seals_from_now_on_and_the_old_one_still_reads(profile):
    before = crypto.seal("old", about="a")
    looked_up = crypto.digest("phone", "13800001234")

    key = keys.add_key(profile)

    assert crypto.key_of(crypto.seal("new")) == key.id != crypto.key_of(before)
    assert crypto.unseal(before, about="a") == "old"
    assert crypto.digest("phone", "13800001234") == looked_up


def test_a_city_may_change_its_profile_and_read_what_it_sealed_before(profile):
    before = crypto.seal("old")

    keys.add_key("gm" if profile == "intl" else "intl")

    assert crypto.seal("new").split(".")[1] != before.split(".")[1]
    assert crypto.unseal(before) == "old"


def test_a_text_whose_key_is_gone_is_told_and_the_current_key_cannot_be_dropped(profile):
    sealed = crypto.seal("old")
    keys.add_key(profile)

    keys.drop_key(crypto.key_of(sealed))

    with pytest.raises(crypto.Unsealable, match="not in the ring"):
        crypto.unseal(sealed)
    with pytest.raises(keys.KeyProblem, match="rotate first"):
        keys.drop_key(keys.ring().current)


def test_blind_indexes_differ_by_kind_and_by_ring(settings, tmp_path):
    here = crypto.digest("phone", "13800001234")

    assert here != crypto.digest("id_number", "13800001234")
    settings.KEY_RING_FILE = tmp_path / "elsewhere" / "ring.json"
    assert here != crypto.digest("phone", "13800001234")


def test_derived_keys_keep_their_parts_apart():
    assert len(crypto.derive("door", "a")) == 32
    assert crypto.derive("door", "a", "bc") != crypto.derive("door", "ab", "c")
    assert crypto.derive("door", "a") != crypto.derive("doora")


def test_the_ring_lies_in_a_file_that_only_its_owner_reads(settings):
    crypto.seal("x")
    file = settings.KEY_RING_FILE

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["ring.json"]
    file.chmod(0o644)
    os.utime(file, ns=(1, 1))
    with pytest.raises(keys.KeyProblem, match="chmod 600"):
        crypto.seal("x")


def test_the_ring_may_come_from_the_environment_and_is_then_not_changed_here(settings, profile):
    sealed = crypto.seal("x")
    settings.KEY_RING_TEXT = settings.KEY_RING_FILE.read_text()
    settings.KEY_RING_FILE = settings.KEY_RING_FILE.with_name("none.json")

    assert crypto.unseal(sealed) == "x"
    assert not settings.KEY_RING_FILE.exists()
    with pytest.raises(keys.KeyProblem, match="XINFENG_KEY_RING"):
        keys.add_key(profile)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"current": "k1"}'])
def test_a_broken_ring_is_told_and_never_replaced(settings, text):
    crypto.seal("x")
    settings.KEY_RING_FILE.write_text(text)
    os.utime(settings.KEY_RING_FILE, ns=(2, 2))

    with pytest.raises(keys.KeyProblem, match="cannot be read"):
        crypto.seal("x")
    assert settings.KEY_RING_FILE.read_text() == text


def test_a_ring_without_its_current_key_is_told(settings):
    crypto.seal("x")
    ring = json.loads(settings.KEY_RING_FILE.read_text()) | {"current": "k9"}
    settings.KEY_RING_TEXT = json.dumps(ring)

    with pytest.raises(keys.KeyProblem, match="k9"):
        crypto.seal("x")


def test_a_key_does_not_show_its_secret():
    key = keys.ring().keys[0]

    assert repr(key) == str(key) == f"Key({key.id}, {key.algorithm})"


def test_programs_that_make_the_ring_at_once_agree_on_one():
    start, sealed = threading.Barrier(8), []

    def first_use():
        start.wait()
        sealed.append(crypto.seal("x"))

    threads = [threading.Thread(target=first_use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [crypto.unseal(each) for each in sealed] == ["x"] * 8
