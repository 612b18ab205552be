"""The city's calendar: which days people serve on, from 2019 to the demo's first morning."""

from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]

FIRST_DAY = np.datetime64("2019-07-01")
TODAY = np.datetime64("2022-07-17")
YESTERDAY = TODAY - 1
MARCH_END = np.datetime64("2022-03-31")
NEVER = np.datetime64("NaT", "D")

# Activities grow from a trial to a habit; two waves of the epidemic empty the spring.
_MONTHLY = {
    2019: [0, 0, 0, 0, 0, 0, 380, 420, 520, 560, 600, 680],
    2020: [480, 130, 190, 420, 650, 820, 840, 860, 980, 1050, 1100, 1280],
    2021: [1250, 900, 2100, 1900, 2000, 2200, 2700, 2500, 3300, 3500, 3700, 4300],
    2022: [4300, 3600, 5900, 5300, 5500, 5900, 3000, 0, 0, 0, 0, 0],
}
# What share of the places that serve regularly had begun to do so by then.
_HABIT = {
    2019: [0.1] * 12,
    2020: [0.12] * 12,
    2021: [0.3] * 6 + [0.55, 0.6, 0.7, 0.75, 0.8, 0.85],
}
# City-wide days draw many times an ordinary day.
CITY_DAYS = {(3, 5): 9.0, (12, 5): 8.0, (5, 4): 3.0, (6, 5): 3.0, (7, 1): 4.0, (9, 9): 2.5}
_SPRING_FESTIVALS = [("2020-01-24", "2020-01-31"), ("2021-02-11", "2021-02-18"),
                     ("2022-01-31", "2022-02-07")]  # fmt: skip


def months() -> list[date]:
    """First days of the months from the first activity to now."""
    span = range(2019 * 12 + 6, 2022 * 12 + 7)
    return [date(m // 12, m % 12 + 1, 1) for m in span]


def activities_by_month(total: int) -> NDArray[np.int64]:
    """How many activities each month holds; together exactly `total`."""
    weights = np.array([_MONTHLY[m.year][m.month - 1] for m in months()], dtype=np.float64)
    return shared_out(total, weights)


def habit(month: date) -> float:
    """How far monthly activities had become a habit by that month, 0 to 1."""
    if month == date(2022, 7, 1):
        return 0.5
    return _HABIT[month.year][month.month - 1] if month.year in _HABIT else 1.0


def days_of(month: date) -> Days:
    """The days of a month on which something can have been held."""
    first = np.datetime64(month, "M")
    begins, ends = first.astype("M8[D]"), (first + 1).astype("M8[D]")
    days = begins + np.arange((ends - begins).astype(np.int64))
    return np.asarray(days[days <= YESTERDAY], "M8[D]")


def weights(days: Days) -> NDArray[np.float64]:
    """Weekends are fuller, city-wide days fullest, the Spring Festival is quiet."""
    weekday = weekdays(days)
    weight = np.where(weekday >= 5, 2.4, np.where(weekday == 4, 1.2, 1.0))
    for first, last in _SPRING_FESTIVALS:
        inside = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
        weight = np.where(inside, weight * 0.25, weight)
    for (month, day), factor in CITY_DAYS.items():
        weight = np.where(_is(days, month, day), factor * 1.4, weight)
    return np.asarray(weight, dtype=np.float64)


def weekdays(days: Days) -> NDArray[np.int64]:
    """0 = Monday; 1 January 1970 was a Thursday."""
    return (days.astype("M8[D]").astype(np.int64) + 3) % 7


def is_city_day(days: Days) -> NDArray[np.bool_]:
    return np.asarray(np.any([_is(days, *on) for on in CITY_DAYS], axis=0))


def shared_out(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole shares of `total` by weight, exact in sum: the largest remainders get the rest."""
    exact = weights * (total / weights.sum())
    whole = np.floor(exact).astype(np.int64)
    rest = int(total - whole.sum())
    if rest:
        whole[np.argsort(whole - exact, kind="stable")[:rest]] += 1
    return np.asarray(whole, np.int64)


def drawn_between(
    rng: np.random.Generator, first: Any, last: Any, size: int | None = None
) -> Days:
    """Random days, both ends included; the ends may be arrays."""
    lo = np.asarray(first, dtype="M8[D]").astype(np.int64)
    hi = np.asarray(last, dtype="M8[D]").astype(np.int64)
    return rng.integers(lo, np.maximum(hi, lo) + 1, size).astype("M8[D]")


def at(text: str) -> np.datetime64:
    return np.datetime64(text)


def moment(when: datetime) -> np.datetime64:
    """A moment in UTC, as numpy has it."""
    return np.datetime64(int(when.timestamp()), "s")


def _is(days: Days, month: int, day: int) -> NDArray[np.bool_]:
    of_month = (days.astype("M8[D]") - days.astype("M8[M]").astype("M8[D]")).astype(
        np.int64
    ) + 1
    of_year = days.astype("M8[M]").astype(np.int64) % 12 + 1
    return np.asarray((of_year == month) & (of_month == day))
