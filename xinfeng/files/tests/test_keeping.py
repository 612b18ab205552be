"""Keeping files: what was sent, byte for byte, or nothing at all."""

import errno
import hashlib
import io
import os
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image
from pypdf import PdfWriter

from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.files import commands, pictures, queries, serving, store
from xinfeng.files.models import DOCUMENTS, File, FileState, Kind
from xinfeng.files.tests.build import (
    AT,
    MB,
    a_document,
    a_picture,
    a_picture_with_a_place,
    an_archive,
    keep,
    on_disk,
    original,
    rows,
)
from xinfeng.journal.models import Entry

pytestmark = pytest.mark.django_db


def a_pdf(change=lambda writer: None) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    change(writer)
    writer.write(out)
    return out.getvalue()


def test_what_was_sent_is_kept_byte_for_byte_under_its_digest():
    content = a_picture_with_a_place()

    file = keep(content, name="C:\\photos\\../gate.jpg")

    assert (file.digest, file.name) == (hashlib.sha256(content).hexdigest(), "gate.jpg")
    assert original(file) == content
    assert on_disk() == [file.digest]
    assert Entry.objects.get(verb="file.kept").details == {"size": len(content)}


def test_what_the_camera_wrote_stands_beside_the_time_of_arrival():
    file = keep(a_picture_with_a_place())

    assert file.taken_at == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    assert (file.lat_e6, file.lon_e6) == (26_890_000, 112_570_000)
    assert (file.width, file.height, file.at) == (40, 20, AT)


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("0001:01:01 00:00:00", ""),
        ("9999:12:31 23:59:59", "-12:00"),
        ("1899:01:01 00:00:00", ""),
    ],
)
def test_a_day_that_no_camera_saw_is_no_day_and_the_row_is_read_again(written, offset):
    exif = Image.Exif()
    exif[0x8769] = {36867: written} | ({36881: offset} if offset else {})

    file = keep(a_picture(exif=exif))

    assert File.objects.get(pk=file.pk).taken_at is None


def test_the_public_copy_tells_neither_place_nor_camera():
    file = keep(a_picture_with_a_place())

    with queries.open_public(file) as opened, Image.open(opened) as copy:
        assert dict(copy.getexif()) == {}
        assert copy.size == (40, 20)
    assert original(file) == a_picture_with_a_place()


def test_a_picture_lying_on_its_side_is_shown_upright_and_not_too_large():
    exif = Image.Exif()
    exif[0x0112] = 6
    file = keep(a_picture(side=3000, exif=exif))

    with queries.open_public(file) as opened, Image.open(opened) as copy:
        assert copy.size == (1000, 2000)


def test_the_same_bytes_sent_twice_are_two_uploads_and_one_file_on_disk():
    first, second = keep(name="a.jpg"), keep(name="b.jpg")

    assert first.pk != second.pk
    assert on_disk() == [first.digest]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\x00 a program", "file_kind"),
        (b"<html><script>alert(1)</script></html>", "file_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_kind"),
        (a_picture(side=200, colour="red")[:-40], "picture_broken"),
        (b"\xff\xd8\xff" + b"\x00" * 500 + b"\xff\xd9", "picture_broken"),
        (a_picture() + an_archive(a=b"hidden"), "file_two_kinds"),
        (a_picture() + b" " * 3 * MB, "file_too_large"),
        (a_document(), "file_kind"),
    ],
    ids=["empty", "program", "page", "drawing", "cut", "noise", "two", "large", "document"],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(content, code):
    with pytest.raises(Refusal) as refused:
        keep(content)

    assert refused.value.code == code
    assert (on_disk(), rows()) == ([], 0)


def test_a_picture_that_unpacks_to_too_many_pixels_is_refused_before_it_is_decoded():
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")

    with pytest.raises(Refusal) as refused:
        keep(out.getvalue())

    assert refused.value.code == "picture_too_many_pixels"
    assert (on_disk(), rows()) == ([], 0)


def test_a_film_that_calls_itself_a_picture_is_refused():
    frames = [Image.new("RGB", (8, 8), (i, 0, 0)) for i in range(pictures.MOST_FRAMES + 1)]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])

    with pytest.raises(Refusal) as refused:
        keep(out.getvalue())

    assert refused.value.code == "picture_moves"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (a_document(**{"word/vbaProject.bin": b"x"}), "file_macros"),
        (a_document(**{"big.xml": b"0" * (201 << 20)}), "file_bomb"),
        (b"PK\x03\x04 no archive", "file_broken"),
        (an_archive(a=b"no document"), "file_kind"),
        (b"%PDF-1.7 nothing", "file_broken"),
        (a_pdf(lambda w: w.encrypt("secret")), "file_locked"),
        (a_pdf().replace(b"/Pages", b"/Pages/JS(x)", 1), "file_active"),
        (a_pdf(lambda w: w.add_attachment("a.exe", b"MZ")), "file_active"),
    ],
    ids=["macros", "bomb", "broken", "archive", "no pdf", "locked", "script", "inner"],
)
def test_documents_that_do_more_than_show_are_refused(content, code):
    with pytest.raises(Refusal) as refused:
        keep(content, allowed=DOCUMENTS, max_bytes=MB)

    assert refused.value.code == code
    assert (on_disk(), rows()) == ([], 0)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (a_document(), Kind.DOCX), (a_pdf(), Kind.PDF), ("时间,动作\n".encode(), Kind.CSV),
        (a_picture(kind="PNG"), Kind.PNG), (a_picture(kind="WEBP"), Kind.WEBP),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", Kind.MP4),
    ],
)  # fmt: skip
def test_the_kind_is_read_from_the_content_whatever_the_name_says(content, kind):
    assert keep(content, name="photo.jpg", allowed=set(Kind)).kind == kind


def test_a_full_disk_is_told_and_nothing_is_kept(settings):
    settings.FILES_KEEP_FREE_MB = 1 << 40

    with pytest.raises(store.DiskFull) as refused:
        keep()

    assert (refused.value.status, on_disk(), rows()) == (507, [], 0)


def test_a_disk_that_fills_up_while_writing_is_told_and_leaves_nothing(monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(store.DiskFull):
        keep()

    assert (on_disk(), rows()) == ([], 0)


def test_a_name_is_never_a_path():
    assert keep(name="../../etc/passwd").name == "passwd"
    with pytest.raises(Refusal, match=r"\S"):
        keep(name="../..")


def test_an_erased_file_is_gone_with_its_copies_and_its_row_tells_nothing():
    file = keep(a_picture_with_a_place())
    queries.open_public(file).close()

    gone = commands.erase(file_id=file.pk, actor=None, at=AT)
    again = commands.erase(file_id=file.pk, actor=None, at=AT + timedelta(days=1))

    assert (gone.state, gone.name, gone.lat_e6) == (FileState.ERASED, "-", None)
    assert again.erased_at == AT
    assert on_disk() == []
    assert Entry.objects.filter(verb="file.erased").count() == 1
    with pytest.raises(Unknown):
        queries.open_original(again)


def test_bytes_stay_while_another_upload_holds_the_same():
    first, second = keep(name="a.jpg"), keep(name="b.jpg")

    commands.erase(file_id=first.pk, actor=None, at=AT)

    assert original(second) == a_picture()


def test_the_sweep_removes_what_a_crash_left_and_keeps_what_belongs_to_rows():
    kept = keep()
    with transaction.atomic():
        keep(a_picture(colour="red"), name="rolled-back.jpg")
        transaction.set_rollback(True)
    half = store.Incoming(MB)
    half.write(b"half")
    half.finish()
    assert len(on_disk()) == 3
    now = datetime.now(UTC)

    assert commands.sweep(at=now) == 0
    assert commands.sweep(at=now + timedelta(days=2)) == 2

    assert on_disk() == [kept.digest]


def test_a_browser_neither_guesses_nor_runs_what_it_is_given():
    answer = serving.respond(keep(a_document(), allowed=DOCUMENTS), public=False)

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    answer.close()


def test_documents_have_no_public_copy():
    with pytest.raises(Unknown):
        serving.respond(keep(a_document(), allowed=DOCUMENTS), public=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "x" * 64}, {"size": 0}, {"kind": "text/html"}, {"width": None},
        {"lat_e6": 1, "lon_e6": None}, {"lat_e6": 91_000_000, "lon_e6": 0},
        {"state": "ERASED"}, {"erased_at": AT},
    ],
)  # fmt: skip
def test_the_database_refuses_a_file_that_contradicts_itself(wrong):
    file = keep()

    with pytest.raises(IntegrityError), transaction.atomic():
        File.objects.filter(pk=file.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_bytes_kept_while_they_are_erased_are_there_in_the_end():
    for _round in range(5):
        old = keep()
        barrier, kept = threading.Barrier(2), []

        def erasing(file_id=old.pk, barrier=barrier):
            barrier.wait()
            commands.erase(file_id=file_id, actor=None, at=AT)
            connection.close()

        def keeping(barrier=barrier, kept=kept):
            barrier.wait()
            kept.append(keep(name="new.jpg"))
            connection.close()

        threads = [threading.Thread(target=run) for run in (erasing, keeping)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert original(kept[0]) == a_picture()
        commands.erase(file_id=kept[0].pk, actor=None, at=AT)
