from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.activities import queries
from xinfeng.activities.models import Activity, Signup
from xinfeng.base import clock, scope
from xinfeng.people.tests.build import a_grant, a_keeper, a_person, an_office
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, a_city, a_place

from .build import EIGHT, ONE_HOUR, STATED, a_category, a_post, a_shift, a_signup, an_activity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Let the pages' clock stand at a moment; it begins at eight."""

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


def read(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


# The list


def test_everybody_sees_what_is_on_soonest_first(client, lan):
    late = a_shift(
        activity=an_activity(leader=lan, title="晚的"), starts_at=NINE + 4 * ONE_HOUR
    )
    soon = a_shift(activity=an_activity(leader=lan, title="早的"))
    a_shift(activity=an_activity(leader=lan, title="取消的", state="CALLED_OFF"))
    a_shift(activity=an_activity(leader=lan, title="过去的"), starts_at=NINE - 20 * ONE_HOUR)

    page = read(client, "activities:list")

    assert page.index(soon.activity.title) < page.index(late.activity.title)
    assert "取消的" not in page
    assert "过去的" not in page


def test_the_list_can_be_narrowed_by_place_category_and_day(client, lan):
    a_shift(activity=an_activity(leader=lan, title="要找的"))
    a_shift(activity=an_activity(leader=lan, title="别处的", division=a_city().other_county))
    a_shift(
        activity=an_activity(leader=lan, title="别类的", category=a_category("law", "普法"))
    )
    a_shift(
        activity=an_activity(leader=lan, title="别日的"), starts_at=NINE + timedelta(days=1)
    )

    page = read(
        client, "activities:list",
        within=a_city().township.pk, category="environment", day="2022-07-17",
    )  # fmt: skip

    assert "要找的" in page
    assert not [title for title in ("别处的", "别类的", "别日的") if title in page]


def test_a_choice_without_result_says_how_to_go_on(client):
    assert reverse("activities:list") in read(client, "activities:list", day="2030-01-01")


@pytest.mark.parametrize(
    "query",
    [{"within": "x"}, {"within": "7"}, {"day": "tomorrow"}, {"category": "'"},
     {"after": "x"}, {"after": "_"}, {"after": "99999999999999999999_1"}],
)  # fmt: skip
def test_nonsense_in_the_address_is_no_error(client, lan, query):
    a_shift(leader=lan)

    read(client, "activities:list", **query)


def test_the_list_costs_the_same_for_one_or_many(client, lan, mei):
    for number in range(12):
        shift = a_shift(leader=lan, starts_at=NINE + number * ONE_HOUR)
        a_signup(volunteer=mei, shift=shift)
    client.force_login(mei)

    with at_most(8):
        read(client, "activities:list")


def test_the_list_goes_on_by_key(lan, monkeypatch):
    monkeypatch.setattr(queries.listing, "PAGE", 2)
    shifts = [a_shift(leader=lan, starts_at=NINE + (n // 2) * ONE_HOUR) for n in range(5)]

    seen, after = [], None
    for _ in range(3):
        page = queries.upcoming(queries.Choice(), visitor=None, at=EIGHT, after=after)
        seen += [line.shift.pk for line in page.lines]
        after = page.after

    assert seen == [shift.pk for shift in shifts]
    assert after is None


def test_the_next_page_has_an_address(client, lan, monkeypatch):
    monkeypatch.setattr(queries.listing, "PAGE", 1)
    first = a_shift(activity=an_activity(leader=lan, title="第一场"))
    a_shift(activity=an_activity(leader=lan, title="第二场"), starts_at=NINE + ONE_HOUR)
    key = f"{int(first.starts_at.timestamp())}_{first.pk}"

    assert f"after={key}" in read(client, "activities:list")
    second = read(client, "activities:list", after=key)
    assert "第二场" in second
    assert "第一场" not in second


# One activity


def test_a_visitor_is_led_to_sign_in_first(client, lan):
    activity = a_shift(leader=lan).activity

    page = read(client, "activities:activity", activity.code)

    assert "/sign-in/?next=" in page


def test_a_volunteer_takes_and_gives_back_a_place_by_buttons(client, lan, mei):
    shift = a_shift(leader=lan)
    client.force_login(mei)
    button = reverse("activities:sign_up", args=[shift.pk])
    assert button in read(client, "activities:activity", shift.activity.code)

    client.post(button)
    with scope.whole_city():
        signup = Signup.objects.get()
    back = reverse("activities:cancel", args=[signup.pk])
    assert back in read(client, "activities:activity", shift.activity.code)
    client.post(back)

    assert button in read(client, "activities:activity", shift.activity.code)


@pytest.mark.parametrize(
    ("moment", "capacity", "reason"),
    [(NINE, 10, "报名")],
)
def test_a_button_that_cannot_be_pressed_says_why(
    client, lan, mei, at, moment, capacity, reason
):
    shift = a_shift(leader=lan, capacity=capacity)
    a_signup(volunteer=a_person("bo"), shift=shift)
    client.force_login(mei)
    at(moment)

    page = read(client, "activities:activity", shift.activity.code)

    assert " disabled" in page
    assert reason in page.split(f'id="why-{shift.pk}"')[1].split("</p>")[0]


def test_a_full_shift_offers_the_waiting_list_and_shows_ones_place_in_it(client, lan, mei):
    shift = a_shift(leader=lan, capacity=1)
    a_signup(volunteer=a_person("bo"), shift=shift)
    a_signup(volunteer=a_person("an"), shift=shift, state="WAITING")
    client.force_login(mei)
    assert "候补" in read(client, "activities:activity", shift.activity.code)

    client.post(reverse("activities:sign_up", args=[shift.pk]))

    page = read(client, "activities:activity", shift.activity.code)
    assert "第 2 位" in page


def test_the_page_refuses_what_the_button_would_not_offer(client, lan, mei, at):
    shift = a_shift(leader=lan)
    client.force_login(mei)
    at(NINE)

    answer = client.post(reverse("activities:sign_up", args=[shift.pk]))

    assert answer.status_code == 409
    assert "shift_begun" in answer.content.decode()


def test_the_activitys_page_costs_the_same_for_one_or_many(client, lan, mei):
    activity = an_activity(leader=lan)
    for number in range(8):
        shift = a_shift(activity=activity, starts_at=NINE + 3 * number * ONE_HOUR)
        a_signup(volunteer=a_person(f"p{number}"), shift=shift)
    client.force_login(mei)

    with at_most(14):
        read(client, "activities:activity", activity.code)


def test_a_leader_closes_and_records_by_buttons(client, lan, at):
    activity = a_shift(leader=lan).activity
    client.force_login(lan)
    at(NINE + 3 * ONE_HOUR)

    client.post(reverse("activities:hold", args=[activity.code]))
    client.post(reverse("activities:enter_records", args=[activity.code]))

    activity.refresh_from_db()
    assert (activity.state, activity.recorded_on is None) == ("HELD", False)


def test_a_leader_calls_off_by_a_button(client, lan):
    activity = a_shift(leader=lan).activity
    client.force_login(lan)

    client.post(reverse("activities:call_off", args=[activity.code]))

    activity.refresh_from_db()
    assert activity.state == "CALLED_OFF"
    read(client, "activities:activity", activity.code)


def test_an_office_announces_by_a_form(client):
    client.force_login(an_office(a_city().township))
    category = a_category()
    read(client, "activities:announce")
    wish = {
        **STATED, "risk": "LOW", "code": "RIVER", "title": "河道清洁", "category": category.pk,
        "division": a_city().village.pk, "place": "", "team": "", "capacity": 12,
        "day": "2022-07-20", "starts": "09:00", "ends": "11:00",
    }  # fmt: skip

    wrong = client.post(reverse("activities:announce"), wish | {"ends": "08:00"})
    answer = client.post(reverse("activities:announce"), wish)

    assert 'class="error"' in wrong.content.decode()
    assert answer["Location"] == reverse("activities:activity", args=["RIVER"])
    shift = Activity.objects.get().shifts.get()
    assert shift.starts_at == NINE + timedelta(days=3)


# The roster


def test_leader_keeper_and_office_see_masked_names(client, lan, mei):
    place = a_place()
    shift = a_shift(activity=an_activity(leader=lan, place=place))
    a_signup(volunteer=mei, shift=shift)

    for reader in [lan, a_keeper(place), an_office(a_city().county)]:
        client.force_login(reader)
        page = read(client, "activities:roster", shift.pk)
        assert "王**" in page
        assert "王小梅" not in page


def test_nobody_else_sees_the_roster(client, lan, mei):
    shift = a_signup(volunteer=mei, leader=lan).shift

    for person in [mei, an_office(a_city().other_county)]:
        client.force_login(person)
        for shift_id in [shift.pk, 404]:
            answer = client.get(reverse("activities:roster", args=[shift_id]))
            assert answer.status_code == 404


def test_the_button_answers_with_the_new_row(client, lan, mei, at):
    signup = a_signup(volunteer=mei, leader=lan)
    client.force_login(lan)
    at(NINE)

    answer = client.post(
        reverse("activities:check_in", args=[signup.pk]), headers={"HX-Request": "true"}
    )

    row = answer.content.decode()
    assert f'id="signup-{signup.pk}"' in row
    assert "departure" in row
    assert "<html" not in row


def test_without_a_script_the_button_leads_back_to_the_roster(client, lan, mei, at):
    signup = a_signup(volunteer=mei, leader=lan)
    client.force_login(lan)
    at(NINE)

    for verb in ["check_in", "check_out"]:
        answer = client.post(reverse(f"activities:{verb}", args=[signup.pk]))
        assert answer["Location"] == reverse("activities:roster", args=[signup.shift_id])


def test_an_auditor_reads_the_roster_without_buttons(client, lan, mei):
    shift = a_signup(volunteer=mei, leader=lan).shift
    auditor = a_person("auditor")
    a_grant(auditor, "AUDITOR", division=a_city().county)
    client.force_login(auditor)

    assert "arrival" not in read(client, "activities:roster", shift.pk)


def test_an_office_enters_the_leaders_own_attendance(client, lan, at):
    own = a_signup(volunteer=lan, leader=lan)
    client.force_login(an_office(a_city().county))
    at(NINE)

    assert "arrival" in read(client, "activities:roster", own.shift_id)
    client.post(reverse("activities:check_in", args=[own.pk]))

    with scope.whole_city():
        assert Signup.objects.get(pk=own.pk).state == "PRESENT"


def test_a_refusal_reaches_the_page_in_words(client, lan, mei):
    signup = a_signup(volunteer=mei, leader=lan)
    client.force_login(lan)

    answer = client.post(reverse("activities:check_in", args=[signup.pk]))

    assert answer.status_code == 409
    assert "08:30" in answer.content.decode()


def test_the_roster_costs_the_same_for_one_or_many(client, lan):
    shift = a_shift(leader=lan, capacity=50)
    for number in range(12):
        a_signup(volunteer=a_person(f"p{number}"), shift=shift)
    client.force_login(lan)

    with at_most(8):
        read(client, "activities:roster", shift.pk)


def test_a_leader_excuses_on_the_roster(client, lan, mei):
    signup = a_signup(volunteer=mei, leader=lan)
    client.force_login(lan)
    button = reverse("activities:excuse", args=[signup.pk])
    assert button in read(client, "activities:roster", signup.shift_id)

    client.post(button)

    with scope.whole_city():
        signup.refresh_from_db()
    assert signup.state == "EXCUSED"


# My sign-ups


def test_my_sign_ups_show_what_is_ahead_and_what_is_over(client, lan, mei):
    full = a_shift(activity=an_activity(leader=lan, title="满的"), capacity=1)
    a_signup(volunteer=a_person("bo"), shift=full)
    a_signup(volunteer=mei, shift=full, state="WAITING")
    past = a_shift(
        activity=an_activity(leader=lan, title="旧的"), starts_at=NINE - 48 * ONE_HOUR
    )
    a_signup(volunteer=mei, shift=past, state="NO_SHOW")
    client.force_login(mei)

    page = read(client, "activities:mine")

    assert page.index("候补第 1 位") > page.index("满的")
    assert "未到" in page[page.index("旧的") :]


def test_a_place_given_back_on_my_page_leads_back_to_it(client, lan, mei):
    signup = a_signup(volunteer=mei, leader=lan)
    client.force_login(mei)

    answer = client.post(reverse("activities:cancel", args=[signup.pk]), {"back": "mine"})

    assert answer["Location"] == reverse("activities:mine")


def test_my_sign_ups_cost_the_same_for_one_or_many(client, lan, mei):
    for number in range(12):
        shift = a_shift(leader=lan, starts_at=NINE + 3 * number * ONE_HOUR)
        a_signup(volunteer=mei, shift=shift)
    client.force_login(mei)

    with at_most(7):
        read(client, "activities:mine")


def test_a_shift_with_posts_offers_each_with_its_conditions(client, lan, mei):
    shift = a_shift(leader=lan)
    boat = a_post(shift, "船", capacity=2, is_dangerous=True, min_age=18)
    bank = a_post(shift, "岸", capacity=3)
    client.force_login(mei)
    page = read(client, "activities:activity", shift.activity.code)
    assert f'id="why-post-{boat.pk}"' in page

    answer = client.post(reverse("activities:sign_up", args=[shift.pk]), {"post": bank.pk})

    assert answer.status_code == 302
    with scope.whole_city():
        assert Signup.objects.get().post_id == bank.pk
