"""Pages of forms: the list, uploading, one version on a phone, its states and files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from xinfeng.base import clock
from xinfeng.fieldwork import building
from xinfeng.fieldwork.models import Form, FormMedia, FormVersion
from xinfeng.fieldwork.tests.build import (
    AT,
    a_checklist,
    a_version,
    an_inspector,
    an_office,
)
from xinfeng.fieldwork.tests.workbooks import a_workbook
from xinfeng.files.queries import open_original
from xinfeng.files.tests.build import a_picture
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import a_city

pytestmark = pytest.mark.django_db
TEXT = ("text", "shop", "店名")
PICTURED = ("type", "name", "label", "media::image")


@pytest.fixture(autouse=True)
def _at_nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def lan(client):
    """The city's office, signed in."""
    lan = an_office("lan")
    client.force_login(lan)
    return lan


def address(name, /, **kwargs):
    return reverse(f"fieldwork:{name}", kwargs=kwargs)


def read(client, name, /, status=200, **kwargs):
    answer = client.get(address(name, **kwargs))
    assert answer.status_code == status
    return answer.content.decode() if status == 200 else ""


def upload(client, content, owner=None):
    file = SimpleUploadedFile("market.xlsx", content)
    given = {"workbook": file, "owner": owner or a_city().city.pk}
    return client.post(address("upload"), given)


def act(client, version, verb):
    return client.post(address("set_version", version_id=version.pk, verb=verb))


def a_draft(client, content=None):
    answer = upload(client, content or building.xlsx(a_checklist()))
    assert answer.status_code == 302
    return FormVersion.objects.get(state="DRAFT")


def test_a_workbook_becomes_a_draft_and_then_what_phones_fetch(client, lan):
    version = a_draft(client)

    page = read(client, "version", version_id=version.pk)
    assert "发布到手机" in page
    assert "地面干净" in page
    assert "当“地面干净”选“不符合”时出现。" in page

    act(client, version, "publishing")

    version.refresh_from_db()
    assert version.state == "PUBLISHED"
    assert "手机现用" in read(client, "form", form_id="market")
    assert "农贸市场检查表" in read(client, "forms")


def test_the_preview_speaks_the_other_language_when_asked(client, lan):
    version = a_draft(client)

    page = client.get(address("version", version_id=version.pk), {"lang": "en"})

    assert "Clean floor" in page.content.decode()


def test_a_wrong_workbook_is_told_with_every_place_and_leaves_nothing(client, lan):
    answer = upload(client, a_workbook(TEXT, TEXT, ("txet", "a", "甲")))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2 处错误" in page
    assert "名称“shop”在第 2 行已用过。" in page
    assert "是否想写“text”？" in page
    assert not Form.objects.exists()


def test_what_may_be_wrong_with_a_draft_is_told_on_its_page(client, lan):
    version = a_draft(client, a_workbook(TEXT))

    assert "没有一题用到选项列表“yn”。" in read(client, "version", version_id=version.pk)


def test_a_version_is_closed_and_opened_again_without_passing_a_newer_one(client, lan):
    old = a_version(office=lan)
    new = a_version("2", office=lan)
    FormVersion.objects.filter(pk=new.pk).update(published_at=AT.replace(hour=11))

    act(client, old, "closing")
    assert "重新启用此版本" in read(client, "version", version_id=old.pk)
    act(client, old, "reopening")

    old.refresh_from_db()
    assert (old.state, old.closed_at, old.published_at) == ("PUBLISHED", None, AT)
    assert list(FormVersion.objects.offered()) == [new]


def test_a_draft_is_not_opened_but_published(client, lan):
    version = a_draft(client)

    assert act(client, version, "reopening").status_code == 409


def test_a_form_is_closed_and_opened_again(client, lan):
    version = a_version(office=lan)

    client.post(address("set_form", form_id="market", verb="closing"))
    assert "已停用" in read(client, "form", form_id="market")
    client.post(address("set_form", form_id="market", verb="reopening"))

    version.form.refresh_from_db()
    assert version.form.state == "OPEN"


def test_a_version_is_taken_home_byte_for_byte(client, lan):
    version = a_version(office=lan)

    xform = client.get(address("version_xform", version_id=version.pk))
    xlsx = client.get(address("version_xlsx", version_id=version.pk))

    assert xform.content == bytes(version.xform)
    with open_original(version.xlsx) as workbook:
        assert xlsx.content == workbook.read()
    assert "attachment" in xform["Content-Disposition"]


def test_inspectors_read_what_is_out_and_keep_nothing(client):
    lan = an_office("lan")
    version = a_version(office=lan)
    client.force_login(lan)
    draft = a_draft(client, building.xlsx(a_checklist("2")))
    client.force_login(an_inspector())

    assert "上传表单" not in read(client, "forms")
    assert "地面干净" in read(client, "version", version_id=version.pk)
    read(client, "version", status=404, version_id=draft.pk)
    assert "草稿" not in read(client, "form", form_id="market")
    assert client.get(address("upload")).status_code == 403
    assert act(client, version, "closing").status_code == 404
    assert act(client, draft, "publishing").status_code == 404


def test_a_county_keeps_its_own_forms_and_not_those_of_the_city(client):
    a_version(office=an_office("lan"))
    county = a_person("county", division=a_city().county)
    a_grant(county, Role.COUNTY_OFFICE, division=a_city().county)
    client.force_login(county)

    made = upload(client, building.xlsx(a_checklist(form_id="own")), a_city().county.pk)
    taken = upload(client, building.xlsx(a_checklist("9")), a_city().county.pk)
    other = upload(client, building.xlsx(a_checklist("9")))

    assert made.status_code == 302
    assert taken.status_code == 422
    assert "该表单编号属于其他单位" in taken.content.decode()
    assert other.status_code == 422
    assert Form.objects.get(form_id="own").owner == a_city().county
    assert Form.objects.get(form_id="market").versions.count() == 1


def test_a_stranger_sees_no_forms(client):
    version = a_version()
    client.force_login(a_person("stranger"))

    assert client.get(address("forms")).status_code == 403
    read(client, "form", status=404, form_id="market")
    read(client, "version", status=404, version_id=version.pk)


def test_the_list_costs_the_same_for_many_forms(client, lan):
    for number in range(8):
        a_version(form_id=f"form{number}", office=lan)

    with at_most(12):
        read(client, "forms")


# Files that a form shows


def with_picture(client, version="1"):
    settings = [("form_title", "form_id", "version"), ("市场", "market", version)]
    rows = [("text", "shop", "店名", "sign.jpg")]
    return a_draft(client, a_workbook(*rows, head=PICTURED, settings=settings))


def add(client, version, content, name="sign.jpg"):
    file = SimpleUploadedFile(name, content)
    return client.post(address("add_media", version_id=version.pk), {"file": file})


def test_a_form_is_not_published_before_the_files_it_shows_are_there(client, lan):
    version = with_picture(client)

    refused = act(client, version, "publishing")
    assert refused.status_code == 409
    assert "sign.jpg" in refused.content.decode()
    assert "缺失" in read(client, "version", version_id=version.pk)

    add(client, version, a_picture())
    act(client, version, "publishing")

    version.refresh_from_db()
    assert version.state == "PUBLISHED"


def test_a_file_is_shown_replaced_and_removed_while_the_version_is_a_draft(client, lan):
    version = with_picture(client)
    add(client, version, a_picture(colour="red"))
    first = FormMedia.objects.get()

    add(client, version, a_picture(colour="blue"))
    second = FormMedia.objects.get()
    assert second.pk == first.pk
    assert second.md5 != first.md5
    where = {"version_id": version.pk, "media_id": second.pk}
    assert b"".join(client.get(address("shown", **where))) == a_picture(colour="blue")

    client.post(address("drop_media", **where))
    assert not FormMedia.objects.exists()


def test_a_file_the_form_does_not_show_is_refused_by_name(client, lan):
    version = with_picture(client)

    wrong = add(client, version, a_picture(), "other.jpg")

    assert wrong.status_code == 422
    assert "所用文件为：sign.jpg" in wrong.content.decode()


def test_a_file_of_another_kind_is_refused(client, lan):
    version = with_picture(client)

    assert add(client, version, b"<html>").status_code == 422


def test_files_of_a_published_version_do_not_change(client, lan):
    version = with_picture(client)
    add(client, version, a_picture())
    act(client, version, "publishing")
    media = FormMedia.objects.get()

    assert add(client, version, a_picture(colour="blue")).status_code == 422
    where = {"version_id": version.pk, "media_id": media.pk}
    assert client.post(address("drop_media", **where)).status_code == 409
    assert FormMedia.objects.get().md5 == media.md5


def test_the_next_version_shows_the_same_files_without_sending_them_again(client, lan):
    version = with_picture(client)
    add(client, version, a_picture())
    act(client, version, "publishing")

    after = with_picture(client, version="2")

    assert after.media.get().md5 == version.media.get().md5
    assert act(client, after, "publishing").status_code == 302
