"""What is sent to hurt: refused in words, and nothing of it stays on disk or in tables."""

import io

import pytest
from django.test import Client
from PIL import Image

from xinfeng.base import scope
from xinfeng.fieldwork.tests.build import (
    TOKEN,
    a_phone,
    a_version,
    an_inspector,
    answers,
    everything,
    multipart,
)
from xinfeng.fieldwork.xml import parsed
from xinfeng.files.tests.build import a_picture, an_archive

pytestmark = pytest.mark.django_db
PHOTO = a_picture()
NAMELESS = multipart(answers()).replace(b"form-data; name", b"nothing")


@pytest.fixture(autouse=True)
def _whole_city():
    with scope.whole_city():
        yield


@pytest.fixture
def before():
    a_version()
    a_phone(an_inspector())
    return everything()


def send(body, kind="multipart/form-data; boundary=BOUNDARY"):
    return Client().post(
        f"/or/key/{TOKEN}/submission", data=body, content_type=kind,
        headers={"X-OpenRosa-Version": "1.0"},
    )  # fmt: skip


def refused(answer, status, before):
    """Told in words the phone can show, with nothing left behind."""
    assert answer.status_code == status, answer.content.decode()
    assert parsed(answer.content)[0].text
    return everything() == before


def bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (bomb(), 415), (b"<html><script>x</script></html>", 415), (b"MZ\x90\x00\x03", 415),
        (PHOTO[:-30], 415), (PHOTO + an_archive(x=b"y"), 415), (b"", 415),
    ],
    ids=["bomb", "page", "program", "cut", "two kinds", "empty"],
)  # fmt: skip
def test_a_file_that_is_not_what_it_should_be_takes_its_form_with_it(before, content, status):
    xml = answers(photos=["a.jpg", "b.jpg"])

    answer = send(multipart(xml, [("b.jpg", PHOTO), ("a.jpg", content)]))

    assert refused(answer, status, before)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\x.jpg", "/etc/passwd", "a/b.jpg", "x" * 197 + ".jpg"],
)
def test_a_file_named_like_a_path_or_without_end_is_refused(before, name):
    named_outside = multipart(answers(photos=[name]), [(name.replace("\\", "\\\\"), PHOTO)])
    named_inside = multipart(answers(photos=[name]))

    assert refused(send(named_outside), 400, before)
    assert refused(send(named_inside), 400, before)


def test_two_hundred_files_are_refused_before_they_are_all_read(before):
    files = [(f"{number}.jpg", PHOTO) for number in range(200)]

    assert refused(send(multipart(answers(), files)), 413, before)


def test_a_form_that_names_two_hundred_files_is_refused(before):
    many = "".join(f"<l_1_1_photo>{number}.jpg</l_1_1_photo>" for number in range(200))

    assert refused(send(multipart(answers(more=many))), 400, before)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE d [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE d SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_and_document_types_are_refused(before, head):
    assert refused(send(multipart(head.encode() + answers())), 400, before)


def test_a_huge_form_is_refused_while_it_arrives(before):
    huge = answers(more=f"<l_1_1_note>{'x' * (3 << 20)}</l_1_1_note>")

    assert refused(send(multipart(huge)), 413, before)


def test_a_form_deeper_or_wider_than_any_is_refused(before):
    deep = answers(more="<a>" * 500 + "</a>" * 500)
    wide = answers(more="<a/>" * 150_000)

    assert refused(send(multipart(deep)), 400, before)
    assert refused(send(multipart(wide)), 400, before)


def test_a_body_larger_than_was_announced_is_refused(before, monkeypatch):
    monkeypatch.setattr("xinfeng.fieldwork.parcels.MOST_BYTES", 1 << 20)
    body = multipart(answers(photos=["a.jpg"]), [("a.jpg", PHOTO + b"\x00" * (2 << 20))])

    assert refused(send(body), 413, before)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (answers(), "text/xml"),
        (multipart(answers()), "multipart/form-data"),
        (b"", "multipart/form-data; boundary=BOUNDARY"),
        (multipart(answers())[:-20], "multipart/form-data; boundary=BOUNDARY"),
        (NAMELESS, "multipart/form-data; boundary=BOUNDARY"),
        (multipart(None, [("a.jpg", PHOTO)]), "multipart/form-data; boundary=BOUNDARY"),
        (multipart(b"<data"), "multipart/form-data; boundary=BOUNDARY"),
        (multipart(b"\xff\xfe\x00"), "multipart/form-data; boundary=BOUNDARY"),
        (multipart(b"<data><meta/></data>"), "multipart/form-data; boundary=BOUNDARY"),
        (multipart(answers("")), "multipart/form-data; boundary=BOUNDARY"),
        (multipart(answers("x" * 300)), "multipart/form-data; boundary=BOUNDARY"),
        (multipart(answers(), more=[("xml_submission_file", "b", "text/xml", answers())]),
         "multipart/form-data; boundary=BOUNDARY"),
    ],
    ids=["no parts", "no boundary", "nothing", "cut", "no name", "no form", "no xml", "no text",
         "no form id", "no id", "long id", "two forms"],
)  # fmt: skip
def test_what_is_no_form_is_refused(before, body, kind):
    assert refused(send(body, kind), 400, before)


def test_a_full_disk_is_told_and_leaves_nothing(before, settings):
    settings.FILES_KEEP_FREE_MB = 1 << 40
    body = multipart(answers(photos=["a.jpg"]), [("a.jpg", PHOTO)])

    assert refused(send(body), 507, before)
