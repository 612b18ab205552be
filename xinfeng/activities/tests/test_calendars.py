"""The calendars that other programs subscribe to, read back by the library."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from icalendar import Calendar

from xinfeng.activities import commands, passes
from xinfeng.activities.commands.leaving import move_places
from xinfeng.activities.models import CalendarLink
from xinfeng.base import clock, scope
from xinfeng.journal.models import Entry
from xinfeng.people import commands as people
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE, a_city, a_place

from .build import EIGHT, ONE_HOUR, a_shift, a_signup, an_activity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(monkeypatch):
    def stand(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand(EIGHT)
    return stand


@pytest.fixture
def lan():
    return a_person("lan", name="兰队长")


@pytest.fixture
def mei():
    return a_person("mei")


def linked(person, code="ABCDEFGH"):
    commands.link_calendar(code=code, actor=person, at=EIGHT)
    return reverse("activities:my_calendar", args=[passes.signed("calendar", code)])


def entries(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).walk("VEVENT")


def valid():
    with scope.whole_city():
        return list(CalendarLink.objects.valid().values_list("code", flat=True))


# My shifts


def test_my_program_reads_my_shifts_without_signing_in(client, lan, mei):
    shift = a_shift(activity=an_activity(leader=lan, meeting_point="茶山村码头"))
    a_signup(volunteer=mei, shift=shift)
    a_signup(volunteer=a_person("bo"), leader=lan)

    (entry,) = entries(client, linked(mei))

    assert (entry["summary"], entry["status"]) == ("河道清洁", "CONFIRMED")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (
        shift.starts_at,
        shift.ends_at,
    )
    assert entry["location"] == "茶山村 · 茶山村码头"
    assert entry["uid"] == f"shift-{shift.pk}@testserver"
    assert entry["url"].endswith(f"/activities/{shift.activity.code}/")


def test_waiting_is_tentative_and_what_was_given_back_is_gone(client, lan, mei):
    a_signup(volunteer=mei, leader=lan, state="WAITING")
    back = a_signup(volunteer=mei, shift=a_shift(leader=lan, starts_at=NINE + 24 * ONE_HOUR))
    address = linked(mei)
    commands.cancel(signup_id=back.pk, actor=mei, at=EIGHT)

    (entry,) = entries(client, address)

    assert entry["status"] == "TENTATIVE"


def test_a_shift_that_moved_is_the_same_entry_at_another_time(client, lan, mei):
    shift = a_shift(leader=lan)
    a_signup(volunteer=mei, shift=shift)
    address = linked(mei)
    (before,) = entries(client, address)

    shift.starts_at += ONE_HOUR
    shift.save()
    (after,) = entries(client, address)

    assert before["uid"] == after["uid"]
    assert after.decoded("dtstart") == NINE + ONE_HOUR


def test_a_visit_stands_in_it_without_the_address(client, lan, mei):
    visit = an_activity(
        leader=lan, audience="INVITED", division=a_city().township, place=a_place(),
        meeting_point="三组 12 号", lat_e6=26_893_000, lon_e6=112_572_000,
    )  # fmt: skip
    a_signup(volunteer=mei, shift=a_shift(activity=visit))

    (entry,) = entries(client, linked(mei))

    assert entry["location"] == a_city().township.name
    assert "geo" not in {key.lower() for key in entry}


def test_it_is_kept_by_nobody_on_the_way(client, mei):
    answer = client.get(linked(mei))

    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex"


def test_a_new_address_ends_the_old_one(client, mei):
    old = linked(mei)
    new = linked(mei, "HGFEDCBA")

    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200
    assert valid() == ["HGFEDCBA"]
    assert [entry.verb for entry in Entry.objects.order_by("pk")] == [
        "calendar.linked", "calendar.ended", "calendar.linked",
    ]  # fmt: skip


def test_asked_twice_with_one_code_it_is_made_once(mei):
    first = commands.link_calendar(code="ABCDEFGH", actor=mei, at=EIGHT)
    second = commands.link_calendar(code="ABCDEFGH", actor=mei, at=NINE)

    assert (first.pk, second.made_at) == (second.pk, EIGHT)


def test_a_code_without_its_signature_opens_nothing(client, mei):
    linked(mei)

    for text in ["ABCDEFGH", "ABCDEFGH.AAAAAAAAAAAAAAAA", passes.signed("card", "ABCDEFGH")]:
        address = reverse("activities:my_calendar", args=[text])
        assert client.get(address).status_code == 404


def test_whoever_ended_it_is_read_no_more(client, mei):
    address = linked(mei)

    assert commands.end_calendar(actor=mei, at=NINE) == 1
    assert commands.end_calendar(actor=mei, at=NINE) == 0
    assert client.get(address).status_code == 404


def test_with_the_account_ends_the_calendar(client, mei):
    address = linked(mei)

    people.erase_account(person_id=mei.pk, actor=mei, at=NINE)

    assert (client.get(address).status_code, valid()) == (404, [])


def test_of_two_accounts_that_become_one_the_one_that_stays_keeps_its_own(lan, mei):
    keep = a_person("keep")
    linked(mei, "OLD")
    linked(keep, "KEPT")

    with scope.whole_city(), transaction.atomic():
        move_places(mei, keep, lan, NINE)

    assert valid() == ["KEPT"]


@pytest.mark.parametrize(
    "wrong", [{"code": "SECOND"}, {"code": "ENDED", "ended_at": EIGHT - timedelta(days=1)}]
)
def test_the_database_keeps_one_valid_link_that_ends_after_it_is_made(mei, wrong):
    linked(mei)
    fields = {"person": mei, "division_id": mei.division_id, "made_at": EIGHT}

    with scope.whole_city(), pytest.raises(IntegrityError), transaction.atomic():
        CalendarLink.objects.create(**fields | wrong)


def test_my_page_makes_shows_and_ends_the_address(client, mei):
    client.force_login(mei)
    mine = reverse("activities:mine")
    assert "webcal://" not in client.get(mine).content.decode()

    client.post(reverse("activities:link_calendar"))
    page = client.get(mine).content.decode()
    assert "webcal://testserver/activities/calendar/" in page

    client.post(reverse("activities:end_calendar"))
    assert "webcal://" not in client.get(mine).content.decode()


def test_the_feed_costs_the_same_however_many_shifts_there_are(
    client, lan, mei, django_assert_max_num_queries
):
    address = linked(mei)
    for day in range(5):
        shift = a_shift(leader=lan, starts_at=NINE + day * 24 * ONE_HOUR)
        a_signup(volunteer=mei, shift=shift)

    with django_assert_max_num_queries(12):
        assert len(entries(client, address)) == 5


# What everybody may know


def test_an_activity_and_its_place_have_calendars_of_their_own(client, lan):
    place = a_place()
    open_ = a_shift(activity=an_activity(leader=lan, place=place))
    a_shift(activity=an_activity(leader=lan, place=place, state="CALLED_OFF"))
    a_shift(activity=an_activity(leader=lan, place=place, state="DRAFT"))
    a_shift(
        activity=an_activity(
            leader=lan, place=place, audience="INVITED", division=a_city().township
        )
    )

    one = entries(client, reverse("activities:activity_calendar", args=[open_.activity.code]))
    at_place = entries(client, reverse("activities:place_calendar", args=[place.code]))

    assert [entry["uid"] for entry in one] == [entry["uid"] for entry in at_place]
    assert len(one) == 1


def test_an_activity_that_was_called_off_says_so_in_the_calendar(client, lan):
    shift = a_shift(activity=an_activity(leader=lan, state="CALLED_OFF"))

    (entry,) = entries(
        client, reverse("activities:activity_calendar", args=[shift.activity.code])
    )

    assert entry["status"] == "CANCELLED"


@pytest.mark.parametrize("hidden", [{"state": "DRAFT"}, {"audience": "INVITED"}])
def test_drafts_and_visits_have_no_public_calendar(client, lan, hidden):
    shift = a_shift(activity=an_activity(leader=lan, division=a_city().township, **hidden))
    client.force_login(lan)

    address = reverse("activities:activity_calendar", args=[shift.activity.code])
    assert client.get(address).status_code == 404
