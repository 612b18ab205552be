"""A log's tree kept as tiles: 256 hashes a file, so that it grows without being hashed anew.

A `Tree` answers for the hash over any range of leaves from a handful of tiles, wherever they
come from: a folder of this machine or somebody else's server. `grow` writes what new leaves
add. Layout and names are those of c2sp.org/tlog-tiles.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from xinfeng.base import merkle
from xinfeng.base.merkle import HASH_BYTES, Range
from xinfeng.base.tlog import TILE, tile_address

# A tile is eight levels of the tree.
HEIGHT = 8
ENTRY_HEAD = 2
Fetch = Callable[[str], bytes | None]


class TileMissing(Exception):
    """A tile is not there or not whole: the tree has to be written again."""


class Tree:
    """The tree of the first `size` leaves, read from tiles."""

    def __init__(self, size: int, fetch: Fetch) -> None:
        self.size = size
        self._fetch = fetch
        self._rows: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        return merkle.EMPTY_ROOT if self.size == 0 else self.hash_of((0, self.size))

    def hash_of(self, span: Range) -> bytes:
        """The Merkle tree hash over the leaves of a range that proofs name."""
        return merkle.hash_of_range(*span, self._aligned)

    def inclusion(self, index: int) -> list[bytes]:
        return [self.hash_of(span) for span in merkle.inclusion_ranges(index, self.size)]

    def consistency(self, old: int) -> list[bytes]:
        return [self.hash_of(span) for span in merkle.consistency_ranges(old, self.size)]

    def shared(self, indexes: Sequence[int]) -> list[bytes]:
        return [self.hash_of(span) for span in merkle.shared_ranges(indexes, self.size)]

    def row(self, level: int, index: int) -> list[bytes]:
        """The hashes of one tile, as many as this size has."""
        if (level, index) not in self._rows:
            width = min(TILE, (self.size >> HEIGHT * level) - index * TILE)
            self._rows[level, index] = self._read(level, index, width)
        return self._rows[level, index]

    def _aligned(self, span: Range) -> bytes | None:
        """Of a whole subtree, from one tile; None for any other range."""
        lo, hi = span
        count = hi - lo
        if count & (count - 1) or lo % count:
            return None
        level, within = divmod(count.bit_length() - 1, HEIGHT)
        first = lo >> HEIGHT * level
        row = self.row(level, first // TILE)
        start = first % TILE
        return merkle.root_of(row[start : start + (1 << within)])

    def _read(self, level: int, index: int, width: int) -> list[bytes]:
        # The partial tile may have been cleared away since the full one is there.
        for wide in dict.fromkeys((width, TILE)):
            found = self._fetch(tile_address(level, index, wide))
            if found is not None and len(found) == wide * HASH_BYTES:
                return hashes(found)[:width]
        raise TileMissing(tile_address(level, index, width))


def hashes(tile: bytes) -> list[bytes]:
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries one after the other, each with its length before it."""
    return b"".join(len(entry).to_bytes(ENTRY_HEAD, "big") + entry for entry in entries)


def entries(packed: bytes) -> list[bytes]:
    """What a bundle holds; TileMissing where it is cut off."""
    found, at = [], 0
    while at < len(packed):
        length = int.from_bytes(packed[at : at + ENTRY_HEAD], "big")
        at += ENTRY_HEAD + length
        if at > len(packed):
            raise TileMissing("an entry is cut off")
        found.append(packed[at - length : at])
    return found


class Folder:
    """Tiles as files; each is written aside and then put in place whole."""

    def __init__(self, folder: Path) -> None:
        self.path = folder

    def fetch(self, address: str) -> bytes | None:
        try:
            return (self.path / address).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def write(self, address: str, content: bytes) -> None:
        file = self.path / address
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f".{file.name}.{os.getpid()}")
        aside.write_bytes(content)
        aside.replace(file)

    def clear(self) -> None:
        """Take all tiles away, to write them again."""
        shutil.rmtree(self.path / "tile", ignore_errors=True)

    def tree(self, size: int) -> Tree:
        return Tree(size, self.fetch)

    def grow(self, old: int, fresh: Sequence[bytes]) -> None:
        """Add entries behind the first `old` ones, whose tiles must be whole."""
        before = self.tree(old)
        self._grow_bundles(old, fresh)
        level, row = 0, [merkle.leaf_hash(entry) for entry in fresh]
        while row:
            start = old >> HEIGHT * level
            index, kept = divmod(start, TILE)
            whole = (before.row(level, index) if kept else []) + row
            row = []
            for at in range(0, len(whole), TILE):
                part = whole[at : at + TILE]
                self._put(level, index + at // TILE, b"".join(part), len(part))
                if len(part) == TILE:
                    row.append(merkle.root_of(part))
            level += 1

    def _grow_bundles(self, old: int, fresh: Sequence[bytes]) -> None:
        index, kept = divmod(old, TILE)
        whole = (self._entries(index, kept) if kept else []) + list(fresh)
        for at in range(0, len(whole), TILE):
            part = whole[at : at + TILE]
            self._put("entries", index + at // TILE, bundle(part), len(part))

    def _entries(self, index: int, width: int) -> list[bytes]:
        for wide in (width, TILE):
            packed = self.fetch(tile_address("entries", index, wide))
            if packed is not None:
                found = entries(packed)
                if len(found) == wide:
                    return found[:width]
        raise TileMissing(tile_address("entries", index, width))

    def _put(self, level: int | str, index: int, content: bytes, width: int) -> None:
        self.write(tile_address(level, index, width), content)
        if width == TILE:
            partial = self.path / (tile_address(level, index) + ".p")
            shutil.rmtree(partial, ignore_errors=True)
