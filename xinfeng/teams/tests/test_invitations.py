from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from xinfeng.base import clock, crypto, scope, short_code
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.people import telling
from xinfeng.people.models import Identity, Invitee, Notice, Person
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, VILLAGE, a_city
from xinfeng.teams import commands
from xinfeng.teams.models import Invitation, Membership

from .build import a_team

pytestmark = pytest.mark.django_db
PHONE = "13800001234"
LATER = NINE + timedelta(days=30)


@pytest.fixture
def team():
    return a_team(leader=a_person("lan"))


def phone_of(person, number=PHONE):
    with scope.whole_city():
        Identity.objects.filter(pk=person.pk).update(
            phone_sealed=crypto.seal(number, about=f"phone:{person.pk}"),
            phone_digest=crypto.digest("phone", number),
        )
    return person


def invite(team, to=PHONE, name="王小梅", actor=None, at=NINE):
    return commands.invite(
        team_id=team.pk, to=to, name=name, code=short_code.new(16),
        actor=actor or team.leader, at=at,
    )  # fmt: skip


def the(model):
    with scope.whole_city():
        return list(model.objects.order_by("pk"))


def refused(code, verb, /, **given):
    with pytest.raises(Refusal) as refusal:
        verb(**{"at": NINE} | given)
    assert refusal.value.code == code


def test_whom_a_team_invites_has_consented_to_nothing(team):
    invitation = invite(team)

    assert (invitation.state, invitation.expires_at) == ("OPEN", LATER)
    assert [m.person_id for m in the(Membership)] == [team.leader_id]


def test_name_and_phone_are_sealed_and_the_phone_is_found_blindly(team):
    invite(team)

    (invitee,) = the(Invitee)
    assert "王" not in invitee.name_sealed
    assert PHONE not in invitee.phone_sealed
    assert (invitee.name(), invitee.phone()) == ("王小梅", PHONE)
    with connection.cursor() as cursor, scope.whole_city():
        cursor.execute("SELECT i::text || v::text FROM people_invitee i, teams_invitation v")
        assert PHONE not in str(cursor.fetchall())


def test_with_and_without_an_account_the_leader_learns_the_same(team):
    mei = phone_of(a_person())

    by_phone, by_name = invite(team), invite(team, to="bo", name="")
    unknown = invite(team, to="nobody.there", name="")
    known = invite(team, to="bo2", name="")
    a_person("bo3")

    for invitation in (by_phone, by_name, unknown, known):
        assert (invitation.state, invitation.told_at) == ("OPEN", NINE)
    (notice,) = the(Notice)
    assert (notice.person_id, notice.kind) == (mei.pk, "team.invitation")


def test_somebody_invited_by_account_name_is_told_and_accepts_with_one_tap(team):
    mei = a_person()
    invitation = invite(team, to="MEI")

    membership = commands.accept(code=invitation.code, actor=mei, at=NINE)

    assert (membership.person_id, membership.channel) == (mei.pk, "INVITATION")
    assert the(Invitation)[0].state == "ACCEPTED"
    assert the(Invitee) == []
    assert [n.person_id for n in the(Notice)] == [mei.pk]


def test_accepted_twice_it_says_so(team):
    mei = a_person()
    invitation = invite(team)
    commands.accept(code=invitation.code, actor=mei, at=NINE)

    refused("invitation_over", commands.accept, code=invitation.code, actor=a_person("bo"))


def test_nobody_is_invited_twice_or_as_a_member(team):
    mei = phone_of(a_person())
    invite(team)
    again = {"team_id": team.pk, "name": "", "code": "X", "actor": team.leader}
    refused("invited_already", commands.invite, to="+86 138 0000 1234", **again)
    commands.join(team_id=team.pk, actor=mei, at=NINE)

    refused("member_already", commands.invite, to="mei", **again)
    refused("phone_wrong", commands.invite, to="1380000123", **again)


def test_strangers_members_and_offices_elsewhere_invite_nobody(team):
    for actor in (a_person(), an_office(a_city().other_county)):
        with pytest.raises(Forbidden):
            invite(team, actor=actor)


def test_who_declines_is_erased_at_once_without_an_account(team):
    invitation = invite(team)

    commands.decline(code=invitation.code, actor=None, at=NINE)
    commands.decline(code=invitation.code, actor=None, at=NINE)

    (row,) = the(Invitation)
    assert (row.state, row.phone_digest) == ("DECLINED", None)
    assert the(Invitee) == []
    refused("invitation_over", commands.accept, code=invitation.code, actor=a_person())


def test_a_withdrawn_invitation_is_erased(team):
    invitation = invite(team)
    with pytest.raises(Forbidden):
        commands.withdraw_invitation(invitation_id=invitation.pk, actor=a_person(), at=NINE)

    for _ in range(2):
        commands.withdraw_invitation(invitation_id=invitation.pk, actor=team.leader, at=NINE)

    assert the(Invitee) == []
    refused("invitation_over", commands.accept, code=invitation.code, actor=a_person("bo"))


def test_after_thirty_days_it_has_run_out_and_is_erased(team):
    invitation = invite(team)
    invite(team, to="13900001234", at=NINE + timedelta(days=1))

    refused(
        "invitation_expired", commands.accept, code=invitation.code, actor=a_person(), at=LATER
    )
    assert commands.expire_invitations(at=LATER) == 1
    assert commands.expire_invitations(at=LATER) == 0

    assert sorted(row.state for row in the(Invitation)) == ["EXPIRED", "OPEN"]
    assert len(the(Invitee)) == 1


def test_a_code_nobody_made_is_unknown():
    for verb in (commands.accept, commands.decline):
        with pytest.raises(Unknown):
            verb(code="NOTHING", actor=None, at=NINE)


@pytest.mark.django_db(transaction=True)
def test_one_invitation_is_accepted_once_by_eight_thumbs(team):
    people = [a_person(f"p{n}") for n in range(8)]
    invitation = invite(team)
    everyone_is_connected = Barrier(8)

    def accept(person):
        try:
            connection.ensure_connection()
            everyone_is_connected.wait(timeout=20)
            return commands.accept(code=invitation.code, actor=person, at=NINE).pk
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as thumbs:
        answers = list(thumbs.map(accept, people))

    assert answers.count("invitation_over") == 7
    assert len(the(Membership)) == 2


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "EXPIRED"}, "invitation_answer_agrees|knows_no_phone"),
        ({"answered_at": NINE}, "invitation_answer_agrees"),
        ({"expires_at": NINE}, "invitation_ends_after"),
    ],
)
def test_the_database_refuses_a_contradictory_invitation(team, change, constraint):
    invite(team)

    with pytest.raises(IntegrityError, match=constraint), scope.whole_city():
        Invitation.objects.update(**change)


@pytest.fixture
def at_nine(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NINE)


STRANGER = {
    "name": "王小梅", "id_number": "11010519491231002X", "phone": PHONE, "home": VILLAGE,
    "username": "xiaomei", "password": "a long enough password",
}  # fmt: skip


def test_a_stranger_with_the_link_registers_and_joins_in_one_go(client, team, at_nine):
    address = reverse("teams:invitation", args=[invite(team).code])
    page = client.get(address).content.decode()
    assert 'value="王小梅"' in page
    agreed = page.split('name="agreed" value="')[1].split('"')[0]

    answer = client.post(address, STRANGER | {"agreed": agreed})

    assert answer.status_code == 302
    person = Person.objects.get(username="xiaomei")
    membership = Membership.objects
    with scope.whole_city():
        assert membership.get(person=person).channel == "INVITATION"
        assert Identity.objects.get(pk=person.pk).phone() == PHONE
    assert the(Invitee) == []


def test_a_stranger_who_does_not_agree_is_not_registered(client, team, at_nine):
    address = reverse("teams:invitation", args=[invite(team).code])

    page = client.post(address, STRANGER).content.decode()

    assert 'class="error"' in page
    assert not Person.objects.filter(username="xiaomei").exists()
    assert len(the(Invitee)) == 1


def test_signed_in_it_is_one_tap_and_the_inbox_leads_there(client, team, at_nine):
    mei = phone_of(a_person())
    invitation = invite(team)
    client.force_login(mei)
    assert invitation.code in client.get(reverse("teams:invited")).content.decode()

    client.post(reverse("teams:invitation", args=[invitation.code]))

    with scope.whole_city():
        assert team.memberships.current().filter(person=mei).exists()


def test_not_me_needs_no_account(client, team, at_nine):
    invitation = invite(team)

    answer = client.post(reverse("teams:decline", args=[invitation.code]))

    assert answer.status_code == 200
    assert the(Invitee) == []


def test_an_answered_invitation_shows_no_name(client, team, at_nine):
    invitation = invite(team)
    commands.decline(code=invitation.code, actor=None, at=NINE)

    page = client.get(reverse("teams:invitation", args=[invitation.code])).content.decode()

    assert "王小梅" not in page


def test_the_team_sees_its_invitations_masked(client, team, at_nine):
    invite(team)
    client.force_login(team.leader)

    for name in ("teams:invitations", "teams:cards"):
        page = client.get(reverse(name, args=[team.code])).content.decode()
        assert "王**" in page
        assert "138****1234" in page
        assert PHONE not in page
        assert "王小梅" not in page


def test_the_list_to_hand_out_has_links_and_masks(client, team, at_nine):
    invitation = invite(team)
    client.force_login(team.leader)

    lines = client.get(reverse("teams:links", args=[team.code])).getvalue().decode()

    assert f"/teams/i/{invitation.code}/" in lines
    assert "138****1234" in lines
    assert PHONE not in lines


def test_invitations_are_shown_to_those_who_lead_only(client, team, at_nine):
    client.force_login(a_person())

    for name in ("teams:invitations", "teams:links", "teams:cards", "teams:desk"):
        assert client.get(reverse(name, args=[team.code])).status_code == 404


def test_the_leader_invites_and_withdraws_by_forms(client, team, at_nine):
    client.force_login(team.leader)

    client.post(reverse("teams:invite", args=[team.code]), {"to": PHONE, "name": "王小梅"})
    (row,) = the(Invitation)
    client.post(reverse("teams:withdraw_invitation", args=[team.code, row.pk]))

    assert the(Invitation)[0].state == "WITHDRAWN"


def test_an_account_name_asked_twice_tells_not_whether_it_is_somebodys(team):
    a_person("mei")

    for name in ("mei", "nobody"):
        invite(team, to=name)
        refused(
            "invited_already", commands.invite, team_id=team.pk, to=name, name="",
            code=short_code.new(16), actor=team.leader,
        )  # fmt: skip


def test_one_address_learns_of_a_few_taken_numbers_only(client, team, at_nine, monkeypatch):
    monkeypatch.setattr(telling, "MOST", 2)
    phone_of(a_person("mei"))
    address = reverse("teams:invitation", args=[invite(team).code])
    agreed = client.get(address).content.decode().split('name="agreed" value="')[1]
    form = STRANGER | {"agreed": agreed.split('"')[0]}

    told = [client.post(address, form).content.decode() for _ in range(2)]
    silent = client.post(address, form | {"phone": "13900001234"}).content.decode()

    assert all("该手机号已有账号" in page for page in told)
    assert "该手机号已有账号" not in silent
    # Nor is somebody unknown let through, which would tell as well.
    assert not Person.objects.filter(username="xiaomei").exists()
