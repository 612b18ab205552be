"""What is by invitation stands on no public page, under no address, in no figure."""

from datetime import timedelta
from itertools import chain
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.public_urls import PUBLIC
from xinfeng.activities import commands, door, queries
from xinfeng.activities.models import Activity, Project, Shift
from xinfeng.activities.queries import Around
from xinfeng.activities.sources import attendance
from xinfeng.base import clock, figures, positions, scope
from xinfeng.base.figures import Window
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.base.standing import Standing
from xinfeng.people.models import CareKind, Guardianship, Notice
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.people.tests.tokens import bearer
from xinfeng.people.tokens import Scope
from xinfeng.places.tests.build import NINE, TODAY, a_city, a_place

from .build import EIGHT, ONE_HOUR, a_shift, a_signup, a_wish, an_activity

pytestmark = pytest.mark.django_db
TITLE = "上门理发"
HERE = (26_893_000, 112_572_000)
ELEVEN = NINE + 2 * ONE_HOUR


@pytest.fixture(autouse=True)
def at(monkeypatch):
    def stand(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand(EIGHT)
    return stand


@pytest.fixture
def lan():
    """Lan dispatches."""
    return a_person("lan", name="兰队长")


@pytest.fixture
def mei():
    """Mei visits."""
    return a_person("mei")


@pytest.fixture
def place():
    return a_place(lat_e6=HERE[0], lon_e6=HERE[1])


@pytest.fixture
def visit(lan, place):
    """A visit that an order ended in, written as badly as it can be: with place and cell."""
    project = Project.objects.create(place=place, name="银龄理发", starts_on=TODAY)
    activity = an_activity(
        leader=lan, title=TITLE, audience="INVITED", division=a_city().township, place=place,
        project=project, lat_e6=HERE[0], lon_e6=HERE[1], meeting_point="三组 12 号",
    )  # fmt: skip
    shift = a_shift(activity=activity)
    shift.cell = positions.cell(*HERE)
    shift.save()
    return shift


def page_of(visit):
    return reverse("activities:activity", args=[visit.activity.code])


# Public addresses


def test_no_public_page_of_activities_knows_of_it(client, visit, place):
    code, project = visit.activity.code, visit.activity.project_id
    addresses = {
        "activities:list": [reverse("activities:list")],
        "activities:activity": [page_of(visit)],
        "activities:poster": [reverse("activities:poster", args=[code])],
        "activities:near": [reverse("activities:near") + f"?village={a_city().village.pk}"],
        "activities:activity_calendar": [reverse("activities:activity_calendar", args=[code])],
        "activities:place_calendar": [reverse("activities:place_calendar", args=[place.code])],
        # Of whoever was asked: tests/test_calendars.py.
        "activities:my_calendar": [],
        "activities:programmes": [reverse("activities:programmes")],
        "activities:programme": [],
        "activities:project": [reverse("activities:project", args=[project])],
    }
    # A public page that is new in this room is looked at here, too.
    assert {name for name in PUBLIC if name.startswith("activities:")} <= set(addresses)

    for address in [*chain(*addresses.values()), place_page(place)]:
        page = client.get(address).content.decode()
        assert TITLE not in page, address
        # A page that is not found says its own address again, and no more.
        assert code not in page.replace(address, ""), address
    assert client.get(page_of(visit)).status_code == 404
    assert client.get(reverse("activities:poster", args=[code])).status_code == 404


def place_page(place):
    return reverse("places:place", args=[place.code])


def test_near_me_and_the_list_leave_it_out(visit):
    assert queries.near(Around(*HERE, radius_m=5_000), at=EIGHT).lines == []
    assert list(Shift.objects.upcoming(EIGHT)) == []


def test_the_interface_knows_no_more_than_the_pages(client, visit, mei):
    code = visit.activity.code
    asked = bearer(mei, Scope.RECORD)

    found = client.get("/api/v1/activities").json()
    near = client.post(
        "/api/v1/activities/near", {"latitude": 26.893, "longitude": 112.572},
        "application/json",
    )  # fmt: skip

    assert (found["items"], near.json()["items"]) == ([], [])
    assert client.get(f"/api/v1/activities/{code}").status_code == 404
    assert client.get(f"/api/v1/activities/{code}", headers=asked).status_code == 404


@pytest.mark.parametrize("verb", ["cancellation", "completion", "records"])
def test_a_stranger_is_not_told_that_it_exists(client, visit, verb):
    stranger = a_person("stranger")
    client.force_login(stranger)

    page = client.post(f"/activities/{visit.activity.code}/{verb}/")
    api = client.post(
        f"/api/v1/activities/{visit.activity.code}/{verb}",
        headers=bearer(stranger, Scope.LEAD),
    )

    assert (page.status_code, api.status_code) == (404, 404)


def test_in_figures_it_is_an_order_and_no_activity(visit, lan):
    Activity.objects.filter(pk=visit.activity_id).update(
        state="HELD", held_on=TODAY, due_on=TODAY, place=visit.activity.place
    )
    window = Window(TODAY, TODAY + timedelta(days=40))

    for figure in figures.declared():
        if figure.subject.startswith("activities.") and figure.subject != "activities.project":
            with scope.whole_city():
                assert figures.rows(figure.name, window) == [], figure.name


def test_hours_made_public_say_the_township_and_nothing_finer(visit, mei):
    signup = a_signup(volunteer=mei, shift=visit)

    with scope.whole_city():
        said = attendance([signup.pk])[signup.pk]

    assert (said.place, said.organiser) == (a_city().township.name, a_city().township.name)


def test_no_invitation_lies_in_a_village(lan):
    with pytest.raises(IntegrityError), transaction.atomic():
        an_activity(leader=lan, audience="INVITED", division=a_city().village)


def test_it_is_announced_in_the_township_of_the_village(place):
    keeper = a_keeper(place)

    made = commands.announce(
        new=a_wish(audience="INVITED", place_id=place.pk), actor=keeper, at=EIGHT
    )

    assert (made.division, made.leader) == (a_city().township, keeper)


# Whoever was asked, and whoever runs it


def test_whoever_was_asked_sees_it_without_its_position(client, visit, mei):
    a_signup(volunteer=mei, shift=visit)
    client.force_login(mei)

    answer = client.get(page_of(visit))

    assert TITLE in answer.content.decode()
    assert "26.893" not in answer.content.decode()
    api = client.get(
        f"/api/v1/activities/{visit.activity.code}", headers=bearer(mei, Scope.RECORD)
    ).json()
    assert (api["title"], api["latitude"]) == (TITLE, None)
    assert api["shifts"][0]["mine"]["part"] == "HELPER"


def test_a_guardian_sees_where_a_child_was_asked_to(client, visit):
    child, guardian = a_person("child"), a_person("guardian")
    with scope.whole_city():
        Guardianship.objects.create(
            ward=child, guardian=guardian, kind=CareKind.GUARDIAN,
            division_id=child.division_id, state="CONFIRMED", asked_at=NINE, confirmed_at=NINE,
        )  # fmt: skip
    a_signup(volunteer=child, shift=visit)
    client.force_login(guardian)

    assert client.get(page_of(visit)).status_code == 200


def test_its_leader_and_the_office_above_see_it(client, visit, lan):
    for person in (lan, an_office(a_city().county)):
        client.force_login(person)
        page = client.get(page_of(visit)).content.decode()
        assert TITLE in page
        assert reverse("activities:poster", args=[visit.activity.code]) not in page
        assert "逐一邀请" in page


def test_it_fills_neither_the_leaders_board_nor_the_overdue_list(visit, lan):
    Activity.objects.filter(pk=visit.activity_id).update(
        state="HELD", held_on=TODAY - timedelta(days=30), due_on=TODAY - timedelta(days=16)
    )
    office = Standing(roles=(("CITY_OFFICE", 0, 10**12),))

    assert queries.board(lan, Standing(), at=EIGHT, today=TODAY).tasks == []
    assert queries.overdue(office, today=TODAY, after=None).total == 0


def test_who_comes_is_reminded_and_told_where(visit, mei):
    a_signup(volunteer=mei, shift=visit)
    Activity.objects.filter(pk=visit.activity_id).update(meeting_point="", place=None)

    commands.remind_shift(shift_id=visit.pk, at=EIGHT)

    with scope.whole_city():
        (told,) = Notice.objects.filter(person=mei)
    assert told.words["where"] == a_city().township.name


def test_nobody_walks_in_at_a_strangers_door(visit):
    code = str(door.shown(visit.activity.code, NINE))

    with pytest.raises(Unknown) as refusal:
        commands.scan(
            client_id=uuid4(), code=code, seen_at=NINE, phase="IN", actor=a_person("bo"),
            at=NINE,
        )  # fmt: skip

    assert refusal.value.code == "shift_unknown"


# The code at somebody's own door


def test_the_page_of_an_order_shows_the_code_and_it_opens_the_door(visit, mei):
    signup = a_signup(volunteer=mei, shift=visit)

    shown = queries.door_code(visit.pk, NINE)
    seen = door.read(shown.path)

    assert shown.is_open
    assert door.is_genuine(seen)
    assert seen.is_of(NINE)
    assert door.digits_hold(visit.activity.code, shown.digits, NINE)
    came = commands.scan(
        client_id=uuid4(), code=shown.path, seen_at=NINE, phase="IN",
        actor=mei, at=NINE,
    )  # fmt: skip
    assert (came.pk, came.state) == (signup.pk, "PRESENT")


@pytest.mark.parametrize("moment", [EIGHT, ELEVEN + 31 * timedelta(minutes=1)])
def test_before_and_after_there_is_no_code_to_pass_on(visit, moment):
    shown = queries.door_code(visit.pk, moment)

    assert (shown.is_open, shown.path, shown.digits) == (False, "", "")
    assert shown.opens_at == NINE - timedelta(minutes=30)
    assert shown.closes_at == ELEVEN + timedelta(minutes=30)


def test_what_was_called_off_or_never_was_shows_none(visit):
    Activity.objects.filter(pk=visit.activity_id).update(state="CALLED_OFF")

    assert queries.door_code(visit.pk, NINE) is None
    assert queries.door_code(404, NINE) is None


# What nobody closed


def closed(visit, at):
    for activity_id in queries.left_over(at):
        commands.close_left_over(activity_id=activity_id, at=at)
    return Activity.objects.get(pk=visit.activity_id).state


def test_three_days_after_nobody_came_a_visit_is_closed_with_its_register(visit, mei):
    booked = a_signup(volunteer=mei, shift=visit)
    over = visit.ends_at + 72 * ONE_HOUR

    assert closed(visit, over - timedelta(minutes=1)) == "ANNOUNCED"
    assert closed(visit, over) == "CALLED_OFF"

    with scope.whole_city():
        booked.refresh_from_db()
    assert booked.state == "NO_SHOW"
    # Who did not come is not told that it was called off.
    assert not Notice.objects.filter(person=mei).exists()
    assert queries.left_over(over) == []


def test_a_visit_to_which_somebody_came_after_all_was_held(visit, mei):
    signup = a_signup(volunteer=mei, shift=visit)
    commands.check_in(signup_id=signup.pk, actor=visit.activity.leader, at=NINE)

    assert closed(visit, visit.ends_at + 72 * ONE_HOUR) == "HELD"


def test_an_open_activity_is_left_to_its_leader(lan):
    shift = a_shift(activity=an_activity(leader=lan))

    assert closed(shift, shift.ends_at + 72 * ONE_HOUR) == "ANNOUNCED"


def test_a_visit_is_not_closed_before_its_register(visit):
    with pytest.raises(Refusal) as refusal:
        commands.close_left_over(activity_id=visit.activity_id, at=visit.ends_at)

    assert refusal.value.code == "activity_not_over"
