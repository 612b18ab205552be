"""The keeper's way on the phone: form, check-list, announcing; times, posts, copies, series."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.activities import commands
from xinfeng.activities.models import Activity, Post, Project, Shift
from xinfeng.base import clock
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, TODAY, a_city, a_place
from xinfeng.teams.tests.build import a_team

from .build import EIGHT, ONE_HOUR, STATED, a_category, a_shift, a_wish, an_activity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EIGHT)


@pytest.fixture
def place():
    return a_place(address="茶山村部")


@pytest.fixture
def keeper(client, place):
    who = a_keeper(place)
    client.force_login(who)
    return who


def read(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client, page, *args, **data):
    answer = client.post(reverse(page, args=args), data)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return answer["Location"]


def entered(at, **changes):
    fields = {
        "code": "RIVER", "title": "河道清洁", "category": a_category().pk, "risk": "LOW",
        "place": at.pk, "day": "2022-07-20", "starts": "09:00", "ends": "11:00",
        "capacity": 12,
    }  # fmt: skip
    return STATED | fields | changes


def test_a_keeper_enters_reads_and_announces(client, keeper, place):
    assert place.name in read(client, "activities:announce")

    page = press(client, "activities:announce", **entered(place, content="", withdraw_hours=12))
    draft = client.get(page).content.decode()
    assert 'data-missing="content"' in draft
    assert reverse("activities:publish", args=["RIVER"]) not in draft
    press(client, "activities:rewrite", "RIVER", **entered(place))
    assert reverse("activities:publish", args=["RIVER"]) in client.get(page).content.decode()
    press(client, "activities:publish", "RIVER")

    activity = Activity.objects.get()
    shift = activity.shifts.get()
    assert (activity.state, activity.division_id) == ("ANNOUNCED", place.division_id)
    assert shift.starts_at - shift.withdraw_until == timedelta(hours=12)


def test_the_refusal_to_publish_lists_what_is_missing(client, keeper, place):
    press(client, "activities:announce", **entered(place, content="", risks=""))

    answer = client.post(reverse("activities:publish", args=["RIVER"]))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "not_ready" in page
    assert "活动内容" in page
    assert "可能的风险" in page


def test_nature_is_chosen_by_a_person(client, keeper, place):
    answer = client.post(reverse("activities:announce"), entered(place, nature=""))

    assert 'class="error"' in answer.content.decode()
    assert not Activity.objects.exists()


def test_the_form_begins_with_what_was_said_last_time(client, keeper, place):
    press(client, "activities:announce", **entered(place))

    page = read(client, "activities:announce")

    assert STATED["protection"] in page
    assert "河道清洁" not in page


def test_a_first_form_begins_with_the_only_place(client, keeper, place):
    page = read(client, "activities:announce")

    assert f'<option value="{place.pk}" selected>' in page
    assert "茶山村部" in page


def test_deputies_are_named_by_their_accounts(client, keeper, place):
    mei = a_person()

    wrong = client.post(reverse("activities:announce"), entered(place, deputies="nobody"))
    press(client, "activities:announce", **entered(place, deputies="mei"))

    assert "nobody" in wrong.content.decode()
    assert Activity.objects.get().deputies == [mei.pk]


def test_a_deputy_rewrites_by_the_form_without_a_place_of_their_own(client, keeper, place):
    mei = a_person()
    press(client, "activities:announce", **entered(place, deputies="mei"))
    client.force_login(mei)

    assert place.name in read(client, "activities:rewrite", "RIVER")
    press(client, "activities:rewrite", "RIVER",
          **entered(place, content="新的", deputies="mei"))  # fmt: skip

    activity = Activity.objects.get()
    assert (activity.content, activity.place_id) == ("新的", place.pk)


def test_a_leader_invites_with_the_team_and_no_codes_are_typed(client, place):
    lan = a_person("lan")
    team = a_team(leader=lan)
    client.force_login(lan)

    press(client, "activities:announce", **entered(place, place="", team=team.pk))

    activity = Activity.objects.get()
    assert (activity.team_id, activity.division_id) == (team.pk, team.division_id)


def test_somebody_elses_place_is_no_choice(client, keeper, place):
    other = a_place(division=a_city().other_village)

    answer = client.post(reverse("activities:announce"), entered(place, place=other.pk))

    assert answer.status_code == 200
    assert not Activity.objects.exists()


def test_who_has_nothing_to_invite_in_is_told(client):
    client.force_login(a_person())

    assert reverse("activities:list") in read(client, "activities:announce")


def test_a_draft_is_seen_by_those_who_run_it(client, keeper, place):
    press(client, "activities:announce", **entered(place))
    address = reverse("activities:activity", args=["RIVER"])

    assert client.get(address).status_code == 200
    client.force_login(a_person())
    assert client.get(address).status_code == 404
    for name in ("rewrite", "shifts", "series", "copy"):
        assert client.get(reverse(f"activities:{name}", args=["RIVER"])).status_code == 404
    client.logout()
    assert client.get(address).status_code == 404


def test_times_and_posts_are_made_by_forms(client, keeper, place):
    press(client, "activities:announce", **entered(place))
    first = Shift.objects.get()
    times = {"day": "2022-07-21", "starts": "14:00", "ends": "16:00", "capacity": 6}

    press(client, "activities:shifts", "RIVER", **times)
    press(client, "activities:add_post", first.pk, name="清捞", capacity=4, min_age=18,
          is_dangerous="on")  # fmt: skip
    post = Post.objects.get()
    assert post.is_dangerous
    read(client, "activities:shifts", "RIVER")
    press(client, "activities:resize_post", post.pk, capacity=5)
    press(client, "activities:resize_shift", first.pk, capacity=5)
    press(client, "activities:change_shift", first.pk, **times | {"day": "2022-07-22"})
    first.refresh_from_db()
    assert (first.capacity, first.starts_at) == (5, NINE + timedelta(days=5, hours=5))
    press(client, "activities:drop_post", post.pk)
    press(client, "activities:drop_shift", first.pk)

    assert Shift.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [("add_post", {"name": ""}), ("resize_shift", {"capacity": "many"}),
     ("change_shift", {"day": "2022-07-21", "starts": "16:00", "ends": "14:00"})],
)  # fmt: skip
def test_nonsense_in_a_small_form_is_refused_in_words(client, keeper, place, name, data):
    press(client, "activities:announce", **entered(place))

    answer = client.post(reverse(f"activities:{name}", args=[Shift.objects.get().pk]), data)

    assert answer.status_code == 409


def test_a_series_is_seen_before_it_is_made(client, keeper, place):
    press(client, "activities:announce", **entered(place))
    choice = {"every": "WEEK", "count": 3}

    page = read(client, "activities:series", "RIVER", **choice)
    assert page.count('name="day"') == 3
    press(client, "activities:series", "RIVER", **choice, day=["2022-07-27"])

    series = Activity.objects.filter(series__code="RIVER").order_by("pk")
    days = [clock.local_date(one.shifts.get().starts_at) for one in series]
    assert days == [TODAY + timedelta(days=3), TODAY + timedelta(days=10)]


def test_an_endless_or_too_long_series_says_why(client, keeper, place):
    press(client, "activities:announce", **entered(place))

    assert "次数或截止日期" in read(client, "activities:series", "RIVER", every="WEEK")
    page = read(client, "activities:series", "RIVER", every="WEEK", until="2030-01-01")
    assert "60" in page.split('role="alert"')[1].split("</p>")[0]


def test_holidays_and_shifted_weekends_are_marked(client, keeper, place):
    wish = entered(place, day="2022-09-17")
    press(client, "activities:announce", **wish)

    page = read(client, "activities:series", "RIVER", every="WEEK", count=4)

    assert "法定节假日" in page
    assert "调休上班" in page


def test_a_copy_is_made_by_a_form(client, keeper, place):
    press(client, "activities:announce", **entered(place))

    page = press(client, "activities:copy", "RIVER", code="COPY", on="2022-08-01")

    assert page == reverse("activities:activity", args=["COPY"])


def test_the_rest_of_a_series_is_called_off_by_a_button(client, keeper, place):
    activity = commands.announce(new=a_wish(place_id=place.pk), actor=keeper, at=EIGHT)
    commands.repeat(
        activity_id=activity.pk, rrule="FREQ=WEEKLY;COUNT=3", actor=keeper, at=EIGHT
    )

    press(client, "activities:call_off", "RIVER-2", rest="1")

    states = list(Activity.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["ANNOUNCED", "CALLED_OFF", "CALLED_OFF"]


def test_a_poster_carries_a_code_that_leads_to_the_page(client, keeper, place):
    commands.announce(new=a_wish(place_id=place.pk), actor=keeper, at=EIGHT)
    client.logout()

    page = read(client, "activities:poster", "RIVER")

    assert "<svg" in page
    assert "http://testserver" + reverse("activities:activity", args=["RIVER"]) in page
    assert STATED["risks"] in page


# The board


def test_the_board_says_what_is_next(client, keeper, place, monkeypatch):
    commands.draft(
        new=a_wish(code="D", title="草稿的", place_id=place.pk), actor=keeper, at=EIGHT
    )
    other = a_person("lan")
    over = an_activity(leader=keeper, title="过去的")
    a_shift(activity=over, starts_at=NINE - 24 * ONE_HOUR)
    late = {
        "state": "HELD",
        "held_on": TODAY - timedelta(days=30),
        "due_on": TODAY - timedelta(days=5),
    }
    an_activity(leader=other, place=place, title="逾期的", **late)
    an_activity(leader=other, deputies=[keeper.pk], title="代管的")
    an_activity(leader=other, title="别人的")

    page = read(client, "activities:board")

    assert [t for t in ("草稿的", "过去的", "逾期的", "代管的", "别人的") if t in page] == [
        "草稿的", "过去的", "逾期的", "代管的",
    ]  # fmt: skip
    assert reverse("activities:hold", args=[over.code]) in page
    assert "已逾期" in page


def test_the_board_costs_the_same_for_one_or_many(client, keeper, place):
    for number in range(12):
        a_shift(activity=an_activity(leader=keeper), starts_at=NINE + number * ONE_HOUR)

    with at_most(10):
        read(client, "activities:board")


# Programmes and projects


def test_a_keeper_starts_a_project_and_its_activities_stand_under_it(client, keeper, place):
    page = press(
        client, "activities:start_project", place=place.pk, name="银龄课堂", content="教手机"
    )
    project = Project.objects.get()
    programme = commands.add_programme(
        code="act", name="衡阳群众在行动", actor=an_office(a_city().city), at=EIGHT
    )
    under = {"project_id": project.pk, "programme_id": programme.pk}
    commands.announce(new=a_wish(place_id=place.pk, **under), actor=keeper, at=EIGHT)

    assert "河道清洁" in client.get(page).content.decode()
    assert "河道清洁" in read(client, "activities:programme", "act")
    assert "衡阳群众在行动" in read(client, "activities:programmes")
    assert "银龄课堂" in read(client, "activities:activity", "RIVER")
