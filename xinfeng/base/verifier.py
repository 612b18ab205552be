"""Is this certificate genuine? Answered from the file and the log's public key alone.

No database, no settings, no network: this module, the three it imports beside it, and an
Ed25519 signature check. What it checks, step by step, is docs/developers/verifier.md.
"""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from xinfeng.base import merkle, note, tlog
from xinfeng.base.canonical import canonical
from xinfeng.base.note import PublicKey
from xinfeng.base.tlog import Head

ABOUT = "xinfeng-proof/1"
# How the bundle begins inside a PDF, where it lies in one line and uncompressed.
_BUNDLE = b'{"about":"' + ABOUT.encode() + b'",'
# The file's seal is a value in the PDF's signature, under an object identifier of our own:
# then a set with one string of 64 bytes.
SEAL_OID = "2.25.243038302274384516419559737366139258902"
SEAL_BYTES = 64
SEAL_MARK = b"06146982EDD7BCDCC5B3AAA29DA7EDAC9683FBA9901631420440"
_LINE = "xinfeng file seal v1\n"
_HEX = re.compile(rb"[0-9A-F]{128}")
SERVICE, TRAINING = 1, 2


class NotGenuine(ValueError):
    """The file does not prove what it claims."""


@dataclass(frozen=True)
class Proved:
    """What a genuine certificate states, and under which signed head."""

    certificate: Mapping[str, Any]
    credits: Sequence[Mapping[str, Any]]
    head: Head
    # True where the whole file is sealed; a bundle alone proves the record, not a file.
    is_file: bool


def verify(content: bytes, key: PublicKey) -> Proved:
    """What a certificate or its proof bundle proves; NotGenuine if it does not hold."""
    try:
        is_file = content.startswith(b"%PDF-")
        if is_file:
            check_seal(content, key)
        return _verify_bundle(_read(_bundle_of(content) if is_file else content), key, is_file)
    except (merkle.BadProof, note.BadNote) as problem:
        raise NotGenuine(str(problem)) from None
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as problem:
        if isinstance(problem, NotGenuine):
            raise
        raise NotGenuine(f"the proof cannot be read ({type(problem).__name__})") from None


def claimed_key(content: bytes) -> str | None:
    """The key that a file itself names; compare it with the published one before trusting."""
    try:
        bundle = _read(_bundle_of(content) if content.startswith(b"%PDF-") else content)
        return str(note.public_key(bundle["key"]))
    except (NotGenuine, note.BadNote, KeyError, TypeError, ValueError):
        return None


def check_seal(pdf: bytes, key: PublicKey) -> None:
    """The log's key has signed every byte of the file but the signature's own."""
    at = seal_place(pdf)
    if not _HEX.fullmatch(pdf[at : at + 2 * SEAL_BYTES]):
        raise NotGenuine("the seal of the file is not written as it should be")
    key.verify(sealed_text(pdf, at), bytes.fromhex(pdf[at : at + 2 * SEAL_BYTES].decode()))


def seal_place(pdf: bytes) -> int:
    """Where the seal's digits begin; there is exactly one."""
    if pdf.count(SEAL_MARK) != 1:
        raise NotGenuine("the file has no seal")
    return pdf.index(SEAL_MARK) + len(SEAL_MARK)


def sealed_text(pdf: bytes, at: int) -> bytes:
    """What the seal signs: the digest of the file with zeroes where the seal stands."""
    blank = pdf[:at] + b"0" * (2 * SEAL_BYTES) + pdf[at + 2 * SEAL_BYTES :]
    return f"{_LINE}{sha256(blank).hexdigest()}\n".encode()


def _bundle_of(pdf: bytes) -> bytes:
    if pdf.count(_BUNDLE) != 1:
        raise NotGenuine("the file carries no proof")
    start = pdf.index(_BUNDLE)
    end = min(at for at in (pdf.find(b"\n", start), pdf.find(b"\r", start)) if at > 0)
    return pdf[start:end]


def _read(bundle: bytes) -> dict[str, Any]:
    found = json.loads(bundle)
    if not isinstance(found, dict) or found.get("about") != ABOUT:
        raise NotGenuine("this is no proof of a kind known here")
    return found


def _verify_bundle(bundle: dict[str, Any], key: PublicKey, is_file: bool) -> Proved:
    _require(bundle["key"] == str(key), "the proof is of another log")
    stated, credits = bundle["certificate"]["record"], bundle["credits"]
    leaf = _leaf_record(stated, bundle["certificate"]["id"])
    data = _commitment(bundle["certificate"]["salt"], leaf)
    proof = tlog.proof(bundle["proof"])
    _require(proof.index == bundle["certificate"]["index"], "the proof is of another line")
    head = proof.check(data, [key])
    leaves = {proof.index: merkle.leaf_hash(data)}
    for credit in credits:
        index = credit["index"]
        _require(index not in leaves, "a line of the log is used twice")
        leaves[index] = merkle.leaf_hash(_commitment(credit["salt"], credit["record"]))
    hashes = [note.decoded(part) for part in bundle["hashes"]]
    _require(
        merkle.shared_root(leaves, head.size, hashes) == head.root,
        "the hours are not those that were sealed",
    )
    records = [credit["record"] for credit in credits]
    _check_sums(stated, records)
    return Proved(stated, records, head, is_file)


def _leaf_record(stated: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The line of the log holds the digest of what a certificate states."""
    return {
        "kind": "certificate",
        "version": 1,
        "city": stated["city"],
        "id": number,
        "sha256": sha256(canonical(stated)).hexdigest(),
    }


def _commitment(salt: str, record: Mapping[str, Any]) -> bytes:
    opened = note.decoded(salt)
    # A longer one with zeroes behind it would give the same.
    _require(len(opened) == merkle.HASH_BYTES, "a salt has 32 bytes")
    return hmac.digest(opened, canonical(record), sha256)


def _check_sums(stated: Mapping[str, Any], credits: Sequence[Mapping[str, Any]]) -> None:
    """The certificate states nothing but what its credits give."""
    _require(stated["kind"] == "certificate" and stated["version"] == 1, "of another kind")
    _require([c["id"] for c in credits] == stated["credits"], "other hours than it states")
    for credit in credits:
        _require(credit["kind"] == "credit" and credit["version"] == 1, "no credit")
        _require(credit["person"] == stated["person"], "hours of another person")
        _require(credit["city"] == stated["city"], "hours of another city")
        _require(credit["minutes"] > 0, "hours that were taken back")
        _require(stated["from"] <= credit["day"] <= stated["until"], "hours of another time")
    for counter, name in ((SERVICE, "service_minutes"), (TRAINING, "training_minutes")):
        given = sum(c["minutes"] for c in credits if c["counter"] == counter)
        _require(given == stated[name], "the sum is not that of the hours")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotGenuine(otherwise)
