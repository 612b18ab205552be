"""The texts and addresses of a transparency log.

Checkpoints (c2sp.org/tlog-checkpoint), addresses of tiles and entry bundles
(c2sp.org/tlog-tiles), proofs that fit in a file (c2sp.org/tlog-proof).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xinfeng.base import merkle, note
from xinfeng.base.note import BadNote, PublicKey

TILE = 256
PROOF_HEAD = "c2sp.org/tlog-proof@v1"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CHECKPOINT_LINES = 3


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: the log, how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{note.encoded(self.root)}\n"


def head(text: str) -> Head:
    """Read a checkpoint's text; lines after the third are extensions and say nothing to us."""
    lines = text.split("\n")
    if len(lines) <= _CHECKPOINT_LINES or lines[-1] or not all(lines[:-1]):
        raise BadNote("not a checkpoint")
    root = note.decoded(lines[2])
    if len(root) != merkle.HASH_BYTES:
        raise BadNote("a root has 32 bytes")
    return Head(lines[0], number(lines[1]), root)


def open_checkpoint(checkpoint: str, keys: Sequence[PublicKey]) -> Head:
    """The head, if the log itself signed it: one of the keys that bear the log's name."""
    opened = note.open_note(checkpoint, keys)
    found = head(opened.text)
    if not any(key.name == found.origin and key.kind == note.ED25519 for key in opened.signers):
        raise BadNote("the log itself has not signed its checkpoint")
    return found


@dataclass(frozen=True)
class Proof:
    """That the entry at an index is in the log: its path, and the checkpoint it leads to."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        path = "".join(f"{note.encoded(part)}\n" for part in self.hashes)
        return f"{PROOF_HEAD}\nindex {self.index}\n{path}\n{self.checkpoint}"

    def check(self, data: bytes, keys: Sequence[PublicKey]) -> Head:
        """The head under which this entry is proved; BadNote or BadProof otherwise."""
        found = open_checkpoint(self.checkpoint, keys)
        merkle.check_inclusion(
            index=self.index,
            size=found.size,
            leaf=merkle.leaf_hash(data),
            proof=self.hashes,
            root=found.root,
        )
        return found


def proof(text: str) -> Proof:
    """Read a proof; extra data is passed over, because nobody signed it."""
    top, blank, checkpoint = text.partition("\n\n")
    lines = top.split("\n")
    if len(lines) > 1 and lines[1].startswith("extra "):
        note.decoded(lines.pop(1).removeprefix("extra "))
    if not blank or lines[0] != PROOF_HEAD or len(lines) < 2:
        raise BadNote("not a proof from a log")
    word, _blank, index = lines[1].partition(" ")
    if word != "index":
        raise BadNote("the proof has no index")
    return Proof(number(index), tuple(note.decoded(line) for line in lines[2:]), checkpoint)


def number(text: str) -> int:
    """A decimal number without leading zeroes."""
    if not _NUMBER.fullmatch(text):
        raise BadNote(f"not a number: {text!r}")
    return int(text)


def tile_address(level: int | str, index: int, width: int = TILE) -> str:
    """`tile/0/x001/234`, or with `.p/17` behind it while the tile is not full."""
    digits = [index % 1000]
    while index := index // 1000:
        digits.append(index % 1000)
    *upper, last = reversed(digits)
    path = "".join(f"x{part:03}/" for part in upper) + f"{last:03}"
    return f"tile/{level}/{path}" + (f".p/{width}" if width < TILE else "")
