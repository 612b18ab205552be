"""The way to a star: who may ask, who decides, what the public may say, and the number."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from xinfeng.base import clock, scope, workdays
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.hours import commands
from xinfeng.hours.models import (
    BanGround,
    Counter,
    Credit,
    Hold,
    Reason,
    Star,
    StarApplication,
    StarBan,
    StarRefusal,
)
from xinfeng.hours.queries.stars import star_standing
from xinfeng.journal.models import Entry
from xinfeng.people.models import Identity, Person
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city

from .build import a_credit

pytestmark = pytest.mark.django_db
AFTER_NOTICE = NINE + timedelta(days=14)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


def mei_with(hours=100, name="mei"):
    mei = a_person(name)
    for n in range(10):
        a_credit(mei, hours * 6, earned_on=TODAY - timedelta(days=n))
    return mei


def county_office():
    return an_office(a_city().county)


def apply(mei, level=1, at=NINE):
    return commands.apply_for_star(level=level, actor=mei, at=at)


def published(mei, level=1, office=None):
    made = apply(mei, level)
    office = office or county_office()
    return commands.publish_star(application_id=made.pk, actor=office, at=NINE), office


def awarded(mei, level=1):
    made, office = published(mei, level)
    return commands.award_star(application_id=made.pk, actor=office, at=AFTER_NOTICE)


def code_of(call, **how):
    with pytest.raises(Refusal) as refusal:
        call(**how)
    return refusal.value.code


def test_a_star_is_applied_for_checked_shown_and_awarded_with_a_number():
    mei = mei_with(100)

    made, office = published(mei)
    assert made.notice_from == TODAY
    assert workdays.passed(made.notice_from, made.notice_until) == 5

    star = commands.award_star(application_id=made.pk, actor=office, at=AFTER_NOTICE)

    assert star.number == f"4304-{AFTER_NOTICE.year}-00001"
    assert (star.level, star.person_id) == (1, mei.pk)
    verbs = list(
        Entry.objects.filter(verb__startswith="star.")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert verbs == ["star.applied", "star.published", "star.awarded"]


def test_asking_twice_is_one_application_and_one_star():
    mei = mei_with(100)
    assert apply(mei).pk == apply(mei).pk
    made, office = published(mei)
    first = commands.award_star(application_id=made.pk, actor=office, at=AFTER_NOTICE)

    assert commands.award_star(application_id=made.pk, actor=office, at=AFTER_NOTICE) == first
    assert code_of(apply, mei=mei) == "star_held"


def test_hours_that_do_not_suffice_are_refused():
    assert code_of(apply, mei=mei_with(99)) == "not_enough_hours"


def test_hours_taken_back_under_review_or_of_training_do_not_count():
    mei, office = mei_with(100), an_office(a_city().city)
    with scope.whole_city():
        credit = mei_credit(mei)
    with scope.whole_city():
        Hold.objects.create(
            credit=credit, rule="round_hours", person=mei, division_id=credit.division_id,
            earned_on=credit.earned_on, held_at=NINE,
        )  # fmt: skip
    assert code_of(apply, mei=mei) == "not_enough_hours"

    lan = mei_with(100, "lan")
    with scope.whole_city():
        taken = mei_credit(lan)
    commands.reverse(credit_id=taken.pk, reason=Reason.NOT_SERVED, actor=office, at=NINE)
    assert code_of(apply, mei=lan) == "not_enough_hours"

    yun = mei_with(99, "yun")
    fact = commands.Fact(
        kind=1, id=555, where=taken.division_id, on=TODAY, counter=Counter.TRAINING
    )
    commands.post(person=yun, minutes=300, fact=fact, actor=office, at=NINE)
    assert code_of(apply, mei=yun) == "not_enough_hours"


def mei_credit(person):
    return Credit.objects.filter(person=person).order_by("pk").first()


def test_the_time_since_registration_must_have_passed():
    mei = mei_with(100)
    mei.registered_on = TODAY - timedelta(days=100)
    mei.save(update_fields=["registered_on"])

    assert code_of(apply, mei=mei) == "too_early"


def test_whoever_is_no_volunteer_has_no_star():
    mei = mei_with(100)
    mei.registered_on = None
    mei.save(update_fields=["registered_on"])

    assert code_of(apply, mei=mei) == "not_a_volunteer"


def test_a_second_application_for_another_star_waits():
    mei = mei_with(300)
    apply(mei, 1)

    assert code_of(apply, mei=mei, level=2) == "application_open"


def test_nobody_awards_before_the_notice_is_over():
    made, office = published(mei_with(100))
    last_day = NINE + (made.notice_until - TODAY)

    for at in (NINE, last_day):
        assert (
            code_of(commands.award_star, application_id=made.pk, actor=office, at=at)
            == "notice_stands"
        )


def test_nobody_awards_without_a_check():
    made = apply(mei_with(100))

    assert (
        code_of(
            commands.award_star, application_id=made.pk, actor=county_office(), at=AFTER_NOTICE
        )
        == "notice_stands"
    )


def test_hours_taken_back_during_the_notice_stop_the_award():
    mei = mei_with(100)
    made, office = published(mei)
    with scope.whole_city():
        credit = mei_credit(mei)
    commands.reverse(
        credit_id=credit.pk, reason=Reason.WRONG_TIME, actor=an_office(a_city().city), at=NINE
    )

    assert (
        code_of(commands.award_star, application_id=made.pk, actor=office, at=AFTER_NOTICE)
        == "not_enough_hours"
    )


@pytest.mark.parametrize("who", ["mei", "stranger", "township", "elsewhere"])
def test_nobody_but_the_office_of_the_area_decides(who):
    city, mei = a_city(), mei_with(100)
    made = apply(mei)
    actor = {
        "mei": lambda: mei,
        "stranger": lambda: a_person("stranger"),
        "township": lambda: an_office(city.township),
        "elsewhere": lambda: a_person("far", division=city.other_village),
    }[who]()

    for verb in (commands.publish_star, commands.award_star):
        with pytest.raises(Forbidden):
            verb(application_id=made.pk, actor=actor, at=NINE)
    with pytest.raises(Forbidden):
        commands.refuse_star(
            application_id=made.pk, refusal=StarRefusal.NOT_WORTHY, actor=actor, at=NINE
        )


def test_the_highest_stars_are_the_citys():
    mei = mei_with(1000)
    made = apply(mei, 4)

    with pytest.raises(Forbidden):
        commands.publish_star(application_id=made.pk, actor=county_office(), at=NINE)
    city_office = an_office(a_city().city)
    assert commands.publish_star(application_id=made.pk, actor=city_office, at=NINE)


def test_a_refusal_says_why_and_lets_one_apply_again():
    mei = mei_with(100)
    made = apply(mei)

    refused = commands.refuse_star(
        application_id=made.pk,
        refusal=StarRefusal.HOURS_IN_DOUBT,
        actor=county_office(),
        at=NINE,
    )

    assert refused.refusal == StarRefusal.HOURS_IN_DOUBT
    assert apply(mei).pk != made.pk


def test_an_objection_stops_the_award_until_it_is_decided():
    mei, lan = mei_with(100), a_person("lan")
    made, office = published(mei)
    said = commands.object_to_star(
        application_id=made.pk, words="not there", actor=lan, at=NINE
    )
    again = commands.object_to_star(application_id=made.pk, words="x", actor=lan, at=NINE)
    assert said == again
    assert (
        code_of(commands.award_star, application_id=made.pk, actor=office, at=AFTER_NOTICE)
        == "objections_open"
    )

    commands.dismiss_star_objection(objection_id=said.pk, actor=office, at=AFTER_NOTICE)

    assert commands.award_star(application_id=made.pk, actor=office, at=AFTER_NOTICE).level == 1


def test_an_upheld_objection_refuses_the_star():
    made, office = published(mei_with(100))
    said = commands.object_to_star(
        application_id=made.pk, words="not there", actor=a_person("lan"), at=NINE
    )

    commands.uphold_star_objection(objection_id=said.pk, actor=office, at=NINE)

    with scope.whole_city():
        now = StarApplication.objects.get(pk=made.pk)
    assert (now.state, now.refusal) == ("REFUSED", "OBJECTION_UPHELD")
    assert (
        code_of(commands.dismiss_star_objection, objection_id=said.pk, actor=office, at=NINE)
        == "objection_decided"
    )


def test_objections_end_with_the_notice_and_nobody_objects_to_oneself():
    mei, lan = mei_with(100), a_person("lan")
    made, _office = published(mei)

    with pytest.raises(Forbidden):
        commands.object_to_star(application_id=made.pk, words="x", actor=mei, at=NINE)
    assert (
        code_of(
            commands.object_to_star,
            application_id=made.pk,
            words="x",
            actor=lan,
            at=AFTER_NOTICE,
        )
        == "notice_over"
    )


def test_a_higher_star_replaces_the_lower_one_whose_number_stays():
    mei = mei_with(300)
    first = awarded(mei, 1)
    later = AFTER_NOTICE + timedelta(days=30)
    office = county_office_of(first)
    made = commands.apply_for_star(level=2, actor=mei, at=later)
    commands.publish_star(application_id=made.pk, actor=office, at=later)

    second = commands.award_star(
        application_id=made.pk, actor=office, at=later + timedelta(days=14)
    )

    first.refresh_from_db()
    assert first.number == "4304-2022-00001"
    assert first.ended_on == clock.local_date(later + timedelta(days=14))
    assert second.number == "4304-2022-00002"
    assert Star.objects.filter(person=mei, ended_on=None).count() == 1


def county_office_of(_star):
    return Person.objects.get(username=f"office{a_city().county.pk}")


def test_numbers_go_on_where_the_year_stands():
    lan = a_person("lan")
    Star.objects.create(
        number="4304-2022-10500", person=lan, division_id=lan.division_id, level=1,
        awarded_on=date(2022, 1, 3),
    )  # fmt: skip

    assert awarded(mei_with(100)).number == "4304-2022-10501"


def test_a_ban_refuses_what_is_applied_for_and_keeps_from_stars_until_its_end():
    mei, office = mei_with(100), county_office()
    made = apply(mei)

    ban = commands.ban_from_stars(
        person_id=mei.pk, years=1, ground=BanGround.FALSE_HOURS, actor=office, at=NINE
    )
    again = commands.ban_from_stars(
        person_id=mei.pk, years=1, ground=BanGround.FALSE_HOURS, actor=office, at=NINE
    )

    assert ban == again
    with scope.whole_city():
        assert StarApplication.objects.get(pk=made.pk).refusal == StarRefusal.FALSE_HOURS
        assert StarBan.objects.count() == 1
    assert code_of(apply, mei=mei) == "banned"
    assert apply(mei, at=NINE + timedelta(days=366)).level == 1


def test_nobody_but_the_office_bans():
    mei = mei_with(100)

    for actor in (mei, a_person("lan"), an_office(a_city().township)):
        with pytest.raises(Forbidden):
            commands.ban_from_stars(
                person_id=mei.pk, years=1, ground=BanGround.HOURS_SOLD, actor=actor, at=NINE
            )


def test_one_may_withdraw_ones_own_application_only():
    mei = mei_with(100)
    made = apply(mei)

    with pytest.raises(Forbidden):
        commands.withdraw_star(application_id=made.pk, actor=a_person("lan"), at=NINE)
    withdrawn = commands.withdraw_star(application_id=made.pk, actor=mei, at=NINE)
    assert commands.withdraw_star(application_id=made.pk, actor=mei, at=NINE) == withdrawn
    assert apply(mei).pk != made.pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 6},
        {"state": "AWARDED"},
        {"state": "NOTICE"},
        {"state": "REFUSED"},
        {"refusal": "NOT_ENOUGH"},
        {"notice_from": TODAY},
        {"decided_at": NINE},
        {"state": "NONSENSE"},
    ],
)
def test_the_database_keeps_an_application_in_order(wrong):
    mei = a_person("mei")
    made = StarApplication(
        person=mei, division_id=mei.division_id, level=1, minutes=6000, applied_at=NINE
    )
    for name, value in wrong.items():
        setattr(made, name, value)

    with pytest.raises(IntegrityError), scope.whole_city(), transaction.atomic():
        made.save()


@pytest.mark.django_db(transaction=True)
def test_two_offices_at_once_award_one_star_and_numbers_differ():
    people = [mei_with(100, f"mei{n}") for n in range(3)]
    office = county_office()
    made = [published(mei, office=office)[0] for mei in people]
    barrier, failed = Barrier(6), []

    def run(application_id):
        barrier.wait(10)
        try:
            commands.award_star(application_id=application_id, actor=office, at=AFTER_NOTICE)
        except Exception as problem:
            failed.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[one.pk]) for one in made for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    numbers = sorted(Star.objects.values_list("number", flat=True))
    assert numbers == [f"4304-2022-0000{n}" for n in (1, 2, 3)]


def test_pages_lead_from_the_application_to_the_star(client):
    mei, office = mei_with(100), county_office()
    with scope.whole_city():
        Identity.objects.filter(pk=mei.pk).update(born_on=date(1990, 1, 1))
    client.force_login(mei)
    assert "申请 1 星级" in client.get(reverse("stars:mine")).content.decode()
    client.post(reverse("stars:mine"), {"level": "1"})
    client.force_login(office)
    assert "王**" in client.get(reverse("stars:desk")).content.decode()
    with scope.whole_city():
        made = StarApplication.objects.get()
    case = reverse("stars:case", args=[made.pk])
    client.post(case, {"act": "publish"})

    client.logout()
    notice = client.get(reverse("stars:notice")).content.decode()
    assert "王**" in notice
    assert "小梅" not in notice
    client.force_login(a_person("lan"))
    client.post(reverse("stars:objection", args=[made.pk]), {"words": "他没来"})
    client.force_login(office)
    assert "他没来" in client.get(case).content.decode()


@pytest.mark.parametrize("born_on", [TODAY.replace(year=TODAY.year - 13), None])
def test_the_notice_names_no_child_and_nobody_of_unknown_age(client, born_on):
    mei = mei_with(100)
    with scope.whole_city():
        Identity.objects.filter(pk=mei.pk).update(born_on=born_on)
    published(mei)

    notice = client.get(reverse("stars:notice")).content.decode()

    assert "王" not in notice.split("<main")[1]


def test_a_stranger_sees_no_desk(client):
    made = apply(mei_with(100))
    client.force_login(a_person("lan"))

    assert client.get(reverse("stars:desk")).status_code == 404
    assert client.get(reverse("stars:case", args=[made.pk])).status_code == 404


def test_lists_cost_few_queries(client, django_assert_max_num_queries):
    office = county_office()
    for n in range(8):
        published(mei_with(100, f"mei{n}"), office=office)

    with django_assert_max_num_queries(14):
        client.get(reverse("stars:notice"))
    client.force_login(office)
    # Five of them are the badge of late orders, with its scope.
    with django_assert_max_num_queries(25):
        client.get(reverse("stars:desk"))


def test_what_each_star_needs_is_the_citys_rule():
    mei = mei_with(100)

    with scope.whole_city():
        ways = star_standing(mei, TODAY).ways

    assert [way.minutes // 60 for way in ways] == [100, 300, 600, 1000, 1500]
    assert [way.lacks for way in ways] == ["", *["not_enough_hours"] * 4]
