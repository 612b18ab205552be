import pytest

from xinfeng.base import crypto, keys, scope
from xinfeng.people import commands as people
from xinfeng.people import records, sealing, sweeping
from xinfeng.people.tests.build import a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city
from xinfeng.teams.models import Batch, Invitation, Membership

from .build import a_team
from .test_batches import excel, upload
from .test_batches import people as rows_of
from .test_invitations import invite, phone_of, the

pytestmark = pytest.mark.django_db


def merge(keep, gone):
    office = an_office(a_city().county)
    return people.merge_people(keep_id=keep.pk, gone_id=gone.pk, actor=office, at=NINE)


def test_of_two_accounts_of_one_person_the_one_that_stays_is_in_the_teams():
    keep, gone = a_person("mei"), a_person("mei2")
    both = a_team(members=(keep, gone))
    led = a_team(leader=gone, members=(), deputies=[gone.pk])

    merge(keep, gone)

    led.refresh_from_db()
    assert (led.leader_id, led.deputies) == (keep.pk, [])
    with scope.whole_city():
        current = Membership.objects.current().order_by("pk")
        assert list(current.values_list("team", "person")) == [
            (both.pk, keep.pk), (led.pk, keep.pk),
        ]  # fmt: skip
        assert not Membership.objects.filter(person=gone).exists()


def test_a_closed_account_is_in_no_team_and_no_question_stays_open():
    mei = phone_of(a_person())
    team = a_team(leader=mei)
    other = a_team(leader=a_person("lan"))
    invite(other)

    people.close_account(person_id=mei.pk, actor=mei, at=NINE)

    team.refresh_from_db()
    assert team.leader_id is None
    with scope.whole_city():
        mine = Membership.objects.get(person=mei)
    assert (mine.ends_on, mine.ending) == (TODAY, "LEFT")
    assert the(Invitation)[0].state == "DECLINED"


def test_a_record_tells_of_teams_and_invitations():
    mei = a_person()
    team = a_team(members=(mei,))
    invite(a_team(leader=a_person("lan")), to="mei")

    with scope.whole_city():
        told = {s.name: list(s.tell(mei.pk)) for s in records.sections()}

    assert told["teams"][0]["team"] == team.code
    assert told["invitations"][0]["state"] == "OPEN"


def test_tables_and_invitees_are_sealed_anew_and_invitations_swept():
    columns = {(c.model._meta.label, c.column) for c in sealing.columns()}

    assert {("teams.Batch", "content"), ("people.Invitee", "phone_sealed")} <= columns
    assert "invitations" in {kind.name for kind in sweeping.kinds()}
    team = a_team(leader=a_person("lan"))
    batch = upload(team, excel(rows_of(2)))
    (bound,) = [c.bound for c in sealing.columns() if c.model is Batch]
    assert crypto.unseal(batch.content, about=bound(batch))
    assert crypto.key_of(batch.content) == keys.ring().current
