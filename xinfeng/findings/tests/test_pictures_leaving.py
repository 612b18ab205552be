"""An account ends: what it photographed stays with the finding, and leads back to nobody."""

from io import BytesIO

import pytest
from PIL import Image

from xinfeng.base import scope
from xinfeng.files import store
from xinfeng.files.commands import keep
from xinfeng.files.models import PICTURES, File, FileState
from xinfeng.files.queries import open_original, open_public
from xinfeng.files.tests.build import a_picture, a_picture_with_a_place
from xinfeng.findings import commands
from xinfeng.findings.commands import Upload
from xinfeng.findings.models import FindingFile, Stage
from xinfeng.journal.models import Entry
from xinfeng.people import commands as people
from xinfeng.people.tests.build import a_person

from .build import HOUR, MONDAY, a_wish, an_ordered, mei, the_unit

pytestmark = pytest.mark.django_db
TOLD = "王小明拍的.jpg"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.FILES_FOLDER = tmp_path / "files"


def a_report(person, content):
    wish = a_wish(pictures=(Upload(name=TOLD, content=content),))
    return commands.report(new=wish, actor=person, at=MONDAY)


def ends(person, capture, verb=people.close_account):
    with capture(execute=True):
        verb(person_id=person.pk, actor=person, at=MONDAY + HOUR)


def only(finding):
    with scope.whole_city():
        return FindingFile.objects.select_related("file").get(finding=finding)


def test_the_picture_stays_without_place_time_camera_and_name(
    django_capture_on_commit_callbacks,
):
    person = a_person("wang", volunteers=False)
    report = a_report(person, a_picture_with_a_place())
    before = only(report.finding).file
    assert (before.lat_e6, before.taken_at) != (None, None)

    ends(person, django_capture_on_commit_callbacks)

    hung = only(report.finding)
    file = hung.file
    assert file.state == FileState.KEPT
    assert (hung.added_by_id, file.uploaded_by_id) == (None, None)
    assert (file.lat_e6, file.lon_e6, file.taken_at) == (None, None, None)
    assert "王" not in file.name
    with open_original(file) as stream:
        assert not dict(Image.open(BytesIO(stream.read())).getexif())
    with open_public(file) as stream:
        assert Image.open(stream).size == (file.width, file.height)
    assert not store.path_of(before.digest).exists()
    assert Entry.objects.filter(verb="file.stripped").count() == 1


def test_the_same_bytes_of_somebody_else_are_left_alone(django_capture_on_commit_callbacks):
    person, other = (a_person(name, volunteers=False) for name in ("wang", "li"))
    content = a_picture_with_a_place()
    report, theirs = a_report(person, content), a_report(other, content)
    digest = only(theirs.finding).file.digest

    ends(person, django_capture_on_commit_callbacks)

    assert only(report.finding).file.digest != digest
    kept = only(theirs.finding).file
    assert (kept.digest, kept.uploaded_by_id, kept.name) == (digest, other.pk, TOLD)
    with open_original(kept) as stream:
        assert stream.read() == content


def test_until_it_is_committed_the_original_is_still_there():
    person = a_person("wang", volunteers=False)
    report = a_report(person, a_picture_with_a_place())
    digest = only(report.finding).file.digest

    people.close_account(person_id=person.pk, actor=person, at=MONDAY + HOUR)

    # Whatever fails after this puts the row back, and its bytes must be there then.
    assert store.path_of(digest).exists()


def test_what_cannot_be_made_anew_is_erased(django_capture_on_commit_callbacks):
    person = a_person("wang", volunteers=False)
    report = a_report(person, a_picture_with_a_place())
    store.path_of(only(report.finding).file.digest).write_bytes(b"\xff\xd8\xff broken")

    ends(person, django_capture_on_commit_callbacks)

    file = only(report.finding).file
    assert (file.state, file.uploaded_by_id, file.lat_e6) == (FileState.ERASED, None, None)


def test_pictures_of_a_repair_are_the_units_record(django_capture_on_commit_callbacks):
    finding = an_ordered()
    commands.repair(
        finding_id=finding.pk, words="已清运。", actor=mei(), at=MONDAY + HOUR,
        after=[Upload(name="after.jpg", content=a_picture())],
    )  # fmt: skip
    the_unit()

    ends(mei(), django_capture_on_commit_callbacks)

    hung = only(finding)
    assert (hung.stage, hung.added_by_id, hung.file.uploaded_by_id) == (
        Stage.AFTER, mei().pk, mei().pk,
    )  # fmt: skip


def test_a_picture_that_hangs_on_no_report_is_not_touched(django_capture_on_commit_callbacks):
    person = a_person("wang", volunteers=False)
    a_report(person, a_picture())
    other = keep(
        content=a_picture_with_a_place(), name="other.jpg", allowed=PICTURES, max_bytes=1 << 20,
        actor=person, at=MONDAY,
    )  # fmt: skip

    ends(person, django_capture_on_commit_callbacks)

    assert File.objects.get(pk=other.pk).lat_e6 is not None
