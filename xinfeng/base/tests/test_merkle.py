"""The trees of RFC 6962, against published vectors and against the naive definition."""

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base import merkle
from xinfeng.base.merkle import BadProof

# From github.com/transparency-dev/merkle, testdata, at 417fb0c (Apache-2.0).
VECTORS = json.loads((Path(__file__).parent / "data" / "merkle_vectors.json").read_text())
# From RFC 6962 reference data as in the same repository, rfc6962/rfc6962_test.go.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                 "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962, section 2.1, writes it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def a_tree(size: int) -> list[bytes]:
    return [merkle.leaf_hash(n.to_bytes(4, "big")) for n in range(size)]


def test_hashes_are_those_of_the_standard():
    assert merkle.EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")
    assert merkle.leaf_hash(b"L123456").hex() == (
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    )
    assert merkle.node_hash(b"N123", b"N456").hex() == (
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


def test_roots_of_the_standard_tree_grow_as_published():
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES]

    assert [merkle.root_of(hashes[: n + 1]).hex() for n in range(8)] == ROOTS


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["name"])
def test_published_inclusion_proofs_are_judged_as_published(vector):
    def check():
        merkle.check_inclusion(
            index=vector["leafIdx"],
            size=vector["treeSize"],
            leaf=b64decode(vector["leafHash"] or ""),
            proof=[b64decode(part) for part in vector["proof"]],
            root=b64decode(vector["root"] or ""),
        )

    if vector["wantErr"]:
        with pytest.raises(BadProof):
            check()
    else:
        check()


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["name"])
def test_published_consistency_proofs_are_judged_as_published(vector):
    def check():
        merkle.check_consistency(
            old=vector["size1"],
            new=vector["size2"],
            proof=[b64decode(part) for part in vector["proof"]],
            old_root=b64decode(vector["root1"] or ""),
            new_root=b64decode(vector["root2"] or ""),
        )

    if vector["wantErr"]:
        with pytest.raises(BadProof):
            check()
    else:
        check()


def test_from_nothing_no_growth_can_be_shown():
    tree = a_tree(3)
    for proof in ([], tree):
        with pytest.raises(BadProof):
            merkle.check_consistency(
                old=0, new=3, proof=proof, old_root=merkle.EMPTY_ROOT, new_root=naive(tree)
            )


@given(st.integers(0, 130))
def test_a_root_is_what_the_definition_says(size):
    assert merkle.root_of(a_tree(size)) == naive(a_tree(size))


@given(st.data())
def test_a_leaf_is_proved_and_no_other(data):
    size = data.draw(st.integers(1, 130))
    index = data.draw(st.integers(0, size - 1))
    tree = a_tree(size)
    proof = [naive(tree[lo:hi]) for lo, hi in merkle.inclusion_ranges(index, size)]
    good = {
        "index": index, "size": size, "leaf": tree[index], "proof": proof, "root": naive(tree)
    }  # fmt: skip

    merkle.check_inclusion(**good)

    bad = [
        {"leaf": merkle.leaf_hash(b"another")}, {"root": merkle.EMPTY_ROOT},
        {"proof": [*proof, tree[0]]}, {"index": (index + 1) % (size + 1)}, {"index": -1},
        {"index": size},
    ]  # fmt: skip
    if proof:
        bad += [{"proof": proof[:-1]}, {"proof": proof[1:]}, {"proof": [b"short", *proof[1:]]}]
    for change in bad:
        if change != {"index": index}:
            with pytest.raises(BadProof):
                merkle.check_inclusion(**{**good, **change})


@given(st.data())
def test_growth_is_proved_and_a_changed_past_is_not(data):
    new = data.draw(st.integers(1, 130))
    old = data.draw(st.integers(1, new))
    tree = a_tree(new)
    proof = [naive(tree[lo:hi]) for lo, hi in merkle.consistency_ranges(old, new)]
    good = {
        "old": old, "new": new, "proof": proof, "old_root": naive(tree[:old]),
        "new_root": naive(tree),
    }  # fmt: skip

    merkle.check_consistency(**good)

    changed = [merkle.leaf_hash(b"rewritten"), *tree[1:old]]
    for change in (
        {"old_root": naive(changed)}, {"new_root": naive(changed)},
        {"proof": [*proof, tree[0]]},
    ):  # fmt: skip
        with pytest.raises(BadProof):
            merkle.check_consistency(**{**good, **change})


@given(st.data())
def test_many_leaves_are_proved_at_once(data):
    size = data.draw(st.integers(1, 130))
    wanted = data.draw(st.sets(st.integers(0, size - 1), min_size=1))
    tree = a_tree(size)
    proof = [naive(tree[lo:hi]) for lo, hi in merkle.shared_ranges(wanted, size)]
    leaves = {index: tree[index] for index in wanted}

    assert merkle.shared_root(leaves, size, proof) == naive(tree)

    one = min(wanted)
    forged = {**leaves, one: merkle.leaf_hash(b"forged")}
    assert merkle.shared_root(forged, size, proof) != naive(tree)
    with pytest.raises(BadProof):
        merkle.shared_root(leaves, size, [*proof, tree[0]])


def test_a_proof_of_no_leaf_proves_nothing():
    with pytest.raises(BadProof):
        merkle.shared_root({}, 3, a_tree(3))
