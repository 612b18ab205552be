"""Online filing over the interface: handed in, judged by somebody else, graded; the ledger."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from xinfeng.base import clock
from xinfeng.filing.models import Paper
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.tokens import bearer, refused_with
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units.tests.build import a_unit

from .build import a_clerk, a_pdf, a_standard, a_task, an_office

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def _here(monkeypatch, settings, tmp_path):
    monkeypatch.setenv("XINFENG_HOME", str(tmp_path))
    monkeypatch.setattr(clock, "now", lambda: NINE)


def post(client, address: str, said: dict | None = None, *, by):
    headers = bearer(by, Scope.OFFICE)
    return client.post(f"/api/v1{address}", said or {}, JSON, headers=headers)


def get(client, address: str, by=None, **query):
    headers = bearer(by, Scope.OFFICE) if by else {}
    return client.get(f"/api/v1{address}", query, headers=headers)


def hand_in(client, task, by, *, number: int = 1, content: bytes | None = None):
    said = {
        "title": "年度计划", "dated_on": str(NINE.date()), "is_stamped": "true",
        "file": SimpleUploadedFile("plan.pdf", content or a_pdf(number)),
    }  # fmt: skip
    return client.post(
        f"/api/v1/tasks/{task.pk}/papers", said, headers=bearer(by, Scope.OFFICE)
    )


def test_papers_are_handed_in_judged_by_another_and_graded(client):
    task = a_task()
    clerk, reviewer = a_clerk(task.unit), an_office()

    first = hand_in(client, task, clerk)
    assert first.status_code == 200, first.json()
    hand_in(client, task, clerk, number=2)
    twice = hand_in(client, task, clerk, number=2)
    assert refused_with(twice) == (409, "paper_is_here_already")
    waiting = get(client, "/papers/waiting", reviewer).json()["items"]
    assert [each["task"] for each in waiting] == [task.pk] * 2
    own = post(client, f"/papers/{waiting[0]['id']}/acceptance", by=clerk)
    assert refused_with(own) == (403, "not_a_reviewer")
    for paper in waiting:
        done = post(client, f"/papers/{paper['id']}/acceptance", by=reviewer)
        assert done.json()["state"] == "ACCEPTED"
    graded = post(client, f"/tasks/{task.pk}/grades", {"letter": "A"}, by=reviewer).json()
    assert [each["letter"] for each in graded["grades"]] == ["A"]
    assert graded["stage"] == "GRADED"
    stands = get(client, "/standards/small-city/1/standing").json()
    filing = next(each for each in stands["methods"] if each["method"] == "filing")
    assert (filing["got"], filing["lines_known"]) == (40.0, 1)


def test_a_file_is_checked_by_its_content_and_the_refusal_is_the_pages_own(client):
    task = a_task()
    clerk = a_clerk(task.unit)

    told = hand_in(client, task, clerk, content=b"MZ\x90\x00 a program, not a paper")

    assert told.status_code in (409, 415, 422)
    assert told.json()["code"]
    assert not Paper.objects.exists()


def test_a_returned_paper_is_a_gap_again_and_a_paper_is_taken_back(client):
    task = a_task(due_on=NINE.date() + timedelta(days=3))
    clerk, reviewer = a_clerk(task.unit), an_office()
    paper = hand_in(client, task, clerk).json()["papers"][0]["id"]
    assert get(client, "/filing-gaps", clerk).json()["items"][0]["missing"] == 1

    post(client, f"/papers/{paper}/return", {"reason": "看不清印章"}, by=reviewer)
    second = hand_in(client, task, clerk, number=2).json()["papers"][0]["id"]
    post(client, f"/papers/{second}/withdrawal", by=clerk)

    gap = get(client, "/filing-gaps", reviewer, unit=task.unit.code).json()["items"][0]
    assert (gap["stage"], gap["missing"], gap["returned"]) == ("RETURNED", 2, 1)


def test_the_file_and_the_task_are_for_the_unit_and_its_reviewers(client):
    task = a_task()
    clerk = a_clerk(task.unit)
    paper = hand_in(client, task, clerk).json()["papers"][0]["id"]
    other, stranger = a_clerk(a_unit()), a_person("stranger")

    file = get(client, f"/papers/{paper}/file", clerk)
    assert b"".join(file.streaming_content) == a_pdf(1)
    for address in (f"/papers/{paper}/file", f"/tasks/{task.pk}"):
        for who in (other, stranger):
            assert refused_with(get(client, address, who)) == (403, "not_your_unit")
    assert refused_with(get(client, "/filing-gaps", other, unit=task.unit.code))[0] == 403


def test_lines_are_given_listed_and_taken_back(client):
    standard, unit, office = a_standard(), a_unit(), an_office()
    address = f"/standards/{standard.name}/{standard.version}/tasks"
    said = {"line": "Ⅲ-1", "unit": unit.code, "part": "LEAD", "due_on": "2022-12-01"}

    made = post(client, address, said, by=office).json()
    assert post(client, address, said, by=office).json() == made
    listed = get(client, address, office, unit=unit.code).json()["items"]
    assert [(each["line"], each["method"]) for each in listed] == [("Ⅲ-1", "filing")]
    assert refused_with(post(client, address, said, by=a_person()))[0] == 403
    assert post(client, f"/tasks/{made['id']}/end", by=office).json()["is_ended"]
    assert get(client, address, office).json()["items"] == []


def test_what_is_only_proposed_is_for_offices_and_another_confirms_it(client):
    standard, one, other = a_standard(), an_office(), an_office()
    address = f"/standards/{standard.name}/{standard.version}/sanctions"
    said = {
        "entry": "N1", "division": a_city().city.pk, "happened_on": str(NINE.date()),
        "what": "示例", "source": "示例通报",
    }  # fmt: skip

    made = post(client, address, said, by=one).json()
    assert get(client, address).json()["items"] == []
    assert len(get(client, address, other).json()["items"]) == 1
    own = post(client, f"/sanctions/{made['id']}/confirmation", by=one)
    assert refused_with(own) == (403, "own_entry")
    done = post(client, f"/sanctions/{made['id']}/confirmation", by=other).json()
    assert (done["state"], done["deduct"]) == ("STANDING", 3)
    assert len(get(client, address).json()["items"]) == 1
    lifted = post(client, f"/sanctions/{made['id']}/lifting", {"reason": "误报"}, by=other)
    assert lifted.json()["state"] == "LIFTED"
    assert get(client, "/standards/small-city/1/standing").json()["points_taken"] == 0
