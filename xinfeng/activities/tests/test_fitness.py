"""Posts ask for age, skill and qualification; small children come with their guardian."""

from datetime import date, timedelta

import pytest

from xinfeng.activities import commands, permissions, vocabulary
from xinfeng.activities.fitness import Fitness
from xinfeng.activities.models import Activity, Post, Signup
from xinfeng.base import scope
from xinfeng.base.refusal import Refusal, Unknown
from xinfeng.people.models import CareKind, Guardianship, Identity, Profile, Qualification
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import TODAY, a_city

from .build import EIGHT, a_post, a_shift

ADULT = Fitness(age=30)


def forbids(post=None, fit=ADULT, **activity):
    found = permissions.what_forbids_post(Activity(**activity), post, fit)
    return found.code if found else None


@pytest.mark.parametrize(
    ("post", "fit", "code"),
    [
        ({}, Fitness(age=None), None),
        ({}, Fitness(age=5, is_accompanied=True), "too_small"),
        ({}, Fitness(age=9), "guardian_needed"),
        ({}, Fitness(age=9, is_accompanied=True), None),
        ({}, Fitness(age=10), None),
        ({"min_age": 16}, Fitness(age=15), "too_young"),
        ({"min_age": 16}, Fitness(age=16), None),
        ({"max_age": 60}, Fitness(age=61), "too_old"),
        ({"max_age": 60}, Fitness(age=60), None),
        ({"min_age": 16}, Fitness(age=None), "age_unknown"),
        ({"max_age": 60}, Fitness(age=None), "age_unknown"),
        ({"is_dangerous": True, "min_age": 10}, Fitness(age=17), "too_young"),
        ({"is_dangerous": True}, Fitness(age=None), "age_unknown"),
        ({"is_dangerous": True}, Fitness(age=18), None),
        ({"skills": ["swim"]}, ADULT, "skill_missing"),
        ({"skills": ["swim"]}, Fitness(age=30, skills=frozenset({"swim", "sing"})), None),
        ({"qualifications": ["aid"]}, ADULT, "qualification_missing"),
        ({"qualifications": ["aid"]}, Fitness(30, qualifications=frozenset({"aid"})), None),
    ],
)
def test_a_post_takes_those_who_are_fit_for_it(post, fit, code):
    assert forbids(Post(name="x", capacity=1, **post), fit) == code


@pytest.mark.parametrize("risk", ["MEDIUM", "HIGH"])
def test_risky_service_is_for_adults_whatever_the_post_says(risk):
    assert forbids(None, Fitness(age=17), risk=risk) == "too_young"
    assert forbids(Post(min_age=10), Fitness(age=17), risk=risk) == "too_young"
    assert forbids(None, Fitness(age=None), risk=risk) == "age_unknown"
    assert forbids(None, Fitness(age=17), risk="LOW") is None


def test_a_refusal_names_the_skill_as_the_city_does():
    known = vocabulary.skills()[0]
    post = Post(name="x", capacity=1, skills=[known.code])

    refusal = permissions.what_forbids_post(Activity(), post, ADULT)

    assert known.name in str(refusal)


# With people


@pytest.fixture
def shift(db):
    return a_shift(leader=a_person("lan"))


def born(person, on):
    with scope.whole_city():
        Identity.objects.filter(person=person).update(born_on=on)
    return person


def in_care_of(child, guardian, kind=CareKind.GUARDIAN):
    with scope.whole_city():
        Guardianship.objects.create(
            ward=child, guardian=guardian, division_id=child.division_id, kind=kind,
            state="CONFIRMED", asked_at=EIGHT, confirmed_at=EIGHT,
        )  # fmt: skip


def sign_up(shift, actor, **more):
    return commands.sign_up(shift_id=shift.pk, actor=actor, at=EIGHT, **more)


def refused(shift, actor, **more):
    with pytest.raises(Refusal) as refusal:
        sign_up(shift, actor, **more)
    return refusal.value.code


def test_age_counts_on_the_day_of_the_shift(shift):
    post = a_post(shift, min_age=18)
    young = born(a_person("young"), date(TODAY.year - 18, TODAY.month, TODAY.day + 1))
    grown = born(a_person("grown"), date(TODAY.year - 18, TODAY.month, TODAY.day))

    assert refused(shift, young) == "too_young"
    assert sign_up(shift, grown).post_id == post.pk


def test_an_unknown_age_at_a_post_with_an_age_is_refused_with_the_way_to_mend_it(shift):
    a_post(shift, min_age=18)

    assert refused(shift, a_person()) == "age_unknown"


def test_skills_and_qualifications_are_read_as_they_stand_on_the_day(shift):
    a_post(shift, skills=["swim"], qualifications=["aid"])
    mei, office = a_person(), an_office(a_city().township)
    where = {"person": mei, "division_id": mei.division_id}
    assert refused(shift, mei) == "skill_missing"

    with scope.whole_city():
        Profile.objects.create(**where, skills=["swim"])
        held = Qualification.objects.create(
            **where, code="aid", entered_at=EIGHT, checked_at=EIGHT, checked_by=office,
            valid_until=TODAY - timedelta(days=1),
        )  # fmt: skip
    assert refused(shift, mei) == "qualification_missing"
    with scope.whole_city():
        Qualification.objects.filter(pk=held.pk).update(valid_until=TODAY)
    assert sign_up(shift, mei).state == "BOOKED"


def test_with_several_posts_one_is_chosen_and_it_is_one_of_this_shift(shift):
    a_post(shift, "船")
    bank = a_post(shift, "岸")
    mei = a_person()

    assert refused(shift, mei) == "post_needed"
    assert refused(shift, mei, post_id=404) == "post_unknown"
    assert sign_up(shift, mei, post_id=bank.pk).post_id == bank.pk


def test_a_guardian_signs_the_child_up_after_themselves(shift):
    mother, child = a_person("mother"), born(a_person("child"), date(2014, 1, 1))
    in_care_of(child, mother)

    assert refused(shift, mother, person_id=child.pk) == "guardian_needed"
    own = sign_up(shift, mother)
    theirs = sign_up(shift, mother, person_id=child.pk)

    assert theirs.person_id == child.pk
    # The mother stays while the child is expected.
    with pytest.raises(Refusal) as refusal:
        commands.cancel(signup_id=own.pk, actor=mother, at=EIGHT)
    assert refusal.value.code == "child_signed_up"
    commands.cancel(signup_id=theirs.pk, actor=mother, at=EIGHT)
    assert commands.cancel(signup_id=own.pk, actor=mother, at=EIGHT).state == "CANCELLED"


def test_a_carer_signs_up_for_somebody_without_a_telephone(shift):
    son, father = a_person("son"), a_person("father")
    in_care_of(father, son, CareKind.CARER)

    assert sign_up(shift, son, person_id=father.pk).person_id == father.pk


def test_nobody_signs_up_a_stranger(shift):
    mei, bo = a_person(), a_person("bo")

    for person_id in (bo.pk, 404):
        with pytest.raises(Unknown):
            sign_up(shift, mei, person_id=person_id)
    with scope.whole_city():
        assert not Signup.objects.exists()
