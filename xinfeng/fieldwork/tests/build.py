"""A form, a phone, and submissions as phones write them; the cast: Mei inspects, Lan leads."""

import hashlib
from datetime import UTC, datetime
from itertools import count

from xinfeng.fieldwork import building, commands
from xinfeng.fieldwork.building import Answer, Checklist, Line, Section, Subject, Words
from xinfeng.fieldwork.commands.receiving import Sender
from xinfeng.fieldwork.models import (
    Completion,
    FormMedia,
    FormVersion,
    Submission,
    SubmissionFile,
)
from xinfeng.files.models import File
from xinfeng.files.tests.build import keep, on_disk
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person, Role
from xinfeng.people.tests.build import a_grant, a_person
from xinfeng.places.tests.build import a_city

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TOKEN = "mei-token-0123456789"
PHOTOS = ("l_1_1_photo", "l_1_2_photo")
_people = count(1)


def an_inspector(username: str = "") -> Person:
    person = a_person(username or f"inspector{next(_people)}")
    a_grant(person, Role.INSPECTOR, division=a_city().city)
    return person


def an_office(username: str = "") -> Person:
    person = a_person(username or f"office{next(_people)}")
    a_grant(person, Role.CITY_OFFICE, division=a_city().city)
    return person


def a_checklist(version: str = "1", form_id: str = "market", **more) -> Checklist:
    fields = {
        "form_id": form_id, "version": version, "title": Words("农贸市场检查表", "Market"),
        "subjects": (
            Subject("round", Words("轮次", "Round")),
            Subject("point", Words("点位编号", "Point"), scan=True),
        ),
        "sections": (
            Section(
                Words("环境卫生", "Cleanliness"),
                (
                    Line("1.1", Words("地面干净", "Clean floor"), Words("实地查看", "Look")),
                    Line("1.2", Words("乱停车辆", "Parking"), answer=Answer.COUNT),
                ),
            ),
        ),
    } | more  # fmt: skip
    return Checklist(**fields)


def a_version(version: str = "1", form_id: str = "market", office=None, **more) -> FormVersion:
    """Published by the city office."""
    office = office or an_office()
    drafted = commands.draft(
        xlsx=building.xlsx(a_checklist(version, form_id, **more)), file_name="market.xlsx",
        owner_id=a_city().city.pk, actor=office, at=AT, subject="point",
    )  # fmt: skip
    return commands.publish(version_id=drafted.version.pk, actor=office, at=AT)


def a_phone(person: Person, token: str = TOKEN, **more):
    fields = {"name": "Redmi", "actor": person, "at": AT} | more
    return commands.issue(person_id=person.pk, token=token, **fields).device


def a_media(version: FormVersion, name: str, content: bytes) -> FormMedia:
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return FormMedia.objects.create(
        form_version=version, name=name, file=keep(content, name), md5=md5
    )


def answers(
    instance_id: str = "uuid:1",
    *,
    photos=(),
    version: str = "1",
    form_id: str = "market",
    deprecates: str = "",
    more: str = "",
) -> bytes:
    """A submission's XML; `photos` are the names that the lines' photo questions hold."""
    named = "".join(
        f"<{question}>{name}</{question}>"
        for question, name in zip(PHOTOS, photos, strict=False)
    )
    former = f"<deprecatedID>{deprecates}</deprecatedID>" if deprecates else ""
    return (
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{form_id}" version="{version}">'
        "<start>2026-03-02T17:00:00.000+08:00</start><end>2026-03-02T17:20:00.000+08:00</end>"
        "<round_code>R7</round_code><point_code>K3F9</point_code>"
        "<place>26.890000 112.570000 60.0 8.0</place>"
        f"<part_1><l_1_1>NOT_MET</l_1_1><l_1_2>MET</l_1_2>"
        f"<l_1_2_value>3</l_1_2_value>{named}{more}</part_1>"
        f"<orx:meta><orx:instanceID>{instance_id}</orx:instanceID>{former}</orx:meta></data>"
    ).encode()


def multipart(xml: bytes | None, files=(), boundary: str = "BOUNDARY", more=()) -> bytes:
    """A body as Collect writes it: the form first, then its files."""
    parts = [] if xml is None else [("xml_submission_file", "data.xml", "text/xml", xml)]
    parts += [(name, name, "application/octet-stream", content) for name, content in files]
    parts += more
    body = b""
    for name, file_name, kind, content in parts:
        head = f'Content-Disposition: form-data; name="{name}"'
        head += f'; filename="{file_name}"' if file_name else ""
        body += f"--{boundary}\r\n{head}\r\nContent-Type: {kind}\r\n\r\n".encode()
        body += content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def everything() -> tuple:
    """What is stored, on disk and in tables: to see that nothing changed."""
    return (
        tuple(on_disk()),
        tuple(Submission.objects.order_by("pk").values_list("pk", "sha256", "deprecates")),
        tuple(SubmissionFile.objects.order_by("pk").values_list("submission", "name", "file")),
        tuple(Completion.objects.order_by("pk").values_list("submission")),
        File.objects.count(),
        Entry.objects.filter(verb__startswith="submission").count(),
    )


def sender(person: Person) -> Sender:
    return Sender(person)
