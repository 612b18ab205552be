"""Contested accounts, certificates that are checked, and numbers shown in full for a reason."""

from datetime import date, timedelta

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.journal.models import Entry
from xinfeng.people import commands, queries
from xinfeng.people.commands import Claim
from xinfeng.people.models import (
    Disclosure,
    DisclosureState,
    DisputeKind,
    DisputeState,
    Identity,
    IdentityDispute,
    Notice,
    Person,
    PersonState,
)
from xinfeng.places.tests.build import COUNTY, NINE, TODAY, a_city

from .build import a_person, a_phone, an_applicant, an_id_number, an_office, numbered
from .test_family import LATER

pytestmark = pytest.mark.django_db
OPENED, ASKED, APPROVED = (
    DisclosureState.OPENED, DisclosureState.ASKED, DisclosureState.APPROVED,
)  # fmt: skip


@pytest.fixture
def clerk():
    return an_office(a_city().township)


@pytest.fixture
def mei():
    return commands.register_oneself(
        new=an_applicant(), division_id=a_city().village.pk, at=NINE
    )


def say(id_number="", phone="", contact="13900000000", code="D1"):
    return commands.say_not_me(
        claim=Claim(id_number, phone, contact, "我没有注册过"), division_id=COUNTY, code=code,
        at=NINE,
    )  # fmt: skip


def decide(dispute, decision, actor, **more):
    return commands.decide_dispute(
        dispute_id=dispute.pk, decision=decision, answer="本人持身份证到场", actor=actor,
        at=LATER, **more,
    )  # fmt: skip


def test_who_finds_an_account_in_their_name_has_it_erased(mei, clerk):
    number = an_id_number()
    numbered(mei, id_number=number)

    dispute = say(id_number=f"{number[:6]} {number[6:]}")
    assert (dispute.person_id, dispute.division_id) == (mei.pk, mei.division_id)
    assert dispute.contact() == "13900000000"
    decide(dispute, DisputeState.ERASED, clerk)

    assert Person.objects.get(pk=mei.pk).state == PersonState.ERASED
    with scope.whole_city():
        dispute.refresh_from_db()
    assert (dispute.state, dispute.contact_sealed, dispute.statement_sealed) == (
        "ERASED", "", "",
    )  # fmt: skip


def test_an_account_is_handed_over_with_a_new_password_and_no_telephone(mei, clerk):
    phone = a_phone()
    numbered(mei, phone=phone)

    decide(say(phone=phone), DisputeState.HANDED_OVER, clerk, password="of the owner's own")

    assert Person.objects.get(pk=mei.pk).check_password("of the owner's own")
    with scope.whole_city():
        assert Identity.objects.get(pk=mei.pk).phone() == ""


def test_a_number_nobody_has_gets_the_same_answer_and_goes_to_the_office_named():
    dispute = say(id_number=an_id_number())

    assert (dispute.person_id, dispute.division_id, dispute.state) == (None, COUNTY, "OPEN")
    county = an_office(a_city().county)
    with pytest.raises(Refusal) as refused:
        decide(dispute, DisputeState.ERASED, county)
    assert refused.value.code == "no_account"
    assert decide(dispute, DisputeState.REFUSED, county).state == "REFUSED"


@pytest.mark.parametrize("lacks", [{"contact": " "}, {"id_number": "", "phone": ""}])
def test_a_claim_needs_a_number_and_a_way_to_reach_the_claimant(lacks):
    with pytest.raises(Refusal):
        say(**{"id_number": "1", **lacks})


def test_only_the_office_of_the_area_decides_with_a_reason_that_fits(mei, clerk):
    number = an_id_number()
    numbered(mei, id_number=number)
    dispute = say(id_number=number)

    for actor in (mei, a_person("stranger"), an_office(a_city().other_township)):
        with pytest.raises(Forbidden):
            decide(dispute, DisputeState.REFUSED, actor)
    for decision, answer, code in (
        (DisputeState.MERGED, "x", "wrong_decision"),
        (DisputeState.REFUSED, " ", "reason_missing"),
    ):
        with pytest.raises(Refusal) as refused:
            commands.decide_dispute(
                dispute_id=dispute.pk, decision=decision, answer=answer, actor=clerk, at=LATER
            )
        assert refused.value.code == code
    decide(dispute, DisputeState.REFUSED, clerk)
    with pytest.raises(Refusal):
        decide(dispute, DisputeState.ERASED, clerk)
    assert Person.objects.get(pk=mei.pk).is_active


def test_a_record_is_contested_by_its_owner_and_answered(mei, clerk):
    dispute = commands.contest_record(
        person_id=mei.pk, statement="姓名写错了", code="D2", actor=mei, at=NINE
    )
    with pytest.raises(Forbidden):
        commands.contest_record(
            person_id=mei.pk, statement="x", code="D3", actor=a_person("stranger"), at=NINE
        )

    decide(dispute, DisputeState.CORRECTED, clerk)

    with scope.whole_city():
        assert Notice.objects.get(person=mei).words == {"code": "D2"}
    assert "姓名" not in str(list(Entry.objects.values_list("details", flat=True)))


def test_two_accounts_named_by_an_office_are_merged_once(mei, clerk):
    twin = a_person("twin")
    dispute, again = (
        commands.report_double(keep_id=mei.pk, gone_id=twin.pk, code=c, actor=clerk, at=NINE)
        for c in ("D4", "D5")
    )
    assert (again, dispute.kind) == (dispute, DisputeKind.DUPLICATE)

    decide(dispute, DisputeState.MERGED, clerk)

    assert Person.objects.get(pk=twin.pk).merged_into_id == mei.pk
    with scope.whole_city():
        assert IdentityDispute.objects.get().state == "MERGED"


def ask(person, actor, reason="核对保险名单"):
    return commands.ask_disclosure(person_id=person.pk, reason=reason, actor=actor, at=NINE)


def test_a_grown_ups_numbers_open_at_once_for_a_reason_and_they_are_told(mei, clerk):
    shown = ask(mei, clerk)

    assert (shown.state, shown.opened_at, shown.decided_by_id) == (OPENED, NINE, None)
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"disclosure.asked", "disclosure.opened"} <= verbs
    with scope.whole_city():
        assert Notice.objects.get(person=mei).words == {"reason": "核对保险名单"}
    with pytest.raises(Refusal) as refused:
        commands.open_disclosure(disclosure_id=shown.pk, actor=clerk, at=LATER)
    assert refused.value.code == "not_approved"


@pytest.mark.parametrize("age_known", [True, False])
def test_a_minors_numbers_open_once_after_a_second_person(clerk, age_known):
    child = a_person("child")
    if age_known:
        numbered(child, id_number=an_id_number(date(2006, 1, 1)))
    shown = ask(child, clerk)
    assert shown.state == ASKED
    decide_it = {"disclosure_id": shown.pk, "decision": APPROVED, "at": NINE}

    for alone in (clerk, child):
        with pytest.raises(Forbidden):
            commands.decide_disclosure(**decide_it, actor=alone)
    with pytest.raises(Refusal):
        commands.open_disclosure(disclosure_id=shown.pk, actor=clerk, at=NINE)
    second = an_office(a_city().county)
    commands.decide_disclosure(**decide_it, actor=second)
    with pytest.raises(Forbidden):
        commands.open_disclosure(disclosure_id=shown.pk, actor=second, at=NINE)
    assert (
        commands.open_disclosure(disclosure_id=shown.pk, actor=clerk, at=NINE).opened_at == NINE
    )
    with pytest.raises(Refusal):
        commands.open_disclosure(disclosure_id=shown.pk, actor=clerk, at=NINE)


def test_an_approval_is_void_after_a_day_or_when_declined(clerk):
    second = an_office(a_city().county)
    for decision, at in (
        (APPROVED, NINE + Disclosure.LASTS),
        (DisclosureState.REFUSED, NINE),
    ):
        shown = ask(a_person(f"child-{decision}"), clerk)
        commands.decide_disclosure(
            disclosure_id=shown.pk, decision=decision, actor=second, at=NINE
        )
        with pytest.raises(Refusal):
            commands.open_disclosure(disclosure_id=shown.pk, actor=clerk, at=at)


def test_numbers_open_for_the_office_of_the_area_with_a_reason_only(mei, clerk):
    for actor in (mei, a_person("stranger"), an_office(a_city().other_township)):
        with pytest.raises(Forbidden):
            ask(mei, actor)
    with pytest.raises(Refusal):
        ask(mei, clerk, reason="  ")


def test_a_certificate_counts_when_an_office_has_seen_it_until_it_expires(mei, clerk):
    until = TODAY + timedelta(days=30)
    paper = commands.enter_qualification(
        person_id=mei.pk, code="lifeguard", number="A 1", valid_until=until, actor=mei, at=NINE
    )
    assert queries.abilities(mei.pk, TODAY).qualifications == frozenset()
    for actor in (mei, an_office(a_city().other_township)):
        with pytest.raises(Forbidden):
            commands.check_qualification(qualification_id=paper.pk, actor=actor, at=NINE)

    for _twice in range(2):
        commands.check_qualification(qualification_id=paper.pk, actor=clerk, at=NINE)

    assert queries.abilities(mei.pk, until).qualifications == {"lifeguard"}
    assert queries.abilities(mei.pk, until + timedelta(days=1)).qualifications == frozenset()
    assert paper.number() == "A 1"
    assert Entry.objects.filter(verb="qualification.checked").count() == 1


def test_a_renewed_certificate_is_checked_anew(mei, clerk):
    first = commands.enter_qualification(
        person_id=mei.pk, code="lifeguard", number="A1", valid_until=None, actor=mei, at=NINE
    )
    commands.check_qualification(qualification_id=first.pk, actor=clerk, at=NINE)

    again = commands.enter_qualification(
        person_id=mei.pk, code="lifeguard", number="B2", valid_until=None, actor=mei, at=LATER
    )

    assert (again.pk, again.checked_at, again.number()) == (first.pk, None, "B2")
    commands.remove_qualification(qualification_id=again.pk, actor=mei, at=LATER)
    with pytest.raises(Forbidden):
        commands.remove_qualification(qualification_id=again.pk, actor=mei, at=LATER)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"skills": ("flying",)}, "not_in_the_list"),
        (
            {"categories": ("elderly", "sanitation", "reading", "health", "culture")},
            "too_many_categories",
        ),
    ],
)
def test_a_profile_keeps_to_the_lists_of_the_city(mei, told, code):
    with pytest.raises(Refusal) as refused:
        commands.tell_profile(person_id=mei.pk, told=commands.Told(**told), actor=mei, at=NINE)

    assert refused.value.code == code


def test_a_profile_is_told_by_its_owner_only(mei):
    with pytest.raises(Forbidden):
        commands.tell_profile(
            person_id=mei.pk, told=commands.Told(), actor=a_person("stranger"), at=NINE
        )
    profile = commands.tell_profile(
        person_id=mei.pk,
        told=commands.Told(skills=("law", "first-aid"), availability=1 << 20 | 1),
        actor=mei,
        at=NINE,
    )
    assert profile.skills == ["first-aid", "law"]
    assert profile.free_parts() == ["1-MORNING", "7-EVENING"]


def test_consents_are_given_and_withdrawn_alike(mei):
    given = {"person_id": mei.pk, "kind": "LOCATION", "actor": mei, "at": NINE}
    for _twice in range(2):
        commands.give_consent(**given, version="location-2022")
    with pytest.raises(Forbidden):
        commands.give_consent(**given | {"actor": a_person("x")}, version="location-2022")
    assert queries.agreed(mei.pk, "LOCATION")

    for _twice in range(2):
        commands.withdraw_consent(**given | {"at": LATER})

    assert not queries.agreed(mei.pk, "LOCATION")
    verbs = list(Entry.objects.filter(verb__startswith="consent.").values_list("verb"))
    assert verbs == [("consent.given",), ("consent.withdrawn",)]
    with pytest.raises(Refusal) as refused:
        commands.withdraw_consent(**given | {"kind": "REGISTRATION"})
    assert refused.value.code == "consent_needed"
