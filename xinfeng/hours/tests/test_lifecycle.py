"""Leaving, erasing and taking one's record along, as far as hours are concerned."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest

from xinfeng.base import scope
from xinfeng.hours import commands
from xinfeng.hours.commands import NewEntry, NewLine
from xinfeng.hours.models import (
    Contest,
    Credit,
    Doubt,
    EntryKind,
    EntryReason,
    Evidence,
    HourEntry,
)
from xinfeng.people import leaving, records
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, VILLAGE, a_city

from .build import a_credit

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def mei():
    return a_person("mei")


def an_entry(mei):
    new = NewEntry(
        uuid4(), EntryKind.OWN, "=清理", VILLAGE, EntryReason.UNPLANNED, remark="我的话",
        evidence="签名表", file=PNG,
    )  # fmt: skip
    line = NewLine(mei.pk, NINE - timedelta(hours=2), NINE - timedelta(hours=1))
    return commands.submit(new=new, lines=[line], actor=mei, at=NINE)


def test_the_end_of_an_account_withdraws_what_waits_and_forgets_words_not_hours(mei):
    credit = a_credit(mei)
    an_entry(mei)
    commands.contest(
        credit_id=credit.pk, doubt=Doubt.TOO_MUCH, text="我的话", actor=mei, at=NINE
    )

    with scope.whole_city():
        leaving.end_all(mei, mei, NINE)

    with scope.whole_city():
        entry, contest, file = (
            HourEntry.objects.get(), Contest.objects.get(), Evidence.objects.get(),
        )  # fmt: skip
        assert Credit.objects.of(mei).minutes() == 120
    assert (entry.state, entry.remark, entry.evidence) == ("WITHDRAWN", "", "")
    assert (contest.state, contest.text) == ("WITHDRAWN", "")
    assert (bytes(file.content), len(file.sha256)) == (b"", 64)


def test_ones_record_holds_hours_entries_and_contests(mei):
    a_credit(mei, 90)
    a_credit(a_person("bo"), 60)
    entry = an_entry(mei)
    commands.confirm(entry_id=entry.pk, actor=an_office(a_city().county), at=NINE)

    with scope.whole_city():
        made = zipfile.ZipFile(BytesIO(records.archive(mei.pk, NINE)))

    told = json.loads(made.read("record.json"))["sections"]
    assert [row["minutes"] for row in told["hours"]] == [90, 60]
    assert told["hours"][1]["activity"] == "=清理"
    assert [row["state"] for row in told["hour_entries"]] == ["CONFIRMED"]
    assert told["hour_contests"] == []
    assert "'=清理" in made.read("hours.csv").decode()
