"""What the pages on integrity tell: signs beside chance, sheets side by side, call-backs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xinfeng.base import scope
from xinfeng.surveys.asking import Bank, Option, Question, bank_of
from xinfeng.surveys.integrity.asking_again import asked_again
from xinfeng.surveys.models import (
    CallBack,
    CallBackSummary,
    Disposition,
    Exclusion,
    IntegrityReport,
    IntegrityRun,
    Mode,
    Response,
    Sample,
    SampleCommunity,
    SampleUnit,
    Survey,
    SurveyState,
)

from .call_backs import calls_of, compared

# So many sheets stand beside each other on a page.
BESIDE = 24


@dataclass(frozen=True)
class SignRow:
    """A sign as a page says it: rates from 0 to 1; None is not known."""

    kind: str
    observed: int
    of: int
    rate: float | None
    expected_rate: float | None
    p: float | None
    question: Question | None = None
    rows: Sequence[Any] = ()
    in_all: int = 0


@dataclass(frozen=True)
class EffectRow:
    """How far something of a sheet depends on who asked."""

    name: str
    likeness: float | None
    inflation: float | None
    p: float | None
    outstanding: Sequence[int]


@dataclass(frozen=True)
class CallsRow:
    """Second calls: how many were wanted and made, what came of them, and agreement."""

    wanted: int
    called: int
    paired: int
    outcomes: Mapping[str, int]
    surveyors: Mapping[str, Mapping[str, int]]
    questions: Sequence[tuple[Question, Mapping[str, Any]]]
    is_settled: bool


@dataclass(frozen=True)
class Checked:
    """A sample with its newest report, the run under way, call-backs and what was left out."""

    sample: Sample
    report: IntegrityReport | None
    run: IntegrityRun | None
    signs: Sequence[SignRow] = ()
    alike: Sequence[SignRow] = ()
    effects: Sequence[EffectRow] = ()
    calls: CallsRow | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def surveyors(self) -> int:
        return self.report.found["surveyors"] if self.report else 0


def checks_of(survey: Survey) -> list[Checked]:
    """All samples of a survey; whoever asks has been let in by the page."""
    bank = bank_of(survey.questionnaire.document)
    with scope.whole_city():
        samples = list(survey.samples.select_related("survey").order_by("-is_headline", "pk"))
        reports = _newest(IntegrityReport.objects.filter(sample__survey=survey))
        runs = _newest(IntegrityRun.objects.filter(sample__survey=survey))
        left_out = _left_out(survey)
        return [
            _checked(
                sample, bank, reports.get(sample.pk), runs.get(sample.pk), left_out[sample.pk]
            )
            for sample in samples
        ]


def left_out_of(survey: Survey) -> dict[int, dict[str, int]]:
    """How many sheets of each sample do not count, by reason: told beside all results."""
    with scope.whole_city():
        return {sample: dict(found) for sample, found in _left_out(survey).items()}


def _left_out(survey: Survey) -> dict[int, Counter[str]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = Exclusion.objects.filter(response__sample__survey=survey)
    for sample, reason in rows.order_by("pk").values_list("response__sample", "reason"):
        found[sample][reason] += 1
    return found


def _newest(rows: Any) -> dict[int, Any]:
    found = rows.order_by("sample_id", "-pk").distinct("sample_id")
    return {each.sample_id: each for each in found}


def _checked(
    sample: Sample, bank: Bank, report: IntegrityReport | None, run: IntegrityRun | None,
    left_out: Mapping[str, int],
) -> Checked:  # fmt: skip
    calls = calls_row(sample, bank)
    if report is None:
        return Checked(sample, None, run, calls=calls, left_out=left_out)
    found = report.found
    return Checked(
        sample, report, run, [sign_row(each, bank) for each in found["signs"]],
        [sign_row(each, bank) for each in found["alike"]],
        [EffectRow(name, **each) for name, each in found["effects"].items()], calls, left_out,
    )  # fmt: skip


def sign_row(said: Mapping[str, Any], bank: Bank) -> SignRow:
    of = said["of"]
    return SignRow(
        said["kind"], said["observed"], of, said["observed"] / of if of else None,
        said["expected"] / of if of and said["expected"] is not None else None, said["p"],
        bank.questions.get(said.get("question", "")), said["rows"], said["in_all"],
    )  # fmt: skip


def calls_row(sample: Sample, bank: Bank) -> CallsRow | None:
    """As kept at the close; before it as they stand."""
    kept = CallBackSummary.objects.filter(sample=sample).first()
    if kept is not None:
        return _calls(bank, kept.found, kept.wanted, kept.called, kept.paired, settled=True)
    wanted = SampleUnit.objects.filter(sample=sample, is_called_back=True).count()
    if not wanted or sample.survey.state != SurveyState.IN_FIELD:
        return None
    calls = calls_of(sample)
    paired = sum(each.pair is not None for each in calls)
    return _calls(bank, compared(bank, calls), wanted, len(calls), paired, settled=False)


def _calls(
    bank: Bank, found: Mapping[str, Any], wanted: int, called: int, paired: int, *,
    settled: bool,
) -> CallsRow:  # fmt: skip
    return CallsRow(
        wanted, called, paired, found["outcomes"], found["surveyors"],
        [
            (bank.questions[each["question"]], each)
            for each in found["questions"]
            if each["compared"]
        ],
        settled,
    )  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """A sheet next to others: whose surveyor's it is, how long it took, and what it says.

    Neither day nor place: with them somebody could find the household.
    """

    id: UUID
    surveyor: int | None
    minutes: float | None
    answers: Sequence[Option | None]
    excluded: str


@dataclass(frozen=True)
class SideBySide:
    questions: Sequence[Question]
    sheets: Sequence[Beside]
    in_all: int


def beside(sample: Sample, ids: Sequence[str], bank: Bank, first: int = 0) -> SideBySide:
    """Sheets of a sign, those alike together; text answers are nobody's to compare."""
    with scope.whole_city():
        rows = list(
            Response.objects.filter(sample=sample, pk__in=ids)
            .select_related("surveyor", "exclusion")
            .order_by("surveyor__number", "pk")
        )
    asked = [each for each in bank.questions.values() if each.kind in ("scale", "one")]
    rows.sort(key=lambda row: (
        row.surveyor.number if row.surveyor else 0,
        str([row.answers.get(each.code) for each in bank.scaled]), str(row.pk),
    ))  # fmt: skip
    return SideBySide(
        asked, [_beside(row, asked) for row in rows[first : first + BESIDE]], len(rows)
    )


def _beside(row: Response, asked: Iterable[Question]) -> Beside:
    said = [
        next((o for o in each.options if o.code == row.answers.get(each.code)), None)
        for each in asked
    ]
    excluded = getattr(row, "exclusion", None)
    return Beside(
        row.pk, row.surveyor.number if row.surveyor else None, _minutes(row), said,
        excluded.get_reason_display() if excluded else "",
    )  # fmt: skip


def _minutes(row: Response) -> float | None:
    if row.started_at and row.ended_at:
        return (row.ended_at - row.started_at).total_seconds() / 60
    return None if row.seconds is None else row.seconds / 60


def sheet_of(survey: Survey, response_id: UUID) -> Response | None:
    with scope.whole_city():
        return (
            Response.objects.filter(pk=response_id, sample__survey=survey)
            .select_related("surveyor", "sample", "exclusion")
            .first()
        )


def places_of(ids: Iterable[int]) -> list[SampleCommunity]:
    """Communities in which everybody agreed."""
    found = SampleCommunity.objects.filter(pk__in=list(ids)).select_related("division")
    return list(found.order_by("division__name", "pk"))


@dataclass(frozen=True)
class ToCall:
    """A household of the tenth, with whom it is to be asked about and what came of it."""

    unit: SampleUnit
    call: CallBack | None

    @property
    def is_open(self) -> bool:
        return self.call is None or self.call.outcome == "NOT_REACHED"


def to_call(survey: Survey) -> list[ToCall]:
    """Households to call back whose interview is told to have been held; open ones first."""
    with scope.whole_city():
        units = (
            SampleUnit.objects.filter(
                sample__survey=survey, is_called_back=True, disposition=Disposition.COMPLETE
            )
            .exclude(sample__mode=Mode.WEB_CODE)
            .select_related("surveyor", "community__division", "call_back", "sample")
            .order_by("code")
        )
        rows = [ToCall(unit, getattr(unit, "call_back", None)) for unit in units]
    return sorted(rows, key=lambda row: (not row.is_open, row.unit.code))


def household(survey: Survey, code: str) -> ToCall | None:
    return next((row for row in to_call(survey) if row.unit.code == code), None)


def questions_again(survey: Survey) -> Sequence[Question]:
    return asked_again(bank_of(survey.questionnaire.document))
