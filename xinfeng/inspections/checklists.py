"""What is asked at points of one type, as a form for phones: from the lines of a standard."""

from collections.abc import Iterator
from itertools import groupby

from xinfeng.base.words import Words
from xinfeng.fieldwork import building
from xinfeng.fieldwork.building import Checklist, Section, Subject

from . import reading, tree
from .models import Standard

SUBJECTS = (
    Subject("round", building.Words("测评编号", "Round")),
    Subject("point", building.Words("点位编号", "Point"), scan=True),
)


def form_id(standard: Standard, kind: str) -> str:
    """The form of one type of point; its versions are those of the standard."""
    return f"{standard.name}.{kind}"


def checklist(standard: Standard, kind: str, title: building.Words) -> Checklist:
    """The lines that are read at points of this type, in the order of the document."""
    lines = reading.tree_of(standard).lines_at(kind)
    return Checklist(
        form_id=form_id(standard, kind), version=standard.version, title=title,
        subjects=SUBJECTS, sections=tuple(_sections(standard, lines)),
    )  # fmt: skip


def _sections(standard: Standard, lines: Iterator[tree.Line]) -> Iterator[Section]:
    whole = reading.tree_of(standard)
    parts: tuple[tree.Project | tree.Module, ...] = (*whole.projects, *whole.modules)
    titles = {
        content.code: content.title
        for part in parts for content in part.contents
    }  # fmt: skip
    for code, together in groupby(lines, key=lambda line: line.content):
        title = titles.get(code, Words(code, code))
        yield Section(_words(title), tuple(_line(line) for line in together))


def _line(line: tree.Line) -> building.Line:
    field = line.field
    assert field is not None, "lines_at gives lines that are read at points"
    return building.Line(
        code=line.code, text=_words(line.title),
        answer=building.Answer(field.answer.name), photo_when_not_met=field.photo,
    )  # fmt: skip


def _words(words: Words) -> building.Words:
    return building.Words(words.zh or words.en, words.en or words.zh)
