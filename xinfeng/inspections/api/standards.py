"""Standards over the interface: every version whole, a text brought in, a draft published."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from xinfeng.base import clock
from xinfeng.base.contract import Moment, answers, number_key
from xinfeng.base.words import Words
from xinfeng.inspections import commands, explaining, queries, reading
from xinfeng.inspections.models import Standard, StandardState
from xinfeng.inspections.tree import Content, Line, Tree
from xinfeng.people.tokens import Scope, TokenRequest, needs

from .routing import PAGE, Version, page_of, router


class StandardsAfter(Schema):
    name: str = Field("", max_length=60)
    after: str = Field("", max_length=20)


class StandardBrief(Schema):
    """One version. An example is no official text, and is said to be one wherever it shows."""

    name: str
    version: str
    title: str
    state: StandardState
    grain: str
    is_example: bool
    lines: int
    digest: str
    published_at: Moment | None


class StandardPage(Schema):
    items: list[StandardBrief]
    next: str | None


class StandardLine(Schema):
    """A check line: what is asked in words, what each tier (or "") weighs, who answers for it.

    `deadline` is the class of it where the standard says one.
    `points` are the types of points it is read at, `question` what residents are asked,
    `papers` how many are filed from the last `papers_months` months.
    """

    code: str
    title: str
    mend: str
    method: str
    weight: dict[str, int]
    asked: list[str]
    unit: str
    units: list[str]
    points: list[str]
    effort_minutes: int | None
    deadline: str
    papers: int | None
    papers_months: int | None
    is_stamped: bool | None
    question: str


class StandardContent(Schema):
    code: str
    title: str
    lines: list[StandardLine]


class StandardProject(Schema):
    code: str
    title: str
    weight: dict[str, int]
    contents: list[StandardContent]


class StandardModule(Schema):
    """Judged apart: below `gate` of 100 nobody may apply; it takes `share` percent."""

    code: str
    title: str
    gate: int
    share: int
    contents: list[StandardContent]


class NegativeBrief(Schema):
    """`deduct` null: it suspends."""

    code: str
    title: str
    window_months: int
    deduct: int | None


class StandardWhole(StandardBrief):
    """`methods` share 100 points out, `cycle` the weights of its years in percent."""

    source: str
    tiers: list[str]
    methods: dict[str, int]
    cycle: list[int]
    projects: list[StandardProject]
    modules: list[StandardModule]
    negative: list[NegativeBrief]


class StandardText(Schema):
    """A document in YAML; under `version` if one is said."""

    text: str = Field(min_length=1, max_length=500_000)
    version: Version | None = None


class StandardCopy(Schema):
    version: Version


@router.get(
    "/standards",
    response=answers(StandardPage),
    auth=None,
    summary="Versions of standards, the first brought in first",
)
def standards(request: HttpRequest, page: Query[StandardsAfter]) -> StandardPage:
    found = Standard.objects.filter(pk__gt=number_key(page.after)).defer("document")
    if page.name:
        found = found.filter(name=page.name)
    rows, after = page_of(list(found.order_by("pk")[: PAGE + 1]), lambda each: each.pk)
    return StandardPage(items=[StandardBrief(**_brief(each)) for each in rows], next=after)


@router.get(
    "/standards/{name}/{version}",
    response=answers(StandardWhole),
    auth=None,
    summary="One version whole: projects, modules, lines and the negative list",
)
def standard(request: HttpRequest, name: str, version: str) -> StandardWhole:
    return whole_of(queries.version_of(name, version))


@router.post(
    "/standards",
    response=answers(StandardWhole),
    auth=needs(Scope.OFFICE),
    summary="Bring a standard in as a draft; the same text again is no change",
)
def import_standard(request: TokenRequest, said: StandardText) -> StandardWhole:
    draft = commands.import_standard(
        text=said.text, source="", version=said.version or "", actor=request.user,
        at=clock.now(),
    )  # fmt: skip
    return whole_of(draft)


@router.post(
    "/standards/{name}/{version}/copies",
    response=answers(StandardWhole),
    auth=needs(Scope.OFFICE),
    summary="Copy a version to a draft",
)
def copy_standard(
    request: TokenRequest, name: str, version: str, said: StandardCopy
) -> StandardWhole:
    draft = commands.copy_draft(
        standard_id=queries.version_of(name, version).pk, version=said.version,
        actor=request.user, at=clock.now(),
    )  # fmt: skip
    return whole_of(draft)


@router.post(
    "/standards/{name}/{version}/publication",
    response=answers(StandardWhole),
    auth=needs(Scope.OFFICE),
    summary="Publish a draft: it never changes again",
)
def publish_standard(request: TokenRequest, name: str, version: str) -> StandardWhole:
    done = commands.publish(
        standard_id=queries.version_of(name, version).pk, actor=request.user, at=clock.now()
    )
    return whole_of(done)


def whole_of(found: Standard) -> StandardWhole:
    tree = reading.tree_of(found)
    return StandardWhole(
        **_brief(found),
        source=str(tree.source),
        tiers=[tier for tier in tree.tiers if tier],
        methods={method.value: share for method, share in tree.methods.items()},
        cycle=list(tree.cycle),
        projects=[
            StandardProject(
                code=each.code,
                title=str(each.title),
                weight=dict(each.weight),
                contents=_contents(each.contents),
            )
            for each in tree.projects
        ],
        modules=_modules(tree),
        negative=[
            NegativeBrief(
                code=each.code,
                title=str(each.title),
                window_months=each.window_months,
                deduct=each.deduct,
            )
            for each in tree.negative
        ],
    )


def _modules(tree: Tree) -> list[StandardModule]:
    return [
        StandardModule(
            code=each.code,
            title=str(each.title),
            gate=each.gate,
            share=each.share,
            contents=_contents(each.contents),
        )
        for each in tree.modules
    ]


def _brief(found: Standard) -> dict[str, Any]:
    tree = reading.tree_of(found)
    return {
        "name": found.name, "version": found.version, "title": str(tree.title),
        "state": StandardState(found.state), "grain": tree.grain,
        "is_example": tree.is_example, "lines": len(tree.lines), "digest": found.digest,
        "published_at": found.published_at,
    }  # fmt: skip


def _contents(contents: tuple[Content, ...]) -> list[StandardContent]:
    return [
        StandardContent(
            code=each.code, title=str(each.title), lines=[_line(line) for line in each.lines]
        )
        for each in contents
    ]


def _line(line: Line) -> StandardLine:
    papers, field = line.papers, line.field
    return StandardLine(
        code=line.code,
        title=str(line.title),
        mend=str(line.mend),
        method=line.method.value,
        weight=dict(line.weight),
        asked=[f"{tier} {said}".strip() for tier, said in explaining.by_tier(line)],
        unit=_said(line.unit),
        units=[str(each) for each in line.units],
        points=list(field.types) if field else [],
        effort_minutes=field.effort_minutes if field else None,
        deadline=field.deadline.value if field and field.deadline else "",
        papers=papers.at_least if papers else None,
        papers_months=papers.window_months if papers else None,
        is_stamped=papers.is_stamped if papers else None,
        question=line.asked.question if line.asked else "",
    )


def _said(words: Words | None) -> str:
    return "" if words is None else str(words)
