"""How values are written on pages, in the language switched on; None is said aloud."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from markupsafe import Markup

WAN = 10_000
YI = 100_000_000
MILLION = 1_000_000
BILLION = 1_000_000_000
DAYS_ZH = "一二三四五六日"
DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

Amount = int | float | Decimal | Fraction


def chinese() -> bool:
    return (translation.get_language() or "zh-hans").startswith("zh")


def language() -> str:
    """The language's name in the page's `lang`."""
    return "zh-Hans" if chinese() else "en"


def unknown() -> Markup:
    """What stands where a value is missing: never 0, never a dash."""
    return Markup('<span class="unknown">{}</span>').format(_("not known"))


def number(value: Amount | None, places: int | None = None) -> str:
    """Exact, with thousands separators: 1,440,000."""
    if value is None:
        return unknown()
    if places is not None:
        return f"{_decimal(value):,.{places}f}"
    return f"{value:,}" if isinstance(value, int) else f"{_trim(_decimal(value)):,f}"


def people(value: int | None) -> str:
    """As people say it (144 万, 1.44 M), with the exact value in the title."""
    if value is None:
        return unknown()
    step, unit = _spoken_unit(abs(value))
    if not unit:
        return number(value)
    spoken = Decimal(value) / step
    places = max(0, 2 - max(0, spoken.copy_abs().adjusted()))
    rounded = _trim(spoken.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    return Markup('<span title="{}">{} {}</span>').format(number(value), f"{rounded:,f}", unit)


def share(value: Amount | None, of: Amount | None = None) -> str:
    """98.5 %: an int is permille, any other number a ratio; with `of`, a part of a whole.

    Rounding never makes all or nothing out of what is not: 1999 of 2000 is 99.9 %.
    """
    if value is None or of == 0:
        return unknown()
    if of is not None:
        ratio = Fraction(value) / Fraction(of)
    else:
        ratio = Fraction(value, 1000) if isinstance(value, int) else Fraction(value)
    tenths = int((abs(ratio) * 1000 + Fraction(1, 2)) // 1)
    if tenths == 1000 and abs(ratio) < 1:
        tenths = 999
    if tenths == 0 and ratio != 0:
        return "< 0.1 %"
    return f"{'−' if ratio < 0 else ''}{tenths // 10}.{tenths % 10} %"


def hours(minutes: int | None) -> str:
    """Whole minutes as 2 小时 30 分 or 2 h 30 min."""
    if minutes is None:
        return unknown()
    whole, rest = divmod(abs(minutes), 60)
    hour, minute = ("小时", "分") if chinese() else ("h", "min")
    parts = [f"{whole:,} {hour}"] if whole else []
    if rest or not whole:
        parts.append(f"{rest} {minute}")
    return ("−" if minutes < 0 else "") + " ".join(parts)


def day(value: date | datetime | None) -> str:
    """7月17日 周日."""
    if value is None:
        return unknown()
    on = _local(value)
    if chinese():
        return f"{on.month}月{on.day}日 周{DAYS_ZH[on.weekday()]}"
    return f"{DAYS_EN[on.weekday()]} {on.day} {MONTHS_EN[on.month - 1]}"


def date_of(value: date | datetime | None) -> str:
    """2022年7月17日."""
    if value is None:
        return unknown()
    on = _local(value)
    if chinese():
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on.day} {MONTHS_EN[on.month - 1]} {on.year}"


def moment(value: datetime | None) -> str:
    """7月17日 周日 08:00, in the city's own time zone."""
    return unknown() if value is None else f"{day(value)} {_local(value):%H:%M}"


def weekday(value: date | datetime | None) -> str:
    """周日."""
    if value is None:
        return unknown()
    which = _local(value).weekday()
    return f"周{DAYS_ZH[which]}" if chinese() else DAYS_EN[which]


def time(value: datetime | None) -> str:
    """08:00, in the city's own time zone."""
    return unknown() if value is None else f"{_local(value):%H:%M}"


def month(value: date | datetime | None) -> str:
    """2022年6月."""
    if value is None:
        return unknown()
    on = _local(value)
    return f"{on.year}年{on.month}月" if chinese() else f"{MONTHS_EN[on.month - 1]} {on.year}"


def period(value: str | None) -> str:
    """A period's code as people say it: 2022, 2022H1, 2022Q2 or 2022-06."""
    if value is None:
        return unknown()
    found = re.fullmatch(r"(\d{4})(?:([HQ])(\d)|-(\d\d))?", value)
    if not found:
        return value
    year, kind, part, of_year = found.groups()
    if of_year:
        return month(date(int(year), int(of_year), 1))
    if not kind:
        return f"{year}年" if chinese() else year
    if not chinese():
        return f"{kind}{part} {year}"
    return (
        f"{year}年第{part}季度"
        if kind == "Q"
        else f"{year}年{'上' if part == '1' else '下'}半年"
    )


def signed(value: Amount | None) -> str:
    """A difference with its sign: +12, −3, ±0."""
    if value is None:
        return unknown()
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + number(-value if value < 0 else value)


def ranked(rows: Iterable[Any], by: str) -> list[tuple[int | None, bool, Any]]:
    """(place, shared?, row), best first; equal values share a place, unknown ones have none."""
    known: list[tuple[Any, Any]] = []
    without: list[tuple[Any, Any]] = []
    for row in rows:
        value = row[by] if isinstance(row, dict) else getattr(row, by)
        (without if value is None else known).append((value, row))
    known.sort(key=lambda pair: pair[0], reverse=True)
    values = [value for value, _row in known]
    standing: list[tuple[int | None, bool, Any]] = [
        (values.index(value) + 1, values.count(value) > 1, row) for value, row in known
    ]
    return standing + [(None, False, row) for _value, row in without]


def placed(rows: Iterable[dict[str, Any]]) -> list[tuple[int | None, bool, Any]]:
    """Rows that bring their own place, in the order given: the last six of fourteen."""
    return [(row["place"], bool(row.get("shared")), row) for row in rows]


def _spoken_unit(size: int) -> tuple[int, str]:
    steps = ((YI, "亿"), (WAN, "万")) if chinese() else ((BILLION, "bn"), (MILLION, "M"))
    return next(((step, unit) for step, unit in steps if size >= step), (1, ""))


def _decimal(value: Amount) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(str(value))


def _trim(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()


def _local(value: date | datetime) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) else value
