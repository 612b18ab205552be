"""What a survey's results page shows: one sample's numbers, its counties, its years."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from xinfeng.places.models import Division
from xinfeng.surveys import estimates
from xinfeng.surveys.asking import Bank, Question, bank_of
from xinfeng.surveys.models import (
    Domain,
    Estimation,
    EstimationState,
    Sample,
    Statistic,
    Survey,
)

from .numbers import Number, numbers_of, whole

# Parts of the population that a table can be drawn by, in this order.
BY = (Domain.COUNTY, Domain.KIND, Domain.SEX, Domain.AGE)


@dataclass(frozen=True)
class Shown:
    """A sample with the estimation that this reader sees; None: nothing was worked out."""

    sample: Sample
    estimation: Estimation | None
    headline: Number | None = None

    @property
    def is_public(self) -> bool:
        found = self.estimation
        return found is not None and found.state == EstimationState.PUBLISHED

    @property
    def could_be_asked(self) -> int | None:
        """Households without those that are none: what the response rate is a part of."""
        told = self.estimation.told.get("rates", {}) if self.estimation else {}
        rate = told.get("response")
        return round(self.estimation.responses / rate) if self.estimation and rate else None

    @property
    def households(self) -> int:
        told = self.estimation.told.get("households", {}) if self.estimation else {}
        return sum(told.values())


@dataclass(frozen=True)
class Line:
    """A question over all residents: both numbers, and the change since the survey before."""

    question: Question
    share: Number
    mean: Number
    change: "Change | None" = None


@dataclass(frozen=True)
class Part:
    """A column of the table: a county, a sex, an age."""

    key: str
    name: str


@dataclass(frozen=True)
class Results:
    """One sample of a survey as everybody may read it."""

    survey: Survey
    bank: Bank
    shown: Shown
    others: Sequence[Shown]
    lines: Sequence[Line]
    by: str
    parts: Sequence[Part]
    cells: Mapping[tuple[str, str], Number]
    # Kinds of parts that this questionnaire tells.
    kinds: Sequence[str] = ()

    @property
    def headline(self) -> Line | None:
        code = self.bank.headline
        return next((line for line in self.lines if line.question.code == code), None)

    @property
    def is_drawn(self) -> bool:
        return self.shown.sample.is_drawn

    @property
    def ends(self) -> tuple[int, int]:
        """Where the drawn line of shares begins and ends, in percent: tens around them all."""
        told = [line.share for line in self.lines if line.share.low is not None]
        low = min((row.low for row in told if row.low is not None), default=0.0)
        return max(0, int(10 * low) * 10 - 10 * (low * 10 == int(low * 10))), 100


@dataclass(frozen=True)
class Change:
    """This survey less the one before, tested; `p` is corrected for all questions at once."""

    since: int
    contrast: estimates.Contrast
    p: float | None

    @property
    def is_shown(self) -> bool:
        return self.p is not None and self.p < 0.05

    @property
    def by(self) -> str:
        return _points(self.contrast.value)

    @property
    def least(self) -> str:
        return _points(self.contrast.low)

    @property
    def most(self) -> str:
        return _points(self.contrast.high)


def _points(change: float | None) -> str:
    """In percentage points with its sign, as it is said."""
    return "" if change is None else f"{100 * change:+.1f}".replace("-", "−")


@dataclass(frozen=True)
class Year:
    """A survey of the series with its headline number."""

    survey: Survey
    number: Number


def samples_of(survey: Survey, *, drafts: bool) -> list[Shown]:
    """The headline first; of each sample the published estimation, or the newest draft."""
    samples = list(survey.samples.order_by("-is_headline", "pk"))
    state = Q() if drafts else Q(state=EstimationState.PUBLISHED)
    newest: dict[int, Estimation] = {}
    for each in Estimation.objects.filter(state, sample__in=samples).order_by("number"):
        newest[each.sample_id] = each
    return [Shown(sample, newest.get(sample.pk)) for sample in samples]


def results_of(
    survey: Survey, *, mode: str = "", by: str = Domain.COUNTY, drafts: bool = False
) -> Results | None:
    """None: no sample has numbers that this reader sees. Held back cells stay so for all."""
    bank = bank_of(survey.questionnaire.document)
    told = samples_of(survey, drafts=drafts)
    there = [each for each in told if each.estimation is not None]
    shown = next((each for each in there if each.sample.mode == mode), None)
    shown = shown or next(iter(there), None)
    if shown is None or shown.estimation is None:
        return None
    rows = numbers_of(
        shown.estimation, domain__in=[Domain.WHOLE, by],
        statistic__in=[Statistic.SATISFIED, Statistic.MEAN],
    )  # fmt: skip
    lines = _lines(survey, bank, shown, rows)
    parts = parts_of(bank, by, [row.key for row in rows if row.domain == by])
    return Results(
        survey, bank, shown, _others(told, shown, bank), lines, by, parts,
        {
            (row.question, row.key): row for row in rows
            if row.domain == by and row.statistic == Statistic.SATISFIED
        },
        kinds_of(bank, shown.sample),
    )  # fmt: skip


def kinds_of(bank: Bank, sample: Sample) -> list[str]:
    """What a table of this sample can be drawn by."""
    margins = bank.margins or {}
    there = {
        Domain.COUNTY: True, Domain.KIND: sample.is_drawn,
        Domain.SEX: "sex" in margins, Domain.AGE: "age" in margins,
    }  # fmt: skip
    return [str(kind) for kind in BY if there[kind]]


def parts_of(bank: Bank, by: str, keys: Iterable[str]) -> list[Part]:
    """The parts in the order they were made, each with its name for the reader."""
    present = list(dict.fromkeys(keys))
    if by == Domain.COUNTY:
        names = {
            str(code): name
            for code, name in Division.objects.filter(
                code__in=[int(key) for key in present]
            ).values_list("code", "name")
        }
    elif by == Domain.KIND:
        names = {"urban": _("urban"), "rural": _("rural")}
    else:
        margin = (bank.margins or {}).get(by.lower(), "")
        asked = bank.questions.get(margin)
        names = {each.code: str(each.text) for each in asked.options} if asked else {}
    return [Part(key, names.get(key, key)) for key in present]


def years_of(survey: Survey, shown: Shown, question: str) -> list[Year]:
    """What was published of the series before, asked in the same way, and what is shown.

    Oldest first. A year whose questionnaire scales the question otherwise is another question;
    a draft of this survey is nobody's but its reader's.
    """
    if not survey.series or shown.estimation is None:
        return []
    asked = bank_of(survey.questionnaire.document).questions.get(question)
    told = [(each.sample.survey, each) for each in _before(survey, shown.sample.mode)]
    found = []
    for other, estimation in [*told, (survey, shown.estimation)]:
        if _alike(asked, bank_of(other.questionnaire.document).questions.get(question)):
            rows = numbers_of(
                estimation, question=question, domain=Domain.WHOLE,
                statistic=Statistic.SATISFIED,
            )  # fmt: skip
            found += [Year(other, row) for row in rows]
    return found


def _before(survey: Survey, mode: str) -> list[Estimation]:
    """The published estimations of the series' other surveys that began before this one."""
    return list(
        Estimation.objects.filter(
            state=EstimationState.PUBLISHED, sample__mode=mode,
            sample__survey__series=survey.series, sample__survey__division=survey.division_id,
            sample__survey__since__lt=survey.since,
        )
        .exclude(sample__survey=survey)
        .select_related("sample__survey__questionnaire")
        .order_by("sample__survey__since", "pk")
    )  # fmt: skip


def _lines(survey: Survey, bank: Bank, shown: Shown, rows: Sequence[Number]) -> list[Line]:
    share, mean = whole(rows), whole(rows, Statistic.MEAN)
    changes = _changes(survey, bank, shown, share) if shown.sample.is_drawn else {}
    return [
        Line(each, share[each.code], mean[each.code], changes.get(each.code))
        for each in bank.scaled
        if each.code in share
    ]


def _changes(
    survey: Survey, bank: Bank, shown: Shown, share: Mapping[str, Number]
) -> dict[str, Change]:
    """Against the survey before of the series, if it asked in the same way."""
    if not survey.series or shown.estimation is None:
        return {}
    before = _before(survey, shown.sample.mode)
    if not before:
        return {}
    last = before[-1]
    old_bank = bank_of(last.sample.survey.questionnaire.document)
    old = whole(numbers_of(last, domain=Domain.WHOLE, statistic=Statistic.SATISFIED))
    df = _df(last) + _df(shown.estimation)
    found = {
        code: estimates.change(old[code].as_estimate(), row.as_estimate(), df)
        for code, row in share.items()
        if code in old and _alike(bank.questions[code], old_bank.questions.get(code))
    }
    corrected = estimates.holm([each.p for each in found.values()])
    return {
        # The headline was named beforehand, so it is tested by itself.
        code: Change(last.sample.survey.year, each, each.p if code == bank.headline else p)
        for (code, each), p in zip(found.items(), corrected, strict=True)
    }


def _df(estimation: Estimation) -> int:
    return int(estimation.told.get("df", 0))


def _alike(one: Question | None, other: Question | None) -> bool:
    """The same words mean the same only on the same scale."""
    return one is not None and other is not None and _worth(one) == _worth(other)


def _worth(question: Question) -> list[Any]:
    return [(each.code, each.score, each.satisfied) for each in question.options]


def _others(told: Sequence[Shown], shown: Shown, bank: Bank) -> list[Shown]:
    """The samples asked in other ways, each with its own headline number."""
    found = []
    for each in told:
        if each.sample.pk == shown.sample.pk or each.estimation is None:
            continue
        rows = numbers_of(
            each.estimation, question=bank.headline, domain=Domain.WHOLE,
            statistic=Statistic.SATISFIED,
        )  # fmt: skip
        found.append(Shown(each.sample, each.estimation, rows[0] if rows else None))
    return found
