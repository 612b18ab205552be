"""The pages of the night school: who sees what, and what one tap does."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xinfeng.base import clock, scope
from xinfeng.people.tests.build import a_person
from xinfeng.people.tests.counting import at_most
from xinfeng.places.tests.build import NINE, VILLAGE, a_city, a_place
from xinfeng.school import commands
from xinfeng.school.models import ClassRequest, ClassState, Enrolment, Lecturer, NightClass

from .build import (
    MONDAY,
    a_class,
    a_course,
    a_field,
    a_lecturer,
    a_request,
    a_timetable,
    fresh,
    the_keeper,
    the_office,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nine_o_clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def read(client, name, /, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def send(client, name, /, *args, **given):
    return client.post(reverse(name, args=args), given)


def status(client, name, /, *args):
    return client.get(reverse(name, args=args)).status_code


def only(model, **known):
    with scope.whole_city():
        return model.objects.get(**known)


# What everybody finds


def test_everybody_finds_a_published_class_with_its_free_places(client):
    made = a_class(state="PUBLISHED")

    page = read(client, "school:catalogue")

    assert reverse("school:class", args=[made.code]) in page
    assert "余" in page or "名额" in page
    assert "柏老师" in page


def test_a_class_nobody_has_published_stands_nowhere_in_public(client):
    made = a_class(state="CONFIRMED")

    assert made.code not in read(client, "school:catalogue")
    assert made.code not in read(client, "school:week", monday=MONDAY.isoformat())
    assert status(client, "school:class", made.code) == 404


def test_the_menu_is_searched_by_words_and_field(client):
    a_course()
    a_course(
        "law", title="民法典与生活", outline="婚姻与继承", field=a_field("law", "法律知识")
    )

    assert "民法典" in read(client, "school:courses", words="继承")
    assert "八段锦" not in read(client, "school:courses", words="继承")
    assert "八段锦" in read(client, "school:courses", field="hobbies")
    assert "民法典" not in read(client, "school:courses", field="hobbies")


def test_a_search_for_a_place_finds_its_classes(client):
    made = a_class(state="PUBLISHED")

    assert made.code in read(client, "school:catalogue", words=made.place.name[:3])
    assert made.code not in read(client, "school:catalogue", words="没有这样的地方")
    assert made.code in read(client, "school:catalogue", within=VILLAGE)
    assert made.code not in read(client, "school:catalogue", within=a_city().other_county.pk)


def test_the_week_shows_an_evening_on_its_day_for_area_and_place(client):
    made = a_class(state="PUBLISHED")

    for page in (
        read(client, "school:week", monday=MONDAY.isoformat()),
        read(client, "school:place_week", made.place.code, monday=MONDAY.isoformat()),
    ):
        assert "7月19日" in page
        assert "19:00" in page
        assert made.code in page
    later = (MONDAY + timedelta(weeks=10)).isoformat()
    assert made.code not in read(client, "school:week", monday=later)


def test_the_calendar_of_a_place_and_of_an_area_has_every_session(client):
    made = a_class(state="PUBLISHED")

    for address in (
        reverse("school:place_feed", args=[made.place.code]),
        reverse("school:division_feed", args=[a_city().county.pk]),
    ):
        answer = client.get(address)
        text = answer.content.decode()
        assert answer["Content-Type"].startswith("text/calendar")
        assert text.count("BEGIN:VEVENT") == 3
        assert "八段锦 1/3" in text
    empty = client.get(reverse("school:division_feed", args=[a_city().other_county.pk]))
    assert "VEVENT" not in empty.content.decode()


def test_no_public_page_names_a_learner_or_a_lecturer_who_did_not_agree(client):
    made = a_class(state="PUBLISHED")
    mei = a_person()
    commands.enrol(class_id=made.pk, actor=mei, at=NINE)
    pages = [
        read(client, "school:class", made.code),
        read(client, "school:catalogue"),
        read(client, "school:lecturers"),
        read(client, "school:lecturer", made.lecturer.code),
        read(client, "school:popular"),
        read(client, "school:popular_course", made.course.code),
        read(client, "school:week", monday=MONDAY.isoformat()),
    ]

    for page in pages:
        assert "王小梅" not in page
        assert "mei" not in page
    assert "柏老师" in pages[2]


# One tap


def test_one_tap_enrols_and_another_gives_the_place_back(client):
    made = a_class(state="PUBLISHED")
    mei = a_person()
    client.force_login(mei)

    send(client, "school:enrol", made.code)
    page = read(client, "school:class", made.code)
    mine = only(Enrolment)
    assert "您已报名" in page
    assert "八段锦" in read(client, "school:mine")

    send(client, "school:cancel", mine.pk)
    assert "您已报名" not in read(client, "school:class", made.code)


def test_whoever_comes_after_the_quota_waits_and_reads_their_turn(client):
    made = a_class(state="PUBLISHED")
    for name in ("one", "two"):
        commands.enrol(class_id=made.pk, actor=a_person(name), at=NINE)
    client.force_login(a_person())

    assert "加入候补" in read(client, "school:class", made.code)
    send(client, "school:enrol", made.code)

    assert "候补名单第 1 位" in read(client, "school:class", made.code)


def test_nobody_signed_out_enrols(client):
    made = a_class(state="PUBLISHED")

    answer = send(client, "school:enrol", made.code)

    assert answer.status_code == 302
    assert "/sign-in/" in answer["Location"]
    assert "登录后报名" in read(client, "school:class", made.code)


# A station


def test_a_keeper_orders_a_class_with_what_the_form_proposes(client):
    place, course = a_place(), a_course()
    client.force_login(the_keeper(place))
    form = read(client, "school:ask", place.code)
    assert "提交开班申请" in form
    assert 'value="2022-07-18"' in form

    answer = send(
        client, "school:ask", place.code, code="NEWREQ", course=course.code,
        evenings=["1", "3"], wished_from="2022-07-25", begins="19:00", heads="30", room="礼堂",
    )  # fmt: skip

    assert answer.status_code == 302, answer.content.decode()
    wanted = ClassRequest.objects.get(code="NEWREQ")
    assert (wanted.evenings, wanted.begins_minute, wanted.heads) == (0b1010, 1140, 30)
    assert "八段锦" in read(client, "school:place", place.code)


def test_a_form_half_filled_in_says_what_is_missing_and_saves_nothing(client):
    place = a_place()
    client.force_login(the_keeper(place))

    answer = send(client, "school:ask", place.code, code="NEWREQ", heads="30")

    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert not ClassRequest.objects.exists()


def test_a_station_reads_why_its_request_has_no_place(client):
    place = a_place()
    wanted = a_request(place)
    a_timetable()
    client.force_login(the_keeper(place))

    page = read(client, "school:place", place.code)

    assert "没有讲师教这门课" in page or "没有讲师" in page
    assert wanted.code in page


def test_a_keeper_publishes_what_the_lecturer_accepted(client):
    made = a_class(state="CONFIRMED")
    client.force_login(the_keeper(made.place))
    assert reverse("school:publish", args=[made.code]) in read(
        client, "school:place", made.place.code
    )

    send(client, "school:publish", made.code)

    assert fresh(made).state == ClassState.PUBLISHED


# A lecturer


def test_a_lecturer_accepts_on_their_own_page(client):
    made = a_class(state="PROPOSED")
    client.force_login(made.lecturer.person)
    assert "接受授课" in read(client, "school:own")

    send(client, "school:accept", made.code)

    assert fresh(made).state == ClassState.CONFIRMED
    assert "没有待答复的班级" in read(client, "school:own")


def test_a_lecturer_declines_only_with_a_reason(client):
    made = a_class(state="PROPOSED")
    client.force_login(made.lecturer.person)

    send(client, "school:decline", made.code)
    assert fresh(made).state == ClassState.PROPOSED

    send(client, "school:decline", made.code, reason="TOO_FAR", text="太远了")
    assert fresh(made).state == ClassState.DECLINED
    client.force_login(the_office())
    assert "太远了" in read(client, "school:request", made.request.code)


def test_somebody_else_cannot_accept_in_a_lecturers_name(client):
    made = a_class(state="PROPOSED")
    client.force_login(the_office())

    assert send(client, "school:accept", made.code).status_code == 404
    assert fresh(made).state == ClassState.PROPOSED


def test_a_learner_becomes_a_lecturer_when_an_office_takes_them_up(client):
    made = a_class(state="PUBLISHED")
    mei = a_person()
    client.force_login(mei)

    send(
        client, "school:offer", fields_taught=[a_field().pk], evenings=["0"], reach_km="5",
        capacity_a_week="1", bio="", learnt_in=made.code,
    )  # fmt: skip
    assert "正在审核" in read(client, "school:own")
    client.force_login(the_office())
    desk = read(client, "school:desk")
    mine = only(Lecturer, person=mei)
    assert mine.code in desk
    assert "八段锦" in read(client, "school:lecturer_case", mine.code)
    send(client, "school:decide_lecturer", mine.code, "approval")

    assert fresh(mine).state == "APPROVED"
    assert fresh(mine).learnt_in_id == made.pk


# The office


def test_the_office_works_out_a_timetable_looks_at_it_and_sends_it(client):
    a_lecturer()
    a_request()
    plan = a_timetable()
    client.force_login(the_office())

    page = read(client, "school:timetable", plan.code)
    assert "这是草稿" in page
    assert "八段锦" in page

    send(client, "school:publish_timetable", plan.code)
    assert only(NightClass).state == ClassState.PROPOSED
    assert "已于" in read(client, "school:timetable", plan.code)


def test_a_timetable_being_worked_out_shows_how_far_it_is(client):
    plan = a_timetable(work=False)
    client.force_login(the_office())

    page = read(client, "school:timetable", plan.code)

    assert "<progress" in page
    assert "<progress" in read(client, "school:progress", plan.code)


def test_the_office_places_a_class_by_hand(client):
    lecturer, wanted = a_lecturer(), a_request()
    client.force_login(the_office())
    page = read(client, "school:request", wanted.code)
    assert lecturer.code in page

    send(
        client, "school:place_by_hand", wanted.code, code="HAND", lecturer=lecturer.code,
        first_on="2022-07-20",
    )  # fmt: skip
    made = NightClass.objects.get(code="HAND")
    assert made.state == ClassState.DRAFT

    send(client, "school:propose", made.code)
    assert fresh(made).state == ClassState.PROPOSED


def test_a_refusal_is_read_by_the_station(client):
    wanted = a_request()
    client.force_login(the_office())

    send(client, "school:refuse", wanted.code)
    assert fresh(wanted).state == "ASKED"
    send(client, "school:refuse", wanted.code, reason="场地正在维修")

    client.force_login(the_keeper(wanted.place))
    assert "场地正在维修" in read(client, "school:place", wanted.place.code)


# Who may not


@pytest.mark.parametrize("role", ["stranger", "other_keeper", "lecturer"])
def test_pages_of_a_station_are_not_for_others(client, role):
    made = a_class(state="CONFIRMED")
    other = a_place(code="OTHER", division=a_city().other_village)
    people = {
        "stranger": a_person("stranger"),
        "other_keeper": the_keeper(other),
        "lecturer": made.lecturer.person,
    }
    client.force_login(people[role])

    assert status(client, "school:place", made.place.code) == 404
    assert status(client, "school:ask", made.place.code) == 404
    assert status(client, "school:request", made.request.code) == 404
    assert send(client, "school:publish", made.code).status_code in {403, 404}
    assert fresh(made).state == ClassState.CONFIRMED


@pytest.mark.parametrize("role", ["stranger", "keeper"])
def test_the_desk_is_for_offices_alone(client, role):
    made, plan = a_class(state="PUBLISHED"), a_timetable()
    client.force_login(a_person("x") if role == "stranger" else the_keeper(made.place))

    assert status(client, "school:desk") == 404
    assert status(client, "school:timetable", plan.code) == 404
    assert send(client, "school:publish_timetable", plan.code).status_code == 404
    assert status(client, "school:lecturer_case", made.lecturer.code) == 404
    assert status(client, "school:offer_course") == 404


def test_a_learner_does_not_see_who_else_comes(client):
    made = a_class(state="PUBLISHED")
    mei = a_person()
    commands.enrol(class_id=made.pk, actor=mei, at=NINE)
    session = made.sessions.order_by("number").first()
    client.force_login(mei)

    assert status(client, "school:session", session.pk) == 404
    assert status(client, "school:session_code", session.pk) == 404


def test_the_keeper_sees_the_list_and_the_lecturer_only_looks_on(client):
    made = a_class(state="PUBLISHED")
    commands.enrol(class_id=made.pk, actor=a_person(), at=NINE)
    session = made.sessions.order_by("number").first()
    client.force_login(the_keeper(made.place))
    kept = read(client, "school:session", session.pk)
    assert "王**" in kept
    assert 'name="arrived"' in kept

    client.force_login(made.lecturer.person)
    looked = read(client, "school:session", session.pk)
    assert "王**" in looked
    assert 'name="arrived"' not in looked
    assert "未登记人数" not in looked


# How much a page asks


def test_lists_ask_the_same_number_of_questions_however_long_they_are(client):
    for number in range(4):
        place = a_place(code=f"P{number}")
        lecturer = a_lecturer(f"bo{number}")
        a_class(a_request(place), lecturer=lecturer, state="PUBLISHED")

    with at_most(16):
        read(client, "school:catalogue")
    with at_most(12):
        read(client, "school:week", monday=MONDAY.isoformat())
    with at_most(12):
        read(client, "school:popular")
    with at_most(12):
        read(client, "school:lecturers")
