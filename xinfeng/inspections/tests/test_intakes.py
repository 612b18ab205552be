"""What phones send becomes readings; what does not count waits for the office with a reason."""

import pytest

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Unknown
from xinfeng.fieldwork import commands as fieldwork
from xinfeng.fieldwork.models import FormVersion, Submission
from xinfeng.inspections import commands
from xinfeng.inspections.commands import Found
from xinfeng.inspections.models import (
    Intake,
    Reading,
    RoundPoint,
    RoundScore,
    Verdict,
    WhyReplaced,
)
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import a_person
from xinfeng.places.tests.build import NINE
from xinfeng.units.tests.build import a_member

from .build import a_standard
from .phones_build import (
    Phone,
    a_form,
    a_round_with_forms,
    everything,
    filled,
    instance_of_form,
    newest,
    photos_of,
    points_of,
    refused,
    run_jobs,
    said_of,
)
from .rounds_build import TEXT, an_inspector, some_points, the_office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _points(db, monkeypatch):
    monkeypatch.setattr("xinfeng.base.clock.now", lambda: NINE)
    some_points()


@pytest.fixture
def opened():
    return a_round_with_forms()


@pytest.fixture
def point(opened):
    return next(each for each in points_of(opened) if each.type == "farm-market")


@pytest.fixture
def phone(point):
    return Phone(point.person)


def others_point(point: RoundPoint) -> RoundPoint:
    return next(
        each for each in points_of(point.round)
        if each.person_id != point.person_id and each.type == point.type
    )  # fmt: skip


def own_other(point: RoundPoint) -> RoundPoint:
    return next(
        each for each in points_of(point.round)
        if each.person_id == point.person_id and each.pk != point.pk
    )  # fmt: skip


def intake(number: str = "") -> Intake:
    with scope.whole_city():
        rows = Intake.objects.select_related("submission")
        return rows.get(submission__instance_id=number) if number else rows.get()


def send(phone: Phone, *args, **more) -> None:
    assert phone.send(a_form(*args, **more)) == [201]
    run_jobs()


def count(which: Intake, point: RoundPoint, actor: Person | None = None):
    return commands.count_form(
        intake_id=which.pk, round_point_id=point.pk, actor=actor or the_office(), at=NINE
    )


# The whole way


def test_a_phone_that_knows_only_the_protocol_fills_a_whole_round(opened):
    wrong = ("I-1-1",)
    for person in {point.person for point in points_of(opened)}:
        phone = Phone(person)
        forms = phone.forms()
        for point in points_of(opened):
            if point.person_id == person.pk:
                bad = [code for code in wrong if f"tiny-city.{point.type}" in forms]
                xml = filled(
                    forms[f"tiny-city.{point.type}"], said_of(point, bad), f"uuid:{point.pk}"
                )
                assert phone.send(xml, photos_of(bad)) == [201]
    run_jobs()

    with scope.whole_city():
        assert set(RoundPoint.objects.values_list("state", flat=True)) == {"VISITED"}
        assert set(Intake.objects.values_list("state", flat=True)) == {"COUNTED"}
    commands.close_round(round_id=opened.pk, actor=the_office(), at=NINE)
    commands.score_round(round_id=opened.pk, actor=the_office(), at=NINE)
    by_line = {row.key: row for row in RoundScore.objects.filter(scope="LINE")}
    assert (by_line["I-1-1"].met, by_line["I-1-1"].known) == (0, 10)
    assert by_line["I-2-2"].met == by_line["I-2-2"].known


def test_a_reading_says_by_whom_when_and_by_which_form(phone, point):
    send(phone, point, ["I-1-1"], l_I_1_1_note="门口有垃圾")

    with scope.whole_city():
        reading = Reading.objects.get(line="I-1-1")
        submission = Submission.objects.get()
    assert (reading.verdict, reading.note) == ("NOT_MET", "门口有垃圾")
    assert (reading.by_id, reading.submission_id) == (point.person_id, submission.pk)
    assert reading.seen_at.isoformat() == "2026-03-02T01:20:00+00:00"
    assert reading.at == NINE


def test_what_is_counted_decides_by_the_standard_whatever_the_verdict_says(phone, point):
    send(phone, point, l_I_2_2_value="1")

    assert newest(point)["I-2-2"] == Verdict.NOT_MET


def test_a_verdict_without_a_count_counts_as_it_was_said(phone, point):
    send(phone, point, ["I-2-2"], l_I_2_2_value="")

    with scope.whole_city():
        reading = Reading.objects.get(line="I-2-2")
    assert (reading.verdict, reading.value) == ("NOT_MET", None)


def test_a_number_that_nobody_counts_is_not_believed(phone, point):
    send(phone, point, l_I_2_2_value="99999999999999")

    with scope.whole_city():
        assert Reading.objects.get(line="I-2-2").value is None


def test_the_code_on_paper_is_an_address_and_names_the_point_all_the_same(phone, point):
    address = f"https://wenming.example.gov.cn/units/points/{point.point.code}/"
    send(phone, point, point_code=address)

    assert intake().state == "COUNTED"


def test_read_again_nothing_changes(phone, point):
    send(phone, point, ["I-1-1"])
    before = everything()

    run_jobs()

    assert everything() == before
    assert Entry.objects.filter(verb="round.form_counted").count() == 1


# Not counted, never lost


def test_a_wrong_point_is_kept_and_counted_for_the_right_one_by_the_office(phone, point):
    send(phone, point, point_code="NOSUCH")
    assert (intake().state, intake().why) == ("NOT_COUNTED", "NO_POINT")
    assert newest(point) == {}

    count(intake(), point)

    assert (intake().state, intake().why) == ("COUNTED", "")
    assert len(newest(point)) == 4
    with scope.whole_city():
        # They are the inspector's readings still; the office only says of what.
        assert set(Reading.objects.values_list("by", flat=True)) == {point.person_id}
    before = everything()
    count(intake(), point)
    run_jobs()
    assert everything() == before


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"round_code": "NONE"}, "NO_ROUND"),
        ({"round_code": ""}, "NO_ROUND"),
        ({"point_code": ""}, "NO_POINT"),
    ],
)
def test_codes_that_lead_nowhere_are_told_apart(phone, point, more, why):
    send(phone, point, **more)

    assert intake().why == why


def test_somebody_elses_point_is_not_counted(phone, point):
    send(phone, point, point_code=others_point(point).point.code)

    assert intake().why == "NOT_THEIRS"


def test_a_point_that_was_not_drawn_is_not_counted(phone, point):
    with scope.whole_city():
        drawn = RoundPoint.objects.values("point")
        other = type(point.point).objects.exclude(pk__in=drawn).first()
    send(phone, point, point_code=other.code)

    assert intake().why == "NOT_DRAWN"


def test_the_checklist_of_another_kind_of_point_is_not_counted(phone, point):
    mine = next(p for p in points_of(point.round)
                if p.person_id == point.person_id and p.type != point.type)  # fmt: skip
    send(phone, point, point_code=mine.point.code)

    assert intake().why == "OTHER_FORM"


def test_a_replaced_point_is_not_counted_and_its_substitute_is(phone, point):
    made = commands.replace_point(
        round_point_id=point.pk, why=WhyReplaced.GONE, actor=the_office(), at=NINE
    )
    made = next(each for each in points_of(point.round) if each.pk == made.pk)
    send(phone, point, number="uuid:old")
    send(Phone(made.person) if made.person_id != point.person_id else phone, made,
         number="uuid:new")  # fmt: skip

    assert intake("uuid:old").why == "REPLACED"
    assert intake("uuid:new").state == "COUNTED"


def test_a_point_of_ones_own_unit_is_never_counted(phone, point):
    a_member(point.person, point.unit)
    send(phone, point)

    assert intake().why == "OWN_UNIT"
    assert refused(lambda: count(intake(), point)) == "own_unit"


def test_after_the_end_nothing_counts_by_itself_until_the_office_says_so(phone, point):
    commands.close_round(round_id=point.round_id, actor=the_office(), at=NINE.replace(month=9))
    send(phone, point)
    assert intake().why == "NOT_OPEN"

    count(intake(), point)

    assert len(newest(point)) == 4


def test_once_the_result_is_public_nothing_is_counted_any_more(phone, point):
    for step in (commands.close_round, commands.score_round, commands.publish_round):
        step(round_id=point.round_id, actor=the_office(), at=NINE.replace(month=9))
    send(phone, point)

    assert refused(lambda: count(intake(), point)) == "round_is_not_open"


def test_a_second_form_waits_and_may_take_the_place_of_the_first(phone, point):
    send(phone, point, number="uuid:1")
    send(phone, point, ["I-1-1"], number="uuid:2")
    assert intake("uuid:2").why == "READ_BEFORE"
    assert newest(point)["I-1-1"] == "MET"

    count(intake("uuid:2"), point)

    assert newest(point)["I-1-1"] == "NOT_MET"
    assert (intake("uuid:1").state, intake("uuid:1").why) == ("LEFT_OUT", "READ_BEFORE")
    assert intake("uuid:2").state == "COUNTED"


def test_the_office_leaves_out_what_it_has_looked_at(phone, point):
    send(phone, point, point_code="NOSUCH")

    left = commands.leave_out(intake_id=intake().pk, actor=the_office(), at=NINE)
    again = commands.leave_out(intake_id=intake().pk, actor=the_office(), at=NINE)

    assert left.pk == again.pk
    assert (intake().state, intake().why) == ("LEFT_OUT", "NO_POINT")
    run_jobs()
    assert intake().state == "LEFT_OUT"
    assert Entry.objects.filter(verb="round.form_left_out").count() == 1


def test_only_whoever_holds_the_round_decides_and_nobody_about_their_own(phone, point):
    send(phone, point, point_code="NOSUCH")

    with pytest.raises(Forbidden):
        count(intake(), point, a_person("stranger"))
    with pytest.raises(Forbidden):
        commands.leave_out(intake_id=intake().pk, actor=point.person, at=NINE)
    with pytest.raises(Unknown):
        commands.leave_out(intake_id=0, actor=the_office(), at=NINE)


# Amended and withdrawn


def test_an_amendment_adds_readings_where_it_says_something_else(phone, point):
    send(phone, point, ["I-1-1"], number="uuid:1")
    send(phone, point, number="uuid:2", amends="uuid:1")

    assert newest(point)["I-1-1"] == "MET"
    assert (intake("uuid:1").state, intake("uuid:2").state) == ("AMENDED", "COUNTED")
    with scope.whole_city():
        assert Reading.objects.filter(line="I-1-1").count() == 2
        assert Reading.objects.filter(line="I-2-1").count() == 1


def test_an_amendment_does_not_undo_what_the_office_has_amended(phone, point):
    send(phone, point, number="uuid:1")
    commands.amend_reading(
        round_point_id=point.pk, found=Found("I-2-1", Verdict.NOT_MET, note="照片可见占用"),
        actor=the_office(), at=NINE,
    )  # fmt: skip
    send(phone, point, ["I-1-1"], number="uuid:2", amends="uuid:1")

    assert newest(point)["I-2-1"] == "NOT_MET"
    assert newest(point)["I-1-1"] == "NOT_MET"


def test_a_line_that_an_amendment_no_longer_answers_is_not_known(phone, point):
    send(phone, point, number="uuid:1")
    send(phone, point, number="uuid:2", amends="uuid:1", l_I_1_1="")

    assert newest(point)["I-1-1"] == "NOT_KNOWN"


def test_an_amendment_may_name_the_right_point(phone, point):
    other = own_other(point)
    right = other if other.type == point.type else None
    if right is None:
        with scope.whole_city():
            right = next(p for p in points_of(point.round)
                         if p.type == point.type and p.pk != point.pk)  # fmt: skip
            RoundPoint.objects.filter(pk=right.pk).update(
                person=point.person_id, inspector=point.inspector_id
            )
    send(phone, point, number="uuid:1")
    send(phone, right, number="uuid:2", amends="uuid:1")

    assert set(newest(point).values()) == {"NOT_KNOWN"}
    assert set(newest(right).values()) == {"MET"}
    with scope.whole_city():
        assert RoundPoint.objects.get(pk=point.pk).state == "TO_VISIT"


def test_an_amendment_of_what_the_office_counted_counts_there_too(phone, point):
    send(phone, point, number="uuid:1", point_code="NOSUCH")
    count(intake("uuid:1"), point)
    send(phone, point, ["I-1-1"], number="uuid:2", amends="uuid:1", point_code="NOSUCH")

    assert intake("uuid:2").state == "COUNTED"
    assert newest(point)["I-1-1"] == "NOT_MET"


def test_what_is_withdrawn_is_not_known_any_more_and_to_be_visited_again(phone, point):
    send(phone, point)
    fieldwork.withdraw(
        submission_id=intake().submission_id, reason="演示", actor=the_office(), at=NINE
    )
    run_jobs()

    assert intake().state == "WITHDRAWN"
    assert set(newest(point).values()) == {"NOT_KNOWN"}
    with scope.whole_city():
        assert RoundPoint.objects.get(pk=point.pk).state == "TO_VISIT"
    before = everything()
    run_jobs()
    assert everything() == before
    send(phone, point, number="uuid:again")
    assert set(newest(point).values()) == {"MET"}


def test_an_amendment_read_before_the_form_that_it_amends(phone, point):
    phone.send(a_form(point, ["I-1-1"], number="uuid:1"))
    phone.send(a_form(point, number="uuid:2", amends="uuid:1"))
    with scope.whole_city():
        second = Submission.objects.get(instance_id="uuid:2").pk
    commands.read_submission(submission_id=second, at=NINE)
    run_jobs()

    assert newest(point)["I-1-1"] == "MET"
    assert intake("uuid:1").state == "AMENDED"


# Versions


def test_what_came_before_the_end_is_read_when_the_round_closes(phone, point):
    phone.send(a_form(point))

    commands.close_round(round_id=point.round_id, actor=the_office(), at=NINE.replace(month=9))

    assert intake().state == "COUNTED"
    assert len(newest(point)) == 4


def test_a_phone_with_the_form_of_an_older_version_is_heard_where_nothing_has_changed(point):
    text = TEXT.replace('version: "1"', 'version: "2"').replace("at_least: 2", "at_least: 3")
    newer = a_round_with_forms(
        "R2", standard_id=a_standard(text).pk, inspectors=[an_inspector("wei")]
    )
    there = next(each for each in points_of(newer) if each.type == "farm-market")
    old = said_of(there)
    with scope.whole_city():
        version = FormVersion.objects.get(form__form_id="tiny-city.farm-market", version="1")
    send_xml = filled(instance_of_form(version), old, "uuid:old")
    assert Phone(there.person).send(send_xml) == [201]
    run_jobs()

    assert intake().state == "COUNTED"
    # That line asks for three posters now and asked for two on that phone.
    assert intake().unread == ["I-2-2"]
    assert newest(there).keys() == {"I-1-1", "I-1-2", "I-2-1"}


# Shares


def a_share_at(text: str = TEXT) -> RoundPoint:
    """A market where at least 90 in 100 of what is looked at must be as it should be."""
    text = text.replace('version: "1"', 'version: "3"').replace(
        "answer: count\n            at_least: 2", "answer: share\n            at_least: 90"
    )
    held = a_round_with_forms("R3", standard_id=a_standard(text).pk)
    return next(each for each in points_of(held) if each.type == "farm-market")


@pytest.mark.parametrize(
    ("good", "whole", "verdict"),
    [
        ("18", "20", "MET"), ("17", "20", "NOT_MET"), ("20", "20", "MET"),
        # Neither more than there are, nor a part of nothing, is believed: as they said then.
        ("21", "20", "MET"), ("0", "0", "MET"), ("18", "", "MET"),
    ],
)  # fmt: skip
def test_a_share_is_decided_by_both_numbers_and_never_rounded(good, whole, verdict):
    point = a_share_at()
    send(Phone(point.person), point, l_I_2_2_value=good, l_I_2_2_of=whole)

    with scope.whole_city():
        reading = Reading.objects.get(line="I-2-2")
    assert reading.verdict == verdict
    if whole == "20" and good != "21":
        assert (reading.value, reading.out_of) == (int(good), 20)
    else:
        assert (reading.value, reading.out_of) == (None, None)


def test_a_share_is_asked_for_on_the_page_too(client):
    point = a_share_at()
    with scope.whole_city():
        client.force_login(Person.objects.get(pk=point.person_id))
    address = f"/rounds/{point.round.code}/mine/{point.pk}/"
    asked = client.get(address).content.decode()

    answer = client.post(address, {"value3": "17", "of3": "20"})

    assert 'name="of3"' in asked
    assert answer.status_code == 302
    with scope.whole_city():
        reading = Reading.objects.get(line="I-2-2")
    assert (reading.value, reading.out_of, reading.verdict) == (17, 20, "NOT_MET")
