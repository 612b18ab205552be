"""A tree that grows in tiles is the tree of all its leaves."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinfeng.base import merkle, tiles
from xinfeng.base.tiles import Folder, TileMissing

STEPS = st.lists(st.integers(1, 900), min_size=1, max_size=4)


def some(count: int, start: int = 0) -> list[bytes]:
    return [n.to_bytes(32, "big") for n in range(start, start + count)]


def hashed(entries: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(entry) for entry in entries]


@settings(max_examples=25, deadline=None)
@given(STEPS, st.data())
def test_it_grows_by_steps_and_proves_every_step(steps, data):
    with tempfile.TemporaryDirectory() as folder:
        log = Folder(Path(folder))
        size, roots = 0, {}
        for step in steps:
            log.grow(size, some(step, size))
            size += step
            roots[size] = log.tree(size).root()
        leaves = hashed(some(size))

        assert roots[size] == merkle.root_of(leaves)
        tree = log.tree(size)
        index = data.draw(st.integers(0, size - 1))
        merkle.check_inclusion(
            index=index, size=size, leaf=leaves[index], proof=tree.inclusion(index),
            root=roots[size],
        )  # fmt: skip
        for old, root in roots.items():
            merkle.check_consistency(
                old=old, new=size, proof=tree.consistency(old), old_root=root,
                new_root=roots[size],
            )  # fmt: skip
        wanted = sorted({0, index, size - 1})
        chosen = {at: leaves[at] for at in wanted}
        assert merkle.shared_root(chosen, size, tree.shared(wanted)) == roots[size]


def test_a_tree_of_70000_leaves_has_the_tiles_of_the_standard(tmp_path):
    log = Folder(tmp_path)

    log.grow(0, some(70_000))

    files = [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()]
    full = [f for f in files if f.startswith("tile/0/") and ".p/" not in f]
    assert len(full) == 273
    assert "tile/0/273.p/112" in files
    assert "tile/1/000" in files
    assert "tile/1/001.p/17" in files
    assert "tile/2/000.p/1" in files
    assert len(files) == 2 * 274 + 3


def test_a_tree_of_256_leaves_has_a_full_tile_and_one_hash_above_it(tmp_path):
    Folder(tmp_path).grow(0, some(256))

    assert (tmp_path / "tile/0/000").stat().st_size == 8192
    assert (tmp_path / "tile/1/000.p/1").stat().st_size == 32


def test_bundles_hold_the_entries_that_the_tiles_hash(tmp_path):
    log = Folder(tmp_path)
    log.grow(0, some(300))

    kept = tiles.entries(log.fetch("tile/entries/000")) + tiles.entries(
        log.fetch("tile/entries/001.p/44")
    )

    assert kept == some(300)
    assert hashed(kept)[:256] == tiles.hashes(log.fetch("tile/0/000"))


def test_partial_tiles_give_way_to_the_full_one(tmp_path):
    log = Folder(tmp_path)
    log.grow(0, some(200))
    log.grow(200, some(100, 200))

    assert not (tmp_path / "tile/0/000.p").exists()
    # An older checkpoint is still read, from the full tile.
    assert log.tree(200).root() == merkle.root_of(hashed(some(200)))


def test_growing_again_after_a_kill_gives_the_same_tiles(tmp_path):
    log = Folder(tmp_path)
    log.grow(0, some(200))
    log.grow(200, some(400, 200))
    whole = log.tree(600).root()

    log.grow(200, some(400, 200))

    assert log.tree(600).root() == whole == merkle.root_of(hashed(some(600)))


@pytest.mark.parametrize("damage", ["gone", "cut", "empty"])
def test_a_damaged_tile_is_noticed(tmp_path, damage):
    log = Folder(tmp_path)
    log.grow(0, some(300))
    tile = tmp_path / "tile/0/001.p/44"
    if damage == "gone":
        os.unlink(tile)
    else:
        tile.write_bytes(tile.read_bytes()[:100] if damage == "cut" else b"")

    with pytest.raises(TileMissing):
        log.tree(300).root()


def test_a_cut_bundle_is_noticed():
    with pytest.raises(TileMissing):
        tiles.entries(tiles.bundle(some(2))[:-1])


def test_the_tree_of_nothing_has_the_empty_root(tmp_path):
    assert Folder(tmp_path).tree(0).root() == merkle.EMPTY_ROOT
