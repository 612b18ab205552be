"""Papers: who files, who judges, what counts, and what the database keeps."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from xinfeng.base import scope
from xinfeng.base.refusal import Forbidden, Refusal
from xinfeng.files.models import File
from xinfeng.filing import commands, queries
from xinfeng.filing.models import Grade, Letter, Paper, PaperState, Part, Task
from xinfeng.filing.queries.gaps import Stage
from xinfeng.journal.models import Entry
from xinfeng.people.models import Role
from xinfeng.people.tests.build import a_grant
from xinfeng.places.tests.build import NINE, TODAY, a_city
from xinfeng.units.tests.build import a_member, a_unit

from .build import a_clerk, a_new_paper, a_task, an_office, somebody

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def task():
    return a_task()


@pytest.fixture
def mei(task):
    """Mei acts for the unit."""
    return a_clerk(task.unit)


@pytest.fixture
def lan():
    """Lan reviews for the city."""
    return an_office()


def filed(task, mei, number=1):
    return commands.file_paper(task_id=task.pk, new=a_new_paper(number), actor=mei, at=NINE)


def stage(task):
    return queries.gap_of(task, TODAY).stage


def refusal(code, call, **told):
    with pytest.raises(Refusal) as error:
        call(**told)
    assert error.value.code == code


def test_a_line_goes_from_missing_to_graded(task, mei, lan):
    assert stage(task) is Stage.MISSING
    papers = [filed(task, mei, number) for number in (1, 2)]
    assert stage(task) is Stage.WAITING
    for paper in papers:
        commands.accept(paper_id=paper.pk, actor=lan, at=NINE)
    assert stage(task) is Stage.COMPLETE
    commands.grade(task_id=task.pk, letter=Letter.A, note="", actor=lan, at=NINE)
    assert stage(task) is Stage.GRADED
    assert [entry.verb for entry in Entry.objects.filter(verb__startswith="paper.")] == [
        "paper.filed", "paper.filed", "paper.accepted", "paper.accepted",
    ]  # fmt: skip


def test_a_returned_paper_is_owed_again(task, mei, lan):
    paper = filed(task, mei)
    commands.return_paper(paper_id=paper.pk, reason="没有盖章", actor=lan, at=NINE)
    assert stage(task) is Stage.RETURNED
    assert filed(task, mei).state == PaperState.FILED


def test_only_people_of_the_unit_file(task, lan):
    with pytest.raises(Forbidden):
        filed(task, lan)
    assert not Paper.objects.exists()
    assert not File.objects.exists()


def test_nobody_of_the_unit_judges_even_with_a_grant(task, mei):
    a_grant(mei, Role.CITY_OFFICE, division=a_city().city)
    paper = filed(task, mei)
    other = a_clerk(task.unit)
    a_grant(other, Role.CITY_OFFICE, division=a_city().city)
    for person in (mei, other):
        with pytest.raises(Forbidden):
            commands.accept(paper_id=paper.pk, actor=person, at=NINE)


def test_whoever_filed_does_not_judge_after_leaving_the_unit(task, mei):
    paper = filed(task, mei)
    a_grant(mei, Role.CITY_OFFICE, division=a_city().city)
    with scope.whole_city():
        # Row-level security hides members from whoever does not say that they may see them.
        assert task.unit.members.filter(person=mei).update(until=TODAY) == 1
    with pytest.raises(Forbidden):
        commands.accept(paper_id=paper.pk, actor=mei, at=NINE)
    commands.accept(paper_id=paper.pk, actor=an_office(), at=NINE)
    with pytest.raises(Forbidden):
        commands.grade(task_id=task.pk, letter=Letter.B, note="", actor=mei, at=NINE)


def test_a_paper_must_bear_a_day_of_the_window(task, mei):
    for days in (-1, 366):
        late = replace(a_new_paper(), dated_on=TODAY - timedelta(days=days))
        refusal(
            "paper_is_out_of_the_window", commands.file_paper,
            task_id=task.pk, new=late, actor=mei, at=NINE,
        )  # fmt: skip


def test_the_same_file_is_filed_once_for_a_line_and_shown_where_else(task, mei):
    paper = filed(task, mei)
    refusal(
        "paper_is_here_already", commands.file_paper,
        task_id=task.pk, new=a_new_paper(), actor=mei, at=NINE,
    )  # fmt: skip
    other = a_task(a_standard_like(task), a_unit())
    twin = commands.file_paper(
        task_id=other.pk, new=a_new_paper(), actor=a_clerk(other.unit), at=NINE
    )
    ((shown, elsewhere),) = queries.papers_with_twins(task)
    assert (shown, elsewhere) == (paper, [twin])


def a_standard_like(task):
    return task.standard


def test_nothing_is_filed_after_the_last_day(task, mei):
    Task.objects.filter(pk=task.pk).update(due_on=TODAY - timedelta(days=1))
    refusal(
        "filing_is_over", commands.file_paper,
        task_id=task.pk, new=a_new_paper(), actor=mei, at=NINE,
    )  # fmt: skip
    assert stage(Task.objects.get(pk=task.pk)) is Stage.LATE


def test_a_program_dressed_as_a_paper_is_refused_and_leaves_nothing(task, mei):
    wolf = replace(a_new_paper(), content=b"MZ\x90\x00 this is a program", name="plan.pdf")
    with pytest.raises(Refusal):
        commands.file_paper(task_id=task.pk, new=wolf, actor=mei, at=NINE)
    assert not Paper.objects.exists()
    assert not File.objects.exists()


def test_an_a_needs_all_papers_and_no_paper_may_wait(task, mei, lan):
    grade = {"task_id": task.pk, "note": "", "actor": lan, "at": NINE}
    refusal("no_papers", commands.grade, letter=Letter.B, **grade)
    paper = filed(task, mei)
    refusal("papers_wait", commands.grade, letter=Letter.B, **grade)
    commands.accept(paper_id=paper.pk, actor=lan, at=NINE)
    refusal("too_few_papers", commands.grade, letter=Letter.A, **grade)
    assert commands.grade(letter=Letter.B, **grade) == commands.grade(letter=Letter.B, **grade)
    commands.grade(letter=Letter.C, **grade)
    assert [each.letter for each in Grade.objects.order_by("pk")] == ["B", "C"]


def test_a_new_leader_makes_the_former_one_responsible(task, lan):
    other = a_task(task.standard, a_unit())
    task.refresh_from_db()
    assert (task.part, other.part) == (Part.RESPONSIBLE, Part.LEAD)


def test_a_county_gives_lines_to_its_own_units_only(task):
    county = a_grant(somebody(), Role.COUNTY_OFFICE, division=a_city().county).person
    new = commands.NewTask("Ⅲ-1", a_unit(division=a_city().other_county).pk, Part.LEAD)
    with pytest.raises(Forbidden):
        commands.give_task(standard_id=task.standard_id, new=new, actor=county, at=NINE)


def test_lines_that_are_seen_or_asked_take_no_papers(mei, task):
    seen = a_task(task.standard, task.unit, line="Ⅲ-2")
    refusal(
        "line_is_not_filed", commands.file_paper,
        task_id=seen.pk, new=a_new_paper(), actor=mei, at=NINE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Paper, {"state": "ACCEPTED"}),
        (Paper, {"state": "GONE"}),
        (Task, {"part": "WATCHES"}),
        (Task, {"ended_at": NINE - timedelta(days=9)}),
    ],
)
def test_the_database_keeps_its_promises(task, mei, model, change):
    filed(task, mei)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)


def test_the_database_lets_nobody_judge_their_own_paper(task, mei):
    filed(task, mei)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.update(state="ACCEPTED", judged_by=mei, judged_at=NINE)


def test_a_reviewer_finds_what_waits_but_not_of_the_own_unit(task, mei, lan):
    filed(task, mei)
    spans = [a_city().city.span]
    assert len(queries.waiting(spans, frozenset(), None).papers) == 1
    assert queries.waiting(spans, {task.unit_id}, None).papers == []
    assert queries.waiting([a_city().other_county.span], frozenset(), None).papers == []


def test_a_member_of_two_units_sees_the_gaps_of_both(task, mei):
    other = a_task(task.standard, a_unit(), line="Ⅲ-1")
    a_member(mei, other.unit)
    gaps = queries.gaps(a_standard_like(task), [task.unit_id, other.unit_id], TODAY)
    assert len(gaps) == 2


def test_only_so_many_papers_are_filed_for_a_line(task, mei):
    first = filed(task, mei)
    Paper.objects.bulk_create(
        Paper(
            task=task, file=first.file, digest=f"{number:064x}", title="材料",
            dated_on=TODAY, is_stamped=False, filed_by=mei, filed_at=NINE,
        )
        for number in range(1, 20)
    )  # fmt: skip

    refusal(
        "too_many_papers", commands.file_paper,
        task_id=task.pk, new=a_new_paper(2), actor=mei, at=NINE,
    )  # fmt: skip
    commands.withdraw(paper_id=first.pk, actor=mei, at=NINE)
    assert filed(task, mei, 2).state == PaperState.FILED


def test_the_same_file_sent_by_two_at_once_is_filed_once(task, mei):
    other = a_clerk(task.unit)

    def sends():
        try:
            filed(task, other)
        except Refusal as told:
            return told.code
        finally:
            connection.close()
        return "filed"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            filed(task, mei)
            # The other one comes while this one is not written down for good yet.
            late = pool.submit(sends)
            wait([late], timeout=0.5)
        assert late.result(timeout=30) == "paper_is_here_already"

    assert Paper.objects.count() == 1


def test_nobody_else_takes_a_paper_of_the_unit_back(task, mei, lan):
    paper = filed(task, mei)

    for person in (lan, a_clerk(a_unit())):
        with pytest.raises(Forbidden):
            commands.withdraw(paper_id=paper.pk, actor=person, at=NINE)

    paper.refresh_from_db()
    assert paper.state == PaperState.FILED


def test_a_paper_that_was_judged_is_not_taken_back(task, mei, lan):
    paper = filed(task, mei)
    commands.accept(paper_id=paper.pk, actor=lan, at=NINE)

    refusal("paper_state", commands.withdraw, paper_id=paper.pk, actor=mei, at=NINE)


def test_only_a_reviewer_who_is_not_of_the_unit_grades(task, mei, lan):
    a_grant(mei, Role.CITY_OFFICE, division=a_city().city)
    elsewhere = a_grant(somebody(), Role.COUNTY_OFFICE, division=a_city().other_county).person

    for person in (mei, a_clerk(task.unit), elsewhere):
        with pytest.raises(Forbidden):
            commands.grade(task_id=task.pk, letter=Letter.D, note="", actor=person, at=NINE)

    assert not Grade.objects.exists()


def test_a_paper_is_returned_for_a_reason(task, mei, lan):
    paper = filed(task, mei)

    refusal(
        "reason_is_missing", commands.return_paper,
        paper_id=paper.pk, reason="  ", actor=lan, at=NINE,
    )  # fmt: skip


def test_a_line_that_was_taken_back_takes_no_papers_and_only_the_office_above_takes_it(
    task, mei
):
    county = a_grant(somebody(), Role.COUNTY_OFFICE, division=a_city().county).person
    for person in (mei, county):
        with pytest.raises(Forbidden):
            commands.end_task(task_id=task.pk, actor=person, at=NINE)
    commands.end_task(task_id=task.pk, actor=an_office(), at=NINE)

    refusal(
        "task_unknown", commands.file_paper,
        task_id=task.pk, new=a_new_paper(), actor=mei, at=NINE,
    )  # fmt: skip
