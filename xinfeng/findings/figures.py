"""What the city counts about findings: found, closed, in time, and what reporters say of it.

A duplicate counts as the finding that it was joined to, and what an office or a judge found to
be none counts as nothing; praise is counted of its own. Closing is the city's own word, so that
three figures stand beside it: what somebody else has verified, what was sent back or opened
again, and how content the reporters are. A finding counts for the unit that it is ordered to
now, `unit_id` 0 where none is yet.
"""

from django.utils.translation import gettext_lazy as _

from xinfeng.base.figures import Figure, Grain, Missing, Text, Time, declare

from .models.snaps import GOOD

_DAY = "({column} AT TIME ZONE %(zone)s)::date"
_COUNTS = "NOT f.is_praise AND f.state NOT IN ('MERGED', 'REFUSED')"
_LABEL = "coalesce(c.name, p.name, f.source) || ' ' || f.code"
_NAMED = """
    LEFT JOIN findings_category c ON c.id = f.category_id
    LEFT JOIN units_point p ON p.id = f.point_id
"""


def _findings(
    day: str,
    condition: str = "true",
    *,
    numerator: str = "1",
    denominator: str = "NULL",
    until: str = "NULL::date",
    beside: str = "",
) -> str:
    """Findings by a day; the rows name no person, and none of the words that somebody wrote."""
    return f"""
        SELECT f.id AS row_id, coalesce(f.unit_id, 0)::bigint AS unit_id, f.division_id,
               {day} AS starts_on, {until} AS ends_on,
               ({numerator})::bigint AS numerator, {denominator}::bigint AS denominator,
               {_LABEL} AS label
        FROM findings_finding f {_NAMED} {beside}
        WHERE {_COUNTS} AND {condition}
    """


def _by(column: str) -> str:
    return _DAY.format(column=column)


def _declare(
    name: str, title: Text, unit: Text, definition: Text, sql: str, **more: object
) -> None:
    said = {
        "grain": Grain.UNIT, "time": Time.FLOW, "subject": "findings.finding", "personal": True,
    } | more  # fmt: skip
    declare(Figure(name=name, title=title, unit=unit, definition=definition, sql=sql, **said))  # type: ignore[arg-type]


_SHARE = {"ratio": True, "missing": Missing.NOT_KNOWN}

_declare(
    "findings_found",
    _("Findings found"),
    _("findings"),
    _(
        "Findings that came in on the days of the period by whichever source: inspection, snap"
        " report, hotline or the unit itself. Duplicates, praise and what was looked at and"
        " found to be none are left out."
    ),
    _findings(_by("f.found_at")),
    good="",
)
_declare(
    "findings_closed",
    _("Findings closed"),
    _("findings"),
    _(
        "Findings closed on the days of the period after a repair that somebody else has"
        " re-checked. One that was opened again is not closed."
    ),
    _findings(_by("f.closed_at"), "f.state = 'CLOSED'"),
    beside="snap_satisfaction",
)
_declare(
    "findings_open",
    _("Open findings"),
    _("findings"),
    _("Findings found and not closed on the day: somebody must still act on each of them."),
    _findings(_by("f.found_at"), until=_by("f.closed_at")),
    time=Time.STOCK,
    good="down",
)
_declare(
    "findings_verified",
    _("Findings verified as put right"),
    _("share of findings found"),
    _(
        "Of the findings found on the days of the period, those whose repair somebody else than"
        " the unit has looked at and found good, as it stands now."
    ),
    _findings(_by("f.found_at"), numerator="(f.verified_at IS NOT NULL)::int", denominator="1"),
    **_SHARE,
)
_declare(
    "findings_on_time",
    _("Findings put right in time"),
    _("share of findings due"),
    _(
        "Of the findings that were repaired on the days of the period, or whose deadline passed"
        " the day before without a repair, those whose unit has missed no deadline. Granted"
        " extensions count; while an appeal waits nothing is due."
    ),
    _findings(
        f"CASE WHEN r.id IS NULL THEN {_by('f.due_at')} + 1"
        f" ELSE least({_by('r.at')}, {_by('r.due_at')} + 1) END",
        "(r.id IS NOT NULL OR f.state IN ('ORDERED', 'REPAIRING') AND f.attempt = 1"
        " AND f.appealed_at IS NULL)",
        numerator="(r.id IS NOT NULL AND f.late_repairs = 0)::int",
        denominator="1",
        beside="LEFT JOIN findings_repair r ON r.finding_id = f.id AND r.attempt = 1",
    ),
    **_SHARE,
)
_declare(
    "findings_days",
    _("Days from found to verified"),
    _("days"),
    _(
        "The middle value: half of the findings whose repair was verified on the days of the"
        " period took no longer, counted in calendar days from the day they were found; 0 is"
        " the same day."
    ),
    _findings(
        _by("f.verified_at"),
        "f.verified_at IS NOT NULL",
        numerator=f"{_by('f.verified_at')} - {_by('f.found_at')}",
    ),
    median=True,
    missing=Missing.NOT_KNOWN,
    good="down",
)


def _rechecks(condition: str, numerator: str) -> str:
    return f"""
        SELECT k.id AS row_id, coalesce(f.unit_id, 0)::bigint AS unit_id, f.division_id,
               {_by("k.at")} AS starts_on, NULL::date AS ends_on,
               ({numerator})::bigint AS numerator, 1::bigint AS denominator,
               {_LABEL} || ' (' || k.attempt || ')' AS label
        FROM findings_recheck k JOIN findings_finding f ON f.id = k.finding_id {_NAMED}
        WHERE {_COUNTS} AND {condition}
    """


_declare(
    "findings_sent_back",
    _("Repairs sent back"),
    _("share of re-checks"),
    _("Of the re-checks on the days of the period, those that sent the repair back."),
    _rechecks("true", "(k.verdict = 'NOT_MET')::int"),
    subject="findings.recheck",
    good="down",
    **_SHARE,
)
_declare(
    "findings_reopened",
    _("Findings opened again"),
    _("share of re-checks passed"),
    _(
        "Of the repairs that passed their re-check on the days of the period, those that were"
        " opened again since: by an office, or by a reporter who is not satisfied."
    ),
    _rechecks("k.verdict = 'MET'", "(f.attempt > k.attempt)::int"),
    subject="findings.recheck",
    good="down",
    **_SHARE,
)


def _snaps(
    day: str,
    condition: str,
    *,
    unit: str = "coalesce(g.unit_id, 0)",
    numerator: str = "1",
    denominator: str = "NULL",
) -> str:
    """Snap reports; `g` is the finding, or what it was joined to."""
    return f"""
        SELECT s.id AS row_id, {unit}::bigint AS unit_id, s.division_id,
               {day} AS starts_on, NULL::date AS ends_on,
               ({numerator})::bigint AS numerator, {denominator}::bigint AS denominator,
               coalesce(c.name || ' ', '') || s.code AS label
        FROM findings_snapreport s JOIN findings_finding f ON f.id = s.finding_id
        JOIN findings_finding g ON g.id = coalesce(f.merged_into_id, f.id)
        LEFT JOIN findings_category c ON c.id = s.category_id
        WHERE {condition}
    """


_REPORTS = {"subject": "findings.snapreport"}
_OF_CLASS = "coalesce(s.category_id, 0)"
_declare(
    "snap_reports",
    _("Snap reports"),
    _("reports"),
    _(
        "Reports of residents that came in on the days of the period, by class; several about"
        " the same thing are several reports. Praise is counted of its own."
    ),
    _snaps(_by("s.reported_at"), "NOT f.is_praise", unit=_OF_CLASS),
    grain=Grain.CLASS,
    good="",
    **_REPORTS,
)
_declare(
    "snap_praise",
    _("Praise from residents"),
    _("reports"),
    _("Reports of the days of the period in which a resident praises something."),
    _snaps(_by("s.reported_at"), "f.is_praise", unit=_OF_CLASS),
    grain=Grain.CLASS,
    **_REPORTS,
)
_declare(
    "snap_closed",
    _("Snap reports closed"),
    _("share of reports"),
    _(
        "Of the reports of the days of the period, those closed after a repair that was"
        " re-checked, as it stands now. What was found to be no finding is not closed."
    ),
    _snaps(
        _by("s.reported_at"),
        "NOT f.is_praise",
        unit=_OF_CLASS,
        numerator="(g.state = 'CLOSED')::int",
        denominator="1",
    ),
    grain=Grain.CLASS,
    # What a report was joined to may lie in another division.
    as_a_whole=True,
    **_REPORTS,
    **_SHARE,
)
_declare(
    "snap_satisfaction",
    _("Satisfaction of reporters"),
    _("share of ratings"),
    _(
        "Of the ratings that reporters gave on the days of the period, those with 4 or 5 of 5."
        " The second number is how many rated: who did not rate is in neither."
    ),
    _snaps(
        _by("s.rated_at"),
        "s.stars IS NOT NULL AND NOT f.is_praise",
        numerator=f"(s.stars >= {GOOD})::int",
        denominator="1",
    ),
    **_REPORTS,
    **_SHARE,
)
_declare(
    "snap_rated",
    _("Reports that were rated"),
    _("share of reports closed"),
    _(
        "Of the reports whose finding was closed on the days of the period, those that the"
        " reporter rated. The others are unrated, not content."
    ),
    _snaps(
        _by("g.closed_at"),
        "g.state = 'CLOSED' AND NOT f.is_praise",
        numerator="(s.stars IS NOT NULL)::int",
        denominator="1",
    ),
    as_a_whole=True,
    **_REPORTS,
    **_SHARE,
)
