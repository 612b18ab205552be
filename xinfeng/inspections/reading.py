"""From the text of a standard to its tree, or to the list of everything wrong with it."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from xinfeng.base import document as documents
from xinfeng.base import figures
from xinfeng.base.document import BadDocument, Document, Path
from xinfeng.base.fields import Fields, suggestion
from xinfeng.base.figures import Grain, Time
from xinfeng.places.models import Tier

from .amounts import AMOUNTS, ONE_OF, Amount
from .city_parts import CityParts
from .models import Standard
from .points import POINT, PointLines
from .rules import GRADE_PERMILLE, READS_DAYS, READS_SHARES
from .tree import NO_TIER, Content, Line, Method, Policy, Project, RuleText, Tree

FULL_WEIGHT = 100
KEPT = 16
_trees: dict[tuple[str, str, str], Tree] = {}
_PROJECT_KEYS = "code title weight contents"
_RULE_KEYS = "over_months missing pass"


def parse(text: str, source: str = "standard.yaml") -> tuple[Tree, dict[str, Any]]:
    """The tree and the plain values; raises BadDocument with all problems at once."""
    document = documents.read(text, source)
    return checked(Fields(document, list(document.problems)), source), document.values


def tree_of(standard: Standard) -> Tree:
    """The tree of a version that was read before; the last few are kept."""
    key = (standard.name, standard.version, standard.digest)
    if key not in _trees:
        if len(_trees) >= KEPT:
            _trees.clear()
        _trees[key] = checked(Fields(Document(standard.parsed)), str(standard))
    return _trees[key]


def checked(fields: Fields, source: str) -> Tree:
    """The tree of values from wherever they come; all problems at once."""
    tree = Reading(fields).standard()
    if fields.problems:
        raise BadDocument(source, fields.problems)
    return tree


class Reading:
    """One standard being read; knows its tiers and its policy once the head is read."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.tiers: tuple[str, ...] = ()
        self.of_points = False
        self.missing = Policy.NOT_KNOWN

    def standard(self) -> Tree:
        fields = self.fields
        head = fields.mapping(
            fields.document.values,
            (),
            required="name version title source grain missing projects",
            optional="example tiers methods cycle modules negative",
        )
        grain = fields.choice(head.get("grain"), ("grain",), [Grain.PLACE.value, POINT])
        self.of_points = grain == POINT
        self.tiers = (NO_TIER,) if self.of_points else self._tiers(head.get("tiers"))
        self.missing = self._policy(head.get("missing"), ("missing",))
        tree = Tree(
            name=fields.code(head.get("name"), ("name",)),
            version=fields.text(head.get("version"), ("version",)),
            title=fields.words(head.get("title"), ("title",)),
            source=fields.note(head.get("source"), ("source",)),
            is_example=fields.flag(head.get("example"), ("example",)),
            tiers=self.tiers,
            missing=self.missing,
            projects=tuple(
                self._project(item, path)
                for path, item in fields.items(head.get("projects"), ("projects",))
            ),
            grain=grain or Grain.PLACE.value,
        )
        self._codes_are_unique(tree)
        if not self.of_points:
            self._only_of_points(head)
            self._weights_sum(tree)
            return tree
        if any(project.weight for project in tree.projects):
            self._weights_sum(tree)
        return CityParts(fields, self._content).added(tree, head)

    def _only_of_points(self, head: dict[str, Any]) -> None:
        for key in CityParts.KEYS:
            if key in head:
                self.fields.wrong((key,), _("Only a standard of points has this."))

    def _tiers(self, value: Any) -> tuple[str, ...]:
        if value is None:
            self.fields.missing((), "tiers")
        known = {tier.lower(): tier for tier in Tier.values}
        tiers = []
        for path, item in self.fields.items(value, ("tiers",)):
            chosen = self.fields.choice(item, path, known)
            if chosen:
                tiers.append(known[chosen])
        return tuple(tiers)

    def _policy(self, value: Any, path: Path) -> Policy:
        chosen = self.fields.choice(value, path, [policy.value for policy in Policy])
        return Policy(chosen) if chosen else self.missing

    def _project(self, value: Any, path: Path) -> Project:
        fields = self.fields
        # The methods of a standard of points may share the whole out instead of its projects.
        keys = ("code title contents", "weight") if self.of_points else (_PROJECT_KEYS, "")
        read = fields.mapping(value, path, required=keys[0], optional=keys[1])
        code = fields.code(read.get("code"), (*path, "code"))
        return Project(
            code=code,
            title=fields.words(read.get("title"), (*path, "title")),
            weight=self._weights(read.get("weight"), (*path, "weight"), highest=FULL_WEIGHT),
            contents=tuple(
                self._content(item, at, code)
                for at, item in fields.items(read.get("contents"), (*path, "contents"))
            ),
        )

    def _content(self, value: Any, path: Path, project: str) -> Content:
        fields = self.fields
        read = fields.mapping(value, path, required="code title lines")
        code = fields.code(read.get("code"), (*path, "code"))
        return Content(
            code=code,
            title=fields.words(read.get("title"), (*path, "title")),
            lines=tuple(
                self._line(item, at, project, code)
                for at, item in fields.items(read.get("lines"), (*path, "lines"))
            ),
        )

    def _line(self, value: Any, path: Path, project: str, content: str) -> Line:
        fields = self.fields
        of_points = PointLines(fields) if self.of_points else None
        keys = "code title mend method weight"
        read = fields.mapping(
            value,
            path,
            required=keys if of_points else f"{keys} rule",
            optional=f"unit {of_points.KEYS}" if of_points else "unit",
        )
        methods = [method.value for method in Method]
        weight = self._weights(read.get("weight"), (*path, "weight"), highest=1000)
        chosen = fields.choice(read.get("method"), (*path, "method"), methods)
        unit = read.get("unit")
        return Line(
            code=fields.code(read.get("code"), (*path, "code")),
            title=fields.words(read.get("title"), (*path, "title")),
            mend=fields.words(read.get("mend"), (*path, "mend")),
            method=Method(chosen or Method.FIGURE),
            unit=fields.note(unit, (*path, "unit")) if unit is not None else None,
            weight=weight,
            rule=(
                of_points.rule(read, path)
                if of_points
                else self._rule(read.get("rule"), (*path, "rule"), weight)
            ),
            project=project,
            content=content,
            field=of_points.field(read, path) if of_points else None,
            papers=of_points.papers(read, path) if of_points else None,
            asked=of_points.asked(read, path) if of_points else None,
            units=of_points.units(read, path) if of_points else (),
        )

    def _weights(self, value: Any, path: Path, *, highest: int) -> dict[str, int]:
        if self.of_points and value is None:
            return {}
        if self.of_points:
            weight = self.fields.whole(value, path, lowest=1, highest=highest)
            return {} if weight is None else {NO_TIER: weight}
        return self._per_tier(value, path, Amount(1, highest)) if value is not None else {}

    def _per_tier(self, value: Any, path: Path, bounds: Amount) -> dict[str, int]:
        if not isinstance(value, dict):
            self.fields.wrong(path, _("Here belongs one number per tier."))
            return {}
        amounts = {}
        for key, amount in value.items():
            at = (*path, key)
            tier = self.fields.choice(key, at, [tier.lower() for tier in self.tiers])
            number = self.fields.whole(amount, at, lowest=bounds.lowest, highest=bounds.highest)
            if tier and number is not None:
                amounts[tier.upper()] = number
        return {tier: amounts[tier] for tier in self.tiers if tier in amounts}

    def _rule(self, value: Any, path: Path, weight: dict[str, int]) -> RuleText:
        fields = self.fields
        kind = value.get("kind") if isinstance(value, dict) else None
        known = AMOUNTS.get(kind) if isinstance(kind, str) else None
        if kind is None or known is None:
            self._unknown_kind(kind, path)
            return RuleText("binary", "", None, self.missing, {})
        read = fields.mapping(
            value,
            path,
            required=" ".join(["kind figure", *(n for n, a in known.items() if a.required)]),
            optional=" ".join([_RULE_KEYS, *(n for n, a in known.items() if not a.required)]),
        )
        amounts = self._amounts(read, path, known, weight)
        if kind in ONE_OF and sum(name in amounts for name in ONE_OF[kind]) != 1:
            names = " / ".join(ONE_OF[kind])
            fields.wrong(path, _("Exactly one of these belongs here: %s.") % names)
        if kind == "grades":
            self._grades(read, path, amounts)
        return RuleText(
            kind=kind,
            figure=self._figure(read.get("figure"), (*path, "figure"), kind),
            over_months=self._over(read.get("over_months"), (*path, "over_months")),
            missing=self._policy(read.get("missing"), (*path, "missing")),
            amounts=amounts,
        )

    def _unknown_kind(self, kind: Any, path: Path) -> None:
        if kind is None:
            self.fields.missing(path, "kind")
        else:
            self.fields.choice(str(kind), (*path, "kind"), AMOUNTS)

    def _amounts(
        self, read: dict[str, Any], path: Path, known: dict[str, Amount], weight: dict[str, int]
    ) -> dict[str, Any]:
        amounts: dict[str, Any] = {}
        for name, bounds in known.items():
            value, at = read.get(name), (*path, name)
            if value is None:
                continue
            if isinstance(value, dict):
                amounts[name] = self._per_tier(value, at, bounds)
                self._covers(amounts[name], at, weight)
            else:
                amounts[name] = self.fields.whole(
                    value, at, lowest=bounds.lowest, highest=bounds.highest
                )
        return amounts

    def _covers(self, amounts: dict[str, int], path: Path, weight: dict[str, int]) -> None:
        """Every tier the line weighs something for has its amount, and no other tier has."""
        for tier in sorted(weight.keys() - amounts.keys()):
            reason = _("The line has a weight for the tier “%(tier)s” but no amount here.")
            self.fields.wrong(
                path, reason % {"tier": tier.lower()}, _("Add one, or take the weight away.")
            )
        for tier in sorted(amounts.keys() - weight.keys()):
            reason = _(
                "There is an amount for the tier “%(tier)s” but the line has no weight for it."
            )
            self.fields.wrong(
                (*path, tier.lower()),
                reason % {"tier": tier.lower()},
                _("Add a weight, or take the amount away."),
            )

    def _grades(self, read: dict[str, Any], path: Path, amounts: dict[str, Any]) -> None:
        steps = [amounts.get(name) for name in ("samples", "A", "B", "C")]
        numbers = [step for step in steps if isinstance(step, int)]
        if len(numbers) == len(steps) and numbers != sorted(numbers, reverse=True):
            self.fields.wrong(path, _("The grades must fall: samples ≥ A ≥ B ≥ C."))
        passing = [grade for grade in GRADE_PERMILLE if grade != "C#"]
        chosen = self.fields.choice(read.get("pass"), (*path, "pass"), passing)
        if chosen:
            amounts["pass"] = chosen

    def _over(self, value: Any, path: Path) -> int | None:
        if value is None:
            return None
        return self.fields.whole(value, path, lowest=1, highest=36)

    def _figure(self, value: Any, path: Path, kind: str) -> str:
        name = self.fields.text(value, path)
        if not name:
            return ""
        try:
            figure = figures.get(name)
        except figures.UnknownFigure:
            known = [figure.name for figure in figures.declared()]
            reason = _("No figure is called “%(name)s”.") % {"name": name}
            mend = suggestion(name, known) or _("The page “Figures” lists all of them.")
            self.fields.wrong(path, reason, mend)
            return name
        if figure.grain is not Grain.PLACE:
            self.fields.wrong(path, _("This figure does not count per place."))
        if kind in READS_SHARES and not figure.ratio:
            self.fields.wrong(path, _("This rule needs a figure that is a share of a whole."))
        if kind in READS_DAYS and figure.time is not Time.FLOW:
            self.fields.wrong(path, _("This rule needs a figure of events that have a day."))
        return name

    def _codes_are_unique(self, tree: Tree) -> None:
        seen: dict[str, Counter[str]] = {
            "project": Counter(),
            "content": Counter(),
            "line": Counter(),
        }
        for path, level, code in _codes(self.fields.document.values):
            seen[level][code] += 1
            if seen[level][code] == 2:
                reason = _("The code “%(code)s” is used twice.") % {"code": code}
                self.fields.wrong(path, reason, _("Give one of them another code."))

    def _weights_sum(self, tree: Tree) -> None:
        for tier in tree.tiers:
            total = sum(project.weight.get(tier, 0) for project in tree.projects)
            if total != FULL_WEIGHT:
                reason = _(
                    "The weights of the projects for the tier “%(tier)s” sum to %(total)s,"
                    " not to 100."
                ) % {"tier": tier.lower(), "total": total}
                self.fields.wrong(
                    ("projects",), reason, _("Change them until they sum to 100.")
                )
        for i, project in enumerate(tree.projects):
            self._project_has_lines(project, ("projects", i))

    def _project_has_lines(self, project: Project, path: Path) -> None:
        judged = {tier for line in project.lines if not line.is_bonus for tier in line.weight}
        for tier in sorted(project.weight.keys() - judged):
            reason = _("The project has a weight for the tier “%(tier)s” but no line for it.")
            self.fields.wrong((*path, "weight", tier.lower()), reason % {"tier": tier.lower()})
        for tier in sorted(judged - project.weight.keys()):
            reason = _("A line has a weight for the tier “%(tier)s” but its project has none.")
            self.fields.wrong((*path, "weight"), reason % {"tier": tier.lower()})


def _codes(values: Any) -> list[tuple[Path, str, str]]:
    """Every code with its path and level, in the order of the document."""
    found: list[tuple[Path, str, str]] = []
    levels = ["project", "content", "line"]

    def walk(value: Any, path: Path, key: str, depth: int) -> None:
        children = value.get(key) if isinstance(value, dict) else None
        for i, child in enumerate(children if isinstance(children, list) else []):
            at = (*path, key, i)
            code = child.get("code") if isinstance(child, dict) else None
            if code is not None:
                found.append(((*at, "code"), levels[depth], str(code)))
            if depth + 1 < len(levels):
                walk(child, at, f"{levels[depth + 1]}s", depth + 1)

    walk(values, (), "projects", 0)
    walk(values, (), "modules", 0)
    return found
