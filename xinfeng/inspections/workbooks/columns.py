"""The sheets of such a workbook: how they and their columns are called, the words in cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from xinfeng.inspections.amounts import AMOUNTS


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    WHOLE = "whole"
    FLAG = "flag"
    METHOD = "method"
    ANSWER = "answer"
    DEADLINE = "deadline"
    RULE = "rule"
    POLICY = "policy"
    GRAIN = "grain"
    AMOUNT = "amount"
    ITEM = "item"


@dataclass(frozen=True)
class Column:
    """Its head in Chinese and English; a reader knows it by either or both."""

    zh: str
    en: str
    kind: Kind = Kind.TEXT
    width: int = 12

    @property
    def head(self) -> str:
        return f"{self.zh} {self.en}"

    @property
    def heads(self) -> tuple[str, ...]:
        return self.head, self.zh, self.en


@dataclass(frozen=True)
class Sheet:
    zh: str
    en: str
    columns: Mapping[str, Column]

    @property
    def title(self) -> str:
        return f"{self.zh} {self.en}"

    @property
    def titles(self) -> tuple[str, ...]:
        return self.title, self.zh, self.en


_CODE = Column("编号", "Code")
_TITLE = {
    "title": Column("名称", "Title", width=40),
    "title_en": Column("英文名称", "Title in English", width=40),
}
_WEIGHT = Column("分值", "Weight", Kind.WHOLE)
_LINE = Column("测评标准编号", "Line", width=14)
# The tiers of practice places; a standard of points uses none of these columns.
TIERS = {
    "centre": Column("中心", "centre", Kind.WHOLE, 8),
    "institute": Column("所", "institute", Kind.WHOLE, 8),
    "station": Column("站", "station", Kind.WHOLE, 8),
    "base": Column("基地", "base", Kind.WHOLE, 8),
}
_UNIT = {
    "unit": Column("牵头单位", "Leading unit", width=24),
    "unit_en": Column("牵头单位英文", "Leading unit in English", width=24),
}

HEAD = Sheet("标准", "Standard", {
    "item": Column("项目", "Item", Kind.ITEM, 28),
    "value": Column("内容", "Value", width=60),
    "value_en": Column("英文", "English", width=60),
})  # fmt: skip
PROJECTS = Sheet("项目", "Projects", {"code": _CODE, **_TITLE, "weight": _WEIGHT, **TIERS})
MODULES = Sheet("模块", "Modules", {
    "code": _CODE, **_TITLE,
    "gate": Column("门槛分", "Gate", Kind.WHOLE),
    "share": Column("占比（%）", "Share in percent", Kind.WHOLE),
})  # fmt: skip
CONTENTS = Sheet("内容", "Contents", {
    "part": Column("项目或模块编号", "Project or module", width=16), "code": _CODE, **_TITLE,
})  # fmt: skip
LINES = Sheet("测评标准", "Lines", {
    "content": Column("内容编号", "Content"),
    "code": _CODE,
    **_TITLE,
    "mend": Column("整改办法", "How to mend", width=40),
    "mend_en": Column("整改办法英文", "How to mend in English", width=40),
    "method": Column("测评方法", "Method", Kind.METHOD, 16),
    **_UNIT,
    "weight": _WEIGHT,
    **TIERS,
    "rule_kind": Column("规则", "Rule", Kind.RULE, 24),
    "figure": Column("数据指标", "Figure", width=24),
    "over_months": Column("回看月数", "Months read", Kind.WHOLE),
    "missing": Column("未登记时", "When missing", Kind.POLICY, 20),
    "answer": Column("记录方式", "Answer", Kind.ANSWER, 16),
    "at_least": Column("至少", "At least", Kind.WHOLE),
    "at_most": Column("至多", "At most", Kind.WHOLE),
    "photo": Column("不符合时拍照", "Photo when not met", Kind.FLAG),
    "effort_minutes": Column("整改工时（分钟）", "Effort in minutes", Kind.WHOLE),
    "deadline": Column("整改时限", "Deadline of the repair", Kind.DEADLINE, 16),
    "papers_at_least": Column("材料份数", "Papers", Kind.WHOLE),
    "papers_months": Column("材料期限（月）", "Months of papers", Kind.WHOLE),
    "papers_stamped": Column("须盖章", "Stamped", Kind.FLAG),
    "question": Column("问卷题目代号", "Question", width=18),
    "asked_permille": Column("满意率达到（‰）", "Content in permille", Kind.WHOLE),
})  # fmt: skip
POINTS = Sheet("点位类型", "Types of points", {
    "line": _LINE,
    "type": Column("点位类型代号", "Type", width=22),
    "type_name": Column("点位类型名称（仅供查看）", "Name of the type", width=34),
})  # fmt: skip
UNITS = Sheet("责任单位", "Units", {
    "line": _LINE,
    "unit": Column("责任单位", "Unit", width=30),
    "unit_en": Column("责任单位英文", "Unit in English", width=40),
})  # fmt: skip
RULES = Sheet("规则参数", "Amounts of rules", {
    "line": _LINE,
    "amount": Column("参数", "Amount", Kind.AMOUNT, 26),
    "value": Column("数值（各级相同）", "Value for all", width=16),
    **TIERS,
})  # fmt: skip
NEGATIVE = Sheet("负面清单", "Negative list", {
    "code": _CODE, **_TITLE,
    "window_months": Column("追溯月数", "Months back", Kind.WHOLE),
    "deduct": Column("扣分", "Points taken", Kind.WHOLE),
    "suspend": Column("停止申报资格", "Suspends", Kind.FLAG),
})  # fmt: skip
SHEETS = (HEAD, PROJECTS, MODULES, CONTENTS, LINES, POINTS, UNITS, RULES, NEGATIVE)

METHODS = {
    "网上申报": "filing",
    "实地考察": "field",
    "问卷调查": "survey",
    "数据指标": "figure",
}
_METHOD_ITEMS = {f"{zh}分值": f"methods.{code}" for zh, code in METHODS.items()}
_AMOUNT_WORDS = {
    "at_least": "至少", "at_most": "至多", "at_least_permille": "至少（‰）", "target": "目标",
    "samples": "样本数", "A": "A 等至少", "B": "B 等至少", "C": "C 等至少", "pass": "合格等次",
    "per_m": "每多少米", "each_permille": "每项（‰）", "growth_permille": "逐项递增（‰）",
    "every_months": "每几个月", "every_weeks": "每几周", "pass_permille": "合格比例（‰）",
    "above": "超出",
}  # fmt: skip
_RULE_WORDS = {
    "binary": "有无", "count": "数量", "threshold": "上下限", "rate": "比例",
    "ratio": "按目标得分", "all_of": "样本全部合格", "grades": "分等次",
    "count_per_distance": "按距离数量",
    "deduction": "缺项扣分", "events": "按期开展", "spacing": "间距", "bonus": "加分",
}  # fmt: skip
_YEARS = 10
# By kind: the word of a cell → what the document says.
WORDS: dict[Kind, dict[str, str]] = {
    Kind.METHOD: METHODS,
    Kind.ANSWER: {
        "符合或不符合": "verdict", "计数": "count", "分钟": "minutes", "数值": "number",
        "占比": "share",
    },
    Kind.DEADLINE: {
        "立行立改": "on_the_spot", "24小时": "h24", "3个工作日": "wd3", "7天": "d7",
        "30天": "d30",
    },
    Kind.POLICY: {"未测": "not_known", "不符合": "not_met"},
    Kind.GRAIN: {"阵地": "place", "点位": "point"},
    Kind.RULE: {_RULE_WORDS[name]: name for name in AMOUNTS},
    Kind.AMOUNT: {word: name for name, word in _AMOUNT_WORDS.items()},
    Kind.ITEM: {
        "标准代号": "name", "版本": "version", "标准名称": "title", "来源": "source",
        "示例": "example", "评价对象": "grain", "阵地级别": "tiers",
        "未登记时": "missing",
        **_METHOD_ITEMS,
        **{f"第{year}年权重": f"cycle.{year}" for year in range(1, _YEARS + 1)},
    },
}  # fmt: skip
FLAGS = {
    "是": True, "有": True, "√": True, "yes": True, "true": True,
    "否": False, "无": False, "×": False, "no": False, "false": False,
}  # fmt: skip


def written(kind: Kind, code: str) -> str:
    """The word with the code behind it, as cells say it: 网上申报/filing."""
    for word, meant in WORDS[kind].items():
        if meant == code:
            return f"{word}/{code}"
    return code


def worded(code: str) -> str:
    """The word with its code, whatever kind of cell it may stand in."""
    for kind in (
        Kind.METHOD, Kind.ANSWER, Kind.DEADLINE, Kind.POLICY, Kind.RULE, Kind.GRAIN,
    ):  # fmt: skip
        if code in WORDS[kind].values():
            return written(kind, code)
    return f"{TIERS[code].zh}/{code}" if code in TIERS else code


def meant(kind: Kind, said: str) -> str:
    """The code of a word, written with or without it; anything else stays as it is."""
    words = WORDS[kind]
    for half in (said, *said.split("/")):
        told = half.strip()
        if told in words:
            return words[told]
        if told in words.values():
            return told
    return said
