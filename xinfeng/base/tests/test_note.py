"""Signed notes and the texts of a log, against what others have published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinfeng.base import merkle, note, tlog
from xinfeng.base.note import BadNote, SecretKey

# From golang.org/x/mod, sumdb/note (BSD-3-Clause).
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox"
    "33WWd1RvMc+QQ=\n"
)
# The public checksum database of Go: its key and one of its heads.
GO = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_HEAD = (
    "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9n"
    "To+zyWE+xeMcTOAYQ8=\n"
)
LOG = SecretKey("example.org/log", bytes(range(32)))
WITNESS = SecretKey("witness.example", b"w" * 32, note.COSIGNATURE)


def test_a_published_note_is_read_and_written_alike():
    key = note.secret_key(PETER_SECRET)

    assert str(key.public) == PETER
    assert key.secret_text() == PETER_SECRET
    assert note.sign(TEXT, [key]) == TEXT + "\n" + PETER_LINE
    assert note.open_note(TEXT + "\n" + PETER_LINE, [note.public_key(PETER)]).text == TEXT


def test_a_head_of_a_public_log_is_read():
    opened = note.open_note(GO_HEAD, [note.public_key(GO)])

    assert tlog.head(opened.text).size == 20_852_163


def test_signatures_of_unknown_keys_are_passed_over():
    both = TEXT + "\n" + PETER_LINE + ENOCH_LINE

    opened = note.open_note(both, [note.public_key(PETER)])
    assert [key.name for key in opened.signers] == ["PeterNeumann"]
    keys = [note.public_key(PETER), note.public_key(ENOCH)]
    assert len(note.open_note(both, keys).signers) == 2
    with pytest.raises(BadNote, match="nobody known"):
        note.open_note(both, [])


@pytest.mark.parametrize(
    "bad",
    [
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + PETER_LINE[:-1],
        "\x01" + TEXT + "\n" + PETER_LINE,
        TEXT + "\n— Bad Name " + PETER_LINE.split(" ")[2],
        TEXT + "\n" + PETER_LINE + "Unexpected line.\n",
        TEXT + "\n" + PETER_LINE * 101,
        TEXT + "\n" + PETER_LINE[:60] + "ABCD" + PETER_LINE[60:],
        TEXT.replace("answer", "question") + "\n" + PETER_LINE,
        TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "CarmenSandiego"),
    ],
)
def test_what_is_not_a_note_of_this_key_is_refused(bad):
    with pytest.raises(BadNote):
        note.open_note(bad, [note.public_key(PETER)])


def test_a_mangled_key_is_refused():
    for start in range(len(PETER)):
        for end in range(start + 1, len(PETER) + 1):
            if (start, end) != (0, len(PETER)):
                with pytest.raises(BadNote):
                    note.public_key(PETER[start:end])
    for at in range(len(PETER)):
        with pytest.raises(BadNote):
            note.public_key(PETER[:at] + chr(ord(PETER[at]) + 1) + PETER[at + 1 :])


@pytest.mark.parametrize(
    "bad",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_keys_of_another_length_or_kind_are_refused(bad):
    with pytest.raises(BadNote):
        note.public_key(bad)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\tb", "a\x07b"])
def test_a_name_that_would_break_a_note_is_refused(name):
    with pytest.raises(BadNote):
        note.check_name(name)


def test_a_secret_key_does_not_print_its_secret():
    assert LOG.seed.hex() not in f"{LOG!r} {LOG}"
    assert note.encoded(LOG.seed) not in f"{LOG!r} {LOG}"


def test_a_witness_signs_with_the_time_it_looked():
    checkpoint = note.sign(tlog.Head("example.org/log", 1, bytes(32)).text(), [LOG])
    text, _signatures = note.parts(checkpoint)
    cosigned = checkpoint + WITNESS.line(text, 1_679_315_147)

    opened = note.open_note(cosigned, [LOG.public, WITNESS.public])

    assert opened.signers == (LOG.public, WITNESS.public)
    forged = checkpoint + WITNESS.line(text.replace("1", "2", 1), 1_679_315_147)
    with pytest.raises(BadNote):
        note.open_note(forged, [LOG.public, WITNESS.public])


def test_a_witness_alone_does_not_make_a_checkpoint():
    text = tlog.Head("example.org/log", 1, bytes(32)).text()
    alone = note.sign(text, []) + WITNESS.line(text, 1)

    with pytest.raises(BadNote, match="log itself"):
        tlog.open_checkpoint(alone, [LOG.public, WITNESS.public])


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n", "a\n1\n\n", "\n1\nAAAA\n", "a\n01\n" + note.encoded(bytes(32)) + "\n",
        "a\n-1\n" + note.encoded(bytes(32)) + "\n", "a\n1\n" + note.encoded(bytes(31)) + "\n",
        "a\n1\n" + note.encoded(bytes(32)), "a\n1\n" + note.encoded(bytes(32)) + "\n\nx\n",
    ],
)  # fmt: skip
def test_what_is_not_a_checkpoint_is_refused(text):
    with pytest.raises(BadNote):
        tlog.head(text)


def test_lines_behind_the_third_are_extensions():
    assert tlog.head(f"a\n0\n{note.encoded(merkle.EMPTY_ROOT)}\nmore\n").size == 0


# The example of c2sp.org/tlog-tiles.
@pytest.mark.parametrize(
    ("index", "path"),
    [
        (1_234_067, "tile/0/x001/x234/067"), (0, "tile/0/000"), (999, "tile/0/999"),
        (1000, "tile/0/x001/000"),
    ],
)  # fmt: skip
def test_addresses_of_tiles_are_those_of_the_standard(index, path):
    assert tlog.tile_address(0, index) == path
    assert tlog.tile_address(0, index, 17) == f"{path}.p/17"


@given(st.integers(1, 70), st.data())
def test_a_proof_is_written_read_and_checked(size, data):
    index = data.draw(st.integers(0, size - 1))
    entries = [n.to_bytes(4, "big") for n in range(size)]
    tree = [merkle.leaf_hash(entry) for entry in entries]
    head = tlog.Head("example.org/log", size, merkle.root_of(tree))
    path = tuple(merkle.root_of(tree[lo:hi]) for lo, hi in merkle.inclusion_ranges(index, size))
    written = tlog.Proof(index, path, note.sign(head.text(), [LOG])).text()

    read = tlog.proof(written)

    assert read.text() == written
    assert read.check(entries[index], [LOG.public]) == head
    with pytest.raises(merkle.BadProof):
        read.check(b"another", [LOG.public])
    with pytest.raises(BadNote):
        read.check(entries[index], [note.public_key(PETER)])


def test_a_proof_may_carry_extra_words_that_nobody_signed():
    plain = tlog.Proof(
        0, (), note.sign(tlog.Head("example.org/log", 1, bytes(32)).text(), [LOG])
    )
    head, rest = plain.text().split("\n", 1)

    assert tlog.proof(f"{head}\nextra aGVsbG8=\n{rest}") == plain


@pytest.mark.parametrize(
    "text",
    [
        "", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex nine\n\nx\n",
        "c2sp.org/tlog-proof@v1\nextra !!\nindex 0\n\nx\n", "c2sp.org/tlog-proof@v1\n\nx\n",
        "c2sp.org/tlog-proof@v1\nposition 0\n\nx\n", "another\nindex 0\n\nx\n",
    ],
)  # fmt: skip
def test_what_is_not_a_proof_is_refused(text):
    with pytest.raises(BadNote):
        tlog.proof(text)
