"""How a line of a standard of points is read: what an inspector looks at, and where."""

from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base.document import Path
from xinfeng.base.fields import Fields
from xinfeng.base.words import Words

from .tree import (
    READ,
    Answer,
    Asked,
    Deadline,
    FieldText,
    Method,
    Papers,
    Policy,
    RuleText,
)

POINT = "point"
MANY = 10**9
MOST_MINUTES = 60 * 24 * 365
MOST_PAPERS = 50
MOST_MONTHS = 36


class PointLines:
    """Reads what such a line has instead of a rule with a figure."""

    KEYS = "points answer at_least at_most photo effort_minutes deadline papers asked units"
    ON_THE_SPOT = ("points", "answer", "at_least", "at_most", "photo", "deadline")

    def __init__(self, fields: Fields) -> None:
        self.fields = fields

    def rule(self, read: dict[str, Any], path: Path) -> RuleText:
        """People read it; what they have not read is not known."""
        if read.get("method") == Method.FIGURE:
            self.fields.wrong(
                (*path, "method"), _("A line of points is read on the spot, filed or asked.")
            )
        return RuleText(READ, "", None, Policy.NOT_KNOWN, {})

    def field(self, read: dict[str, Any], path: Path) -> FieldText | None:
        """None: the line is filed or asked, not read at points."""
        fields = self.fields
        if read.get("method") != Method.FIELD:
            for key in self.ON_THE_SPOT:
                if read.get(key) is not None:
                    fields.wrong((*path, key), _("Only lines read on the spot have this."))
            return None
        if read.get("points") is None:
            fields.missing(path, "points")
        points = fields.items(read.get("points"), (*path, "points"))
        types = [fields.code(item, at) for at, item in points]
        answer = fields.choice(
            read.get("answer", Answer.VERDICT.value), (*path, "answer"), list(Answer)
        )
        least, most = self._limits(read, path, answer)
        effort, photo = read.get("effort_minutes"), read.get("photo")
        deadline = fields.choice(
            read.get("deadline"), (*path, "deadline"), [each.value for each in Deadline]
        )
        return FieldText(
            types=tuple(dict.fromkeys(types)),
            answer=Answer(answer or Answer.VERDICT),
            at_least=least,
            at_most=most,
            photo=photo is None or fields.flag(photo, (*path, "photo")),
            effort_minutes=None
            if effort is None
            else fields.whole(
                effort, (*path, "effort_minutes"), lowest=1, highest=MOST_MINUTES
            ),
            deadline=Deadline(deadline) if deadline else None,
        )

    def papers(self, read: dict[str, Any], path: Path) -> Papers | None:
        """What is to be filed; None: nothing is, or the standard does not say what."""
        value = self._only(read, path, "papers", Method.FILING)
        if value is None:
            return None
        fields, path = self.fields, (*path, "papers")
        said = fields.mapping(value, path, required="at_least window_months stamped")
        least, months = (
            fields.whole(said.get(key), (*path, key), lowest=1, highest=highest)
            for key, highest in (("at_least", MOST_PAPERS), ("window_months", MOST_MONTHS))
        )
        stamped = fields.flag(said.get("stamped"), (*path, "stamped"))
        return Papers(least or 1, months or 1, stamped)

    def asked(self, read: dict[str, Any], path: Path) -> Asked | None:
        value = self._only(read, path, "asked", Method.SURVEY)
        if value is None:
            return None
        fields, path = self.fields, (*path, "asked")
        said = fields.mapping(value, path, required="question at_least_permille")
        least = fields.whole(
            said.get("at_least_permille"), (*path, "at_least_permille"), lowest=1, highest=1000
        )
        return Asked(fields.text(said.get("question"), (*path, "question")), least or 1)

    def units(self, read: dict[str, Any], path: Path) -> tuple[Words, ...]:
        """Who is responsible beside the leading unit."""
        items = self.fields.items(read.get("units"), (*path, "units"))
        return tuple(self.fields.note(item, at) for at, item in items)

    def _only(self, read: dict[str, Any], path: Path, key: str, method: Method) -> Any:
        value = read.get(key)
        if value is not None and read.get("method") != method:
            reason = _("Only lines by the method “%(method)s” have this.")
            self.fields.wrong((*path, key), reason % {"method": method.value})
            return None
        return value

    def _limits(
        self, read: dict[str, Any], path: Path, answer: str | None
    ) -> tuple[int | None, int | None]:
        found = [
            None
            if read.get(key) is None
            else self.fields.whole(read[key], (*path, key), lowest=0, highest=MANY)
            for key in ("at_least", "at_most")
        ]
        if (answer == Answer.VERDICT) != (found == [None, None]):
            self.fields.wrong(
                (*path, "answer"),
                _("What is counted or measured needs at_least or at_most; a verdict has none."),
            )
        for key, limit in zip(("at_least", "at_most"), found, strict=True):
            if answer == Answer.SHARE and limit is not None and limit > 100:
                self.fields.wrong((*path, key), _("A share is asked for in percent."))
        return found[0], found[1]
