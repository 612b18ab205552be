import pytest
from django.db import IntegrityError

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Guardianship, Notice
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city
from xinfeng.teams import commands
from xinfeng.teams.models import Ending, Membership

from .build import a_team

pytestmark = pytest.mark.django_db


def membership_of(person):
    with scope.whole_city():
        return Membership.objects.get(person=person)


def told():
    with scope.whole_city():
        return list(Notice.objects.order_by("pk").values_list("kind", "person_id"))


def in_care_of(ward, carer, state="CONFIRMED"):
    with scope.whole_city():
        return Guardianship.objects.create(
            ward=ward, guardian=carer, division_id=ward.division_id, kind="CARER",
            state=state, asked_at=NINE, confirmed_at=NINE if state == "CONFIRMED" else None,
        )  # fmt: skip


def test_consent_is_kept_with_its_time_and_channel():
    mei = a_person()

    commands.join(team_id=a_team().pk, actor=mei, at=NINE)

    mine = membership_of(mei)
    assert (mine.consented_at, mine.channel) == (NINE, "PAGE")


def test_a_leader_removes_with_a_reason_and_the_person_is_told():
    lan, mei = a_person("lan"), a_person()
    team = a_team(leader=lan, members=(mei,))

    for _ in range(2):
        commands.remove(
            team_id=team.pk, person_id=mei.pk, reason=Ending.MOVED_AWAY, actor=lan, at=NINE
        )

    gone = membership_of(mei)
    assert (gone.ends_on, gone.ending, gone.ended_by_id) == (TODAY, "MOVED_AWAY", lan.pk)
    assert told() == [("membership.removed", mei.pk)]
    assert Entry.objects.get().details == {"reason": "MOVED_AWAY"}


def test_a_removal_needs_a_reason_a_member_and_the_right():
    lan, mei, bo = (a_person(name) for name in ("lan", "mei", "bo"))
    team = a_team(leader=lan, members=(mei,))

    def remove(person, actor, reason=Ending.MOVED_AWAY):
        commands.remove(
            team_id=team.pk, person_id=person.pk, reason=reason, actor=actor, at=NINE
        )

    with pytest.raises(Refusal) as refusal:
        remove(mei, lan, Ending.LEFT)
    assert refusal.value.code == "reason_missing"
    for person in (bo, lan):
        with pytest.raises(Unknown):
            remove(person, lan)
    for actor in (bo, mei, an_office(a_city().other_county)):
        with pytest.raises(Forbidden):
            remove(mei, actor)
    with pytest.raises(Forbidden):
        remove(lan, an_office(a_city().township))


def test_a_deputy_who_leaves_is_no_deputy():
    lan, mei = a_person("lan"), a_person()
    team = a_team(leader=lan, members=(mei,), deputies=[mei.pk])

    commands.leave(team_id=team.pk, actor=mei, at=NINE)

    team.refresh_from_db()
    assert team.deputies == []


def test_this_is_not_me_ends_the_entry_and_tells_the_leader():
    lan, mei = a_person("lan"), a_person()
    team = a_team(leader=lan, members=(mei,))

    commands.contest(team_id=team.pk, actor=mei, at=NINE)
    commands.contest(team_id=team.pk, actor=mei, at=NINE)

    assert membership_of(mei).ending == "NOT_ME"
    assert told() == [("membership.contested", lan.pk)]
    with pytest.raises(Unknown):
        commands.contest(team_id=team.pk, actor=a_person("bo"), at=NINE)


def test_who_cares_for_a_family_member_joins_and_leaves_for_them():
    granny, mei, team = a_person("granny"), a_person(), a_team()
    in_care_of(granny, mei)

    commands.join_for(team_id=team.pk, ward_id=granny.pk, actor=mei, at=NINE)
    joined = membership_of(granny)
    commands.leave_for(team_id=team.pk, ward_id=granny.pk, actor=mei, at=NINE)

    assert joined.channel == "CARER"
    assert membership_of(granny).ends_on == TODAY


def test_nobody_joins_for_a_stranger_or_before_the_care_is_confirmed():
    granny, mei, team = a_person("granny"), a_person(), a_team()

    with pytest.raises(Unknown):
        commands.join_for(team_id=team.pk, ward_id=granny.pk, actor=mei, at=NINE)
    in_care_of(granny, mei, state="ASKED")
    with pytest.raises(Unknown):
        commands.join_for(team_id=team.pk, ward_id=granny.pk, actor=mei, at=NINE)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"channel": "PAGE"}, "membership_consent_is_whole"),
        ({"consented_at": NINE}, "membership_consent_is_whole"),
        ({"ending": "LEFT"}, "membership_that_lasts"),
    ],
)
def test_the_database_refuses_a_contradictory_membership(change, constraint):
    a_team(members=(a_person(),))

    with pytest.raises(IntegrityError, match=constraint), scope.whole_city():
        Membership.objects.update(**change)
