"""A round: bound before the draw, repeatable after it, blind until it is over."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.inspections import commands, drawing
from xinfeng.inspections.commands import Found, Going
from xinfeng.inspections.commands.readings import lines_of
from xinfeng.inspections.models import (
    Inspector,
    Reading,
    Round,
    RoundPoint,
    RoundScore,
    Verdict,
    WhyReplaced,
)
from xinfeng.journal.models import Entry
from xinfeng.people.models import Person
from xinfeng.people.tests.build import an_office
from xinfeng.places.tests.build import NINE, a_city
from xinfeng.units.models import Point
from xinfeng.units.tests.build import a_member, a_point, a_type

from .rounds_build import (
    DICE,
    SECRET,
    TODAY,
    a_drawn_round,
    a_round,
    a_scored_round,
    an_inspector,
    an_open_round,
    points_of,
    read_all,
    some_points,
    the_office,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _points(db):
    some_points()


@pytest.fixture(autouse=True)
def _points_seen(db):
    """Rows are looked at as the program itself sees them."""
    with scope.whole_city():
        yield


def test_a_plan_binds_the_frame_and_the_secret_before_anything_is_drawn():
    planned = a_round()

    assert planned.state == "PLANNED"
    assert planned.frame_digest == sha256(planned.frame.encode()).hexdigest()
    assert planned.commitment == sha256(SECRET.encode()).hexdigest()
    assert len(planned.frame.splitlines()) == 24
    entry = Entry.objects.get(verb="round.planned")
    assert entry.details["frame_digest"] == planned.frame_digest
    assert SECRET not in str(entry.details)


def test_planned_twice_is_planned_once():
    assert a_round().pk == a_round().pk
    assert Entry.objects.filter(verb="round.planned").count() == 1


def test_the_draw_can_be_repeated_by_hand_from_frame_secret_and_dice():
    drawn = a_drawn_round()

    kept = {each.point.code for each in RoundPoint.objects.select_related("point")}
    seed = f"{SECRET} {DICE}"
    strata = {}
    for line in drawn.frame.splitlines():
        code, county, kind = line.split("\t")
        strata.setdefault((county, kind), []).append(code)
    for stratum, codes in strata.items():
        ranked = sorted(codes, key=lambda code: sha256(f"{seed}\t{code}".encode()).digest())
        own = kept & set(codes)
        assert own == set(ranked[: len(own)]), stratum
    assert len(kept) == 10


def test_a_check_says_what_is_not_as_it_was_promised():
    drawn = a_drawn_round()
    kept = frozenset(each.point.code for each in RoundPoint.objects.select_related("point"))
    digest = sha256(SECRET.encode()).hexdigest()

    assert drawing.check(drawn, digest_of_secret=digest, kept=kept).holds
    swapped = frozenset([*sorted(kept)[1:], "P9999"])
    told = drawing.check(drawn, digest_of_secret=digest, kept=swapped)
    assert (told.missing, told.foreign) == ((min(kept),), ("P9999",))
    assert not drawing.check(drawn, digest_of_secret="0" * 64, kept=kept).commitment_holds
    drawn.frame = drawn.frame.replace("430405", "430407", 1)
    assert not drawing.check(drawn, digest_of_secret=digest, kept=kept).frame_holds


def test_drawn_again_with_the_same_dice_nothing_changes_and_with_others_it_is_refused():
    drawn = a_drawn_round()
    again = commands.draw_round(round_id=drawn.pk, dice=DICE, actor=the_office(), at=NINE)

    assert again.pk == drawn.pk
    with pytest.raises(Refusal, match="cannot be done"):
        commands.draw_round(round_id=drawn.pk, dice="1 1 1", actor=the_office(), at=NINE)
    assert RoundPoint.objects.count() == 10


@pytest.mark.parametrize("dice", ["", "   ", "9" * 81])
def test_without_a_throw_there_is_no_draw(dice):
    planned = a_round()

    with pytest.raises(Refusal, match="thrown in public"):
        commands.draw_round(round_id=planned.pk, dice=dice, actor=the_office(), at=NINE)
    assert not RoundPoint.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"size": 25}, "24 points"),
        ({"size": 3}, "at least 6"),
        ({"secret": "short"}, "too short"),
        ({"since": TODAY - timedelta(days=30)}, "not before today"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(more, said):
    with pytest.raises(Refusal, match=said):
        a_round(**more)
    assert not Round.objects.exists()


def test_only_a_city_office_that_acts_for_no_unit_holds_rounds():
    planned = a_round()
    county = an_office(a_city().county)
    for verb, more in (
        (commands.draw_round, {"dice": DICE}),
        (commands.call_off_round, {}),
        (commands.open_field, {}),
        (commands.close_round, {}),
        (commands.score_round, {}),
        (commands.publish_round, {}),
        (commands.name_inspectors, {"going": []}),
    ):
        with pytest.raises(Forbidden):
            verb(round_id=planned.pk, actor=county, at=NINE, **more)
    a_member(the_office(), Point.objects.order_by("pk").first().unit)
    with pytest.raises(Forbidden, match="acts for no unit"):
        commands.draw_round(round_id=planned.pk, dice=DICE, actor=the_office(), at=NINE)


def test_nobody_is_sent_to_a_point_of_their_own_unit_and_all_points_are_shared_out():
    drawn = a_drawn_round(size=12)
    lan, feng = an_inspector("lan"), an_inspector("feng")
    own = points_of(drawn)[0].unit
    a_member(lan, own)

    commands.name_inspectors(
        round_id=drawn.pk, going=[Going(lan.pk), Going(feng.pk)], actor=the_office(), at=NINE
    )
    metres = commands.find_ways(round_id=drawn.pk, at=NINE)

    shared = points_of(drawn)
    assert metres > 0
    assert {each.person_id for each in shared} == {lan.pk, feng.pk}
    assert not [p for p in shared if p.person_id == lan.pk and p.unit_id == own.pk]
    for person in (lan, feng):
        orders = sorted(p.visit_order for p in shared if p.person_id == person.pk)
        assert orders == list(range(1, len(orders) + 1))


def test_only_inspectors_are_sent_and_a_field_opens_only_when_every_point_has_one():
    drawn = a_drawn_round()

    with pytest.raises(Refusal, match="role"):
        commands.name_inspectors(
            round_id=drawn.pk, going=[Going(the_office().pk)], actor=the_office(), at=NINE
        )
    with pytest.raises(Refusal, match="10 points have no inspector"):
        commands.open_field(round_id=drawn.pk, actor=the_office(), at=NINE)
    drawn.refresh_from_db()
    assert drawn.state == "DRAWN"


def test_a_point_is_replaced_by_the_next_of_the_draw_with_a_reason():
    opened = an_open_round()
    gone = points_of(opened)[0]
    waiting = drawing.drawn_of(opened).substitutes[str(gone.county), gone.type]
    Point.objects.filter(code=waiting[0]).update(state="SUSPENDED")

    made = commands.replace_point(
        round_point_id=gone.pk, why=WhyReplaced.GONE, actor=the_office(), at=NINE
    )

    gone.refresh_from_db()
    assert gone.state == "REPLACED"
    # The first one is suspended, so that the second takes the place.
    assert (made.point.code, made.role, made.reason) == (waiting[1], "SUBSTITUTE", "GONE")
    assert made.person_id == gone.person_id
    again = commands.replace_point(
        round_point_id=gone.pk, why=WhyReplaced.SHUT, actor=the_office(), at=NINE
    )
    assert again.pk == made.pk


def test_where_no_other_point_is_left_the_point_stays():
    opened = an_open_round(size=24)
    gone = points_of(opened)[0]

    with pytest.raises(Refusal, match="stays not known"):
        commands.replace_point(
            round_point_id=gone.pk, why=WhyReplaced.GONE, actor=the_office(), at=NINE
        )
    gone.refresh_from_db()
    assert gone.state == "TO_VISIT"


def test_readings_are_only_added_and_sent_again_they_are_not_added_twice():
    opened = an_open_round()
    point = next(p for p in points_of(opened) if p.type == "farm-market")
    lan = point.person

    def send(*found):
        return commands.read_point(round_point_id=point.pk, found=found, actor=lan, at=NINE)

    first = send(Found("I-1-1", Verdict.NOT_MET), Found("I-2-2", value=1))
    assert [each.verdict for each in first] == ["NOT_MET", "NOT_MET"]
    assert send(Found("I-1-1", Verdict.NOT_MET), Found("I-2-2", value=1)) == []
    assert [each.verdict for each in send(Found("I-2-2", value=2))] == ["MET"]
    assert Reading.objects.count() == 3
    newest = {each.line: each.verdict for each in Reading.objects.newest()}
    assert newest == {"I-1-1": "NOT_MET", "I-2-2": "MET"}
    point.refresh_from_db()
    assert (point.state, point.visited_at) == ("VISITED", NINE)


def test_what_was_not_counted_is_not_known_and_never_zero():
    opened = an_open_round()
    point = next(p for p in points_of(opened) if p.type == "main-street")

    added = commands.read_point(
        round_point_id=point.pk, found=[Found("I-1-3")], actor=point.person, at=NINE
    )

    assert [(each.verdict, each.value) for each in added] == [("NOT_KNOWN", None)]


def test_a_line_of_another_kind_of_point_and_another_inspector_are_refused():
    opened = an_open_round()
    point = next(p for p in points_of(opened) if p.type == "farm-market")
    other = next(p.person for p in points_of(opened) if p.person_id != point.person_id)
    found = [Found("I-1-1", Verdict.MET)]

    with pytest.raises(Refusal, match="not read at points of this kind"):
        commands.read_point(
            round_point_id=point.pk, found=[Found("II-1-2", Verdict.MET)], actor=point.person,
            at=NINE,
        )  # fmt: skip
    for stranger in (other, the_office()):
        with pytest.raises(Forbidden):
            commands.read_point(round_point_id=point.pk, found=found, actor=stranger, at=NINE)
    assert not Reading.objects.exists()


def test_a_round_is_closed_when_all_is_seen_or_the_last_day_has_come():
    opened = an_open_round()

    with pytest.raises(Refusal, match="10 points have not been visited"):
        commands.close_round(round_id=opened.pk, actor=the_office(), at=NINE)
    late = NINE + timedelta(days=7)
    closed = commands.close_round(round_id=opened.pk, actor=the_office(), at=late)
    point = points_of(opened)[0]

    assert (closed.state, closed.closed_at) == ("CLOSED", late)
    with pytest.raises(Refusal, match="takes in no readings"):
        commands.read_point(round_point_id=point.pk, found=[], actor=point.person, at=late)


def test_a_score_counts_what_is_known_and_the_points_nobody_saw_as_not_known():
    opened = an_open_round(size=12)
    points = points_of(opened)
    unseen = next(p for p in points if p.type == "community")
    RoundPoint.objects.filter(pk=unseen.pk).update(state="REPLACED")
    read_all(opened, met=lambda point, line: line != "I-1-1")
    RoundPoint.objects.filter(pk=unseen.pk).update(state="TO_VISIT")
    late = NINE + timedelta(days=7)
    commands.close_round(round_id=opened.pk, actor=the_office(), at=late)

    scored = commands.score_round(round_id=opened.pk, actor=the_office(), at=late)

    whole = RoundScore.objects.get(round=scored, scope="ROUND")
    line = RoundScore.objects.get(round=scored, scope="LINE", key="I-1-1")
    # Four lines are read at each of the three kinds of points.
    assert (whole.n, whole.known) == (48, 44)
    assert (line.n, line.known, line.met, line.score_e4) == (12, 11, 0, 0)
    assert line.low_e4 == 0 < line.high_e4


def test_counted_again_after_an_amendment_the_score_changes_and_the_old_reading_stays():
    scored = a_scored_round(met=lambda point, line: True)
    point = points_of(scored)[0]
    line = Reading.objects.filter(round_point=point).order_by("pk").first().line
    before = RoundScore.objects.get(round=scored, scope="ROUND")

    with pytest.raises(Refusal, match="says why"):
        commands.amend_reading(
            round_point_id=point.pk, found=Found(line, Verdict.NOT_APPLICABLE),
            actor=the_office(), at=NINE,
        )  # fmt: skip
    commands.amend_reading(
        round_point_id=point.pk, found=Found(line, Verdict.NOT_APPLICABLE, note="none here"),
        actor=the_office(), at=NINE,
    )  # fmt: skip
    commands.score_round(round_id=scored.pk, actor=the_office(), at=NINE)

    after = RoundScore.objects.get(round=scored, scope="ROUND")
    assert (before.n - after.n, before.score_e4, after.score_e4) == (1, 10_000, 10_000)
    assert Reading.objects.filter(round_point=point, line=line).count() == 2


def test_published_twice_is_published_once_and_then_it_never_changes():
    scored = a_scored_round()
    for _ in range(2):
        commands.publish_round(round_id=scored.pk, actor=the_office(), at=NINE)

    assert Entry.objects.filter(verb="round.published").count() == 1
    with pytest.raises(Refusal):
        commands.score_round(round_id=scored.pk, actor=the_office(), at=NINE)
    with pytest.raises(Refusal):
        commands.call_off_round(round_id=scored.pk, actor=the_office(), at=NINE)


def test_the_scope_of_an_assessed_county_holds_no_row_of_a_round():
    opened = an_open_round()
    read_all(opened)
    lan = points_of(opened)[0].person

    def seen(**who):
        with transaction.atomic(), connection.cursor() as cursor, scope.reading(**who):
            cursor.execute("SET LOCAL ROLE xinfeng_app")
            found = [model.objects.count() for model in (RoundPoint, Inspector, Reading)]
            cursor.execute("RESET ROLE")
            return found

    assert seen(person_id=None, spans=[a_city().county.span]) == [0, 0, 0]
    points, inspectors, readings = seen(person_id=lan.pk, spans=[])
    assert 0 < points < 10
    assert inspectors == 1
    assert 0 < readings < 40
    assert seen(person_id=None, spans=[a_city().city.span])[0] == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "DRAWN"},
        {"dice": "1"},
        {"opened_at": NINE},
        {"state": "IN_FIELD"},
        {"size": 0},
        {"until": TODAY},
        {"cycle_year": 4},
        {"state": "PUBLISHED", "dice": "1", "drawn_at": NINE},
    ],
)
def test_the_database_keeps_a_round_from_contradicting_itself(wrong):
    planned = a_round()

    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=planned.pk).update(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "VISITED"},
        {"role": "SUBSTITUTE"},
        {"reason": "GONE"},
        {"inspector": None},
        {"stratum_drawn": 99},
    ],
)
def test_the_database_keeps_a_point_of_a_round_from_contradicting_itself(wrong):
    point = points_of(an_open_round())[0]

    with pytest.raises(IntegrityError), transaction.atomic():
        RoundPoint.objects.filter(pk=point.pk).update(**wrong)


def test_a_point_that_was_replaced_takes_no_reading_any_more():
    opened = an_open_round()
    gone = next(p for p in points_of(opened) if p.type == "farm-market")
    commands.replace_point(
        round_point_id=gone.pk, why=WhyReplaced.GONE, actor=the_office(), at=NINE
    )

    with pytest.raises(Forbidden):
        commands.read_point(
            round_point_id=gone.pk, found=[Found("I-1-1", Verdict.MET)], actor=gone.person,
            at=NINE,
        )  # fmt: skip
    assert not Reading.objects.exists()


def test_what_was_published_is_amended_by_nobody():
    scored = a_scored_round()
    commands.publish_round(round_id=scored.pk, actor=the_office(), at=NINE)
    point = points_of(scored)[0]
    line = Reading.objects.filter(round_point=point).order_by("pk").first().line
    before = Reading.objects.count()

    with pytest.raises(Refusal) as refusal:
        commands.amend_reading(
            round_point_id=point.pk, found=Found(line, Verdict.NOT_MET, note="too late"),
            actor=the_office(), at=NINE,
        )  # fmt: skip

    assert refusal.value.code == "round_is_not_open"
    assert Reading.objects.count() == before


def test_a_substitute_is_visited_by_nobody_of_its_unit():
    lan, feng = an_inspector("lan"), an_inspector("feng")
    opened = an_open_round(inspectors=[lan, feng])
    gone = next(p for p in points_of(opened) if p.person_id == lan.pk)
    waiting = drawing.drawn_of(opened).substitutes[str(gone.county), gone.type]
    unit = Point.objects.get(code=waiting[0]).unit_id
    Inspector.objects.filter(person=lan).update(own_units=[unit])

    made = commands.replace_point(
        round_point_id=gone.pk, why=WhyReplaced.GONE, actor=the_office(), at=NINE
    )

    assert (made.unit_id, made.person_id) == (unit, feng.pk)


def test_only_points_in_use_of_a_kind_that_is_read_can_be_drawn():
    shut, gone = Point.objects.order_by("pk")[:2]
    Point.objects.filter(pk=shut.pk).update(state="SUSPENDED")
    Point.objects.filter(pk=gone.pk).update(state="CLOSED", until=TODAY)
    other = a_point(type=a_type("river", name="河道"))

    frame = a_round().frame

    assert len(frame.splitlines()) == 22
    assert not [one.code for one in (shut, gone, other) if f"{one.code}\t" in frame]


def test_once_the_field_is_open_nobody_is_sent_elsewhere():
    opened, feng = an_open_round(), an_inspector("other")
    before = {p.pk: p.person_id for p in points_of(opened)}

    with pytest.raises(Refusal, match="between the draw and the first visit"):
        commands.name_inspectors(
            round_id=opened.pk, going=[Going(feng.pk)], actor=the_office(), at=NINE
        )
    commands.find_ways(round_id=opened.pk, at=NINE)

    assert {p.pk: p.person_id for p in points_of(opened)} == before


def test_whoever_joined_the_unit_after_being_named_does_not_read_its_point():
    some_points()
    opened = an_open_round()
    seen = next(point for point in points_of(opened) if point.person_id)
    mei = Person.objects.get(pk=seen.person_id)
    a_member(mei, seen.point.unit)
    line = next(iter(lines_of(opened, seen.type)))
    with pytest.raises(Forbidden) as refusal:
        commands.read_point(
            round_point_id=seen.pk, found=[Found(line, Verdict.MET)], actor=mei, at=NINE
        )
    assert refusal.value.code == "own_unit"
