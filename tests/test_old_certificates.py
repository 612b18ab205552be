"""A certificate made by any released version is verified by this one, and always will be."""

from pathlib import Path

import pytest

from xinfeng.base import note, verifier

FOLDER = Path(__file__).parent / "data" / "certificates"
RELEASES = sorted(FOLDER.glob("*.pdf"))


def test_the_released_forms_are_kept():
    assert [file.stem for file in RELEASES][:1] == ["0.1"]


@pytest.mark.parametrize("file", RELEASES, ids=lambda file: file.stem)
def test_a_certificate_of_a_released_version_is_still_genuine(file):
    key = note.public_key(file.with_suffix(".key").read_text().strip())

    proved = verifier.verify(file.read_bytes(), key)

    given = sum(credit["minutes"] for credit in proved.credits)
    stated = proved.certificate
    assert given == stated["service_minutes"] + stated["training_minutes"] > 0


@pytest.mark.parametrize("file", RELEASES, ids=lambda file: file.stem)
def test_and_still_not_when_a_byte_is_changed(file):
    key = note.public_key(file.with_suffix(".key").read_text().strip())
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1

    with pytest.raises(verifier.NotGenuine):
        verifier.verify(bytes(content), key)
