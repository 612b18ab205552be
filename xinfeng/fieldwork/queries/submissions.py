"""One submission: its answers in words, its files, and what its amendments changed."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xinfeng.base.standing import Standing
from xinfeng.fieldwork import hiding
from xinfeng.fieldwork.models import Submission, SubmissionFile, Withdrawal
from xinfeng.fieldwork.permissions import may_see_submissions
from xinfeng.fieldwork.reading import Place, answers
from xinfeng.fieldwork.xforms import FILES
from xinfeng.people.queries import masked_names

from .listing import reading, state_of
from .previewing import said


@dataclass(frozen=True)
class Answer:
    """One question and what was answered; None: nothing was."""

    name: str
    label: str
    group: str
    line: str
    kind: str
    value: Any
    words: str | None
    # Of questions that ask for files: what has arrived under the name that was answered.
    files: tuple[SubmissionFile, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What an amendment changed in one answer."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Link:
    """One submission of a chain, and what it changed of the one before; the first nothing."""

    submission: Submission
    sender: str
    differences: list[Difference]
    withdrawal: Withdrawal | None


@dataclass(frozen=True)
class SubmissionSheet:
    submission: Submission
    sender: str
    state: str
    answers: list[Answer]
    files: list[SubmissionFile]
    missing: list[str]
    chain: list[Link]
    withdrawal: Withdrawal | None


def submission_of(rights: Standing, submission_id: int) -> Submission | None:
    """One's own, or one of an area the reader looks on."""
    with reading(rights):
        found = Submission.objects.filter(hiding.open_to(rights.person_id), pk=submission_id)
        submission = found.select_related(
            "form_version__form__owner", "device", "person"
        ).first()
    if submission is None:
        return None
    is_own = submission.person_id == rights.person_id
    seen = is_own or may_see_submissions(rights, submission.division_id)
    return submission if seen else None


def submission_sheet(
    rights: Standing, submission: Submission, language: str
) -> SubmissionSheet:
    with reading(rights):
        files = list(submission.files.select_related("file").order_by("name", "pk"))
        chain = _chain(submission)
        state = state_of(submission)
    links = _links(chain, language)
    names = {file.name for file in files}
    own = next(each for each in links if each.submission.pk == submission.pk)
    return SubmissionSheet(
        submission, own.sender, state, told(submission, files, language), files,
        [name for name in submission.expects if name not in names], links, own.withdrawal,
    )  # fmt: skip


def told(submission: Submission, files: list[SubmissionFile], language: str) -> list[Answer]:
    """Every question of its form with the answer in words, in the order of the form."""
    found = answers(submission)
    by_name = {file.name: file for file in files}
    questions = submission.form_version.questions["questions"]
    return [
        _answer(question, _value_of(question, found), by_name, language)
        for question in questions
        if question["type"] != "note"
    ]


def _value_of(question: dict[str, Any], found: dict[str, Any]) -> Any:
    path = "/".join(question["path"])
    return found[path] if path in found else found.get(question["name"])


def _answer(
    question: dict[str, Any], value: Any, files: dict[str, SubmissionFile], language: str
) -> Answer:
    names = value if isinstance(value, list) else [value]
    is_file = question["type"] in FILES
    return Answer(
        name=question["name"],
        label=said(question.get("label", {}), language) or question["name"],
        group=said(question.get("group", {}), language),
        line=question.get("line", ""),
        kind=question["type"],
        value=value,
        words=_words(question, value, language),
        files=tuple(files[name] for name in names if is_file and name in files),
    )


def _words(question: dict[str, Any], value: Any, language: str) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, list):
        parts = [_words(question, each, language) or "–" for each in value]
        return (", " if language == "en" else "、").join(parts)
    if isinstance(value, Place):
        return _position(value)
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    for choice in question.get("choices", ()):
        if choice["name"] == value:
            return said(choice["label"], language) or str(value)
    return str(value)


def _position(place: Place) -> str:
    where = f"{place.lat:.6f}, {place.lon:.6f}"
    if place.accuracy_m is None:
        return where
    return _("%(where)s, to about %(metres)s m") % {
        "where": where, "metres": round(place.accuracy_m),
    }  # fmt: skip


def _chain(submission: Submission) -> list[Submission]:
    """The first one and all its amendments, in the order they came."""
    root = submission.root_id or submission.pk
    rows = Submission.objects.select_related("form_version")
    return [*rows.filter(pk=root), *rows.filter(root=root).order_by("pk")]


def _links(chain: list[Submission], language: str) -> list[Link]:
    names = masked_names(each.person_id for each in chain)
    taken = Withdrawal.objects.filter(submission__in=chain).order_by("pk")
    withdrawn = {each.submission_id: each for each in taken}
    by_id = {each.pk: each for each in chain}
    links = []
    for each in chain:
        before = by_id.get(each.deprecates_id) if each.deprecates_id else None
        changed = differences(before, each, language) if before else []
        links.append(Link(each, names.get(each.person_id, ""), changed, withdrawn.get(each.pk)))
    return links


def differences(before: Submission, after: Submission, language: str) -> list[Difference]:
    """By question, in the order of the newer form; then what only the older one asked."""
    old = {each.name: each for each in told(before, [], language)}
    new = {each.name: each for each in told(after, [], language)}
    labels = {name: each.label for name, each in (*old.items(), *new.items())}
    order = [*new, *(name for name in old if name not in new)]
    words = [
        Difference(
            labels[name],
            old[name].words if name in old else None,
            new[name].words if name in new else None,
        )
        for name in order
    ]
    return [each for each in words if each.before != each.after]
