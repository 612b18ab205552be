"""Merkle trees as RFC 6962 and RFC 9162 define them: hashes, proofs, and checking proofs.

A proof is a list of hashes of *ranges* of leaves. Which ranges, the functions `…_ranges` say;
whoever holds the tree fills in the hashes; whoever doubts it checks with `check_…`, which
needs nothing but the proof. Leaves are counted from 0, and a range is half-open.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
Range = tuple[int, int]


class BadProof(ValueError):
    """The proof does not show what it claims."""


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, however many."""
    row = list(leaves)
    if not row:
        return EMPTY_ROOT
    while len(row) > 1:
        pairs = [node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=False)]
        # A last one without a partner rises as it is; this equals the split of the RFC.
        row = pairs + row[len(pairs) * 2 :]
    return row[0]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """What proves leaf `index` in a tree of `size` leaves, from the leaf's sibling upwards."""
    _require(0 <= index < size, "the leaf lies outside the tree")
    ranges: list[Range] = []
    lo, hi = 0, size
    while hi - lo > 1:
        middle = lo + _split(hi - lo)
        if index < middle:
            ranges.append((middle, hi))
            hi = middle
        else:
            ranges.append((lo, middle))
            lo = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """What proves that the tree of `new` leaves begins with the tree of `old` leaves."""
    _require(0 < old <= new, "a tree grows from at least one leaf")
    ranges: list[Range] = []
    lo, hi, whole = 0, new, True
    while old != hi:
        middle = lo + _split(hi - lo)
        if old <= middle:
            ranges.append((middle, hi))
            hi = middle
        else:
            ranges.append((lo, middle))
            lo, whole = middle, False
    # The old tree's own root is known to whoever checks, unless it was split on the way.
    return ([] if whole else [(lo, hi)]) + ranges[::-1]


def check_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """BadProof unless the leaf hash stands at `index` in the tree with this root."""
    _require(0 <= index < size, "the leaf lies outside the tree")
    _require_hashes([leaf, root, *proof])
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        _require(last > 0, "the proof is too long")
        if position % 2 or position == last:
            found = node_hash(sibling, found)
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            found = node_hash(found, sibling)
        position, last = position // 2, last // 2
    _require(last == 0, "the proof is too short")
    _require(found == root, "the proof leads to another root")


def check_consistency(
    *, old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """BadProof unless the newer tree begins with exactly the older one."""
    # Every tree begins with the empty one: nothing would be shown, so it is no proof.
    _require(0 < old <= new, "a proof goes from a tree with leaves to one not smaller")
    if old == new:
        _require(not proof, "trees of one size need no proof")
        _require(old_root == new_root, "two trees of one size differ")
        return
    _require_hashes([old_root, new_root, *proof])
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    _require(bool(hashes) and bool(proof), "the proof is empty")
    position, last = old - 1, new - 1
    while position % 2:
        position, last = position // 2, last // 2
    first = second = hashes[0]
    for sibling in hashes[1:]:
        _require(last > 0, "the proof is too long")
        if position % 2 or position == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while position % 2 == 0 and position:
                position, last = position // 2, last // 2
        else:
            second = node_hash(second, sibling)
        position, last = position // 2, last // 2
    _require(last == 0, "the proof is too short")
    _require(first == old_root, "the proof does not lead to the older root")
    _require(second == new_root, "the proof does not lead to the newer root")


def shared_ranges(indexes: Iterable[int], size: int) -> list[Range]:
    """What proves several leaves at once: every range without one of them, left to right."""
    wanted = sorted(set(indexes))
    _require(bool(wanted) and wanted[0] >= 0 and wanted[-1] < size, "outside the tree")
    return list(_unproven(wanted, 0, size))


def _unproven(wanted: Sequence[int], lo: int, hi: int) -> Iterator[Range]:
    if not wanted:
        yield lo, hi
    elif hi - lo > 1:
        middle = lo + _split(hi - lo)
        yield from _unproven([i for i in wanted if i < middle], lo, middle)
        yield from _unproven([i for i in wanted if i >= middle], middle, hi)


def shared_root(leaves: Mapping[int, bytes], size: int, proof: Sequence[bytes]) -> bytes:
    """The root that these leaf hashes and the hashes of `shared_ranges` give together."""
    ranges = shared_ranges(leaves, size)
    _require(len(ranges) == len(proof), "the proof has not as many hashes as it needs")
    _require_hashes([*leaves.values(), *proof])
    known = dict(zip(ranges, proof, strict=True))
    known |= {(index, index + 1): leaf for index, leaf in leaves.items()}
    return hash_of_range(0, size, known.get)


def hash_of_range(lo: int, hi: int, known: Callable[[Range], bytes | None]) -> bytes:
    """The hash over a range, put together from those that are known."""
    found = known((lo, hi))
    if found is not None:
        return found
    _require(hi - lo > 1, "a leaf is missing")
    middle = lo + _split(hi - lo)
    return node_hash(hash_of_range(lo, middle, known), hash_of_range(middle, hi, known))


def _split(count: int) -> int:
    """The largest power of two below a count of at least two."""
    return 1 << (count - 1).bit_length() - 1


def _require_hashes(hashes: Iterable[bytes]) -> None:
    _require(all(len(h) == HASH_BYTES for h in hashes), "a hash has 32 bytes")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BadProof(otherwise)
