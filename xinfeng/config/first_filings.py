"""Online filing of a demo: lines given to units, papers filed and judged, the negative list.

Everything goes through the commands that offices and units use, and every document is a sample
that says so on its face. What is filed is by the code of its line, so it is always the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from zlib import crc32

from django.db import transaction

from xinfeng.base import clock, scope
from xinfeng.filing import commands
from xinfeng.filing.commands import NewPaper, NewSanction, NewTask
from xinfeng.filing.models import Letter, Part, Task
from xinfeng.inspections import reading
from xinfeng.inspections.models import Standard
from xinfeng.inspections.queries import standards_of_points
from xinfeng.inspections.tree import Line, Method, Tree
from xinfeng.people.models import Grant, Person, Role
from xinfeng.simulate.cast import USERNAMES
from xinfeng.simulate.sample_papers import Sample, document, picture
from xinfeng.units.models import MemberRole, Unit, UnitMember
from xinfeng.units.queries import units_of

Say = Callable[[str], None]
_GIVEN, _FILED, _JUDGED = timedelta(days=75), timedelta(days=30), timedelta(days=12)
_UNTIL, _LATE = timedelta(days=45), timedelta(days=6)
# Whom a line goes to when the register has no unit of the name that the standard says.
_INSTEAD = "宣传"
_WRONG = ("材料日期不清，请补盖骑缝章后重报。", "只有计划，没有落实情况，请补报。")


@dataclass(frozen=True)
class Course:
    """How far the filing of a line has come: papers filed, of them accepted and returned."""

    filed: int
    accepted: int
    returned: int
    letter: Letter | None = None
    is_late: bool = False


def hold(city: int, say: Say) -> None:
    """Nothing where there is no standard of points, no unit, or nobody to share lines out."""
    standards = standards_of_points()
    units = list(Unit.objects.active().filter(division_id=city).order_by("code"))
    office = _holder(Role.CITY_OFFICE, city)
    if not standards or not units or office is None:
        return
    started, now = perf_counter(), clock.now()
    standard = standards[0]
    tree = reading.tree_of(standard)
    given = _tasks(tree, units, _own_unit(), now)
    # One commit instead of a hundred and forty.
    with transaction.atomic():
        commands.import_tasks(
            standard_id=standard.pk, tasks=given, actor=office, at=now - _GIVEN
        )
        papers = _file(standard, tree, _holder(Role.INSPECTOR, city) or office, now)
        entered = _negative(standard, tree, office, now)
    say(
        f"gave {len(given)} lines to units, filed {papers} sample papers,"
        f" entered {entered} of the negative list: {perf_counter() - started:.1f} s"
    )


def _tasks(tree: Tree, units: Sequence[Unit], own: Unit | None, now: datetime) -> list[NewTask]:
    """Who leads and who is responsible, as the standard names them."""
    found: list[NewTask] = []
    today = clock.local_date(now)
    for line in tree.lines.values():
        names = [str(line.unit.zh) if line.unit else "", *(each.zh for each in line.units)]
        chosen = list(dict.fromkeys(_named(name, units).pk for name in names))
        is_filed = line.method is Method.FILING
        if own is not None and is_filed and _concerns(line, tree, own, chosen):
            chosen.append(own.pk)
        late = is_filed and _course(line).is_late
        due_on = today - _LATE if late else today + _UNTIL
        for at, unit_id in enumerate(chosen):
            part = Part.RESPONSIBLE if at else Part.LEAD
            found.append(NewTask(line.code, unit_id, part, due_on=due_on))
    return found


def _concerns(line: Line, tree: Tree, own: Unit, leading: Sequence[int]) -> bool:
    """What every unit files: plans and supervision; and what the unit above it leads."""
    everybody = {tree.projects[0].code, tree.projects[-1].code}
    return line.project in everybody or own.parent_id in leading


def _named(name: str, units: Sequence[Unit]) -> Unit:
    """The unit of a name; offices write 市城管执法局 for 城市管理和综合执法局."""
    stem = name.removeprefix("市").removeprefix("委")[:2]
    for wanted in (stem, _INSTEAD):
        for unit in units:
            if wanted and wanted in unit.name + unit.short_name:
                return unit
    return units[0]


def _course(line: Line) -> Course:
    asked = line.papers.at_least if line.papers else 1
    chance = crc32(line.code.encode()) % 10
    if chance < 4:
        return Course(asked, asked, 0, Letter.A)
    if chance == 4:
        return Course(asked, max(1, asked - 1), 0, Letter.B if asked > 1 else Letter.A)
    if chance == 5:
        return Course(asked, 0, 0)
    if chance == 6:
        return Course(1, 0, 1)
    if chance == 7:
        return Course(max(1, asked - 1), max(1, asked - 1), 0)
    return Course(0, 0, 0, is_late=chance == 8)


def _file(standard: Standard, tree: Tree, reviewer: Person, now: datetime) -> int:
    tasks = list(
        Task.objects.standing().filter(standard=standard).select_related("unit").order_by("pk")
    )
    clerks = _clerks({task.unit_id for task in tasks})
    filed = 0
    for task in tasks:
        line, clerk = tree.lines[task.line], clerks.get(task.unit_id)
        if line.method is Method.FILING and clerk is not None and _files(task):
            course = _course(line)
            papers = [
                _filed(task, line, clerk, (standard, tree, n), now)
                for n in range(1, course.filed + 1)
            ]
            _judged(task, papers, course, reviewer, now)
            filed += len(papers)
    return filed


def _files(task: Task) -> bool:
    """Leading units file; of those that are only responsible every third one has begun."""
    return task.part == Part.LEAD or task.pk % 3 == 0


def _filed(
    task: Task, line: Line, clerk: Person, of: tuple[Standard, Tree, int], now: datetime
) -> int:
    _standard, tree, number = of
    at = now - _FILED + timedelta(days=crc32(f"{task.line}{number}".encode()) % 9)
    day = clock.local_date(at - timedelta(days=20 + 11 * number))
    is_stamped = line.papers is not None and line.papers.is_stamped
    sample = Sample(
        title=f"{line.title.zh}情况材料", unit=task.unit.name,
        number=f"示例〔{day.year}〕{task.pk}-{number} 号", standard=tree.title.zh,
        code=line.code, line=line.title.zh, mend=line.mend.zh,
        day=f"{day.year}年{day.month}月{day.day}日", is_stamped=is_stamped,
    )  # fmt: skip
    is_picture = number > 1 and not is_stamped
    content = picture(sample) if is_picture else document(sample)
    kind = "现场图片" if is_picture else "情况材料"
    new = NewPaper(
        f"{line.title.zh[:80]}{kind} {number}（示例）", day, is_stamped, content,
        f"{line.code}-{number}.{'jpg' if is_picture else 'pdf'}",
    )  # fmt: skip
    return commands.file_paper(task_id=task.pk, new=new, actor=clerk, at=at).pk


def _judged(
    task: Task, papers: Sequence[int], course: Course, reviewer: Person, now: datetime
) -> None:
    at = now - _JUDGED
    for pk in papers[: course.accepted]:
        commands.accept(paper_id=pk, actor=reviewer, at=at)
    for n, pk in enumerate(papers[course.accepted : course.accepted + course.returned]):
        reason = _WRONG[(task.pk + n) % len(_WRONG)]
        commands.return_paper(paper_id=pk, reason=reason, actor=reviewer, at=at)
    rest = papers[course.accepted + course.returned :]
    if course.letter is None or not papers:
        return
    for pk in rest:
        commands.return_paper(paper_id=pk, reason=_WRONG[0], actor=reviewer, at=at)
    note = "" if course.letter == Letter.A else "材料不全，按现有份数评分。"
    commands.grade(task_id=task.pk, letter=course.letter, note=note, actor=reviewer, at=at)


# Index in the negative list, days ago, what happened, and what became of the entry.
_HAPPENED = (
    (20, 150, "（示例）一起网络舆情处置不及时，造成较大影响。", "confirm"),
    (22, 90, "（示例）一处工程拖欠工资，引发群体反映。", "lift"),
    (27, 25, "（示例）接到反映：迎检期间要求商户停业一天。", ""),
)


def _negative(standard: Standard, tree: Tree, office: Person, now: datetime) -> int:
    """Entered by a county's office, judged by the city's: two persons, as the list asks."""
    county = _holder(Role.COUNTY_OFFICE, None)
    if county is None:
        return 0
    person, division = county, _division_of(county)
    entered = 0
    for index, days, what, end in _HAPPENED:
        if index >= len(tree.negative):
            continue
        at = now - timedelta(days=days)
        new = NewSanction(
            tree.negative[index].code, division, clock.local_date(at - timedelta(days=2)),
            what, "示例通报，非真实事件",
        )  # fmt: skip
        made = commands.propose(standard_id=standard.pk, new=new, actor=person, at=at)
        entered += 1
        if end:
            commands.confirm(sanction_id=made.pk, actor=office, at=at + timedelta(days=3))
        if end == "lift":
            commands.lift(
                sanction_id=made.pk, reason="（示例）经核实已在期限内付清。", actor=office,
                at=at + timedelta(days=30),
            )  # fmt: skip
    return entered


def _clerks(unit_ids: Iterable[int]) -> dict[int, Person]:
    """By unit somebody who acts for it: the liaison first."""
    order = [MemberRole.LIAISON, MemberRole.STAFF, MemberRole.HEAD]
    with scope.whole_city():
        rows = list(
            UnitMember.objects.current()
            .filter(unit_id__in=list(unit_ids))
            .select_related("person")
            .order_by("pk")
        )
    rows.sort(key=lambda row: order.index(MemberRole(row.role)), reverse=True)
    return {row.unit_id: row.person for row in rows}


def _own_unit() -> Unit | None:
    """The unit for which somebody of the cast acts: there one sees what a liaison sees."""
    keeper = Person.objects.filter(username=USERNAMES[Role.KEEPER]).first()
    units = sorted(units_of(keeper.pk if keeper else None))
    return Unit.objects.get(pk=units[0]) if units else None


def _holder(role: Role, division: int | None) -> Person | None:
    with scope.whole_city():
        grants = Grant.objects.filter(role=role, division_id__isnull=False)
        if division is not None:
            grants = grants.filter(division_id=division)
        for grant in grants.select_related("person").order_by("pk"):
            if not units_of(grant.person_id):
                return grant.person
    return None


def _division_of(person: Person) -> int:
    with scope.whole_city():
        grant = Grant.objects.filter(person=person, division_id__isnull=False).order_by("pk")
        return int(grant.values_list("division_id", flat=True)[0] or 0)
