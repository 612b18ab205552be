"""Numbers of an estimation as pages and the interface show them."""

from collections.abc import Iterable
from typing import NamedTuple

from xinfeng.surveys import estimates
from xinfeng.surveys.models import Domain, Estimate, Estimation, Statistic

_FIELDS = (
    "question", "statistic", "option", "domain", "key", "n", "no_opinion", "blank", "value",
    "se", "low", "high", "df", "design_effect", "effective_n", "method", "held",
)  # fmt: skip


class Number(NamedTuple):
    """One estimate; what is held back has lost its value for whoever may not see it."""

    question: str
    statistic: str
    option: str
    domain: str
    key: str
    n: int
    no_opinion: int
    blank: int
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    df: int
    design_effect: float | None
    effective_n: float | None
    method: str
    held: str

    @property
    def scale(self) -> float:
        """Shares are told in percent, means in points as they are."""
        return 1.0 if self.statistic == Statistic.MEAN else 100.0

    @property
    def said(self) -> str:
        return "" if self.value is None else self.written(self.value)

    @property
    def least(self) -> str:
        return "" if self.low is None else self.written(self.low)

    @property
    def most(self) -> str:
        return "" if self.high is None else self.written(self.high)

    @property
    def span(self) -> str:
        """The interval as short as a cell of a table wants it."""
        return "" if self.low is None else f"{self.least} – {self.most}".replace(" %", "")

    @property
    def give(self) -> str:
        """Half of the interval: “give or take”; the interval itself need not be even."""
        if self.low is None or self.high is None:
            return ""
        return f"{self.scale * (self.high - self.low) / 2:.1f}"

    def written(self, value: float) -> str:
        if self.statistic == Statistic.MEAN:
            return f"{value:.1f}"
        # What is not all is never written as all, nor what is not nothing as nothing.
        shown = 100 * value
        if 0 < value < 1:
            shown = min(max(shown, 0.1), 99.9)
        return f"{shown:.1f} %"

    @property
    def asked(self) -> int:
        return self.n + self.no_opinion + self.blank

    def withheld(self) -> "Number":
        return self._replace(
            value=None, se=None, low=None, high=None, design_effect=None, effective_n=None
        )

    def as_estimate(self) -> estimates.Estimate:
        return estimates.Estimate(
            self.key, self.n, self.no_opinion + self.blank, 0.0, self.df,
            estimates.Method(self.method) if self.method else estimates.Method.STUDENT, 0.95,
            self.value, self.se, self.low, self.high, self.design_effect, self.effective_n,
        )  # fmt: skip


def numbers_of(
    estimation: Estimation, *, start: int = 0, stop: int | None = None, **narrowed: object
) -> list[Number]:
    """In the order they were made; what is held back comes without its value."""
    rows = Estimate.objects.filter(estimation=estimation, **narrowed).order_by("pk")
    found = map(Number._make, rows.values_list(*_FIELDS)[start:stop])
    return [row.withheld() if row.held else row for row in found]


def whole(rows: Iterable[Number], statistic: str = Statistic.SATISFIED) -> dict[str, Number]:
    """By question, what all residents together said."""
    return {
        row.question: row
        for row in rows
        if row.domain == Domain.WHOLE and row.statistic == statistic
    }
