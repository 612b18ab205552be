"""One finding: all that happened to it, before and after side by side, who may do what."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.functional import Promise

from xinfeng.base import positions
from xinfeng.base.snap_classes import read_questions
from xinfeng.findings.models import (
    Appeal,
    AppealState,
    Extension,
    ExtensionState,
    Finding,
    FindingFile,
    FindingQuerySet,
    FindingStep,
    HotlineTicket,
    Recheck,
    Repair,
    SnapReport,
    Stage,
)
from xinfeng.journal import commands as journal
from xinfeng.people.queries import masked_names

# A circle in which two findings of a class look like the same thing.
NEAR_M = 150
MOST_ALIKE = 5


@dataclass(frozen=True)
class Told:
    """One line of the timeline in words."""

    step: FindingStep
    sentence: str | Promise
    who: str


@dataclass(frozen=True)
class Sheet:
    finding: Finding
    told: list[Told]
    files: list[FindingFile]
    repairs: list[Repair]
    rechecks: list[Recheck]
    extensions: list[Extension]
    appeals: list[Appeal]
    alike: list[Finding]
    names: dict[int, str]
    # Whether the reporter gave a name; None: it is no snap report.
    is_named: bool | None = None
    stars: int | None = None
    duplicates: int = 0
    # Under which number the hotline keeps it.
    ticket: HotlineTicket | None = None
    # What the class asked besides, as question and answer.
    answers: list[tuple[str, str]] = field(default_factory=list)
    # The program of others through which it was reported.
    program: str = ""
    of_stage: dict[str, list[FindingFile]] = field(default_factory=dict)

    @property
    def before(self) -> list[FindingFile]:
        return self.of_stage.get(Stage.BEFORE, [])

    @property
    def after(self) -> list[FindingFile]:
        """Of the newest attempt that shows any."""
        found = self.of_stage.get(Stage.AFTER, [])
        newest = max((one.attempt for one in found), default=0)
        return [one for one in found if one.attempt == newest]

    @property
    def others(self) -> list[FindingFile]:
        shown = {one.pk for one in (*self.before, *self.after)}
        return [one for one in self.files if one.pk not in shown]

    @property
    def asked(self) -> Extension | None:
        return next((one for one in self.extensions if one.state == ExtensionState.ASKED), None)

    @property
    def appeal(self) -> Appeal | None:
        return next((one for one in self.appeals if one.state == AppealState.OPEN), None)


def finding_at(code: str) -> Finding | None:
    related = ("division", "unit", "category", "point__type", "merged_into")
    return Finding.objects.select_related(*related).filter(code=code).first()


def sheet(
    finding: Finding, report: SnapReport | None, ticket: HotlineTicket | None = None
) -> Sheet:
    """`report` and `ticket` are read by the caller, within a scope that shows them."""
    told_by = report or ticket
    steps = list(finding.steps.order_by("pk"))
    files = list(finding.files.select_related("file").order_by("attempt", "pk"))
    rechecks = list(finding.rechecks.order_by("pk"))
    appeals = list(finding.appeals.select_related("unit").order_by("-pk"))
    names = masked_names({step.actor_id for step in steps if step.actor_id is not None})
    by_stage: dict[str, list[FindingFile]] = {}
    for one in files:
        by_stage.setdefault(one.stage, []).append(one)
    return Sheet(
        finding=finding,
        told=told(steps, names),
        files=files,
        repairs=list(finding.repairs.order_by("-attempt")),
        rechecks=rechecks,
        extensions=list(finding.extensions.order_by("-pk")),
        appeals=appeals,
        alike=alike(finding) if finding.is_open else [],
        names=names,
        is_named=None if told_by is None else told_by.contact_id is not None,
        ticket=ticket,
        stars=report.stars if report else None,
        answers=answers(report) if report else [],
        program=report.program.name if report and report.program else "",
        duplicates=Finding.objects.filter(merged_into=finding).count(),
        of_stage=by_stage,
    )


def answers(report: SnapReport) -> list[tuple[str, str]]:
    """Each question that was answered, in words; one that is asked no more by its code."""
    given = report.answers or {}
    asks = read_questions(report.category.asks if report.category else [])
    names = {one.code: (one.text, {c.key: c.name for c in one.choices}) for one in asks}
    found = []
    for code, said in given.items():
        text, keys = names.get(code, (code, {}))
        several = [said] if isinstance(said, str) else said
        found.append((text, "、".join(keys.get(one, one) for one in several)))
    return found


def told(steps: Iterable[FindingStep], names: dict[int, str]) -> list[Told]:
    said = journal.sentences()
    return [
        Told(
            step, said.get(step.verb, step.verb),
            names.get(step.actor_id, "") if step.actor_id else "",
        )
        for step in steps
    ]  # fmt: skip


def alike(finding: Finding) -> list[Finding]:
    """Open ones of the same point and line, or of the same class close by."""
    open_ = Finding.objects.open().exclude(pk=finding.pk).filter(is_praise=finding.is_praise)
    if finding.point_id is not None and finding.line:
        same = open_.filter(point_id=finding.point_id, line=finding.line)
        return list(same.select_related("unit").order_by("-found_at", "-pk")[:MOST_ALIKE])
    if finding.lat_e6 is None or finding.lon_e6 is None:
        return []
    return near(finding.lat_e6, finding.lon_e6, finding.category_id, NEAR_M, open_)


def near(
    lat_e6: int, lon_e6: int, category_id: int | None, reach_m: int, among: FindingQuerySet
) -> list[Finding]:
    """Of these findings those of a class within so many metres, the nearest first."""
    of_class = Q(category_id=category_id) if category_id else Q(category=None)
    found = among.filter(
        of_class, cell__in=positions.disk(lat_e6, lon_e6, reach_m)
    ).select_related("unit", "division", "category")
    here = (lat_e6, lon_e6)
    by_way = [
        (positions.metres(here, (one.lat_e6, one.lon_e6)), one.pk, one)
        for one in found.order_by("-found_at", "-pk")[:200]
        if one.lat_e6 is not None and one.lon_e6 is not None
    ]
    return [one for way, _pk, one in sorted(by_way)[:MOST_ALIKE] if way <= reach_m]
