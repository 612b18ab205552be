"""Which quota a sheet belongs to: from answers to questions that everybody is asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from xinfeng.surveys.asking import Bank, Kind, Question
from xinfeng.surveys.models import Sample

Cell = Mapping[str, str]


def key_of(cell: Cell) -> str:
    """A cell in words, always in one order: "age=18_29 sex=f"."""
    return " ".join(f"{question}={cell[question]}" for question in sorted(cell))


def asked_of_all(bank: Bank) -> list[Question]:
    """Choices of one that no skip logic can leave out: only these may make quotas.

    A quota on a question that some are never asked would stay empty however many answer.
    """
    return [
        question
        for question in bank.questions.values()
        if question.kind is Kind.ONE and question.required and not question.only_if
    ]


def misfits(bank: Bank, cells: Iterable[Cell]) -> list[str]:
    """Questions that cells name and that cannot make a quota."""
    fit = {question.code for question in asked_of_all(bank)}
    return sorted({question for cell in cells for question in cell} - fit)


def first_questions(bank: Bank, sample: Sample) -> list[Question]:
    """What tells whether somebody is needed: the screening's questions and the quotas'."""
    wanted = {condition.question for condition in bank.screening}
    for cell in sample.quotas.order_by("pk").values_list("cell", flat=True)[:1]:
        wanted |= set(cell)
    return [question for code, question in bank.questions.items() if code in wanted]


def cell_of(questions: Iterable[str], answers: Mapping[str, Any]) -> dict[str, str] | None:
    """The cell that answers fall into; None while one of the questions is not answered."""
    cell = {question: answers.get(question) for question in questions}
    if any(not isinstance(answer, str) or not answer for answer in cell.values()):
        return None
    return {question: str(answer) for question, answer in cell.items()}
