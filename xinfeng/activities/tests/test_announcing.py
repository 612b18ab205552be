"""Drafts, what may change after announcing, shifts and posts, copies and series."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from xinfeng.activities import commands
from xinfeng.activities.commands import NewPost, NewShift, Plan
from xinfeng.activities.models import Activity, Post, Project, Shift
from xinfeng.base import positions, scope
from xinfeng.base.refusal import Forbidden, Refusal, Unknown
from xinfeng.journal.models import Entry
from xinfeng.people.models import Notice
from xinfeng.people.tests.build import a_keeper, a_person, an_office
from xinfeng.places.tests.build import NINE, TODAY, a_city, a_place
from xinfeng.teams.tests.build import a_team

from .build import EIGHT, MORNING, ONE_HOUR, STATED, a_category, a_signup, a_wish, an_activity

pytestmark = pytest.mark.django_db
HERE = (26_893_000, 112_572_000)
AFTERNOON = NewShift(NINE + 5 * ONE_HOUR, NINE + 7 * ONE_HOUR, 4)
BOAT = NewPost("船", 2, is_dangerous=True, min_age=18)


@pytest.fixture
def office():
    return an_office(a_city().township)


def verbs():
    return [entry.verb for entry in Entry.objects.order_by("pk")]


def a_plan(**changes):
    fields = STATED | {
        "title": "河道清洁",
        "category_id": a_category().pk,
        "division_id": a_city().village.pk,
    }
    return Plan(**fields | changes)


def refused(verb, **what):
    with pytest.raises(Refusal) as refusal:
        verb(**what, at=EIGHT)
    return refusal.value.code


# Drafts


def test_a_draft_invites_nobody(office):
    draft = commands.draft(new=a_wish(), actor=office, at=EIGHT)

    assert (draft.state, draft.leader_id, draft.created_at) == ("DRAFT", office.pk, EIGHT)
    with pytest.raises(Unknown):
        commands.sign_up(shift_id=draft.shifts.get().pk, actor=a_person(), at=EIGHT)
    assert verbs() == ["activity.drafted"]


def test_a_draft_may_leave_everything_open_but_its_title(office):
    bare = a_wish(shifts=(), nature="", **{name: "" for name in STATED if name != "nature"})

    draft = commands.draft(new=bare, actor=office, at=EIGHT)

    assert (draft.nature, draft.shifts.count()) == ("", 0)


def test_only_a_draft_leaves_its_nature_open(office):
    activity = an_activity(leader=office)

    with (
        pytest.raises(IntegrityError, match="activity_nature_is_known"),
        transaction.atomic(),
    ):
        Activity.objects.filter(pk=activity.pk).update(nature="")


def test_insured_days_are_both_there_and_in_order(office):
    activity = an_activity(leader=office)

    for wrong in [
        {"insured_from": TODAY},
        {"insured_until": TODAY},
        {"insured_from": TODAY, "insured_until": TODAY - timedelta(days=1)},
    ]:
        with (
            pytest.raises(IntegrityError, match="insurance_days"),
            transaction.atomic(),
        ):
            Activity.objects.filter(pk=activity.pk).update(**wrong)


def test_somebody_elses_code_is_not_handed_over(office):
    commands.draft(new=a_wish(), actor=office, at=EIGHT)
    other = an_office(a_city().county)

    assert refused(commands.draft, new=a_wish(), actor=other) == "code_taken"


def test_publishing_twice_announces_once(office):
    draft = commands.draft(new=a_wish(), actor=office, at=EIGHT)

    for _ in range(2):
        commands.publish(activity_id=draft.pk, actor=office, at=EIGHT)

    assert verbs() == ["activity.drafted", "activity.announced"]


def test_what_was_called_off_is_not_published_again(office):
    draft = commands.draft(new=a_wish(), actor=office, at=EIGHT)
    commands.call_off(activity_id=draft.pk, actor=office, at=EIGHT)

    assert refused(commands.publish, activity_id=draft.pk, actor=office) == "activity_state"


def test_announcing_puts_the_shifts_on_the_map(office):
    place = a_place(lat_e6=HERE[0], lon_e6=HERE[1])
    at_place = commands.announce(new=a_wish(place_id=place.pk), actor=office, at=EIGHT)
    own = a_wish(code="OWN", place_id=place.pk, lat_e6=26_500_000, lon_e6=112_000_000)
    elsewhere = commands.announce(new=own, actor=office, at=EIGHT)
    nowhere = commands.announce(new=a_wish(code="NO"), actor=office, at=EIGHT)

    assert at_place.shifts.get().cell == positions.cell(*HERE)
    assert elsewhere.shifts.get().cell == positions.cell(26_500_000, 112_000_000)
    assert nowhere.shifts.get().cell is None


# Changing words


def test_all_of_a_draft_changes(office):
    draft = commands.draft(new=a_wish(), actor=office, at=EIGHT)
    place = a_place(lat_e6=HERE[0], lon_e6=HERE[1])
    plan = a_plan(title="江岸清洁", nature="TRAINING", place_id=place.pk)

    commands.rewrite(activity_id=draft.pk, plan=plan, actor=office, at=EIGHT)

    draft.refresh_from_db()
    assert (draft.title, draft.nature, draft.place_id) == ("江岸清洁", "TRAINING", place.pk)
    assert draft.shifts.get().cell == positions.cell(*HERE)


def test_after_announcing_words_change_and_promises_stay(office):
    activity = commands.announce(new=a_wish(), actor=office, at=EIGHT)

    def rewrite(**changes):
        commands.rewrite(
            activity_id=activity.pk, plan=a_plan(**changes), actor=office, at=EIGHT
        )

    rewrite(contact="书记 0734-1111111", deputies=(a_person().pk,))
    for broken in [
        {"title": "别的"},
        {"nature": "PAID"},
        {"risk": "LOW", "place_id": a_place().pk},
    ]:
        with pytest.raises(Refusal, match=r"After announcing|发布后") as refusal:
            rewrite(**broken)
        assert refusal.value.code == "promise_fixed"
    with pytest.raises(Refusal) as incomplete:
        rewrite(risks="")

    activity.refresh_from_db()
    assert activity.contact == "书记 0734-1111111"
    assert (activity.risks, incomplete.value.code) == ("河边地滑", "not_ready")


def test_nobody_moves_a_draft_into_anothers_area(office):
    draft = commands.draft(new=a_wish(), actor=office, at=EIGHT)
    away = a_plan(division_id=a_city().other_village.pk)

    with pytest.raises(Forbidden):
        commands.rewrite(activity_id=draft.pk, plan=away, actor=office, at=EIGHT)


def test_a_deputy_runs_it_too(office):
    mei = a_person()
    activity = commands.announce(new=a_wish(deputies=(mei.pk,)), actor=office, at=EIGHT)

    commands.call_off(activity_id=activity.pk, actor=mei, at=EIGHT)

    activity.refresh_from_db()
    assert activity.state == "CALLED_OFF"


def test_a_deputy_changes_the_words_and_not_the_place(office):
    mei, place = a_person(), a_place()
    wish = a_wish(place_id=place.pk, deputies=(mei.pk,))
    draft = commands.draft(new=wish, actor=office, at=EIGHT)
    kept = {"place_id": place.pk, "division_id": place.division_id, "deputies": (mei.pk,)}

    def rewrite(**changes):
        plan = a_plan(**kept | changes)
        return commands.rewrite(activity_id=draft.pk, plan=plan, actor=mei, at=EIGHT)

    assert rewrite(content="新的内容").content == "新的内容"
    with pytest.raises(Forbidden):
        rewrite(place_id=None)


# Shifts and posts


def test_a_draft_gains_and_loses_shifts_and_posts(office):
    draft = commands.draft(new=a_wish(shifts=()), actor=office, at=EIGHT)

    shift = commands.add_shift(activity_id=draft.pk, new=AFTERNOON, actor=office, at=EIGHT)
    again = commands.add_shift(activity_id=draft.pk, new=AFTERNOON, actor=office, at=EIGHT)
    post = commands.add_post(shift_id=shift.pk, new=BOAT, actor=office, at=EIGHT)
    commands.add_post(shift_id=shift.pk, new=BOAT, actor=office, at=EIGHT)
    assert (again.pk, Post.objects.count()) == (shift.pk, 1)
    commands.drop_post(post_id=post.pk, actor=office, at=EIGHT)
    commands.drop_shift(shift_id=shift.pk, actor=office, at=EIGHT)

    assert not Shift.objects.exists()
    assert verbs()[1:] == ["shift.added", "post.added", "post.dropped", "shift.dropped"]


def test_what_is_announced_grows_and_does_not_shrink(office):
    activity = commands.announce(new=a_wish(), actor=office, at=EIGHT)
    first = activity.shifts.get()

    commands.add_shift(activity_id=activity.pk, new=AFTERNOON, actor=office, at=EIGHT)

    assert activity.shifts.count() == 2
    assert refused(commands.drop_shift, shift_id=first.pk, actor=office) == "already_announced"
    a_signup(volunteer=a_person(), shift=first)
    code = refused(commands.add_post, shift_id=first.pk, new=BOAT, actor=office)
    assert code == "signed_up_without_post"


def test_a_dangerous_post_for_children_is_not_added_to_what_is_announced(office):
    shift = commands.announce(new=a_wish(), actor=office, at=EIGHT).shifts.get()
    risky = NewPost("高空", 2, is_dangerous=True)

    assert refused(commands.add_post, shift_id=shift.pk, new=risky, actor=office) == "not_ready"
    assert not Post.objects.exists()


def test_impossible_shifts_and_posts_are_refused_in_words(office):
    draft = commands.draft(new=a_wish(), actor=office, at=EIGHT)
    shift = draft.shifts.get()
    backwards = NewShift(NINE + ONE_HOUR, NINE, 3)
    past = NewShift(EIGHT - ONE_HOUR, NINE, 3)
    nobody = NewPost("船", 0)

    add = {"activity_id": draft.pk, "actor": office}
    assert refused(commands.add_shift, new=backwards, **add) == "activity_impossible"
    assert refused(commands.add_shift, new=past, **add) == "shift_in_the_past"
    code = refused(commands.add_post, shift_id=shift.pk, new=nobody, actor=office)
    assert code == "activity_impossible"


def test_a_moved_shift_is_told_and_may_be_left(office):
    activity = commands.announce(new=a_wish(), actor=office, at=EIGHT)
    shift = activity.shifts.get()
    Shift.objects.filter(pk=shift.pk).update(withdraw_until=EIGHT, reminded_at=EIGHT)
    mine = a_signup(volunteer=a_person(), shift=shift)
    later = {"starts_at": NINE + ONE_HOUR, "ends_at": NINE + 2 * ONE_HOUR}

    for _ in range(2):
        commands.move_shift(shift_id=shift.pk, **later, actor=office, at=EIGHT)

    with scope.whole_city():
        notice = Notice.objects.get()
    assert (notice.kind, notice.words["begins"]) == ("shift.moved", "10:00")
    left = commands.cancel(signup_id=mine.pk, actor=mine.person, at=EIGHT)
    assert left.state == "CANCELLED"
    shift.refresh_from_db()
    assert shift.reminded_at is None


def test_a_shift_is_moved_ahead_and_before_it_begins(office):
    shift = commands.announce(new=a_wish(), actor=office, at=EIGHT).shifts.get()
    past = {"starts_at": EIGHT - ONE_HOUR, "ends_at": NINE}
    later = {"starts_at": NINE + ONE_HOUR, "ends_at": NINE + 2 * ONE_HOUR}

    code = refused(commands.move_shift, shift_id=shift.pk, **past, actor=office)
    with pytest.raises(Refusal) as begun:
        commands.move_shift(shift_id=shift.pk, **later, actor=office, at=NINE)

    assert (code, begun.value.code) == ("shift_in_the_past", "shift_begun")


def test_moving_out_of_the_insured_days_is_refused(office):
    insured = {
        "risk": "HIGH",
        "insurance": "意外险",
        "insured_from": TODAY,
        "insured_until": TODAY,
    }
    shift = commands.announce(new=a_wish(**insured), actor=office, at=EIGHT).shifts.get()
    tomorrow = NINE + timedelta(days=1)

    code = refused(
        commands.move_shift, shift_id=shift.pk, starts_at=tomorrow,
        ends_at=tomorrow + ONE_HOUR, actor=office,
    )  # fmt: skip

    assert code == "not_ready"


@pytest.mark.parametrize(
    "act",
    [
        lambda s, p, who: commands.add_shift(activity_id=s.activity_id, new=AFTERNOON,
                                              actor=who, at=EIGHT),
        lambda s, p, who: commands.drop_shift(shift_id=s.pk, actor=who, at=EIGHT),
        lambda s, p, who: commands.add_post(shift_id=s.pk, new=BOAT, actor=who, at=EIGHT),
        lambda s, p, who: commands.drop_post(post_id=p.pk, actor=who, at=EIGHT),
        lambda s, p, who: commands.resize_shift(shift_id=s.pk, capacity=9, actor=who, at=EIGHT),
        lambda s, p, who: commands.resize_post(post_id=p.pk, capacity=9, actor=who, at=EIGHT),
        lambda s, p, who: commands.move_shift(
            shift_id=s.pk, starts_at=NINE, ends_at=NINE + ONE_HOUR, actor=who, at=EIGHT
        ),
        lambda s, p, who: commands.publish(activity_id=s.activity_id, actor=who, at=EIGHT),
        lambda s, p, who: commands.rewrite(activity_id=s.activity_id, plan=a_plan(),
                                            actor=who, at=EIGHT),
        lambda s, p, who: commands.repeat(
            activity_id=s.activity_id, rrule="FREQ=WEEKLY;COUNT=2", actor=who, at=EIGHT
        ),
        lambda s, p, who: commands.copy(
            activity_id=s.activity_id, code="C", on=TODAY, actor=who, at=EIGHT
        ),
        lambda s, p, who: commands.call_off_rest(
            activity_id=s.activity_id, actor=who, at=EIGHT
        ),
    ],
)  # fmt: skip
def test_only_who_runs_it_changes_it(office, act):
    posts = (NewPost("岸", 3),)
    shift = NewShift(MORNING.starts_at, MORNING.ends_at, 5, posts=posts)
    draft = commands.draft(new=a_wish(shifts=(shift,)), actor=office, at=EIGHT)
    before = Entry.objects.count()

    for stranger in [a_person("stranger"), an_office(a_city().other_township)]:
        with pytest.raises(Forbidden):
            act(draft.shifts.get(), Post.objects.get(), stranger)

    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    "act",
    [
        lambda who: commands.drop_shift(shift_id=404, actor=who, at=EIGHT),
        lambda who: commands.drop_post(post_id=404, actor=who, at=EIGHT),
        lambda who: commands.resize_post(post_id=404, capacity=1, actor=who, at=EIGHT),
        lambda who: commands.resize_shift(shift_id=404, capacity=1, actor=who, at=EIGHT),
    ],
)
def test_what_is_unknown_is_answered_like_what_is_not_yours(office, act):
    with pytest.raises(Forbidden):
        act(office)


# Copies and series


def test_a_copy_is_a_draft_on_another_day_with_everything_said(office):
    posts = (NewPost("岸", 3, skills=("swim",)),)
    shift = NewShift(MORNING.starts_at, MORNING.ends_at, 5, MORNING.starts_at, posts)
    model = commands.announce(new=a_wish(shifts=(shift,)), actor=office, at=EIGHT)
    on = TODAY + timedelta(days=7)

    for _ in range(2):
        made = commands.copy(activity_id=model.pk, code="COPY", on=on, actor=office, at=EIGHT)

    copied = made.shifts.get()
    assert (made.state, made.content, Activity.objects.count()) == ("DRAFT", model.content, 2)
    assert copied.starts_at == NINE + timedelta(days=7)
    assert copied.withdraw_until == NINE + timedelta(days=7)
    assert copied.posts.get().skills == ["swim"]


def test_a_keeper_copies_what_an_office_led_and_leads_the_copy(office):
    place = a_place()
    keeper = a_keeper(place)
    model = commands.announce(new=a_wish(place_id=place.pk), actor=keeper, at=EIGHT)

    made = commands.copy(activity_id=model.pk, code="C", on=TODAY, actor=office, at=EIGHT)

    made.refresh_from_db()
    assert made.leader_id == office.pk


def test_a_deputy_does_not_invite_in_a_teams_name(office):
    mei, team = a_person(), a_team(leader=office)
    wish = a_wish(team_id=team.pk, deputies=(mei.pk,))
    model = commands.announce(new=wish, actor=office, at=EIGHT)

    with pytest.raises(Forbidden):
        commands.copy(activity_id=model.pk, code="C", on=TODAY, actor=mei, at=EIGHT)


def test_a_series_is_one_activity_for_each_day(office):
    first = commands.announce(new=a_wish(), actor=office, at=EIGHT)
    rule, skipped = "FREQ=WEEKLY;COUNT=4", TODAY + timedelta(days=7)

    for _ in range(2):
        commands.repeat(
            activity_id=first.pk,
            rrule=rule,
            without=frozenset({skipped}),
            actor=office,
            at=EIGHT,
        )

    series = Activity.objects.filter(series=first).order_by("pk")
    days = [(a.state, (a.shifts.get().starts_at - NINE).days) for a in series]
    assert days == [("ANNOUNCED", 0), ("ANNOUNCED", 14), ("ANNOUNCED", 21)]
    assert {a.rrule for a in series} == {rule}
    assert [a.code for a in series] == ["RIVER", "RIVER-2", "RIVER-3"]


def test_the_rest_of_a_series_is_called_off_and_the_past_stays(office):
    first = commands.announce(new=a_wish(), actor=office, at=EIGHT)
    made = commands.repeat(
        activity_id=first.pk, rrule="FREQ=WEEKLY;COUNT=4", actor=office, at=EIGHT
    )
    mine = a_signup(volunteer=a_person(), shift=made[2].shifts.get())

    commands.call_off_rest(activity_id=made[1].pk, actor=office, at=EIGHT)

    states = list(Activity.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["ANNOUNCED", "ANNOUNCED", "CALLED_OFF", "CALLED_OFF"]
    with scope.whole_city():
        assert Notice.objects.get(person=mine.person).kind == "activity.called_off"


def test_a_single_activity_has_no_rest(office):
    one = commands.announce(new=a_wish(), actor=office, at=EIGHT)

    assert len(commands.call_off_rest(activity_id=one.pk, actor=office, at=EIGHT)) == 1


def test_a_series_that_is_too_long_leaves_no_trace(office):
    first = commands.announce(new=a_wish(), actor=office, at=EIGHT)

    code = refused(
        commands.repeat, activity_id=first.pk, rrule="FREQ=DAILY;COUNT=61", actor=office
    )

    assert (code, Activity.objects.count()) == ("series_too_long", 1)


# Projects and programmes


def test_a_keeper_starts_and_ends_a_project_of_the_place():
    place = a_place()
    keeper = a_keeper(place)

    def start():
        return commands.start_project(
            place_id=place.pk, name="银龄课堂", content="教手机", actor=keeper, at=EIGHT
        )

    project = start()
    assert start().pk == project.pk
    assert (
        refused(commands.end_project, project_id=project.pk, actor=keeper)
        == "project_too_young"
    )
    later = EIGHT + timedelta(days=30)
    for _ in range(2):
        commands.end_project(project_id=project.pk, actor=keeper, at=later)

    assert Project.objects.get().ends_on == date(2022, 8, 16)
    assert verbs() == ["project.started", "project.ended"]


def test_projects_are_for_the_keeper_and_programmes_for_the_city(office):
    place = a_place()
    stranger = a_person()
    programme = {"code": "act", "name": "衡阳群众在行动"}

    for act in [
        lambda: commands.start_project(
            place_id=place.pk, name="x", content="", actor=stranger, at=EIGHT
        ),
        lambda: commands.start_project(
            place_id=404, name="x", content="", actor=office, at=EIGHT
        ),
        lambda: commands.end_project(project_id=404, actor=office, at=EIGHT),
        lambda: commands.add_programme(**programme, actor=office, at=EIGHT),
    ]:
        with pytest.raises(Forbidden):
            act()
    city = an_office(a_city().city)
    for _ in range(2):
        commands.add_programme(**programme, actor=city, at=EIGHT)

    assert verbs() == ["programme.added"]
